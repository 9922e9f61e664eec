//! `zonal session`: looks at the session cache, fills it, and empties it.

use std::fs;
use std::time::SystemTime;

use aws_smithy_types::date_time::Format;
use serde_json::{Value, json};
use zonal::DateTime;

use super::Folder;
use crate::app::App;
use crate::args::{OptionSpec, Output, Senseless, Takes, invalid_choice, parse};
use crate::failure::Failure;
use crate::{call, run};

/// What can be done with the cache.
pub(crate) struct Action {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    needs_bucket: bool,
    run: fn(&App, &Folder, Option<&str>) -> Result<Value, Failure>,
}

/// Everything that can be done.
pub(crate) const ACTIONS: &[Action] = &[
    Action {
        name: "forget",
        summary: "Remove sessions from the cache",
        needs_bucket: false,
        run: |_, folder, bucket| Ok(forget(folder, bucket)),
    },
    Action {
        name: "open",
        summary: "Open a session and keep it",
        needs_bucket: true,
        run: |app, folder, bucket| open(app, folder, bucket.unwrap_or_default()),
    },
    Action {
        name: "status",
        summary: "Show the sessions in the cache",
        needs_bucket: false,
        run: |_, folder, bucket| Ok(status(folder, bucket)),
    },
];

/// The options of each.
pub(crate) const OPTIONS: &[OptionSpec<'static>] = &[OptionSpec {
    name: "bucket",
    takes: Takes::Value,
    choices: &[],
}];

/// Runs one; the exit code.
pub(crate) fn run(app: &App, name: &str, words: &[&str]) -> Result<u8, Failure> {
    let names: Vec<_> = ACTIONS.iter().map(|action| action.name).collect();
    let action = ACTIONS.iter().find(|action| action.name == name);
    let action = action.ok_or_else(|| invalid_choice("subcommand", name, &names))?;
    let parsed = parse::<Failure>(words, OPTIONS, 0, |_| Ok(()))?;
    if !parsed.rest.is_empty() {
        return Err(Failure::unknown_options(&parsed.rest, &["bucket"]));
    }
    let bucket = parsed.options.last().and_then(|(_, value)| *value);
    if action.needs_bucket && bucket.is_none() {
        return Err(Senseless::missing("--bucket").into());
    }
    let folder = Folder::open(&app.env)
        .map_err(|problem| Failure::new(format!("The session cache cannot be used: {problem}")))?;
    let shown = (action.run)(app, &folder, bucket)?;
    let sources = run::sources(app)?;
    let output = app.output(sources.profile.get("output"))?;
    match output {
        Output::Off => Ok(0),
        output => app.show(&shown, "Session", output.format()),
    }
}

fn status(folder: &Folder, bucket: Option<&str>) -> Value {
    let now = SystemTime::now();
    let sessions = folder.entries().map(|(_, entry)| entry);
    let sessions = sessions.filter(|entry| {
        entry.ends > now && bucket.is_none_or(|bucket| entry.text("Bucket") == bucket)
    });
    let mut sessions: Vec<_> = sessions
        .map(|entry| {
            let left = entry.ends.duration_since(now).unwrap_or_default();
            let ends = DateTime::from(entry.ends);
            let mut shown = entry.shown();
            shown["Expiration"] = ends.fmt(Format::DateTime).unwrap_or_default().into();
            shown["SecondsLeft"] = left.as_secs().into();
            shown
        })
        .collect();
    sessions.sort_by_key(Value::to_string);
    json!({ "Sessions": sessions })
}

fn forget(folder: &Folder, bucket: Option<&str>) -> Value {
    let entries = folder.entries();
    let entries =
        entries.filter(|(_, entry)| bucket.is_none_or(|bucket| entry.text("Bucket") == bucket));
    let forgotten = entries
        .filter(|(path, _)| fs::remove_file(path).is_ok())
        .count();
    json!({ "Forgotten": forgotten })
}

fn open(app: &App, folder: &Folder, bucket: &str) -> Result<Value, Failure> {
    let runtime = run::runtime()?;
    runtime.block_on(async {
        let (client, _) = run::client(app, &[bucket.to_owned()], Some(folder.clone())).await?;
        let opened = client.warm(bucket).await;
        opened.map_err(|error| Failure::new(call::words(&error)))
    })?;
    Ok(status(folder, Some(bucket)))
}
