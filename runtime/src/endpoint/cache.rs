//! [`Endpoints`]: the endpoints that were resolved before.
//!
//! A client asks for an endpoint with every call, and comes back to few or to thousands of them.
//! What was found is good for all parameters that have the same values where the rules looked at
//! them; the key of an object, say, is a parameter that they do not look at. On the way to their
//! end the rules look at one of a few sets of parameters, so that an endpoint is found with a hash
//! for each set.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::interpreter::{check, resolve_reading};
use super::{Endpoint, Params, ResolveError, Value};
use crate::lease::{FEW, Oldest};

/// How much memory the endpoints may take, in bytes, about. There is room for 10,000 and more.
const MEMORY: usize = 16 << 20;
/// What an endpoint takes beside the texts of its parameters and its URL: its properties, and its
/// places in the maps.
const ENTRY_BYTES: usize = 1024;
/// How many sets of parameters are told apart. The rules of S3 come to a dozen.
const SETS: usize = 32;

/// Endpoints by what the rules read to come to them; for one table of rules.
pub(crate) struct Endpoints {
    known: RwLock<Known>,
    hasher: RandomState,
    memory: usize,
}

/// A set of parameters, and the hash of their values.
type EndpointKey = (u64, u64);

#[derive(Default)]
struct Known {
    /// For each set of parameters, as bits, what was found with them.
    sets: Vec<(u64, HashMap<u64, Entry>)>,
    bytes: usize,
    /// Grows with each endpoint that is added.
    turn: u64,
    oldest: Oldest<EndpointKey>,
}

struct Entry {
    /// What kinds of values the parameters have.
    kinds: u128,
    /// Places of parameters, and their values, as far as these are not told by their kind.
    read: Vec<(usize, Value<'static>)>,
    endpoint: Arc<Endpoint>,
    bytes: usize,
    /// The turn in which it was last found.
    used: AtomicU64,
}

impl Default for Endpoints {
    fn default() -> Self {
        Self::with_memory(MEMORY)
    }
}

impl Endpoints {
    fn with_memory(memory: usize) -> Self {
        Self {
            known: RwLock::default(),
            hasher: RandomState::new(),
            memory,
        }
    }

    /// The endpoint for these parameters.
    pub(crate) fn resolve(&self, params: Params<'_>) -> Result<Arc<Endpoint>, ResolveError> {
        check(&params)?;
        if let Some(endpoint) = self.find(params.values()) {
            return Ok(endpoint);
        }
        let owned: Option<Vec<_>> = params.values().iter().map(owned).collect();
        let (endpoint, read) = resolve_reading(params)?;
        let endpoint = Arc::new(endpoint);
        if let (Some(owned), Some(read)) = (owned, read) {
            let place = (read, self.hash(&owned, read));
            let kinds = kinds(&owned, read);
            let values = owned.into_iter().enumerate();
            let values = values.filter(|(index, _)| read >> index & 1 == 1);
            let read = values.filter_map(|(index, value)| {
                let value = value.filter(|value| !matches!(value, Value::Bool(_)))?;
                Some((index, value))
            });
            let read = (kinds, read.collect());
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            known.add(place, read, Arc::clone(&endpoint));
            known.make_room(self.memory);
        }
        Ok(endpoint)
    }

    fn find(&self, values: &[Option<Value<'_>>]) -> Option<Arc<Endpoint>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let entry = known.sets.iter().find_map(|(read, entries)| {
            let kinds = kinds(values, *read);
            let fits = |entry: &&Entry| entry.fits(values, kinds);
            if entries.len() <= FEW {
                entries.values().find(fits)
            } else {
                entries.get(&self.hash(values, *read)).filter(fits)
            }
        })?;
        // nothing is written as long as nothing is added
        if entry.used.load(Ordering::Relaxed) != known.turn {
            entry.used.store(known.turn, Ordering::Relaxed);
        }
        Some(Arc::clone(&entry.endpoint))
    }

