//! Sentences of documentation, to find those that stand twice.

use std::collections::BTreeMap;

/// Words that a sentence must have to count: `HTTP status 404.` is a fact and may come again.
const MIN_WORDS: usize = 4;

/// The sentences that stand more than once in the documentation of a Rust file or in a page.
pub(crate) fn repeated(path: &str, text: &str) -> Vec<String> {
    let prose = if path.ends_with(".rs") {
        paragraphs(comments(text))
    } else {
        paragraphs(text.lines())
    };
    let mut count = BTreeMap::<String, usize>::new();
    for sentence in prose.iter().flat_map(|paragraph| sentences(paragraph)) {
        *count.entry(sentence).or_default() += 1;
    }
    let repeated = count.into_iter().filter(|(_, times)| *times > 1);
    repeated.map(|(sentence, _)| sentence).collect()
}

/// The text of documentation comments; whatever is no comment ends a paragraph. Setters are left out: they repeat
/// the first sentence of their field.
fn comments(text: &str) -> impl Iterator<Item = &str> {
    let mut is_setters = false;
    text.lines().map(move |line| {
        is_setters = line == "members! {" || is_setters && line != "}";
        if is_setters {
            return "";
        }
        let line = line.trim_start();
        line.strip_prefix("///")
            .or_else(|| line.strip_prefix("//!"))
            .unwrap_or("")
    })
}

/// Paragraphs and list items, each on one line. Fenced code, tables, headings, HTML comments and the
/// facts below a member's heading are left out.
fn paragraphs<'t>(lines: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    let mut fenced = false;
    for line in lines.map(str::trim) {
        let fence = line.starts_with("```");
        fenced ^= fence;
        let is_prose =
            !fenced && !fence && !line.starts_with(['#', '|', '<']) && !line.contains(" · ");
        let item = line.strip_prefix("- ").or_else(|| line.strip_prefix("* "));
        if !is_prose || line.is_empty() || item.is_some() {
            paragraphs.push(String::new());
        }
        if let Some(last) = paragraphs.last_mut().filter(|_| is_prose) {
            last.push_str(item.unwrap_or(line));
            last.push(' ');
        }
    }
    paragraphs
}

/// The sentences of a paragraph: they end with a full stop before a blank and a letter that is not small,
/// outside of code. Two that differ only in their links or code marks are the same.
fn sentences(paragraph: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut code = false;
    let mut start = 0;
    for (at, c) in paragraph.char_indices() {
        code ^= c == '`';
        let rest = &paragraph[at + c.len_utf8()..];
        let ends = matches!(c, '.' | '!' | '?' | ':') && !code && rest.starts_with(' ');
        if ends && !rest.trim_start().starts_with(char::is_lowercase) {
            sentences.push(&paragraph[start..=at]);
            start = at + 1;
        }
    }
    sentences.push(&paragraph[start..]);
    let plain = sentences.into_iter().map(plain);
    plain
        .filter(|sentence| sentence.split(' ').count() >= MIN_WORDS)
        .collect()
}

/// Without link targets, marks and needless blanks.
fn plain(sentence: &str) -> String {
    let mut text = String::new();
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once("](") {
        text.push_str(before);
        rest = after.split_once(')').map_or("", |(_, tail)| tail);
    }
    text.push_str(rest);
    text.retain(|c| !matches!(c, '`' | '[' | ']' | '*'));
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

#[test]
fn repetition_is_found_across_lines_and_links() {
    let file = "//! One two `three.` four.\n\n/// - [One](x.y) two\n///   three. four. Not. Five six seven e.g. eight!\n\
                /// ```\n/// five six seven e.g. eight!\n/// ```\nfn x() {}\n/// Five six\n/// seven e.g. eight! And more words here.\n\
                members! {\n    /// And more words here.\n}\n";
    assert_eq!(
        repeated("x.rs", file),
        ["five six seven e.g. eight!", "one two three. four."]
    );
    let page = "# One two three four.\n\nOne two three four.\n\n| One two three four. |\n";
    assert!(repeated("x.md", page).is_empty());
    assert_eq!(repeated("x.md", &page.repeat(2)), ["one two three four."]);
}
