//! `zonal sync`: makes a target like a source. Directory buckets list in no order, so what is there is gathered first
//! and looked up, not merged; beyond a bound of memory, in files.

use std::collections::HashMap;
use std::path::PathBuf;

use zonal_transfer::Overlap;

use super::cp::{begin, check as check_paths};
use super::deletions::{Deletions, deletion};
use super::events::{Action, Event, Outcome, Report};
use super::filter::Filters;
use super::options::Options;
use super::plan::{Feed, Found, Step, Targets, unspooled};
use super::resume::is_draft;
use super::store::Store;
use super::target_names::{Round, State, TargetNames};
use super::url::{Place, absolute, relative};
use super::work::{How, Pair, Tasks};
use crate::failure::Failure;

pub(super) fn check(options: &Options) -> Result<(), Failure> {
    if options.places.contains(&Place::Stream) {
        let text = "Streaming currently is only compatible with non-recursive cp commands";
        return Err(Failure::wrong_input(text));
    }
    check_paths(options, "sync")?;
    match &*options.places {
        [Place::Bucket(from), Place::Bucket(to)]
            if from.bucket == to.bucket && from.directory() == to.directory() =>
        {
            Err(Failure::wrong_input(format!(
                "Cannot sync {} with itself",
                from.shown()
            )))
        }
        _ => Ok(()),
    }
}

/// Which files and objects are meant, in the source and in the target.
struct Selection<'a> {
    filters: &'a Filters,
    /// Where one of two prefixes lies within the other. What is in the inner one is no part of the outer one: each run
    /// would copy what the run before has copied, or delete sources.
    overlap: Option<Overlap>,
}

impl<'a> Selection<'a> {
    fn new(options: &'a Options) -> Self {
        let overlap = match &*options.places {
            [Place::Bucket(from), Place::Bucket(to)] if from.bucket == to.bucket => {
                Overlap::new(&from.directory(), &to.directory())
            }
            _ => None,
        };
        Self {
            filters: &options.filters,
            overlap,
        }
    }

