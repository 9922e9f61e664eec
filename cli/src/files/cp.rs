//! `zonal cp` and `zonal mv`.

use bytes::Bytes;
use tokio::io::AsyncWriteExt as _;
use zonal_transfer::{Overlap, Source};

use super::events::{Action, Event, Outcome, Report, words};
use super::options::Options;
use super::plan::{Feed, Step, Target, Targets};
use super::store::Store;
use super::url::{Place, Url, object_url};
use super::work::{How, Pair, Tasks};
use crate::console;
use crate::failure::Failure;

pub(super) fn check_copy(options: &Options) -> Result<(), Failure> {
    check(options, "cp")
}

pub(super) fn check_move(options: &Options) -> Result<(), Failure> {
    check(options, "mv")?;
    let [Place::Bucket(from), Place::Bucket(to)] = &*options.places else {
        return Ok(());
    };
    let in_directory = || to.key.ends_with('/') || to.key.is_empty();
    let is_same =
        from == to || (in_directory() && from.key == format!("{}{}", to.key, from.name()));
    let is_same_directory = options.recursive && from.directory() == to.directory();
    if from.bucket == to.bucket && (is_same || is_same_directory) {
        Err(Failure::wrong_input(format!(
            "Cannot mv a file onto itself: {} - {}",
            from.shown(),
            to.shown()
        )))
    } else {
        Ok(())
    }
}

/// Whether the two paths make sense; a file that is not there is told before anything is sent.
pub(super) fn check(options: &Options, name: &str) -> Result<(), Failure> {
    let [from, to] = &*options.places else {
        return Ok(());
    };
    if matches!(from, Place::Stream) || matches!(to, Place::Stream) {
        if name != "cp" || options.recursive {
            let text = "Streaming currently is only compatible with non-recursive cp commands";
            return Err(Failure::wrong_input(text));
        }
        check_key(from, false)?;
        if let (Place::Stream, Place::Bucket(url)) = (from, to)
            && (url.key.is_empty() || url.key.ends_with('/'))
        {
            return Err(Failure::new(format!(
                "{}: what comes from standard input has no name; give the whole key",
                url.shown()
            )));
        }
    }
    if from.url().is_none() && to.url().is_none() {
        return Err(Failure::wrong_input(format!(
            "usage: zonal {name} <LocalPath> <S3Uri> or <S3Uri> <LocalPath> or <S3Uri> <S3Uri>\nError: Invalid argument \
             type"
        )));
    }
    if let Place::Local(path) = from
        && !std::path::Path::new(path).exists()
    {
        return Err(Failure::new(format!(
            "The user-provided path {path} does not exist."
        )));
    }
    check_key(from, options.recursive || name == "sync")
}

/// A single object has a key.
pub(super) fn check_key(place: &Place, recursive: bool) -> Result<(), Failure> {
    match place {
        Place::Bucket(url) if url.key.is_empty() && !recursive => Err(Failure::new(format!(
            "{} names no object: give its key, or add --recursive for all of the bucket",
            url.shown()
        ))),
        _ => Ok(()),
    }
}

pub(super) async fn run(
    store: &Store,
    options: &Options,
    report: &mut Report,
    moves: bool,
) -> Result<(), Failure> {
    match &*options.places {
        [Place::Stream, Place::Bucket(to)] => from_stdin(store, options, report, to).await,
        [Place::Bucket(from), Place::Stream] => to_stdout(store, report, from).await,
        [from, to] => files(store, options, report, (from, to), moves).await,
        _ => Ok(()),
    }
}

async fn files(
    store: &Store,
    options: &Options,
    report: &mut Report,
    (from, to): (&Place, &Place),
    moves: bool,
) -> Result<(), Failure> {
    let Some(rounds) = store.halt.unless(rounds(store, options, (from, to))).await else {
        return Ok(());
    };
    let (mut targets, how) = (
        Targets::new(to, options.recursive),
        How::new(options, moves),
    );
    let mut tasks = Tasks::new(store);
    for (index, mut feed) in rounds.into_iter().enumerate() {
        tasks.finish(report).await?;
        if store.halt.is_set() {
            break;
        }
        if index > 0 && report.has_failed() {
            return report
                .fatal("the other objects stay, because they would replace those that failed");
        }
        while let Some(Some(step)) = store.halt.unless(feed.next()).await {
            match step {
                Step::Warning(text) => report.warn(&text)?,
                Step::Broken(text) => {
                    report.fatal(&text)?;
                    return tasks.finish(report).await;
                }
                Step::Found(found) => {
                    if (options.recursive && found.is_marker())
                        || !options.filters.allow(&found.relative, found.path())
                    {
                        continue;
                    }
                    let (target, problem) = targets.of(&found.relative);
                    let pair = Pair { found, target };
                    begin(pair, problem, options, &how, &mut tasks, report).await?;
                }
            }
        }
    }
    tasks.finish(report).await
}

