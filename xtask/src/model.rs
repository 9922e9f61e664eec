//! `cargo xtask model …`

use std::path::PathBuf;

use lexopt::prelude::*;
use zonal_codegen::diff::{DEVIATIONS, Deviations, Reviewed, diff};
use zonal_codegen::generate::{Described, describe};
use zonal_codegen::model::load;
use zonal_codegen::select::{Selection, select};
use zonal_codegen::show::show;
use zonal_codegen::source::Sources;

use crate::project::{REVIEWED, load_with_partitions, read, root, shown, sources};
use crate::{Failure, Result};

pub(crate) fn run(mut parser: lexopt::Parser) -> Result<String> {
    match parser.next()? {
        Some(Value(command)) if command == "diff" => run_diff(parser),
        Some(Value(command)) if command == "show" => run_show(parser),
        Some(other) => Err(other.unexpected().into()),
        None => Err(Failure::Usage(
            "`model` is followed by `diff` or `show`".to_owned(),
        )),
    }
}

/// Compares our model with another one.
fn run_diff(mut parser: lexopt::Parser) -> Result<String> {
    let mut against = None;
    let mut models = Vec::new();
    let (mut deliberate, mut accept) = (false, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("against") => against = Some(PathBuf::from(parser.value()?)),
            Long("model") => models.push(PathBuf::from(parser.value()?)),
            Long("deliberate") => deliberate = true,
            Long("accept") => accept = true,
            other => return Err(other.unexpected().into()),
        }
    }
    let against =
        against.ok_or_else(|| Failure::Usage("`model diff` needs `--against FILE`".to_owned()))?;
    let our_sources = sources(&models)?;
    let mut their_sources = Sources::new();
    their_sources.add(shown(&against), read(&against)?);
    let (ours, theirs) = (load(&our_sources)?, load(&their_sources)?);
    let closure = select(&ours, &Selection::all())?;
    let path = root().join("model").join(DEVIATIONS);
    let deviations = Deviations::read(shown(&path), read(&path)?)?;
    let path = root().join("model").join(REVIEWED);
    let reviewed = match accept {
        true => None,
        false => Some(Reviewed::read(shown(&path), read(&path)?)?),
    };
    let mut report = diff(&closure, &theirs, &deviations, reviewed.as_ref());
    report.verbose = deliberate;
    if accept {
        std::fs::write(&path, report.reviewed().to_string())
            .map_err(|error| Failure::Failed(format!("error: {}: {error}", path.display())))?;
    }
    let (text, summary) = (report.to_string(), report.summary());
    match report.is_clean() {
        true => Ok(format!("{text}{summary}\n")),
        false => Err(Failure::Found { text, summary }),
    }
}

/// Shows an operation as a table.
fn run_show(mut parser: lexopt::Parser) -> Result<String> {
    let mut operation = None;
    let mut models = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Value(name) if operation.is_none() => operation = Some(name.string()?),
            Long("model") => models.push(PathBuf::from(parser.value()?)),
            other => return Err(other.unexpected().into()),
        }
    }
    let operation =
        operation.ok_or_else(|| Failure::Usage("`model show` needs an operation".to_owned()))?;
    let mut sources = sources(&models)?;
    let model = load_with_partitions(&mut sources)?;
    let Described { api, .. } = describe(&model, &Selection::named([operation]))?;
    Ok(api
        .operations
        .iter()
        .map(|operation| show(&api, operation))
        .collect())
}
