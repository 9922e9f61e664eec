//! `zonal sync`: makes a target like a source. Directory buckets list in no order, so what is there is gathered first
//! and looked up, not merged.

use std::collections::HashMap;
use std::path::PathBuf;

use super::cp::{begin, check as check_paths};
use super::events::{Action, Event, Outcome, Report};
use super::options::Options;
use super::plan::{Feed, Found, Step, Targets};
use super::store::Store;
use super::url::{Place, absolute, relative};
use super::work::{Crew, Doomed, How, Pair, deletion};
use crate::failure::Failure;

pub(super) fn check(options: &Options) -> Result<(), Failure> {
    if options.places.contains(&Place::Stream) {
        let text = "Streaming currently is only compatible with non-recursive cp commands";
        return Err(Failure::new(text));
    }
    check_paths(options, "sync")?;
    match &*options.places {
        [Place::Bucket(from), Place::Bucket(to)]
            if from.bucket == to.bucket && from.directory() == to.directory() =>
        {
            Err(Failure::new(format!(
                "Cannot sync {} with itself",
                from.shown()
            )))
        }
        _ => Ok(()),
    }
}

/// What is compared of a file or an object.
#[derive(Clone, Copy)]
struct State {
    size: Option<u64>,
    /// In whole seconds, which is all that a bucket keeps of a time.
    modified: Option<i64>,
}

impl State {
    fn of(found: &Found) -> Self {
        Self {
            size: found.size,
            modified: found
                .modified
                .and_then(|nanos| i64::try_from(nanos.div_euclid(1_000_000_000)).ok()),
        }
    }
}

/// How sources and targets are compared.
struct Rules {
    downloads: bool,
    size_only: bool,
    exact: bool,
}

impl Rules {
    /// Whether the source is to be sent; by the rules of the AWS CLI.
    fn differ(&self, source: State, target: State) -> bool {
        if source.size != target.size {
            return true;
        }
        let (Some(source), Some(target)) = (source.modified, target.modified) else {
            return !self.size_only;
        };
        match self.downloads {
            _ if self.size_only => false,
            true if self.exact => source != target,
            // what was changed here since it came
            true => target > source,
            false => target < source,
        }
    }
}

pub(super) async fn run(
    store: &Store,
    options: &Options,
    report: &mut Report,
) -> Result<(), Failure> {
    let [from, to] = &*options.places else {
        return Ok(());
    };
    let Some(mut there) = gather(store, to, options, report).await? else {
        return Ok(());
    };
    let mut feed = Feed::below(store, from, options);
    if let (Some(source), Some(target)) = (from.url(), to.url())
        && source.bucket == target.bucket
    {
        match store.halt.unless(feed.collected()).await {
            Some(collected) => feed = collected,
            None => return Ok(()),
        }
    }
    let rules = Rules {
        downloads: to.url().is_none(),
        size_only: options.size_only,
        exact: options.exact_timestamps,
    };
    let (mut targets, how) = (Targets::new(to, true), How::new(options, false));
    let mut crew = Crew::new(store);
    let mut is_whole = !report.has_warned();
    while let Some(Some(step)) = store.halt.unless(feed.next()).await {
        match step {
            Step::Warning(text) => {
                is_whole = false;
                report.warn(&text)?;
            }
            Step::Broken(text) => {
                is_whole = false;
                report.fatal(&text)?;
                break;
            }
            Step::Found(found) => {
                let is_out = !options.filters.allow(&found.relative, found.path());
                if is_out || found.is_marker() {
                    continue;
                }
                let before = there.remove(&*found.relative);
                if before.is_some_and(|before| !rules.differ(State::of(&found), before)) {
                    continue;
                }
                let (target, problem) = targets.of(&found.relative);
                begin(
                    Pair { found, target },
                    problem,
                    options,
                    &how,
                    &mut crew,
                    report,
                )
                .await?;
            }
        }
    }
    if options.delete && !store.halt.is_set() {
        match is_whole {
            true => delete(to, there, options, &mut crew, report).await?,
            false => report.warn("Nothing is deleted, for not all of the source could be read.")?,
        }
    }
    crew.finish(report).await
}

/// What is at the target; `None` where that cannot be found out.
async fn gather(
    store: &Store,
    place: &Place,
    options: &Options,
    report: &mut Report,
) -> Result<Option<HashMap<Box<str>, State>>, Failure> {
    let mut there = HashMap::new();
    let mut feed = match place {
        Place::Local(path) => {
            let root = absolute(path);
            if !root.exists() {
                return Ok(Some(there));
            }
            // links to directories are not followed: what they lead to is not the target's
            Feed::Walk(super::walk::walk(root, false))
        }
        place => Feed::below(store, place, options),
    };
    loop {
        match store.halt.unless(feed.next()).await {
            None => return Ok(None),
            Some(None) => return Ok(Some(there)),
            Some(Some(Step::Warning(text))) => report.warn(&text)?,
            Some(Some(Step::Broken(text))) => {
                report.fatal(&text)?;
                return Ok(None);
            }
            Some(Some(Step::Found(found))) => {
                let is_in = options.filters.allow(&found.relative, found.path());
                if is_in && !found.is_marker() {
                    there.insert(found.relative.as_str().into(), State::of(&found));
                }
            }
        }
    }
}

/// Deletes what the source does not have.
async fn delete(
    place: &Place,
    left: HashMap<Box<str>, State>,
    options: &Options,
    crew: &mut Crew,
    report: &mut Report,
) -> Result<(), Failure> {
    let mut names: Vec<_> = left.into_keys().collect();
    names.sort_unstable();
    match place {
        Place::Bucket(url) => {
            let mut doomed = Doomed::new(&url.bucket);
            let directory = url.directory();
            for name in names {
                let key = format!("{directory}{name}");
                match options.dryrun {
                    true => report.tell(&deletion(&url.bucket, &key, Outcome::Planned))?,
                    false => doomed.add(key, crew, report).await?,
                }
            }
            doomed.flush(crew, report).await
        }
        Place::Local(path) => {
            let root = absolute(path);
            for name in names {
                remove(root.join(&*name), options, report).await?;
            }
            Ok(())
        }
        Place::Stream => Ok(()),
    }
}

async fn remove(path: PathBuf, options: &Options, report: &mut Report) -> Result<(), Failure> {
    let outcome = match options.dryrun {
        true => Outcome::Planned,
        false => match tokio::fs::remove_file(&path).await {
            Ok(()) => Outcome::Done,
            Err(error) => Outcome::Failed(error.to_string()),
        },
    };
    report.tell(&Event {
        action: Action::Delete,
        source: relative(&path),
        target: None,
        bytes: None,
        outcome,
    })
}
