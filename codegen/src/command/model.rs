//! `model changes`, `model diff` and `model show`

use std::path::PathBuf;

use lexopt::prelude::*;

use super::arguments::Chosen;
use super::files::{argument, load_with_partitions, read, shown, sources};
use super::{Failure, Program, Result};
use crate::changes::changes;
use crate::diff::{DEVIATIONS, Deviations, Reviewed, diff};
use crate::generate::{Described, describe};
use crate::model::load;
use crate::select::select;
use crate::show::show;
use crate::source::Sources;

pub(super) fn run(program: &Program, mut parser: lexopt::Parser) -> Result<String> {
    match parser.next()? {
        Some(Value(command)) if command == "changes" => run_changes(program, parser),
        Some(Value(command)) if command == "diff" => run_diff(program, parser),
        Some(Value(command)) if command == "show" => run_show(program, parser),
        Some(other) => Err(other.unexpected().into()),
        None => Err(Failure::Usage(
            "`model` is followed by `changes`, `diff` or `show`".to_owned(),
        )),
    }
}

/// Tells what a change of a model means to those who use the client.
fn run_changes(program: &Program, mut parser: lexopt::Parser) -> Result<String> {
    let (mut named, mut chosen) = (Vec::new(), Chosen::default());
    while let Some(argument) = parser.next()? {
        match argument {
            Value(model) => named.push(model.string()?),
            Long(option @ ("operation" | "service" | "allow-trait")) => {
                let option = option.to_owned();
                chosen.take(&option, &mut parser)?;
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let [old, new] = &named[..] else {
        return Err(Failure::Usage(
            "`model changes` needs two models: OLD NEW".to_owned(),
        ));
    };
    let (mut old, mut new) = (argument(program, old)?, argument(program, new)?);
    let old = load_with_partitions(&mut old, program.root.as_deref())?;
    let new = load_with_partitions(&mut new, program.root.as_deref())?;
    let selection = chosen.selection();
    let (old, new) = (describe(&old, &selection)?, describe(&new, &selection)?);
    Ok(changes(&old.api, &new.api).to_string())
}

/// Compares a model with another one.
fn run_diff(program: &Program, mut parser: lexopt::Parser) -> Result<String> {
    let (mut against, mut deviations, mut chosen) = (None, None, Chosen::default());
    let (mut deliberate, mut accept) = (false, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("against") => against = Some(PathBuf::from(parser.value()?)),
            Long("deviations") => deviations = Some(PathBuf::from(parser.value()?)),
            Long("model") => chosen.models.push(parser.value()?.into()),
            Long("deliberate") => deliberate = true,
            Long("accept") => accept = true,
            other => return Err(other.unexpected().into()),
        }
    }
    let root = program.root.as_deref();
    let against =
        against.ok_or_else(|| Failure::Usage("`model diff` needs `--against FILE`".to_owned()))?;
    let our_sources = sources(program, &chosen.models)?;
    let mut their_sources = Sources::new();
    super::add(&mut their_sources, &against, root)?;
    let (ours, theirs) = (load(&our_sources)?, load(&their_sources)?);
    let closure = select(&ours, &chosen.selection())?;
    let default = root.map(|root| root.join("model").join(DEVIATIONS));
    let (mut listed, mut reviewed, mut lock) = (Deviations::default(), None, None);
    if let Some(path) = deviations.or(default) {
        listed = Deviations::read(shown(&path, root), read(&path)?)?;
        let path = path.with_extension("lock");
        if !accept {
            reviewed = Some(Reviewed::read(shown(&path, root), read(&path)?)?);
        }
        lock = Some(path);
    }
    let mut report = diff(&closure, &theirs, &listed, reviewed.as_ref());
    report.verbose = deliberate;
    if let Some(path) = lock.filter(|_| accept) {
        std::fs::write(&path, report.reviewed().to_string())
            .map_err(|error| Failure::Failed(format!("error: {}: {error}", path.display())))?;
    }
    let (text, summary) = (report.to_string(), report.summary());
    if report.is_clean() {
        Ok(format!("{text}{summary}\n"))
    } else {
        Err(Failure::Found { text, summary })
    }
}

/// Shows an operation as a table.
fn run_show(program: &Program, mut parser: lexopt::Parser) -> Result<String> {
    let mut chosen = Chosen::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Value(name) if chosen.operations.is_empty() => chosen.operations.push(name.string()?),
            Long(option @ ("model" | "service")) => {
                let option = option.to_owned();
                chosen.take(&option, &mut parser)?;
            }
            other => return Err(other.unexpected().into()),
        }
    }
    if chosen.operations.is_empty() {
        return Err(Failure::Usage("`model show` needs an operation".to_owned()));
    }
    let mut sources = sources(program, &chosen.models)?;
    let model = load_with_partitions(&mut sources, program.root.as_deref())?;
    let Described { api, .. } = describe(&model, &chosen.selection())?;
    let operations = api.operations.iter();
    Ok(operations.map(|operation| show(&api, operation)).collect())
}
