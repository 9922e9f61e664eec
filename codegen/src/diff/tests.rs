//! What counts as a difference, and how it is told.

use super::{Deviations, diff};
use crate::model::load;
use crate::select::{Selection, select};
use crate::source::Sources;

const OURS: &str = r#"{ "smithy": "2.0", "shapes": {
  "a#Service": { "type": "service", "version": "1", "operations": [{ "target": "a#Do" }],
                 "traits": { "smithy.rules#x": { "p": { "documentation": "ours", "required": true } } } },
  "a#Do": { "type": "operation", "input": { "target": "a#In" } },
  "a#In": { "type": "structure", "members": {
    "Key": { "target": "smithy.api#String", "traits": { "smithy.api#documentation": "ours", "smithy.api#required": {} } },
    "Size": { "target": "smithy.api#Integer" }
  } }
} }"#;

fn report(ours: &str, theirs: &str, deviations: &str) -> (bool, String) {
    let file = |text: &str| {
        let mut sources = Sources::new();
        sources.add("model.json", text);
        sources
    };
    let (ours, theirs) = (file(ours), file(theirs));
    let (ours, theirs) = (load(&ours).unwrap(), load(&theirs).unwrap());
    let closure = select(&ours, &Selection::all()).unwrap();
    let report = diff(
        &closure,
        &theirs,
        &Deviations::read("deviations.json", deviations).unwrap(),
    );
    (report.is_clean(), report.to_string())
}

#[test]
fn documentation_and_layout_do_not_count() {
    let theirs = OURS.replace("ours", "theirs").replace(": ", ":  ");
    let (clean, text) = report(OURS, &theirs, "[]");
    assert!(clean, "{text}");
    assert_eq!(
        text,
        "3 shapes compared: 0 differences to mend, 0 deliberate, 0 stale entries\n"
    );
}

#[test]
fn differences_are_told_with_their_paths() {
    let theirs = OURS
        .replace(
            r#""Size": { "target": "smithy.api#Integer" }"#,
            r#""Size": { "target": "smithy.api#Long" }, "Age": { "target": "smithy.api#Integer" }"#,
        )
        .replace(r#", "smithy.api#required": {}"#, "")
        .replace(r#""required": true"#, r#""required": false"#);
    let (clean, text) = report(OURS, &theirs, "[]");
    assert!(!clean);
    for path in [
        "traits.smithy.rules#x.p.required",
        "members.Key.traits.smithy.api#required: only ours",
        "members.Size.target",
        "members.Age: only theirs",
    ] {
        assert!(text.contains(&format!("  {path}\n")), "{path} in:\n{text}");
    }
    assert!(text.contains("4 differences to mend"), "{text}");
}

#[test]
fn order_counts() {
    let key = r#""Key": { "target": "smithy.api#String", "traits": { "smithy.api#documentation": "ours", "smithy.api#required": {} } }"#;
    let size = r#""Size": { "target": "smithy.api#Integer" }"#;
    let theirs = OURS
        .replace(key, "KEY")
        .replace(size, key)
        .replace("KEY", size);
    let (_, text) = report(OURS, &theirs, "[]");
    assert!(
        text.contains(
            "  members: in another order\n      ours:   Key, Size\n      theirs: Size, Key\n"
        ),
        "{text}"
    );
}

#[test]
fn what_is_listed_is_deliberate_as_long_as_it_is_there() {
    let theirs = OURS
        .replace("a#Do\" }]", "a#Do\" }, { \"target\": \"a#Other\" }]")
        .replace(
            r#""a#Do": {"#,
            r#""a#Other": { "type": "operation" }, "a#Do": {"#,
        );
    let deviations = r#"[
      { "shape": "a#Service", "path": "operations", "reason": "the other is not needed" },
      { "shape": "a#In", "path": "members.Key", "reason": "was different once" }
    ]"#;
    let (clean, text) = report(OURS, &theirs, deviations);
    assert!(!clean);
    assert!(
        text.contains("a#Service operations (1 difference)\n      the other is not needed\n"),
        "{text}"
    );
    assert!(
        text.contains("take these entries away:\n  a#In members.Key\n"),
        "{text}"
    );
    assert!(
        text.contains("0 differences to mend, 1 deliberate, 1 stale entry"),
        "{text}"
    );
}

#[test]
fn a_shape_they_do_not_have_is_a_difference() {
    let theirs = r#"{ "smithy": "2.0", "shapes": {} }"#;
    let (clean, text) = report(OURS, theirs, "[]");
    assert!(!clean);
    assert!(
        text.starts_with("a#Service\n  the shape itself: only ours\n      a service\n"),
        "{text}"
    );
}

#[test]
fn a_bad_list_is_told() {
    let problems =
        Deviations::read("deviations.json", r#"[{ "shape": "a#B", "path": "x" }]"#).unwrap_err();
    assert!(
        problems.to_string().contains("missing field `reason`"),
        "{problems}"
    );
}
