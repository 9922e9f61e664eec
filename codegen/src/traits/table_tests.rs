//! The table says one thing about each pair, and what it says can be done.

use std::collections::HashSet;

use super::table::*;

#[test]
fn no_pair_stands_twice() {
    let mut seen = HashSet::new();
    for (spec, places, _) in TABLE {
        for place in *places {
            assert!(
                seen.insert((spec.id, *place)),
                "`{}` on `{place}` stands twice",
                spec.id
            );
        }
    }
}

#[test]
fn what_is_handled_has_a_type() {
    for (spec, _, treatment) in TABLE {
        assert!(
            *treatment != Treatment::Handled || spec.check.is_some(),
            "`{}` is handled without a type",
            spec.id
        );
    }
}

#[test]
fn reasons_are_given() {
    for (spec, _, treatment) in TABLE {
        if let Treatment::Ignored(reason) = treatment {
            assert!(reason.len() > 10, "why is `{}` not handled?", spec.id);
        }
    }
}

#[test]
fn the_listing_has_a_line_for_each_pair() {
    let pairs: usize = TABLE.iter().map(|(_, places, _)| places.len()).sum();
    let listing = listing();
    assert_eq!(listing.lines().count(), pairs);
    assert!(listing.contains("smithy.api#httpHeader"));
}
