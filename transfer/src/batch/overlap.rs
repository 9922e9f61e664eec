//! [`Overlap`]: the order of objects that are copied or moved where their new keys may be those of others.

/// The order in which objects of a bucket have to be copied or moved to another prefix of the same bucket, if one of the
/// two prefixes begins with the other. There, the new key of an object may be the key of another one, which has to be
/// moved first. [`Batch`](crate::Batch) heeds it; a program that moves objects one by one has to do so itself.
///
/// ```
/// use zonal_transfer::Overlap;
///
/// // `x/a` becomes `x/x/a` before `a` becomes `x/a`
/// let overlap = Overlap::new("", "x/").unwrap();
/// assert!(overlap.rank("x/a") < overlap.rank("a"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    from: String,
    step: String,
    grows: bool,
}

impl Overlap {
    /// Compares the prefix of the objects with that of their new keys. `None` if no new key can be the key of another
    /// object with the prefix `from`.
    pub fn new(from: &str, to: &str) -> Option<Self> {
        let (step, grows) = match (to.strip_prefix(from), from.strip_prefix(to)) {
            (Some(step), _) => (step, true),
            (None, Some(step)) => (step, false),
            (None, None) => return None,
        };
        (!step.is_empty()).then(|| Self {
            from: from.to_owned(),
            step: step.to_owned(),
            grows,
        })
    }

    /// How the longer prefix goes on where the shorter one ends.
    pub fn step(&self) -> &str {
        &self.step
    }

    /// The rank of an object by its key. Objects of one rank are not in the way of each other. Those of a lower rank have
    /// to be done first.
    pub fn rank(&self, key: &str) -> usize {
        let mut rest = key.strip_prefix(&self.from).unwrap_or(key);
        let mut depth = 0;
        while let Some(next) = rest.strip_prefix(&self.step) {
            (rest, depth) = (next, depth + 1);
        }
        if self.grows {
            usize::MAX - depth
        } else {
            depth
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn no_object_is_in_the_way_of_one_that_comes_before_it() {
        let keys = ["a", "x/a", "x/x/a", "x/x/x/a", "xx/a", "x/xa", "x/", "y"];
        for (from, to) in [
            ("", "x/"),
            ("x/", ""),
            ("x/", "x/x/x/"),
            ("x/x/", "x/"),
            ("", "x"),
        ] {
            let overlap = Overlap::new(from, to).unwrap();
            let keys = keys.iter().filter(|key| key.starts_with(from));
            let mut keys: Vec<_> = keys.copied().collect();
            keys.sort_by_key(|key| overlap.rank(key));
            let ranks: BTreeMap<_, _> = keys.iter().map(|key| (*key, overlap.rank(key))).collect();
            for key in &keys {
                let target = format!("{to}{}", &key[from.len()..]);
                if let Some(there) = ranks.get(&*target) {
                    assert!(*there < ranks[key], "{from} to {to}: {key} over {target}");
                }
            }
        }
        for (from, to) in [("a/", "b/"), ("a/", "a/"), ("", ""), ("a/b", "a/c")] {
            assert_eq!(Overlap::new(from, to), None);
        }
    }
}
