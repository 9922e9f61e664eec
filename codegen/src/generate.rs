//! The generator as one pure function: a model and a selection in, files out.

use crate::api::Api;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::emit::{self, Bug, Options};
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
    let api = describe(model, selection)?;
    let operations = api
        .operations
        .iter()
        .map(|operation| operation.id.name().to_owned())
        .collect();
    match emit::emit(&api, &name::name(&api), options) {
        Ok(files) => Ok(Generated { files, operations }),
        Err(bug) => {
            let mut diagnostics = Diagnostics::new(model.sources());
            diagnostics.push(report(&bug));
            Err(diagnostics)
        }
    }
}

/// The neutral description of the selected operations: everything up to the emitters.
///
/// # Errors
///
/// As [`generate`].
pub fn describe<'s>(model: &Model<'s>, selection: &Selection) -> Result<Api<'s>, Diagnostics> {
    let closure = validate(select(model, selection)?)?;
    let mut api = lower::lower(&closure)?;
    customize::customize(&mut api);
    Ok(api)
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
