//! Documentation that Markdown, rustdoc or a reader's terminal would take for something else than text.

use zonal_codegen::files::Files;
use zonal_codegen::select::Selection;
use zonal_codegen::source::Sources;

use crate::{on_its_own, run};

/// Pieces of documentation, each of which has broken a page, rustdoc or a doc test.
#[rustfmt::skip]
const HOSTILE: &[&str] = &[
    "See [link], [x][y], [`Get`], [Self::x], [crate::Client] and [other](#nowhere).",
    "A Vec<T>, an Option<Vec<String>>, a < b > c, <script>alert(1)</script> and </unopened>.",
    "At https://example.com/a?b=c_d, <https://example.com> and http://example.com.",
    "```\nlet x: u8 = \"no\";\n```\n\n~~~rust\npanic!();\n~~~\n\n```should_panic\nunclosed",
    "    fn indented() -> ! { panic!() }\n\n\ttabbed();\n\n1. item\n\n        deep();",
    "# One\n\nTwo\n===\n\n###### Six\n\n---\n\n> quote\n> ```\n> in_quote();",
    "| a | [b] |\n|---|---|\n| `c` | <d> |\n\n[^1] [ ] - [x] *** ___ ~~s~~ $x$ {@link X}",
    "` one ``two` three``` \\` \\[ **bold * _it_ __x",
    "\u{0}nul \u{7}bell \u{1b}[31mred \u{202e}reversed\u{2066} \u{2028}line \r\nend",
    "* a\n  * b\n    * c\n\n      para\n- d\n1) e\n   f\n10. g",
    "<p>html [a] <code>x`y</code> <a href='javascript:x'>z</a> ![<a href=\"https://a.b/(c)\">d</a></p><ul><ul><p>e</ul>",
    "<p># f</p><p>1. g</p><p>    h</p><pre>let i;</pre><table><tr><td>j</td><td>k|l</td></tr></table>",
    "*/ //! #[derive(Debug)] \"quotes\" 'r#' r#\"raw\"# \\u{1F600} \\",
    "&lt;p&gt; &amp;lt; &#60; &copy; AT&T &",
];

/// A crate in which each of them documents everything that can be documented.
pub(crate) fn output(crate_name: &str) -> Files {
    let long = [
        HOSTILE.join("\n\n"),
        "word ".repeat(2_000),
        "x".repeat(10_000),
        "`".repeat(10_000),
        "[".repeat(10_000),
    ];
    let texts = HOSTILE.iter().map(|text| (*text).to_owned()).chain(long);
    let mut shapes = serde_json::Map::new();
    let mut operations = Vec::new();
    for (number, text) in texts.enumerate() {
        operations.push(serde_json::json!({ "target": format!("demo#Do{number}") }));
        shapes.extend(documented(number, &text));
    }
    let service = serde_json::json!({
        "type": "service", "version": "2026-01-15", "operations": operations,
        "traits": {
            "aws.auth#sigv4": { "name": "demo" }, "aws.protocols#restXml": {},
            "smithy.api#title": "A [title] with \"quotes\"\n# and `more\u{202e}",
            "smithy.api#documentation": HOSTILE.join("\n\n"),
        },
    });
    shapes.insert("demo#Demo".to_owned(), service);
    let model = serde_json::json!({ "smithy": "2.0", "shapes": shapes });
    let mut sources = Sources::new();
    sources.add("documentation.json", model.to_string());
    run(&sources, &Selection::all(), &on_its_own(crate_name)).files
}

/// An operation and its shapes.
fn documented(number: usize, text: &str) -> serde_json::Map<String, serde_json::Value> {
    let docs = |mut traits: serde_json::Value| {
        traits["smithy.api#documentation"] = text.into();
        traits
    };
    let member =
        |target: &str, traits| serde_json::json!({ "target": target, "traits": docs(traits) });
    let (input, kind) = (format!("demo#In{number}"), format!("demo#Kind{number}"));
    let (output, error) = (format!("demo#Out{number}"), format!("demo#Bad{number}"));
    let none = || serde_json::json!({});
    let shapes = serde_json::json!({
        format!("demo#Do{number}"): {
            "type": "operation", "input": { "target": input }, "output": { "target": output }, "errors": [{ "target": error }],
            "traits": docs(serde_json::json!({
                "smithy.api#http": { "method": "POST", "uri": format!("/{number}") },
                "smithy.api#examples": [{ "title": text, "documentation": text, "input": { "Text": text } }],
                "smithy.waiters#waitable": { format!("Done{number}"): {
                    "documentation": text, "acceptors": [{ "state": "success", "matcher": { "success": true } }],
                } },
            })),
        },
        input: { "type": "structure", "members": {
            "Text": member("smithy.api#String", serde_json::json!({
                "smithy.api#httpQuery": "text", "smithy.api#deprecated": { "message": text }, "smithy.api#pattern": "[`|]{1,3}",
            })),
            "Kind": member(&kind, none()),
        } },
        output: { "type": "structure", "traits": docs(none()), "members": { "Text": member("smithy.api#String", none()) } },
        error: {
            "type": "structure", "traits": docs(serde_json::json!({ "smithy.api#error": "client" })),
            "members": { "Why": member("smithy.api#String", none()) },
        },
        kind: { "type": "enum", "traits": docs(none()), "members": {
            "A": member("smithy.api#Unit", serde_json::json!({ "smithy.api#enumValue": "a`b|c" })),
            "B": { "target": "smithy.api#Unit", "traits": { "smithy.api#enumValue": "``\n[d]" } },
        } },
    });
    match shapes {
        serde_json::Value::Object(shapes) => shapes,
        _ => serde_json::Map::new(),
    }
}

#[test]
fn no_text_of_a_model_is_code_or_hides() {
    let files = output("demo");
    let mut blocks = 0;
    for (path, text) in files.iter() {
        let hidden = |c: char| {
            c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c) || c == '\u{2066}'
        };
        assert!(!text.contains(hidden), "{path}");
        let mut open = 0;
        for line in text.lines() {
            let docs = line
                .trim_start()
                .strip_prefix("///")
                .or_else(|| line.strip_prefix("//!"));
            let line = docs
                .unwrap_or(if path.ends_with(".md") { line } else { "" })
                .trim();
            let marks = line.len() - line.trim_start_matches('`').len();
            let language = &line[marks..];
            match open {
                0 if marks >= 3 && !language.contains('`') => {
                    let is_ours = matches!(language, "no_run" | "text" | "rust" | "http" | "json");
                    assert!(is_ours, "{path}: {line}");
                    open = marks;
                    blocks += 1;
                }
                open_marks if open_marks > 0 && marks == open_marks && language.is_empty() => {
                    open = 0
                }
                _ => {}
            }
        }
        assert_eq!(open, 0, "{path}");
    }
    assert!(blocks > 20, "{blocks} blocks of code");
}
