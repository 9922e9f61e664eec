//! [`TargetNames`]: what is at the target of a `sync`, to be looked up by name. Where the names are too many for memory, a
//! hash of the name divides them and the sources into partitions, in files, which are compared one by one.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::io;

use serde::{Deserialize, Serialize};

use super::plan::{Feed, Found, Step};
use super::spool::{Spool, Spooled};

/// How much memory the names at the target take, in bytes.
const MEMORY: usize = 64 * 1024 * 1024;
/// What a name takes besides its letters.
const ENTRY: usize = 128;
/// How many partitions there are: of each, the names at the target have to fit into memory.
const PARTITIONS: usize = 32;
/// How many sources of a partition are held before they go to its file.
const HELD: usize = 1000;

/// What is compared of a file or an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) size: Option<u64>,
    /// In whole seconds, which is all that a bucket keeps of a time.
    pub(super) modified: Option<i64>,
}

impl State {
    pub(super) fn of(found: &Found) -> Self {
        let seconds = |nanos: i128| i64::try_from(nanos.div_euclid(1_000_000_000)).ok();
        Self {
            size: found.size,
            modified: found.modified.and_then(seconds),
        }
    }
}

type Named = (Box<str>, State);

/// Names and states, as far as they are known.
pub(super) struct TargetNames {
    held: HashMap<Box<str>, State>,
    weight: usize,
    most: usize,
    partitions: Option<Partitions>,
}

/// Names and sources, divided by a hash of the name.
struct Partitions {
    hasher: RandomState,
    names: Vec<Spool<Named>>,
    sources: Vec<Spool<Step>>,
}

/// Names, and the sources that may have them.
pub(super) struct Round {
    names: Names,
    pub(super) sources: Feed,
}

enum Names {
    Held(HashMap<Box<str>, State>),
    Spooled(Spooled<Named>),
}

impl TargetNames {
    pub(super) fn new() -> Self {
        Self::within(MEMORY)
    }

    fn within(most: usize) -> Self {
        Self {
            held: HashMap::new(),
            weight: 0,
            most,
            partitions: None,
        }
    }

    pub(super) fn add(&mut self, found: &Found) -> io::Result<()> {
        let (name, state) = (Box::<str>::from(&*found.relative), State::of(found));
        if let Some(partitions) = &mut self.partitions {
            return partitions.add((name, state));
        }
        self.weight += name.len() + ENTRY;
        self.held.insert(name, state);
        if self.weight > self.most {
            let mut partitions = Partitions::new();
            std::mem::take(&mut self.held)
                .into_iter()
                .try_for_each(|named| partitions.add(named))?;
            self.partitions = Some(partitions);
        }
        Ok(())
    }

    /// Whether the sources have to be divided before they can be compared.
    pub(super) fn is_spilled(&self) -> bool {
        self.partitions.is_some()
    }

    pub(super) fn add_source(&mut self, source: Found) -> io::Result<()> {
        match &mut self.partitions {
            Some(partitions) => {
                let partition = partitions.of(&source.relative);
                partitions.sources[partition].push(Step::Found(source))
            }
            None => Ok(()),
        }
    }

    /// What is to be compared with what. `sources` are those that were not divided.
    pub(super) fn rounds(self, sources: Feed) -> io::Result<Vec<Round>> {
        let Some(partitions) = self.partitions else {
            let names = Names::Held(self.held);
            return Ok(vec![Round { names, sources }]);
        };
        let both = partitions.names.into_iter().zip(partitions.sources);
        let round = |(names, sources): (Spool<Named>, Spool<Step>)| {
            Ok(Round {
                names: Names::Spooled(names.read()?),
                sources: Feed::Spooled(sources.read()?),
            })
        };
        both.map(round).collect()
    }
}

impl Partitions {
    fn new() -> Self {
        let partitions = || 0..PARTITIONS;
        Self {
            hasher: RandomState::new(),
            names: partitions().map(|_| Spool::new(0)).collect(),
            sources: partitions().map(|_| Spool::new(HELD)).collect(),
        }
    }

    fn of(&self, name: &str) -> usize {
        (self.hasher.hash_one(name) % PARTITIONS as u64) as usize
    }

    fn add(&mut self, named: Named) -> io::Result<()> {
        let partition = self.of(&named.0);
        self.names[partition].push(named)
    }
}

impl Round {
    /// The names of this round in memory, and its sources.
    pub(super) fn open(self) -> io::Result<(HashMap<Box<str>, State>, Feed)> {
        let names = match self.names {
            Names::Held(names) => names,
            Names::Spooled(names) => names.collect::<io::Result<_>>()?,
        };
        Ok((names, self.sources))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::plan::Item;

    fn found(number: u64) -> Found {
        Found {
            item: Item::Object {
                bucket: "b".to_owned(),
                key: format!("p/{number}"),
            },
            relative: format!("{number}"),
            size: Some(number),
            modified: Some(i128::from(number) * 1_000_000_000 + 5),
            e_tag: None,
        }
    }

    /// Each source meets the state under its name, in whatever round.
    #[tokio::test]
    async fn sources_meet_their_names_however_little_memory_there_is() {
        for most in [0, 1000, 20_000, usize::MAX] {
            let mut target = TargetNames::within(most);
            for number in 0..300 {
                target.add(&found(number)).unwrap();
            }
            assert_eq!(target.is_spilled(), most < 300 * (ENTRY + 1), "{most}");
            let mut sources = Spool::new(10);
            for number in 200..400 {
                if target.is_spilled() {
                    target.add_source(found(number)).unwrap()
                } else {
                    sources.push(Step::Found(found(number))).unwrap()
                }
            }
            let (mut met, mut new, mut left) = (0, 0, 0);
            let feed = Feed::Spooled(sources.read().unwrap());
            for round in target.rounds(feed).unwrap() {
                let (mut names, mut feed) = round.open().unwrap();
                while let Some(Step::Found(source)) = feed.next().await {
                    match names.remove(&*source.relative) {
                        Some(state) => {
                            assert_eq!(state, State::of(&source));
                            met += 1;
                        }
                        None => new += 1,
                    }
                }
                left += names.len();
            }
            assert_eq!((met, new, left), (100, 100, 200), "{most}");
        }
    }
}
