//! The plan of a command: its sources in order, and the target of each.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use zonal_transfer::{Listed, Listing, Overlap};

use super::events::words;
use super::landing::{Landing, Names, problem};
use super::options::Options;
use super::spool::{Spool, Spooled};
use super::store::Store;
use super::url::{Place, Url, absolute, object_url, relative};
use super::walk::{Look, found, look, walk};

/// A file or an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Item {
    File(PathBuf),
    Object { bucket: String, key: String },
}

/// One that is there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Found {
    pub(super) item: Item,
    /// Its path from the root of the source, with slashes.
    pub(super) relative: String,
    pub(super) size: Option<u64>,
    /// In nanoseconds since 1970.
    pub(super) modified: Option<i128>,
    pub(super) e_tag: Option<String>,
}

/// An item of a source.
#[derive(Serialize, Deserialize)]
pub(super) enum Step {
    Found(Found),
    Warning(String),
    /// The source failed, for this reason.
    Broken(String),
}

/// A sequence of sources.
pub(super) enum Feed {
    Listing { listing: Listing, url: Url },
    Walk(mpsc::Receiver<Step>),
    Known(std::vec::IntoIter<Step>),
    Spooled(Spooled<Step>),
}

/// How many sources are kept in memory if all must be known first; the others go to a file.
const HELD: usize = 50_000;
/// The same for each round but the first.
const HELD_LATER: usize = 1000;

impl Item {
    pub(super) fn shown(&self) -> String {
        match self {
            Self::File(path) => relative(path),
            Self::Object { bucket, key } => object_url(bucket, key),
        }
    }
}

/// Nanoseconds since 1970.
pub(super) fn nanos(time: SystemTime) -> i128 {
    let signed = |span: std::time::Duration| i128::try_from(span.as_nanos()).unwrap_or(i128::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => signed(after),
        Err(before) => -signed(before.duration()),
    }
}

impl Feed {
    /// All objects or files below a place.
    pub(super) fn below(store: &Store, place: &Place, options: &Options) -> Self {
        match place {
            Place::Bucket(url) => {
                let url = Url {
                    key: url.directory(),
                    ..url.clone()
                };
                let listing = store.transfers.list(&url.bucket, url.key.clone());
                Self::Listing { listing, url }
            }
            Place::Local(path) => {
                let root = absolute(path);
                if root.is_dir() {
                    Self::Walk(walk(root, !options.no_follow_symlinks))
                } else {
                    let text = format!("Skipping file {}/. File does not exist.", root.display());
                    Self::one(Step::Warning(text))
                }
            }
            Place::Stream => Self::Known(Vec::new().into_iter()),
        }
    }

    /// One object or file.
    pub(super) async fn single(store: &Store, place: &Place, options: &Options) -> Self {
        match place {
            Place::Bucket(url) => Self::one(head(store, url).await),
            Place::Local(path) => {
                let path = absolute(path);
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let name = name.into_owned();
                match look(&path, !options.no_follow_symlinks) {
                    Look::Nothing => Self::Known(Vec::new().into_iter()),
                    Look::File(metadata) => Self::one(Step::Found(found(path, name, &metadata))),
                    // the upload says what is wrong with it
                    Look::Directory => Self::one(Step::Found(Found {
                        item: Item::File(path),
                        relative: name,
                        size: None,
                        modified: None,
                        e_tag: None,
                    })),
                    Look::Problem(problem) => Self::one(Step::Warning(format!(
                        "Skipping file {}. {problem}",
                        path.display()
                    ))),
                }
            }
            Place::Stream => Self::Known(Vec::new().into_iter()),
        }
    }

    pub(super) fn one(step: Step) -> Self {
        Self::Known(vec![step].into_iter())
    }

    /// The same, listed completely first, because the command changes the listing.
    pub(super) async fn collected(mut self) -> Self {
        let mut all = Spool::new(HELD);
        while let Some(step) = self.next().await {
            if let Err(error) = all.push(step) {
                return Self::one(Step::Broken(unspooled(&error)));
            }
        }
        match all.read() {
            Ok(all) => Self::Spooled(all),
            Err(error) => Self::one(Step::Broken(unspooled(&error))),
        }
    }

    /// The same, listed completely first, and divided: one has to be done before the next one is begun, because what it
    /// leaves would be replaced.
    pub(super) async fn rounds(mut self, overlap: &Overlap) -> Vec<Self> {
        let mut rounds: BTreeMap<usize, Spool<Step>> = BTreeMap::new();
        while let Some(step) = self.next().await {
            let rank = match &step {
                Step::Found(Found {
                    item: Item::Object { key, .. },
                    ..
                }) => overlap.rank(key),
                Step::Found(_) | Step::Warning(_) => 0,
                // what has not been listed could be replaced
                Step::Broken(_) => return vec![Self::one(step)],
            };
            let held = if rounds.is_empty() { HELD } else { HELD_LATER };
            let round = rounds.entry(rank).or_insert_with(|| Spool::new(held));
            if let Err(error) = round.push(step) {
                return vec![Self::one(Step::Broken(unspooled(&error)))];
            }
        }
        let read = |round: Spool<Step>| match round.read() {
            Ok(round) => Self::Spooled(round),
            Err(error) => Self::one(Step::Broken(unspooled(&error))),
        };
        rounds.into_values().map(read).collect()
    }

