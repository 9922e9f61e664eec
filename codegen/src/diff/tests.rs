//! What counts as a difference, and how it is told.

use super::{Deviations, Reviewed, diff};
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
    let (report, _) = reviewed(ours, theirs, deviations, None);
    report
}

/// Whether nothing is to mend, the report, and what to record of it.
fn reviewed(
    ours: &str,
    theirs: &str,
    deviations: &str,
    known: Option<&Reviewed>,
) -> ((bool, String), Reviewed) {
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
        known,
    );
    let text = format!("{report}{}\n", report.summary());
    ((report.is_clean(), text), report.reviewed())
}

#[test]
fn documentation_and_layout_do_not_count() {
    let theirs = OURS.replace("ours", "theirs").replace(": ", ":  ");
    let (clean, text) = report(OURS, &theirs, "[]");
    assert!(clean, "{text}");
    assert_eq!(
        text,
        "3 shapes compared: 0 differences to mend, 0 deliberate\n"
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
        "a#Service traits.smithy.rules#x.p.required: ours is true, theirs false\n",
        "a#In members.Key.traits.smithy.api#required: only ours: {}\n",
        "a#In members.Size.target: ours is smithy.api#Integer, theirs smithy.api#Long\n",
        "a#In members.Age: only theirs: smithy.api#Integer\n",
    ] {
        assert!(text.contains(path), "{path} in:\n{text}");
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
        text.contains("a#In members: in another order: ours Key, Size; theirs Size, Key\n"),
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
    assert_eq!(
        text,
        "a#In members.Key: listed as deliberate, but not there; take the entry away\n\
         3 shapes compared: 0 differences to mend, 1 deliberate, 1 shape left out, 1 stale entry\n"
    );
}

#[test]
fn a_shape_they_do_not_have_is_a_difference() {
    let theirs = r#"{ "smithy": "2.0", "shapes": {} }"#;
    let (clean, text) = report(OURS, theirs, "[]");
    assert!(!clean);
    assert!(
        text.starts_with("a#Service the shape itself: only ours: a service\n"),
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

/// A service with rules, an enum, and more of both than ours.
const RULED: &str = r#"{ "smithy": "2.0", "shapes": {
  "a#Service": { "type": "service", "version": "1", "operations": [{ "target": "a#Do" }, { "target": "a#Old" }],
    "traits": { "smithy.rules#endpointRuleSet": { "version": "1.0", "parameters": { "Region": { "type": "string" } },
      "rules": [
        { "conditions": [{ "fn": "isSet", "argv": [{ "ref": "Region" }] }], "type": "tree", "rules": [
          { "conditions": [], "endpoint": { "url": "https://one.example.com" }, "type": "endpoint" },
          { "conditions": [], "endpoint": { "url": "https://two.example.com" }, "type": "endpoint" } ] },
        { "conditions": [], "error": "No region.", "type": "error" } ] } } },
  "a#Do": { "type": "operation", "input": { "target": "a#In" } },
  "a#Old": { "type": "operation" },
  "a#In": { "type": "structure", "members": { "Tier": { "target": "a#Tier" } } },
  "a#Tier": { "type": "enum", "members": { "LOW": { "target": "smithy.api#Unit" }, "OLD": { "target": "smithy.api#Unit" } } }
} }"#;

/// Ours: one operation, one value, and an endpoint of our own.
fn own() -> String {
    RULED
        .replace(r#", { "target": "a#Old" }"#, "")
        .replace(r#", "OLD": { "target": "smithy.api#Unit" }"#, "")
        .replace("https://one.example.com", "https://ours.example.com")
}

const DELIBERATE: &str = r#"[
  { "shape": "a#Service", "path": "operations", "reason": "the others are not needed" },
  { "shape": "a#Service", "path": "traits.smithy.rules#endpointRuleSet", "reason": "rules of our own" },
  { "shape": "a#Tier", "path": "members", "reason": "no tier but the low one" }
]"#;

#[test]
fn a_deviation_covers_what_was_reviewed_and_nothing_that_comes_later() {
    let ((clean, text), known) = reviewed(&own(), RULED, DELIBERATE, None);
    assert!(clean, "{text}");
    let known = Reviewed::read("deviations.lock", known.to_string()).unwrap();
    let lines = |theirs: &str| {
        let ((clean, text), _) = reviewed(&own(), theirs, DELIBERATE, Some(&known));
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.pop();
        assert_eq!(clean, lines.is_empty(), "{text}");
        lines
    };
    assert_eq!(lines(RULED), Vec::<String>::new());

    let rules = "a#Service traits.smithy.rules#endpointRuleSet";
    let operation = RULED
        .replace(
            r#"{ "target": "a#Old" }"#,
            r#"{ "target": "a#Old" }, { "target": "a#New" }"#,
        )
        .replace(
            r##""a#Old": {"##,
            r##""a#New": { "type": "operation" }, "a#Old": {"##,
        );
    let value = r#""OLD": { "target": "smithy.api#Unit" }, "NEW": { "target": "smithy.api#Unit" }"#;
    let value = RULED.replace(r#""OLD": { "target": "smithy.api#Unit" }"#, value);
    for (theirs, expected) in [
        (
            &operation,
            "a#Service operations.New: only theirs: a#New".to_owned(),
        ),
        (
            &value,
            "a#Tier members.NEW: only theirs: smithy.api#Unit".to_owned(),
        ),
        (
            &RULED.replace("https://one", "https://eins"),
            format!("{rules}.endpoint: changed in theirs: https://eins.example.com"),
        ),
        // what was the same in both was never reviewed
        (
            &RULED.replace("https://two", "https://zwei"),
            format!("{rules}.endpoint: only theirs: https://zwei.example.com"),
        ),
        (
            &RULED.replace("No region.", "None."),
            format!("{rules}.error: only theirs: None."),
        ),
        (
            &RULED.replace(r#", { "target": "a#Old" }"#, ""),
            "a#Service operations.Old: gone from theirs".to_owned(),
        ),
        (
            &RULED.replace(r#"{ "target": "a#Do" }, "#, ""),
            "a#Service operations.Do: only ours: a#Do".to_owned(),
        ),
    ] {
        let lines = lines(theirs);
        assert!(lines.contains(&expected), "{expected} in {lines:#?}");
    }
}

/// Theirs, with an operation and a member that ours leaves out.
const LARGER: &str = r#"{ "smithy": "2.0", "shapes": {
  "a#Service": { "type": "service", "version": "1", "operations": [{ "target": "a#Do" }, { "target": "a#Other" }] },
  "a#Do": { "type": "operation", "input": { "target": "a#In" } },
  "a#Other": { "type": "operation", "input": { "target": "a#OtherIn" } },
  "a#OtherIn": { "type": "structure", "members": { "Grades": { "target": "a#Grades" } } },
  "a#In": { "type": "structure", "members": { "Lock": { "target": "a#Lock" } } },
  "a#Grades": { "type": "list", "member": { "target": "a#Grade" } },
  "a#Grade": { "type": "enum", "members": { "A": { "target": "smithy.api#Unit" } } },
  "a#Lock": { "type": "enum", "members": { "ON": { "target": "smithy.api#Unit" } } }
} }"#;

#[test]
fn what_comes_behind_what_is_left_out_is_named() {
    let ours = LARGER
        .replace(r#", { "target": "a#Other" }"#, "")
        .replace(r#""Lock": { "target": "a#Lock" }"#, "");
    let deviations = r#"[
      { "shape": "a#Service", "path": "operations", "reason": "the others are not needed" },
      { "shape": "a#In", "path": "members.Lock", "reason": "nothing is locked" }
    ]"#;
    let ((clean, text), known) = reviewed(&ours, LARGER, deviations, None);
    assert!(clean, "{text}");
    let known = Reviewed::read("deviations.lock", known.to_string()).unwrap();
    let unit = r#"{ "target": "smithy.api#Unit" }"#;
    for (from, to, expected) in [
        ("", "", &[][..]),
        // in an operation, behind a list
        (
            &*format!(r#""A": {unit}"#),
            &*format!(r#""A": {unit}, "B": {unit}"#),
            &["a#Grade members.B: only theirs: smithy.api#Unit"],
        ),
        // in a member
        (
            &*format!(r#""ON": {unit}"#),
            &*format!(r#""ON": {unit}, "OFF": {unit}"#),
            &["a#Lock members.OFF: only theirs: smithy.api#Unit"],
        ),
        (
            &*format!(r#""ON": {unit}"#),
            &*format!(r#""OFF": {unit}"#),
            &["a#Lock members.OFF: changed in theirs: smithy.api#Unit"],
        ),
        (
            &*format!(r#""A": {unit}"#),
            "",
            &["a#Grade: a part of it is gone from theirs"],
        ),
        // what a left-out member says itself
        (
            r##""Lock": { "target": "a#Lock" }"##,
            r##""Lock": { "target": "a#Lock", "traits": { "smithy.api#required": {} } }"##,
            &["a#In members.Lock: changed in theirs: a#Lock"],
        ),
        // one line for what is new as a whole, and for what is gone as a whole
        (
            r##"{ "target": "a#Other" }]"##,
            r##"{ "target": "a#Other" }, { "target": "a#New" }]"##,
            &["a#Service operations.New: only theirs: a#New"],
        ),
        (
            r##", { "target": "a#Other" }"##,
            "",
            &[
                "a#Service operations.Other: gone from theirs",
                "a#Service operations: listed as deliberate, but not there; take the entry away",
            ],
        ),
        (
            r##""Grades": {"##,
            r##""Sizes": { "target": "a#Sizes" }, "Grades": {"##,
            &["a#OtherIn members.Sizes: only theirs: a#Sizes"],
        ),
        (
            r#""type": "enum""#,
            r#""type": "enum", "traits": { "smithy.api#documentation": "Ours are our own." }"#,
            &[],
        ),
    ] {
        let more = r##""a#New": { "type": "operation", "input": { "target": "a#NewIn" } },
          "a#NewIn": { "type": "structure", "members": { "Size": { "target": "a#Size" } } },
          "a#Sizes": { "type": "list", "member": { "target": "a#Size" } },
          "a#Size": { "type": "integer" }, "a#Do":"##;
        let theirs = LARGER.replace(from, if from.is_empty() { "" } else { to });
        let theirs = theirs.replace(r##""a#Do":"##, more);
        let ((clean, text), _) = reviewed(&ours, &theirs, deviations, Some(&known));
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[..lines.len() - 1], *expected, "{to}");
        assert_eq!(clean, expected.is_empty());
    }
}

#[test]
fn what_is_taken_over_is_no_difference() {
    let ours = LARGER.replace(r#", { "target": "a#Other" }"#, "");
    let deviations = r#"[{ "shape": "a#Service", "path": "operations", "reason": "the others are not needed" }]"#;
    let (_, known) = reviewed(&ours, LARGER, deviations, None);
    let ((clean, text), _) = reviewed(LARGER, LARGER, "[]", Some(&known));
    assert!(clean, "{text}");
}

#[test]
fn a_bad_lock_is_told() {
    let problems = Reviewed::read("deviations.lock", "# fine\na#B path\n").unwrap_err();
    assert!(
        problems.to_string().contains("deviations.lock:2:1"),
        "{problems}"
    );
}
