//! The emit pass: one module per kind of thing that is written.

mod api_text;
mod cli;
mod client;
mod defaults;
mod described;
mod endpoint;
mod enumeration;
mod events;
mod example;
mod guide;
mod held;
mod links;
mod manifest;
mod module;
mod operation;
mod page;
mod path;
mod protocol_tests;
mod rust_file;
mod scope;
mod settings;
mod simple;
mod structure;
mod types;
mod union;
mod value;
mod waiter;
mod xml;

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Display;

use crate::api::{Api, TypeKind};
use crate::command_line::CommandLine;
use crate::document::Link;
use crate::files::Files;
use crate::name::Names;
use crate::package::Package;

pub(crate) use api_text::{Item, ItemKind};
pub(crate) use endpoint::Words;
pub use rust_file::Bug;
pub(crate) use value::millis;

/// How the output is to be named and where its runtime is.
#[derive(Debug, Clone)]
pub struct Options {
    /// The name of the crate; of a module, what the code in its documentation calls it.
    pub crate_name: String,
    /// How its manifest finds the runtime.
    pub runtime: Runtime,
    /// What the program of the command line says of itself, where its table is written too.
    pub command_line: Option<CommandLine>,
    /// The licence and the guides of a crate that is published from this repository.
    pub package: Option<Package>,
}

/// How a generated manifest finds the runtime.
#[derive(Debug, Clone)]
pub enum Runtime {
    /// The crate is a member of this workspace and inherits from it.
    Workspace,
    /// The crate stands elsewhere; the runtime is in this folder.
    Path(String),
    /// The crate stands elsewhere; the runtime comes from the registry, in this version.
    Version(String),
    /// There is no crate: the sources are the module at this path, such as `aws::s3`, of a crate that depends on the
    /// runtime. `mod.rs` has no inner attributes, so that it can be included as well.
    Module(String),
}

/// What is written, and what is not.
#[derive(Debug)]
pub struct Emitted {
    /// The files.
    pub files: Files,
    /// What stands in none of them.
    pub left_out: Vec<LeftOut>,
}

/// A part of the model that no code was written for.
#[derive(Debug)]
pub struct LeftOut {
    /// The shape it belongs to.
    pub shape: String,
    /// What it is.
    pub what: String,
}

/// Writes everything that comes of a service.
///
/// # Errors
///
/// A [`Bug`] where what was written is not Rust.
pub fn emit<'s>(api: &Api<'s>, names: &Names<'s>, options: &Options) -> Result<Emitted, Bug> {
    let mut files = Files::default();
    let cx = Context::new(api, names, options);
    manifest::emit(&cx, &mut files);
    guide::emit(&cx, &mut files);
    api_text::emit(&cx, &mut files);
    client::emit(&cx, &mut files)?;
    waiter::emit(&cx, &mut files)?;
    endpoint::emit(&cx, &mut files)?;
    settings::emit(&cx, &mut files)?;
    for operation in &api.operations {
        operation::emit(&cx, operation, &mut files)?;
        example::emit(&cx, operation, &mut files)?;
        page::emit(&cx, operation, &mut files);
    }
    for ty in &api.types {
        match &ty.kind {
            TypeKind::Structure(fields) => structure::emit(&cx, ty, fields, &mut files)?,
            TypeKind::Union(fields) => union::emit(&cx, ty, fields, &mut files)?,
            TypeKind::Events { events, errors } => {
                events::emit(&cx, ty, events, errors, &mut files)?;
            }
            TypeKind::Enum(values) => enumeration::emit(&cx, ty, values, &mut files)?,
            TypeKind::IntEnum(values) => enumeration::emit_integers(&cx, ty, values, &mut files)?,
        }
    }
    for error in api.errors.iter().filter(|error| !error.fields.is_empty()) {
        structure::emit_error(&cx, error, &mut files)?;
    }
    cli::emit(&cx, &mut files)?;
    page::emit_index(&cx, &mut files);
    let left_out = cx.left_out.into_inner();
    let files = match &options.runtime {
        Runtime::Workspace => files,
        Runtime::Module(path) => module::placed(&files, path).elsewhere(),
        Runtime::Path(_) | Runtime::Version(_) => files.elsewhere(),
    };
    Ok(Emitted { files, left_out })
}

/// The public items that [`emit`] writes code for.
pub(crate) fn items<'s>(api: &Api<'s>, names: &Names<'s>) -> Vec<Item> {
    let options = Options {
        crate_name: String::new(),
        runtime: Runtime::Workspace,
        command_line: None,
        package: None,
    };
    api_text::items(&Context::new(api, names, &options))
}

/// What every emitter is given.
struct Context<'a, 's> {
    api: &'a Api<'s>,
    names: &'a Names<'s>,
    options: &'a Options,
    /// What the names of types and operations refer to.
    links: HashMap<&'s str, Link>,
    left_out: RefCell<Vec<LeftOut>>,
}

impl<'a, 's> Context<'a, 's> {
    fn new(api: &'a Api<'s>, names: &'a Names<'s>, options: &'a Options) -> Self {
        Self {
            api,
            names,
            options,
            links: links::shared(api, names),
            left_out: RefCell::default(),
        }
    }

    /// Notes where a test of the model cannot be written.
    fn noted<T>(&self, shape: impl Display, kind: &str, id: &str, written: Option<T>) -> Option<T> {
        if written.is_none() {
            self.left_out.borrow_mut().push(LeftOut {
                shape: shape.to_string(),
                what: format!("the {kind} `{id}`"),
            });
        }
        written
    }

    /// Whether the code is a module, and no crate.
    fn is_module(&self) -> bool {
        matches!(self.options.runtime, Runtime::Module(_))
    }

    /// The crate's name as Rust code writes it.
    fn crate_ident(&self) -> String {
        self.options.crate_name.replace('-', "_")
    }
}