    pub(super) async fn next(&mut self) -> Option<Step> {
        match self {
            Self::Listing { listing, url } => Some(match listing.next().await? {
                Ok(listed) => Step::Found(of_listing(listed, url)),
                Err(error) => Step::Broken(words(&error)),
            }),
            Self::Walk(steps) => steps.recv().await,
            Self::Known(steps) => steps.next(),
            Self::Spooled(steps) => {
                let step = steps.next()?;
                Some(step.unwrap_or_else(|error| Step::Broken(unspooled(&error))))
            }
        }
    }
}

/// What is said where what has to wait cannot be kept.
pub(super) fn unspooled(error: &std::io::Error) -> String {
    let directory = std::env::temp_dir();
    let directory = directory.display();
    format!(
        "what is listed does not fit into memory, and a file in {directory} cannot be used: {error}"
    )
}

fn of_listing(listed: Listed, url: &Url) -> Found {
    let relative = listed.key.strip_prefix(&url.key).unwrap_or(&listed.key);
    Found {
        relative: relative.to_owned(),
        size: listed.size,
        modified: listed.last_modified.map(|time| time.as_nanos()),
        e_tag: listed.e_tag,
        item: Item::Object {
            bucket: url.bucket.clone(),
            key: listed.key,
        },
    }
}

impl Found {
    /// Whether this only stands for a directory, as consoles make them.
    pub(super) fn is_marker(&self) -> bool {
        matches!(&self.item, Item::Object { key, .. } if key.ends_with('/')) && self.size == Some(0)
    }

    pub(super) fn path(&self) -> Option<&std::path::Path> {
        match &self.item {
            Item::File(path) => Some(path),
            Item::Object { .. } => None,
        }
    }
}

/// Looks at an object, in the words of the AWS CLI if it is not there.
async fn head(store: &Store, url: &Url) -> Step {
    let head = store.client().head_object(&*url.bucket, &*url.key).await;
    match head {
        Ok(head) => Step::Found(Found {
            relative: url.name().to_owned(),
            size: head
                .content_length
                .and_then(|size| u64::try_from(size).ok()),
            modified: head.last_modified.map(|time| time.as_nanos()),
            e_tag: head.e_tag,
            item: Item::Object {
                bucket: url.bucket.clone(),
                key: url.key.clone(),
            },
        }),
        Err(error) if error.status().is_some_and(|status| status.as_u16() == 404) => {
            let hint = if url.key.ends_with('/') {
                ": add --recursive for the objects below it"
            } else {
                ""
            };
            Step::Broken(format!(
                "An error occurred (404) when calling the HeadObject operation: Key \"{}\" does not exist{hint}",
                url.key
            ))
        }
        Err(error) => Step::Broken(crate::call::words(&error)),
    }
}

/// The target of each source.
pub(super) struct Targets {
    place: Place,
    /// Whether the names of the sources are put behind it.
    takes_names: bool,
    names: Option<Names>,
}

/// Where a source goes.
#[derive(Clone, Debug)]
pub(super) enum Target {
    Object { bucket: String, key: String },
    File(Landing),
}

impl Target {
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Object { bucket, key } => object_url(bucket, key),
            Self::File(landing) => relative(&landing.path),
        }
    }
}

impl Targets {
    pub(super) fn new(place: &Place, recursive: bool) -> Self {
        match place {
            Place::Bucket(url) => {
                let url = if recursive {
                    Url {
                        key: url.directory(),
                        ..url.clone()
                    }
                } else {
                    url.clone()
                };
                Self {
                    takes_names: recursive || url.key.is_empty() || url.key.ends_with('/'),
                    place: Place::Bucket(url),
                    names: None,
                }
            }
            Place::Local(path) => {
                let root = absolute(path);
                let ends = path.ends_with(std::path::is_separator);
                let takes_names = recursive || ends || root.is_dir();
                Self {
                    takes_names,
                    names: takes_names.then(|| Names::new(&root)),
                    place: place.clone(),
                }
            }
            Place::Stream => Self {
                place: Place::Stream,
                takes_names: false,
                names: None,
            },
        }
    }

    /// The target, and why it cannot be used if so.
    pub(super) fn of(&mut self, relative: &str) -> (Target, Option<String>) {
        match &self.place {
            Place::Bucket(url) => {
                let name = if self.takes_names { relative } else { "" };
                let target = Target::Object {
                    bucket: url.bucket.clone(),
                    key: format!("{}{name}", url.key),
                };
                (target, None)
            }
            Place::Local(path) => self.file(absolute(path), relative),
            Place::Stream => self.file(PathBuf::from("-"), relative),
        }
    }

    fn file(&mut self, path: PathBuf, relative: &str) -> (Target, Option<String>) {
        if !self.takes_names {
            let parent = path.parent().unwrap_or(&path).to_owned();
            let landing = Landing {
                root: parent,
                relative: None,
                path,
            };
            return (Target::File(landing), None);
        }
        let why = problem(relative);
        let why = why.or_else(|| {
            self.names
                .as_mut()
                .and_then(|names| names.problem(relative))
        });
        let landing = Landing {
            // an absolute key would replace the root, were it joined
            path: PathBuf::from(format!("{}/{relative}", path.display())),
            root: path.clone(),
            relative: Some(relative.to_owned()),
        };
        let landing = match &why {
            Some(_) => landing,
            None => Landing {
                path: path.join(relative),
                ..landing
            },
        };
        (Target::File(landing), why)
    }
}