    fn has(&self, found: &Found) -> bool {
        let is_inner = |overlap: &Overlap| found.relative.starts_with(overlap.step());
        !found.is_marker()
            && !self.overlap.as_ref().is_some_and(is_inner)
            && self.filters.allow(&found.relative, found.path())
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
        if self.size_only {
            false
        } else if !self.downloads {
            target < source
        } else if self.exact {
            source != target
        } else {
            // what was changed here since it came
            target > source
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
    let selection = Selection::new(options);
    let Some(mut names) = gather(store, to, options, &selection, report).await? else {
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
    let mut sources = Sources {
        store,
        options,
        selection,
        is_whole: !report.has_warned(),
    };
    if names.is_spilled() {
        while let Some(found) = sources.next(&mut feed, report).await? {
            if let Err(error) = names.add_source(found) {
                return report.fatal(&unspooled(&error));
            }
        }
    }
    match names.rounds(feed) {
        Ok(rounds) => compare(&mut sources, to, rounds, report).await,
        Err(error) => report.fatal(&unspooled(&error)),
    }
}

/// Sends what differs, round by round.
async fn compare(
    sources: &mut Sources<'_>,
    to: &Place,
    rounds: Vec<Round>,
    report: &mut Report,
) -> Result<(), Failure> {
    let (store, options) = (sources.store, sources.options);
    let rules = Rules {
        downloads: to.url().is_none(),
        size_only: options.size_only,
        exact: options.exact_timestamps,
    };
    let (mut targets, how) = (Targets::new(to, true), How::new(options, false));
    let mut tasks = Tasks::new(store);
    for round in rounds {
        let (mut names, mut feed) = match round.open() {
            Ok(opened) => opened,
            Err(error) => {
                sources.is_whole = false;
                report.fatal(&unspooled(&error))?;
                break;
            }
        };
        while let Some(found) = sources.next(&mut feed, report).await? {
            let before = names.remove(&*found.relative);
            if before.is_some_and(|before| !rules.differ(State::of(&found), before)) {
                continue;
            }
            let (target, problem) = targets.of(&found.relative);
            let pair = Pair { found, target };
            begin(pair, problem, options, &how, &mut tasks, report).await?;
        }
        if options.delete && sources.is_whole && !store.halt.is_set() {
            delete(to, names, options, &mut tasks, report).await?;
        }
    }
    if options.delete && !sources.is_whole && !store.halt.is_set() {
        report.warn("Nothing is deleted, because a part of the source could not be read.")?;
    }
    tasks.finish(report).await
}

/// Reads sources that are meant, and keeps in mind whether these are all.
struct Sources<'a> {
    store: &'a Store,
    options: &'a Options,
    selection: Selection<'a>,
    is_whole: bool,
}

impl Sources<'_> {
    /// The next one; `None` behind the last, and where the program is to end.
    async fn next(
        &mut self,
        feed: &mut Feed,
        report: &mut Report,
    ) -> Result<Option<Found>, Failure> {
        while let Some(Some(step)) = self.store.halt.unless(feed.next()).await {
            match step {
                Step::Warning(text) => {
                    self.is_whole = false;
                    report.warn(&text)?;
                }
                Step::Broken(text) => {
                    self.is_whole = false;
                    report.fatal(&text)?;
                    return Ok(None);
                }
                Step::Found(found) if self.selection.has(&found) => return Ok(Some(found)),
                Step::Found(_) => {}
            }
        }
        Ok(None)
    }
}

/// What is at the target; `None` where that cannot be found out.
async fn gather(
    store: &Store,
    place: &Place,
    options: &Options,
    selection: &Selection<'_>,
    report: &mut Report,
) -> Result<Option<TargetNames>, Failure> {
    let mut names = TargetNames::new();
    let mut feed = match place {
        Place::Local(path) => {
            let root = absolute(path);
            if !root.exists() {
                return Ok(Some(names));
            }
            // links to directories are not followed: what they lead to is not the target's
            Feed::Walk(super::walk::walk(root, false))
        }
        place => Feed::below(store, place, options),
    };
    loop {
        let step = match store.halt.unless(feed.next()).await {
            None => return Ok(None),
            Some(None) => return Ok(Some(names)),
            Some(Some(step)) => step,
        };
        let added = match &step {
            Step::Warning(text) => {
                report.warn(text)?;
                continue;
            }
            Step::Broken(text) => {
                report.fatal(text)?;
                return Ok(None);
            }
            Step::Found(found) => {
                // what the downloads go on with is no file of the target
                let is_kept = options.resume && found.path().is_some() && is_draft(&found.relative);
                if !selection.has(found) || is_kept {
                    continue;
                }
                names.add(found)
            }
        };
        if let Err(error) = added {
            report.fatal(&unspooled(&error))?;
            return Ok(None);
        }
    }
}

/// Deletes what the source does not have.
async fn delete(
    place: &Place,
    left: HashMap<Box<str>, State>,
    options: &Options,
    tasks: &mut Tasks,
    report: &mut Report,
) -> Result<(), Failure> {
    let mut names: Vec<_> = left.into_keys().collect();
    names.sort_unstable();
    match place {
        Place::Bucket(url) => {
            let mut deletions = Deletions::new(&url.bucket);
            let directory = url.directory();
            for name in names {
                let key = format!("{directory}{name}");
                if options.dryrun {
                    report.tell(&deletion(&url.bucket, &key, Outcome::Planned))?
                } else {
                    deletions.add(key, tasks, report).await?
                }
            }
            deletions.flush(tasks, report).await
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
    let outcome = if options.dryrun {
        Outcome::Planned
    } else {
        match tokio::fs::remove_file(&path).await {
            Ok(()) => Outcome::Done,
            Err(error) => Outcome::Failed(error.to_string()),
        }
    };
    report.tell(&Event {
        action: Action::Delete,
        source: relative(&path),
        target: None,
        bytes: None,
        outcome,
    })
}
