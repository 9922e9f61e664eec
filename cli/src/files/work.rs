//! Carries out what was planned, many files at once.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use tokio::task::JoinSet;
use zonal::DateTime;
use zonal_transfer::{Report as BatchReport, Source};

use super::attributes::Attributes;
use super::deletions;
use super::events::{Action, Event, Outcome, Report, words};
use super::mime;
use super::options::Options;
use super::plan::{Found, Item, Target};
use super::store::Store;
use crate::failure::Failure;

/// How many files are worked on at once; how many requests are made for them is for the common limit to say.
const AT_ONCE: usize = 64;

/// A source and its target.
pub(super) struct Pair {
    pub(super) found: Found,
    pub(super) target: Target,
}

/// What is done with pairs.
#[derive(Clone, Debug)]
pub(super) struct How {
    pub(super) moves: bool,
    attributes: Option<Arc<Attributes>>,
    guesses: bool,
}

impl How {
    pub(super) fn new(options: &Options, moves: bool) -> Self {
        Self {
            moves,
            attributes: options.attributes.clone().map(Arc::new),
            guesses: !options.no_guess,
        }
    }

    /// Whether a move from one bucket to the other is a rename. A rename changes nothing but the key.
    fn renames(&self, from: &str, to: &str) -> bool {
        let changes = self.attributes.as_ref().is_some_and(|it| it.changes);
        self.moves && from == to && !changes
    }

    /// The media type of what has this name.
    fn guess(&self, name: &Path) -> Option<&'static str> {
        mime::guess(name).filter(|_| self.guesses)
    }
}

impl Pair {
    pub(super) fn event(&self, how: &How, outcome: Outcome) -> Event {
        let action = match (&self.found.item, &self.target) {
            _ if how.moves => Action::Move,
            (Item::File(_), _) => Action::Upload,
            (_, Target::File(_)) => Action::Download,
            _ => Action::Copy,
        };
        Event {
            action,
            source: self.found.item.shown(),
            target: Some(self.target.shown()),
            bytes: self.found.size,
            outcome,
        }
    }
}

/// Tasks under way, and what they came to.
pub(super) struct Tasks {
    store: Store,
    tasks: JoinSet<Vec<Event>>,
}

impl Tasks {
    pub(super) fn new(store: &Store) -> Self {
        Self {
            store: store.clone(),
            tasks: JoinSet::new(),
        }
    }

    pub(super) async fn carry(
        &mut self,
        pair: Pair,
        how: &How,
        report: &mut Report,
    ) -> Result<(), Failure> {
        let (store, how) = (self.store.clone(), how.clone());
        store.files.found(pair.found.size.unwrap_or(0));
        self.add(report, async move { vec![carry(store, pair, &how).await] })
            .await
    }

    /// Deletes objects of a bucket, as many as a request takes.
    pub(super) async fn delete(
        &mut self,
        bucket: &str,
        keys: Vec<String>,
        report: &mut Report,
    ) -> Result<(), Failure> {
        let (store, bucket) = (self.store.clone(), bucket.to_owned());
        self.add(report, async move {
            deletions::delete(&store, &bucket, keys).await
        })
        .await
    }

    async fn add(
        &mut self,
        report: &mut Report,
        task: impl Future<Output = Vec<Event>> + Send + 'static,
    ) -> Result<(), Failure> {
        while self.tasks.len() >= AT_ONCE {
            self.join(report).await?;
        }
        self.tasks.spawn(task);
        Ok(())
    }

    /// Waits for one of them; whether there was any.
    async fn join(&mut self, report: &mut Report) -> Result<bool, Failure> {
        match self.tasks.join_next().await {
            None => Ok(false),
            Some(Ok(events)) => {
                for event in events {
                    report.tell(&event)?;
                }
                Ok(true)
            }
            Some(Err(error)) => {
                report.fatal(&format!("a task of the program ended early: {error}"))?;
                Ok(true)
            }
        }
    }

    pub(super) async fn finish(&mut self, report: &mut Report) -> Result<(), Failure> {
        while self.join(report).await? {}
        Ok(())
    }
}

/// Why something was not done; `None` if the program was interrupted.
type Undone = Option<Outcome>;

fn failed(text: impl Into<String>) -> Undone {
    Some(Outcome::Failed(text.into()))
}

async fn carry(store: Store, pair: Pair, how: &How) -> Event {
    let done = match (&pair.found.item, &pair.target) {
        (Item::File(path), Target::Object { bucket, key }) => {
            upload(&store, path, (bucket, key), how, pair.found.size).await
        }
        (Item::Object { bucket, key }, Target::File(_)) => {
            download(&store, &pair, (bucket, key), how).await
        }
        (
            Item::Object { bucket, key },
            Target::Object {
                bucket: to,
                key: target,
            },
        ) => copy(&store, (bucket, key), (to, target), how).await,
        (Item::File(_), Target::File(_)) => Err(failed("one of the two is in a bucket")),
    };
    let renamed = matches!(
        (&pair.found.item, &pair.target),
        (Item::Object { bucket, .. }, Target::Object { bucket: to, .. }) if how.renames(bucket, to)
    );
    if let (Item::Object { .. }, Target::Object { .. }, Ok(())) =
        (&pair.found.item, &pair.target, &done)
    {
        // the service moved them, and told nothing of it
        store.files.moved(pair.found.size.unwrap_or(0));
    }
    let done = match done {
        Ok(()) if how.moves && !renamed => remove(&store, &pair.found).await,
        done => done,
    };
    store.files.ended();
    let outcome = match done {
        Ok(()) => Outcome::Done,
        Err(undone) => undone.unwrap_or(Outcome::Cancelled),
    };
    pair.event(how, outcome)
}

