//! Whatever the bytes of a model file are, generating ends in an error or in success, never in a crash.

use zonal_codegen::diagnostics::Diagnostics;
use zonal_codegen::emit::{Options, Runtime};
use zonal_codegen::generate;
use zonal_codegen::model::load;
use zonal_codegen::select::{Selection, select};
use zonal_codegen::source::{MAX_FILE_SIZE, Sources};
use zonal_codegen::validate::validate;

/// Some of everything that a model file can have.
const SMALL: &str = r#"{
  "smithy": "2.0",
  "metadata": { "suppressions": [{ "id": "é\u00e9\"", "namespace": "*" }] },
  "shapes": {
    "a#Service": {
      "type": "service", "version": "1", "operations": [{ "target": "a#Do" }], "errors": [{ "target": "a#Failed" }],
      "traits": { "aws.protocols#restXml": { "noErrorWrapping": true }, "smithy.api#xmlNamespace": { "uri": "u" } }
    },
    "a#Do": {
      "type": "operation", "input": { "target": "a#In" },
      "traits": { "smithy.api#http": { "method": "PUT", "uri": "/{Key+}?a&b=c", "code": 200 } }
    },
    "a#In": {
      "type": "structure",
      "members": {
        "Key": { "target": "smithy.api#String", "traits": { "smithy.api#httpLabel": {}, "smithy.api#required": {} } },
        "Modes": { "target": "a#Modes", "traits": { "smithy.api#xmlFlattened": {} } },
        "Tags": { "target": "a#Tags" },
        "Count": { "target": "smithy.api#Integer", "traits": { "smithy.api#default": 1 } }
      }
    },
    "a#Modes": { "type": "list", "member": { "target": "a#Mode" } },
    "a#Mode": { "type": "enum", "members": { "R": { "target": "smithy.api#Unit", "traits": { "smithy.api#enumValue": "r" } } } },
    "a#Tags": { "type": "map", "key": { "target": "smithy.api#String" }, "value": { "target": "smithy.api#String" } },
    "a#Tags$key": { "type": "apply", "traits": { "smithy.api#xmlName": "k" } },
    "a#Failed": { "type": "structure", "members": {}, "traits": { "smithy.api#error": "client" } }
  }
}"#;

/// All passes that read the model; the text that is drawn where they fail.
fn run(bytes: impl Into<Vec<u8>>) -> Result<(), String> {
    let mut sources = Sources::new();
    sources.add("model.json", bytes);
    let passes = || -> Result<(), Diagnostics> {
        let model = load(&sources)?;
        let closure = select(&model, &Selection::all())?;
        validate(closure).map(drop)
    };
    passes().map_err(|diagnostics| diagnostics.to_string())
}

#[test]
fn the_small_model_is_good() {
    assert_eq!(run(SMALL), Ok(()));
}

#[test]
fn a_file_cut_off_at_any_byte_is_an_error() {
    for end in 0..SMALL.len() {
        let drawn = run(&SMALL.as_bytes()[..end]).expect_err("a part of a model is no model");
        assert!(drawn.starts_with("error["), "{drawn}");
    }
}

#[test]
fn damaged_files_never_crash() {
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % below as u64) as usize
    };
    // Bytes that mean something in JSON and in ids do more harm than others.
    let harmful = b"{}[]\",:#$.+?/\\0-e\n\xff\xc3 aZ";
    for _ in 0..20_000 {
        let mut bytes = SMALL.as_bytes().to_vec();
        for _ in 0..=next(3) {
            let at = next(bytes.len());
            match next(4) {
                0 => drop(bytes.remove(at)),
                1 => bytes.insert(at, harmful[next(harmful.len())]),
                2 => bytes[at] = harmful[next(harmful.len())],
                _ => {
                    let from = next(bytes.len());
                    let piece = bytes[from..(from + next(40)).min(bytes.len())].to_vec();
                    bytes.splice(at..at, piece);
                }
            }
        }
        let _ = run(bytes);
    }
}

