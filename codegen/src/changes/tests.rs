//! One change of a small model each, and what it means.

use super::changes;
use crate::generate::describe;
use crate::model::load;
use crate::select::Selection;
use crate::source::Sources;

const MODEL: &str = r##"{ "smithy": "2.0", "shapes": {
  "a#Store": { "type": "service", "version": "1", "operations": [{ "target": "a#GetThing" }, { "target": "a#PutThing" }],
    "traits": { "aws.protocols#restXml": {}, "aws.auth#sigv4": { "name": "store" },
      "smithy.rules#endpointRuleSet": { "version": "1.0",
        "parameters": { "Region": { "type": "string", "builtIn": "AWS::Region", "documentation": "Where." } },
        "rules": [{ "conditions": [{ "fn": "isSet", "argv": [{ "ref": "Region" }] }], "type": "endpoint",
                    "endpoint": { "url": "https://{Region}.example.com" } },
                  { "conditions": [], "type": "error", "error": "no region" }] } } },
  "a#GetThing": { "type": "operation", "input": { "target": "a#GetThingRequest" }, "output": { "target": "a#GetThingOutput" },
    "errors": [{ "target": "a#NoThing" }],
    "traits": { "smithy.api#readonly": {}, "smithy.api#http": { "method": "GET", "uri": "/thing", "code": 200 } } },
  "a#PutThing": { "type": "operation", "input": { "target": "a#PutThingRequest" },
    "traits": { "smithy.api#idempotent": {}, "smithy.api#http": { "method": "PUT", "uri": "/thing", "code": 200 } } },
  "a#GetThingRequest": { "type": "structure", "traits": { "smithy.api#input": {} }, "members": {
    "Name": { "target": "smithy.api#String", "traits": { "smithy.api#httpQuery": "name", "smithy.api#required": {} } },
    "Limit": { "target": "smithy.api#Integer", "traits": { "smithy.api#httpQuery": "limit" } } } },
  "a#GetThingOutput": { "type": "structure", "traits": { "smithy.api#output": {} }, "members": {
    "Count": { "target": "smithy.api#Integer", "traits": { "smithy.api#default": 3 } },
    "Tier": { "target": "a#Tier" }, "Owner": { "target": "a#Owner" } } },
  "a#PutThingRequest": { "type": "structure", "traits": { "smithy.api#input": {} }, "members": {
    "Owner": { "target": "a#Owner", "traits": { "smithy.api#httpPayload": {} } } } },
  "a#Owner": { "type": "structure", "members": {
    "Id": { "target": "smithy.api#String", "traits": { "smithy.api#documentation": "Who." } },
    "Mail": { "target": "a#Mail" },
    "Rank": { "target": "smithy.api#Integer", "traits": { "smithy.api#default": 1 } } } },
  "a#Mail": { "type": "string" },
  "a#Tier": { "type": "enum", "members": {
    "LOW": { "target": "smithy.api#Unit", "traits": { "smithy.api#enumValue": "low" } },
    "HIGH": { "target": "smithy.api#Unit", "traits": { "smithy.api#enumValue": "high" } } } },
  "a#NoThing": { "type": "structure", "members": {},
    "traits": { "smithy.api#error": "client", "smithy.api#httpError": 404 } }
} }"##;

const LIMIT: &str =
    r#""Limit": { "target": "smithy.api#Integer", "traits": { "smithy.api#httpQuery": "limit" } }"#;

/// The changelog from the model to itself with a text in place of another.
fn changelog(replaced: &[(&str, &str)]) -> String {
    let mut new = MODEL.to_owned();
    for (from, to) in replaced {
        assert!(new.contains(from), "{from}");
        new = new.replace(from, to);
    }
    let file = |text: &str| {
        let mut sources = Sources::new();
        sources.add("model.json", text);
        sources
    };
    let (old, new) = (file(MODEL), file(&new));
    let described = |sources| {
        let model = load(sources).unwrap_or_else(|problems| panic!("{problems}"));
        describe(&model, &Selection::all()).unwrap_or_else(|problems| panic!("{problems}"))
    };
    changes(&described(&old).api, &described(&new).api).to_string()
}