/// The sources. Each round has to be done before the next one is begun.
async fn rounds(store: &Store, options: &Options, (from, to): (&Place, &Place)) -> Vec<Feed> {
    if !options.recursive {
        return vec![Feed::single(store, from, options).await];
    }
    let feed = Feed::below(store, from, options);
    match (from.url(), to.url()) {
        (Some(from), Some(to)) if from.bucket == to.bucket => {
            match Overlap::new(&from.directory(), &to.directory()) {
                Some(overlap) => feed.rounds(&overlap).await,
                // what has been written would be listed, and copied again
                None => vec![feed.collected().await],
            }
        }
        _ => vec![feed],
    }
}

/// Carries out a pair, or says why not.
pub(super) async fn begin(
    pair: Pair,
    problem: Option<String>,
    options: &Options,
    how: &How,
    tasks: &mut Tasks,
    report: &mut Report,
) -> Result<(), Failure> {
    if let Some(problem) = problem {
        return report.tell(&pair.event(how, Outcome::Refused(problem)));
    }
    if options.dryrun {
        report.tell(&pair.event(how, Outcome::Planned))
    } else {
        tasks.carry(pair, how, report).await
    }
}

async fn from_stdin(
    store: &Store,
    options: &Options,
    report: &mut Report,
    to: &Url,
) -> Result<(), Failure> {
    let target = Target::Object {
        bucket: to.bucket.clone(),
        key: to.key.clone(),
    };
    let mut event = Event {
        action: Action::Upload,
        source: "-".to_owned(),
        target: Some(target.shown()),
        bytes: None,
        outcome: Outcome::Planned,
    };
    if options.dryrun {
        return report.tell(&event);
    }
    let source = Source::from_reader(tokio::io::stdin(), None);
    let mut upload = store.transfers.upload(&*to.bucket, &*to.key, source);
    if let Some(attributes) = &options.attributes {
        upload = attributes.upload(upload, None);
    }
    event.outcome = match store.follow(upload.start(), false).await {
        Ok(Some(uploaded)) => {
            event.bytes = Some(uploaded.length);
            Outcome::Done
        }
        Ok(None) => Outcome::Cancelled,
        Err(error) => Outcome::Failed(words(&error)),
    };
    match event.outcome {
        // as the AWS CLI, which is silent about streams that succeed
        Outcome::Done => report.silent(&event),
        _ => report.tell(&event),
    }
}

/// Writes an object to standard output.
pub(super) async fn to_stdout(
    store: &Store,
    report: &mut Report,
    from: &Url,
) -> Result<(), Failure> {
    let event = |outcome| Event {
        action: Action::Download,
        source: object_url(&from.bucket, &from.key),
        target: Some("-".to_owned()),
        bytes: None,
        outcome,
    };
    let stream = store.transfers.download(&*from.bucket, &*from.key).stream();
    let mut stream = match store.halt.unless(stream).await {
        None => return Ok(()),
        Some(Ok(stream)) => stream,
        Some(Err(error)) => return report.tell(&event(Outcome::Failed(words(&error)))),
    };
    // not the one of the standard library: a reader that does not read must not keep us from hearing signals
    let mut out = tokio::io::stdout();
    while let Some(Some(piece)) = store.halt.unless(stream.next()).await {
        let piece: Bytes = match piece {
            Ok(piece) => piece,
            Err(error) => return report.tell(&event(Outcome::Failed(words(&error)))),
        };
        match store.halt.unless(out.write_all(&piece)).await {
            Some(Err(error)) => return console::unwritten(&error).map(drop),
            Some(Ok(())) => {}
            None => return Ok(()),
        }
    }
    match store.halt.unless(out.flush()).await {
        Some(Err(error)) => console::unwritten(&error).map(drop),
        _ => Ok(()),
    }
}
