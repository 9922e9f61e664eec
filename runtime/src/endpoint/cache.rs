//! [`Endpoints`]: the endpoints that were resolved last.
//!
//! A client asks for few endpoints, and for each of them with every call. What was found is good
//! for all parameters that have the same values where the rules looked at them; the key of an
//! object, say, is a parameter that they do not look at.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use super::interpreter::{check, resolve_reading};
use super::{Endpoint, Params, ResolveError, Value};

/// How many endpoints are kept. They are looked through one by one.
const CAPACITY: usize = 64;

/// Endpoints by what the rules read to come to them; for one table of rules.
#[derive(Default)]
pub(crate) struct Endpoints {
    /// The newest comes first.
    recent: RwLock<Vec<Known>>,
}

struct Known {
    /// Places of parameters, and their values.
    read: Vec<(usize, Option<Value<'static>>)>,
    endpoint: Arc<Endpoint>,
}

impl Endpoints {
    /// The endpoint for these parameters.
    pub(crate) fn resolve(&self, params: Params<'_>) -> Result<Arc<Endpoint>, ResolveError> {
        check(&params)?;
        if let Some(endpoint) = self.find(&params) {
            return Ok(endpoint);
        }
        let owned: Option<Vec<_>> = params.values().iter().map(owned).collect();
        let (endpoint, read) = resolve_reading(params)?;
        let endpoint = Arc::new(endpoint);
        if let (Some(owned), Some(read)) = (owned, read) {
            let values = owned.into_iter().enumerate();
            let known = Known {
                read: values.filter(|(index, _)| read >> index & 1 == 1).collect(),
                endpoint: Arc::clone(&endpoint),
            };
            let mut recent = self.recent.write().unwrap_or_else(PoisonError::into_inner);
            recent.truncate(CAPACITY - 1);
            recent.insert(0, known);
        }
        Ok(endpoint)
    }

    fn find(&self, params: &Params<'_>) -> Option<Arc<Endpoint>> {
        let values = params.values();
        let fits = |known: &&Known| {
            let mut read = known.read.iter();
            read.all(|(index, value)| values.get(*index) == Some(value))
        };
        let recent = self.recent.read().unwrap_or_else(PoisonError::into_inner);
        recent
            .iter()
            .find(fits)
            .map(|known| Arc::clone(&known.endpoint))
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
        for index in 0..100 {
            let bucket = format!("bucket{index}");
            let host = format!("{bucket}.example.com");
            assert_eq!(resolve(&bucket, None, "k").authority(), host);
        }
        assert_eq!(endpoints.recent.read().unwrap().len(), CAPACITY);
    }
}