/// Whether the changelog has these lines and ends with the class.
#[track_caller]
fn assert_changelog(replaced: &[(&str, &str)], class: &str, lines: &[&str]) {
    let text = changelog(replaced);
    for line in lines {
        assert!(
            text.lines().any(|it| it.trim().starts_with(line)),
            "{line} in:\n{text}"
        );
    }
    let last = text.lines().last().unwrap_or_default();
    assert!(last.starts_with(class), "{class} in:\n{text}");
}

#[test]
fn the_same_model_changes_nothing() {
    assert_eq!(changelog(&[]), "none: nothing changes for users\n");
    let moved = changelog(&[(
        r#""a#Mail": { "type": "string" },"#,
        r#""a#Mail":{"type":"string"},"#,
    )]);
    assert_eq!(moved, "none: nothing changes for users\n");
}

#[test]
fn what_is_new_is_minor() {
    let operation = r##""a#ListThings": { "type": "operation", "output": { "target": "a#GetThingOutput" },
        "traits": { "smithy.api#http": { "method": "GET", "uri": "/things", "code": 200 } } }, "a#GetThing": {"##;
    assert_changelog(
        &[
            (
                r#"{ "target": "a#PutThing" }]"#,
                r##"{ "target": "a#PutThing" }, { "target": "a#ListThings" }]"##,
            ),
            (r##""a#GetThing": {"##, operation),
        ],
        "minor: 1 added, 0 changed, 0 removed",
        &[
            "minor  Client::list_things() -> Result<operation::ListThingsOutput, Error<NoModeledError>>, and ",
        ],
    );
    let value = r#""MID": { "target": "smithy.api#Unit", "traits": { "smithy.api#enumValue": "mid" } }, "HIGH""#;
    assert_changelog(
        &[("\"HIGH\"", value)],
        "minor: 1 added, 0 changed, 0 removed",
        &["minor  types::Tier::Mid = \"mid\": the enum is `#[non_exhaustive]`"],
    );
    assert_changelog(
        &[(
            LIMIT,
            &format!(
                r#"{LIMIT}, "Size": {{ "target": "smithy.api#Long", "traits": {{ "smithy.api#httpQuery": "size" }} }}"#
            ),
        )],
        "minor: 1 added, 0 changed, 0 removed",
        &["minor  operation::GetThing.size: Option<i64>: the structure is `#[non_exhaustive]`"],
    );
    let error = r##""errors": [{ "target": "a#NoThing" }, { "target": "a#Gone" }]"##;
    assert_changelog(
        &[
            (r##""errors": [{ "target": "a#NoThing" }]"##, error),
            (
                r##""a#NoThing": {"##,
                r##""a#Gone": { "type": "structure", "members": {}, "traits": { "smithy.api#error": "client" } }, "a#NoThing": {"##,
            ),
        ],
        "minor: 1 added, 0 changed, 0 removed",
        &["minor  operation::GetThingError::Gone, HTTP 400: the enum is `#[non_exhaustive]`"],
    );
}

#[test]
fn what_no_longer_compiles_is_major() {
    let name = r#""smithy.api#httpQuery": "name", "smithy.api#required": {}"#;
    let required = r#""smithy.api#httpQuery": "limit", "smithy.api#required": {}"#;
    for (from, to, line) in [
        (
            r#", { "target": "a#PutThing" }]"#,
            "]",
            "major  Client::put_thing(",
        ),
        (
            "\"HIGH\"",
            "\"TOP\"",
            "major  types::Tier::High = \"high\": code that names it",
        ),
        (
            LIMIT,
            &*LIMIT.replace("Integer", "Long"),
            "major  operation::GetThing.limit: Option<i32> is now",
        ),
        (
            name,
            r#""smithy.api#httpQuery": "name""#,
            "major  operation::GetThing.name: String is now Option<String>: it is an `Option` now",
        ),
        (
            r#""smithy.api#httpQuery": "limit""#,
            required,
            "major  operation::GetThing::new(name: String) is now",
        ),
        (
            r##""errors": [{ "target": "a#NoThing" }],"##,
            "",
            "major  Client::get_thing(name: String) -> Result<",
        ),
        (
            "a#Owner",
            "a#Keeper",
            "major  types::Owner is now types::Keeper",
        ),
    ] {
        assert_changelog(&[(from, to)], "major", &[line]);
    }
}

#[test]
fn what_holds_a_renamed_shape_is_no_change_of_its_own() {
    let text = changelog(&[("a#Owner", "a#Keeper")]);
    assert!(!text.contains("GetThingOutput"), "{text}");
    // The body of the other operation has the name of the shape as its root element.
    let wire = "patch  operation::PutThing.owner: how it is written";
    assert!(text.contains(wire), "{text}");
    assert!(
        text.ends_with("major: 0 added, 2 changed, 0 removed\n"),
        "{text}"
    );
}

#[test]
fn a_required_member_that_is_new_is_an_argument() {
    let member = r#""Key": { "target": "smithy.api#String", "traits": { "smithy.api#httpQuery": "key", "smithy.api#required": {} } }"#;
    assert_changelog(
        &[(LIMIT, &format!("{LIMIT}, {member}"))],
        "major: 1 added, 2 changed, 0 removed",
        &[
            "major  operation::GetThing.key: String: it is required",
            "major  Client::get_thing(name: String) -> ",
            "major  operation::GetThing::new(name: String) is now (name: String, key: String)",
        ],
    );
}

#[test]
fn another_default_is_minor() {
    for (from, to, line) in [
        (
            "default\": 1",
            "default\": 2",
            "minor  types::Owner.rank: Default `2`. Before: Default `1`: the service",
        ),
        (
            "default\": 1",
            "default\": null",
            "minor  types::Owner.rank: No default. Before: Default `1`: the service",
        ),
        (
            "default\": 3",
            "default\": 4",
            "minor  operation::GetThingOutput.count is `4` where it is left out, not `3`: code",
        ),
    ] {
        assert_changelog(
            &[(from, to)],
            "minor: 0 added, 1 changed, 0 removed",
            &[line],
        );
    }
}

#[test]
fn the_wire_and_the_documentation_are_patches() {
    for (from, to, line) in [
        (
            "\"Who.\"",
            "\"Whose.\"",
            "patch  documentation of types::Owner (1 text): only documentation",
        ),
        (
            r#"/thing", "code": 200 } } },
  "a#GetThingRequest"#,
            r#"/thing", "code": 204 } } },
  "a#GetThingRequest"#,
            "patch  operation::PutThing succeeds with 204, not 200",
        ),
        (
            "\"PUT\"",
            "\"POST\"",
            "patch  operation::PutThing is sent as `POST /thing`, not `PUT /thing`",
        ),
        (
            r#""smithy.api#httpQuery": "limit""#,
            r#""smithy.api#httpHeader": "x-limit""#,
            "patch  operation::GetThing.limit stands in header x-limit, not query limit",
        ),
        (
            "{Region}.example.com",
            "{Region}.example.org",
            "patch  endpoint rules: endpoint \"https://{Region}.example.org\"",
        ),
        (
            "404",
            "410",
            "patch  operation::GetThingError::NoThing, HTTP 404 is now HTTP 410",
        ),
    ] {
        assert_changelog(&[(from, to)], "patch", &[line]);
    }
}

#[test]
fn another_value_of_a_variant_is_minor() {
    assert_changelog(
        &[("\"low\"", "\"lowest\"")],
        "minor: 0 added, 1 changed, 0 removed",
        &["minor  types::Tier::Low = \"low\" is now \"lowest\""],
    );
}