async fn upload(
    store: &Store,
    path: &Path,
    (bucket, key): (&str, &str),
    how: &How,
    size: Option<u64>,
) -> Result<(), Undone> {
    if path.is_dir() {
        return Err(failed("It is a directory: add --recursive"));
    }
    let mut upload = store.transfers.upload(bucket, key, Source::from_path(path));
    let guess = how.guess(path);
    upload = match (&how.attributes, guess) {
        (Some(attributes), _) => attributes.upload(upload, guess),
        (None, Some(kind)) => upload.content_type(kind),
        (None, None) => upload,
    };
    let state = store.state("upload", path, (bucket, key), size);
    let is_kept = state.is_some();
    if let Some(state) = state {
        upload = upload.state_file(state);
    }
    match store.follow(upload.start(), is_kept).await {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(None),
        Err(error) => Err(failed(words(&error))),
    }
}

async fn download(
    store: &Store,
    pair: &Pair,
    (bucket, key): (&str, &str),
    how: &How,
) -> Result<(), Undone> {
    let Target::File(landing) = &pair.target else {
        return Err(failed("the target is not a file"));
    };
    let (place, path) = (landing.clone(), landing.path.clone());
    let prepared = tokio::task::spawn_blocking(move || place.prepare()).await;
    match prepared {
        Ok(Ok(())) => {}
        Ok(Err(outcome)) => return Err(Some(outcome)),
        Err(error) => return Err(failed(error.to_string())),
    }
    let mut download = store.transfers.download(bucket, key);
    if let Some(e_tag) = pair.found.e_tag.as_ref().filter(|_| how.moves) {
        // a move deletes what was listed or looked at, so that is what must come
        download = download.if_match(e_tag);
    }
    let state = store.state("download", &path, (bucket, key), pair.found.size);
    let is_kept = state.is_some();
    if let Some(state) = state {
        download = download.state_file(state);
    }
    let transfer = download.start_to_file(&path);
    let done = store.follow(transfer, is_kept).await;
    match done {
        Ok(Some(downloaded)) => {
            if let Some(time) = downloaded.object.last_modified {
                date(path, time).await;
            }
            Ok(())
        }
        Ok(None) => Err(None),
        Err(error) => Err(failed(words(&error))),
    }
}

/// Gives a file the time of its object, which is what `sync` compares. Where that cannot be, the file is whole all the
/// same.
async fn date(path: PathBuf, time: DateTime) {
    let set = move || {
        let time = SystemTime::try_from(time).map_err(std::io::Error::other)?;
        let file = File::options().write(true).open(path)?;
        if file.metadata()?.is_file() {
            file.set_modified(time)
        } else {
            Ok(())
        }
    };
    let done = tokio::task::spawn_blocking(set).await;
    if let Ok(Err(error)) = done {
        crate::debug::say(format_args!("the time of a file cannot be set: {error}"));
    }
}

async fn copy(
    store: &Store,
    (bucket, key): (&str, &str),
    (to, target): (&str, &str),
    how: &How,
) -> Result<(), Undone> {
    if (bucket, key) == (to, target) && how.attributes.as_ref().is_none_or(|it| !it.changes) {
        let advice = "give another key, or change something, as with --metadata-directive REPLACE";
        return Err(failed(format!("it would be copied to itself: {advice}")));
    }
    let keys = [key.to_owned()];
    let batch = if how.renames(bucket, to) {
        store
            .transfers
            .rename(bucket)
            .keys_under(key, keys)
            .to(target)
    } else {
        let mut copies = store.transfers.copy(bucket).keys_under(key, keys);
        if let Some(attributes) = how.attributes.clone() {
            let guess = how.guess(Path::new(key));
            copies = copies.request(move |copy| attributes.copy(copy, guess));
        }
        copies.to(to, target)
    };
    let done = store.follow(batch.start(), false).await;
    let report: BatchReport = match done {
        Ok(Some(report)) => report,
        Ok(None) => return Err(None),
        Err(error) => return Err(failed(words(&error))),
    };
    match report.check() {
        Ok(_) => Ok(()),
        Err(_) if store.halt.is_set() => Err(None),
        Err(error) => Err(failed(words(&error))),
    }
}

/// Removes the source of a move, the target of which is whole; not if it is another one by now.
async fn remove(store: &Store, found: &Found) -> Result<(), Undone> {
    match &found.item {
        Item::File(path) => {
            let removed = tokio::fs::remove_file(path).await;
            removed.map_err(|error| failed(format!("it is there, but the source stays: {error}")))
        }
        Item::Object { bucket, key } => {
            let call = store.client().delete_object(&**bucket, &**key);
            let call = call.set_if_match(found.e_tag.clone());
            let removed = call.await;
            removed.map(drop).map_err(|error| {
                let error = crate::call::words(&error);
                failed(format!("it is there, but the source stays: {error}"))
            })
        }
    }
}