    /// The hash of the values in a set of parameters.
    fn hash(&self, values: &[Option<Value<'_>>], read: u64) -> u64 {
        let (mut hasher, mut kinds) = (self.hasher.build_hasher(), 0_u64);
        let mut text = |text: &str| {
            hasher.write(text.as_bytes());
            hasher.write_u8(0xff);
        };
        let mut rest = read;
        while rest != 0 {
            let index = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            let kind = match values.get(index).and_then(Option::as_ref) {
                None => 0,
                Some(Value::Bool(value)) => 1 + u64::from(*value),
                Some(Value::Str(value)) => {
                    text(value);
                    3
                }
                Some(Value::List(values)) => {
                    values.iter().for_each(|value| text(value));
                    4 + values.len() as u64
                }
                Some(_) => 3,
            };
            kinds = kinds.rotate_left(3) ^ kind;
        }
        hasher.write_u64(kinds);
        hasher.finish()
    }
}

impl Known {
    fn add(
        &mut self,
        (read, hash): EndpointKey,
        (kinds, values): (u128, Vec<(usize, Value<'static>)>),
        endpoint: Arc<Endpoint>,
    ) {
        self.turn += 1;
        let texts: usize = values.iter().map(|(_, value)| text_bytes(value)).sum();
        // the URL is about as long, and stands in some of the properties too
        let bytes = ENTRY_BYTES + 2 * texts + 2 * endpoint.authority().len();
        let entry = Entry {
            kinds,
            read: values,
            endpoint,
            bytes,
            used: AtomicU64::new(self.turn),
        };
        let index = match self.sets.iter().position(|(known, _)| *known == read) {
            Some(index) => index,
            None => {
                if self.sets.len() == SETS {
                    // rules that look at ever other parameters are not worth a memory
                    self.sets.clear();
                    self.bytes = 0;
                }
                self.sets.push((read, HashMap::new()));
                self.sets.len() - 1
            }
        };
        self.bytes += bytes;
        if let Some(former) = self.sets[index].1.insert(hash, entry) {
            self.bytes -= former.bytes;
        }
    }

    /// Drops what was not asked for for longest.
    fn make_room(&mut self, memory: usize) {
        while self.bytes > memory {
            let Self { sets, oldest, .. } = self;
            let entries = |read: u64| sets.iter().find(|(known, _)| *known == read);
            let last_use = |(read, hash): &EndpointKey| {
                let entry = entries(*read)?.1.get(hash)?;
                Some(entry.used.load(Ordering::Relaxed))
            };
            let all = || {
                let places = sets.iter().flat_map(|(read, entries)| {
                    let used = |entry: &Entry| entry.used.load(Ordering::Relaxed);
                    let places = entries.iter();
                    places.map(move |(hash, entry)| (used(entry), (*read, *hash)))
                });
                places.collect()
            };
            let Some((read, hash)) = oldest.next(last_use, all) else {
                return;
            };
            let entries = self.sets.iter_mut().find(|(known, _)| *known == read);
            if let Some(entry) = entries.and_then(|(_, entries)| entries.remove(&hash)) {
                self.bytes -= entry.bytes;
            }
        }
    }
}

impl Entry {
    fn fits(&self, values: &[Option<Value<'_>>], kinds: u128) -> bool {
        let value = |index: usize| values.get(index).and_then(Option::as_ref);
        let mut read = self.read.iter();
        self.kinds == kinds && read.all(|(index, known)| value(*index) == Some(known))
    }
}

/// What kinds of values these parameters have, two bits for each: none, false, true, or another, which is to
/// be looked at.
fn kinds(values: &[Option<Value<'_>>], read: u64) -> u128 {
    let (mut kinds, mut rest) = (0, read);
    while rest != 0 {
        let index = rest.trailing_zeros() as usize;
        rest &= rest - 1;
        let kind: u128 = match values.get(index).and_then(Option::as_ref) {
            None => 0,
            Some(Value::Bool(value)) => 1 + u128::from(*value),
            Some(_) => 3,
        };
        kinds |= kind << (2 * index);
    }
    kinds
}

fn text_bytes(value: &Value<'_>) -> usize {
    match value {
        Value::Str(text) => text.len(),
        Value::List(texts) => texts.iter().map(|text| text.len()).sum(),
        _ => 0,
    }
}

impl fmt::Debug for Endpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Endpoints")
    }
}

/// A value to keep; `None` for those that no caller sets.
fn owned(value: &Option<Value<'_>>) -> Option<Option<Value<'static>>> {
    let text = |text: &str| text.to_owned().into();
    Some(match value {
        None => None,
        Some(Value::Bool(value)) => Some(Value::Bool(*value)),
        Some(Value::Str(value)) => Some(Value::Str(text(value))),
        Some(Value::List(values)) => Some(Value::List(
            values.iter().map(|value| text(value)).collect(),
        )),
        Some(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::rules::{BuiltIn, Condition, Expr, Node, Param, Ref, Rule, Rules};
    use super::super::{ParamId, Partitions};
    use super::*;

    const fn param(name: &'static str, builtin: Option<BuiltIn>) -> Param {
        Param {
            name,
            builtin,
            default: None,
            required: false,
        }
    }

    static PARTITIONS: Partitions = Partitions(&[]);

    /// A bucket decides, the FIPS host aside; the key does not.
    static RULES: Rules = Rules {
        params: &[
            param("Bucket", None),
            param("UseFIPS", Some(BuiltIn::UseFips)),
            param("Key", None),
        ],
        variables: &[],
        conditions: &[Condition::test(Expr::BooleanEquals(
            &Expr::Var(1),
            &Expr::Bool(true),
        ))],
        nodes: &[Node::new(0, Ref::Result(0), Ref::Result(1))],
        root: Ref::Node(0),
        results: &[
            Rule::Endpoint {
                url: &Expr::Str("https://fips.example.com"),
                properties: &[],
                headers: &[],
            },
            Rule::Endpoint {
                url: &Expr::Template(&[
                    Expr::Str("https://"),
                    Expr::Var(0),
                    Expr::Str(".example.com"),
                ]),
                properties: &[],
                headers: &[],
            },
        ],
        partitions: &PARTITIONS,
    };

    #[test]
    fn what_the_rules_read_decides_and_nothing_else() {
        let endpoints = Endpoints::default();
        let resolve = |bucket: &str, fips: Option<bool>, key: &str| {
            let mut params = Params::new(&RULES);
            params.set(ParamId::new(0), bucket);
            params.set_optional(ParamId::new(1), fips);
            params.set(ParamId::new(2), key);
            endpoints.resolve(params).unwrap()
        };
        let first = resolve("a", None, "k");
        assert_eq!(first.authority(), "a.example.com");
        assert!(Arc::ptr_eq(&first, &resolve("a", None, "other")));
        assert_eq!(resolve("b", None, "k").authority(), "b.example.com");
        // not set is not the same as set to what it comes to
        assert!(!Arc::ptr_eq(&first, &resolve("a", Some(false), "k")));
        let fips = resolve("a", Some(true), "k");
        assert_eq!(fips.authority(), "fips.example.com");
        assert!(Arc::ptr_eq(&fips, &resolve("z", Some(true), "k")));
    }

    #[test]
    fn thousands_are_resolved_once_and_memory_is_bounded() {
        let endpoints = Endpoints::default();
        let resolve = |endpoints: &Endpoints, bucket: &str| {
            let mut params = Params::new(&RULES);
            params.set(ParamId::new(0), bucket);
            endpoints.resolve(params).unwrap()
        };
        let names: Vec<_> = (0..5000).map(|index| format!("bucket{index}")).collect();
        let first: Vec<_> = names.iter().map(|name| resolve(&endpoints, name)).collect();
        for (name, first) in names.iter().zip(&first) {
            assert_eq!(first.authority(), format!("{name}.example.com"));
            assert!(Arc::ptr_eq(first, &resolve(&endpoints, name)));
        }
        // beyond the memory, what was not asked for for longest goes
        let endpoints = Endpoints::with_memory(100 * (ENTRY_BYTES + 100));
        let busy = resolve(&endpoints, "busy");
        for index in 0..100_000 {
            let name = format!("bucket{index}");
            assert_eq!(
                resolve(&endpoints, &name).authority(),
                format!("{name}.example.com")
            );
            assert!(Arc::ptr_eq(&busy, &resolve(&endpoints, "busy")));
        }
        let known = endpoints.known.read().unwrap();
        assert!(known.bytes <= endpoints.memory);
        let count: usize = known.sets.iter().map(|(_, entries)| entries.len()).sum();
        assert!((80..=110).contains(&count), "{count}");
    }

    #[test]
    fn every_read_value_counts_for_the_hash() {
        let endpoints = Endpoints::default();
        let text = |text: &'static str| Some(Value::Str(text.into()));
        let list = |texts: &[&'static str]| {
            let texts = texts.iter().map(|text| (*text).into());
            Some(Value::List(texts.collect()))
        };
        let different = [
            [None, None],
            [Some(Value::Bool(false)), None],
            [Some(Value::Bool(true)), None],
            [None, Some(Value::Bool(true))],
            [text("ab"), text("c")],
            [text("a"), text("bc")],
            [text("abc"), None],
            [None, text("abc")],
            [text(""), None],
            [list(&[]), None],
            [list(&["a", "b"]), None],
            [list(&["ab"]), None],
        ];
        for (index, one) in different.iter().enumerate() {
            assert_eq!(endpoints.hash(one, 1), endpoints.hash(&[one[0].clone()], 1));
            for other in &different[..index] {
                let hashes = [one, other].map(|values| endpoints.hash(values, 3));
                assert_ne!(hashes[0], hashes[1], "{one:?} {other:?}");
            }
        }
    }
}