#[test]
fn deep_nesting_is_an_error_wherever_it_is() {
    let deep = "[".repeat(100_000);
    let closed = format!("{deep}{}", "]".repeat(100_000));
    let objects = format!("{}1{}", r#"{"a":"#.repeat(100_000), "}".repeat(100_000));
    let places = [
        deep.clone(),
        closed.clone(),
        objects.clone(),
        format!(r#"{{ "smithy": "2.0", "metadata": {closed} }}"#),
        format!(r#"{{ "smithy": "2.0", "metadata": {{ "x": {objects} }} }}"#),
        format!(
            r#"{{ "smithy": "2.0", "shapes": {{ "a#B": {{ "type": "string", "traits": {{ "a#t": {closed} }} }} }} }}"#
        ),
        format!(r#"{{ "version": "1.1", "partitions": {closed} }}"#),
    ];
    for text in places {
        let drawn = run(text).expect_err("too deep");
        assert!(drawn.starts_with("error[too-deep]"), "{drawn}");
        assert!(drawn.len() < 1000, "{}", drawn.len());
    }
}

#[test]
fn brackets_within_strings_are_no_nesting() {
    let text = format!(
        r#"{{ "smithy": "2.0", "metadata": {{ "x": "{}\\\"{}" }} }}"#,
        "[".repeat(1000),
        "{".repeat(1000)
    );
    assert!(
        run(text)
            .expect_err("no service")
            .starts_with("error[no-service]")
    );
}

#[test]
fn a_file_of_100_mb_is_an_error() {
    let mut text = String::with_capacity(100_000_100);
    text.push_str(r#"{ "smithy": "2.0", "metadata": { "x": ""#);
    text.extend(std::iter::repeat_n('x', 100_000_000));
    text.push_str("\" } }");
    assert!(text.len() > MAX_FILE_SIZE);
    assert!(
        run(text)
            .expect_err("too large")
            .starts_with("error[file-too-large]")
    );
}

#[test]
fn strange_files_are_errors() {
    for text in [
        "",
        " ",
        "null",
        "1",
        "\"x\"",
        "[]",
        "{}",
        "\u{feff}",
        "{\"smithy\":\"2.0\"}",
        "\u{feff}{}",
        "{}{}",
        "\0",
    ] {
        assert!(run(text).is_err(), "{text:?}");
    }
    assert!(
        run(format!("\u{feff}{SMALL}")).is_ok(),
        "a byte order mark is skipped"
    );
}

/// A model of one operation that takes and gives `demo#S0`, and these shapes.
fn model_of(shapes: &[String]) -> String {
    let shapes = shapes.join(",\n");
    format!(
        r#"{{ "smithy": "2.0", "shapes": {{
          "demo#Service": {{ "type": "service", "version": "1", "operations": [{{ "target": "demo#Do" }}],
                             "traits": {{ "aws.protocols#restXml": {{}} }} }},
          "demo#Do": {{ "type": "operation", "input": {{ "target": "demo#In" }}, "output": {{ "target": "demo#Out" }},
                        "traits": {{ "smithy.api#http": {{ "method": "POST", "uri": "/" }} }} }},
          "demo#In": {{ "type": "structure", "members": {{ "Root": {{ "target": "demo#S0" }} }} }},
          "demo#Out": {{ "type": "structure", "members": {{ "Root": {{ "target": "demo#S0" }} }} }},
          {shapes}
        }} }}"#
    )
}

/// `S0` to `S…`, each of which holds the next; `next` is the target in the text of a shape.
fn chain(length: usize, last: &str, shape: impl Fn(&str) -> String) -> Vec<String> {
    let shapes = (0..length).map(|at| {
        let next = if at + 1 == length {
            last.to_owned()
        } else {
            format!("demo#S{}", at + 1)
        };
        format!(r#""demo#S{at}": {}"#, shape(&next))
    });
    shapes.collect()
}

fn structure(target: &str) -> String {
    format!(
        r#"{{ "type": "structure", "members": {{ "A": {{ "target": "{target}" }}, "B": {{ "target": "{target}" }} }} }}"#
    )
}

#[test]
fn shapes_nested_too_deeply_are_an_error_that_names_the_limit() {
    let list =
        |target: &str| format!(r#"{{ "type": "list", "member": {{ "target": "{target}" }} }}"#);
    let map = |target: &str| {
        format!(
            r#"{{ "type": "map", "key": {{ "target": "smithy.api#String" }}, "value": {{ "target": "{target}" }} }}"#
        )
    };
    let union = |target: &str| structure(target).replace("structure", "union");
    for length in [200, 2_000, 20_000] {
        for shapes in [
            chain(length, "smithy.api#String", structure),
            chain(length, "smithy.api#String", list),
            chain(length, "smithy.api#String", map),
            chain(length, "smithy.api#String", union),
            // a circle, which is deep all the same
            chain(length, "demo#S0", list),
        ] {
            let drawn = run(model_of(&shapes)).expect_err("too deep");
            assert!(drawn.starts_with("error[too-deep]"), "{drawn}");
            assert!(drawn.contains("128 are generated"), "{drawn}");
        }
    }
    let shapes = chain(100, "smithy.api#String", structure);
    assert_eq!(run(model_of(&shapes)), Ok(()));
}

#[test]
fn a_flood_of_errors_is_drawn_in_part_and_counted() {
    const MISSING: usize = 20_000;
    let members = (0..MISSING).map(|at| format!(r#""M{at}": {{ "target": "demo#Missing{at}" }}"#));
    let members: Vec<_> = members.collect();
    let mut shapes = vec![format!(
        r#""demo#S0": {{ "type": "structure", "members": {{ {} }} }}"#,
        members.join(",\n")
    )];
    shapes.extend((0..MISSING).map(|at| format!(r#""demo#Missed{at}": {{ "type": "string" }}"#)));
    let drawn = run(model_of(&shapes)).expect_err("dangling");
    assert_eq!(drawn.matches("error[dangling-target]").count(), 50);
    assert!(
        drawn.contains("did you mean `Missed0`"),
        "the first ones have advice: {drawn}"
    );
    assert!(drawn.ends_with("… and 19950 more"), "{drawn}");
}

#[test]
fn pages_grow_with_the_number_of_shapes() {
    let bytes = |length: usize| {
        let mut sources = Sources::new();
        sources.add(
            "model.json",
            model_of(&chain(length, "smithy.api#String", structure)),
        );
        let options = Options {
            crate_name: "demo".to_owned(),
            runtime: Runtime::Path("../runtime".to_owned()),
            command_line: None,
            package: None,
        };
        let model = load(&sources).expect("a good model");
        let generated = generate(&model, &Selection::all(), &options).expect("a good model");
        let page = generated.files.get("docs/do.md").expect("a page");
        page.len()
    };
    let (short, long) = (bytes(24), bytes(96));
    assert!(
        long < 4 * short,
        "{short} bytes for 24 structures, {long} for 96"
    );
}
