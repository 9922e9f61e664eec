//! The generator as one pure function: a model and a selection in, files out.

use std::panic::resume_unwind;
use std::thread;

use crate::api::Api;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::emit::{self, Bug, Emitted, LeftOut, Options};
use crate::files::Files;
use crate::model::Model;
use crate::select::{Selection, select};
use crate::validate::validate;
use crate::{customize, lower, name};

/// What a run of the generator gives.
#[derive(Debug)]
pub struct Generated {
    /// The files.
    pub files: Files,
    /// The operations they hold.
    pub operations: Vec<String>,
    /// What was left out of them, and other things that were perhaps not meant.
    pub warnings: Diagnostics,
}

/// The neutral description of a service.
#[derive(Debug)]
pub struct Described<'s> {
    /// The description.
    pub api: Api<'s>,
    /// As in [`Generated`].
    pub warnings: Diagnostics,
}

/// Generates the client and the pages of the selected operations.
///
/// # Errors
///
/// Everything that is wrong with the part of the model that the operations reach.
pub fn generate(
    model: &Model<'_>,
    selection: &Selection,
    options: &Options,
) -> Result<Generated, Diagnostics> {
    let Described { api, mut warnings } = describe(model, selection)?;
    let operations = api
        .operations
        .iter()
        .map(|operation| operation.id.name().to_owned())
        .collect();
    match on_a_large_stack(|| emit::emit(&api, &name::name(&api), options)) {
        Ok(Emitted { files, left_out }) => {
            left_out.iter().for_each(|it| warnings.push(warning(it)));
            Ok(Generated {
                files,
                operations,
                warnings,
            })
        }
        Err(bug) => {
            let mut diagnostics = Diagnostics::new(model.sources());
            diagnostics.push(report(&bug));
            Err(diagnostics)
        }
    }
}

/// What is nested as deep as is allowed is written by functions that call themselves as deep, several times for
/// each level; the stacks of threads of tests, which have 2 MiB, hold a quarter of that.
const STACK: usize = 64 * 1024 * 1024;

/// Runs something on a thread of its own, or here where there can be none.
fn on_a_large_stack<T: Send>(work: impl Fn() -> T + Sync) -> T {
    let large = thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK);
        let thread = thread.spawn_scoped(scope, &work).ok()?;
        match thread.join() {
            Ok(done) => Some(done),
            Err(panic) => resume_unwind(panic),
        }
    });
    large.unwrap_or_else(work)
}

/// The neutral description of the selected operations: everything up to the emitters.
///
/// # Errors
///
/// As [`generate`].
pub fn describe<'s>(
    model: &Model<'s>,
    selection: &Selection,
) -> Result<Described<'s>, Diagnostics> {
    let mut closure = validate(select(model, selection)?)?;
    let mut api = lower::lower(&closure)?;
    customize::customize(&mut api);
    let warnings = std::mem::replace(&mut closure.warnings, Diagnostics::new(model.sources()));
    Ok(Described { api, warnings })
}

fn warning(left_out: &LeftOut) -> Diagnostic {
    let LeftOut { shape, what } = left_out;
    let message = format!("{what} is left out: the client cannot make the call it describes");
    Diagnostic::warning(Code::LeftOut, message)
        .of(shape)
        .help("give all required members, and only values that the client has types for")
}

/// A mistake of ours, said so.
fn report(bug: &Bug) -> Diagnostic {
    let message = format!(
        "the generator wrote `{}`, which is not Rust: {}",
        bug.file, bug.error
    );
    Diagnostic::error(Code::Generator, message)
        .of(&bug.shape)
        .note(format!("it wrote: {}", bug.text.chars().take(400).collect::<String>()))
        .help("this is a bug in codegen/, not in the model; please report it with the shape's definition")
}
