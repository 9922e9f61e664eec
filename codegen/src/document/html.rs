//! The HTML that AWS writes into its models, as Markdown.
//!
//! Only the handful of elements that occur there are followed; others vanish and leave their text. What only looks
//! like an element is text.

use super::writer::Writer;
use crate::source::floor_char_boundary;

/// Whether documentation is HTML rather than CommonMark.
pub(super) fn looks_like_html(source: &str) -> bool {
    let start = source.trim_start();
    [
        "<p",
        "<note",
        "<important",
        "<ul",
        "<ol",
        "<dl",
        "<b>",
        "<code",
        "<a ",
        "<i>",
        "<fullname",
        "<body",
    ]
    .iter()
    .any(|tag| start.starts_with(tag))
        || source.contains("</p>")
}

/// Turns HTML into Markdown.
pub(super) fn to_markdown(source: &str) -> String {
    let mut writer = Writer::default();
    let mut rest = source;
    while let Some(open) = rest.find('<') {
        writer.text(&unescape(&rest[..open]));
        rest = &rest[open..];
        let length = match tag(rest) {
            Some(tag) => {
                tag.write(&mut writer);
                tag.length
            }
            None => {
                writer.text("<");
                1
            }
        };
        rest = &rest[length..];
    }
    writer.text(&unescape(rest));
    writer.finish()
}

/// A tag is no longer.
const MAX_TAG: usize = 2_000;

/// A tag, or a comment.
pub(super) struct Tag<'t> {
    name: String,
    closing: bool,
    attributes: &'t str,
    /// How long it is in the source.
    pub(super) length: usize,
}

/// The tag or comment that a text begins with.
pub(super) fn tag(text: &str) -> Option<Tag<'_>> {
    let window = &text[..floor_char_boundary(text, MAX_TAG)];
    let (end, inner) = match window.strip_prefix("<!--") {
        Some(comment) => (comment.find("-->")? + 6, ""),
        None => {
            let end = window[1..].find(['<', '>'])? + 1;
            (end, &window[1..end])
        }
    };
    let closing = inner.starts_with('/');
    let inner = inner.trim_start_matches('/').trim_end_matches('/');
    let (name, attributes) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
    let name = name.to_ascii_lowercase();
    let is_comment = inner.is_empty() && text.starts_with("<!--");
    let is_tag = is_comment || text[end..].starts_with('>') && ELEMENTS.contains(&&*name);
    is_tag.then_some(Tag {
        name,
        closing,
        attributes,
        length: end + 1,
    })
}

/// Names of elements, of HTML and of AWS.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "abstract",
    "b",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "codeblock",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "emphasis",
    "entry",
    "examples",
    "figure",
    "font",
    "footer",
    "fullname",
    "function",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "important",
    "input",
    "ins",
    "kbd",
    "label",
    "li",
    "link",
    "literal",
    "main",
    "mark",
    "meta",
    "nav",
    "note",
    "ol",
    "option",
    "p",
    "para",
    "pre",
    "q",
    "regions",
    "replaceable",
    "s",
    "samp",
    "script",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "tt",
    "u",
    "ul",
    "userinput",
    "var",
    "video",
    "warning",
];

impl Tag<'_> {
    pub(super) fn write(&self, writer: &mut Writer) {
        match (&*self.name, self.closing) {
            ("code", true) => writer.close_code(),
            // What stands in code is code, but for its end.
            (name, _) if writer.in_code() && !is_block(name) => {}
            ("code", false) => writer.open_code(),
            ("dt", true) => writer.term(),
            ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", false) => writer.heading(3),
            ("ul", false) => writer.list(None),
            ("ol", false) => writer.list(Some(1)),
            ("ul" | "ol", true) => writer.end_list(),
            ("li", false) => writer.item(),
            ("td" | "th", true) => writer.text(" "),
            (name, _) if is_block(name) => writer.block(),
            ("b" | "strong" | "i" | "em", false) => writer.open_emphasis(),
            ("b" | "strong", true) => writer.close_emphasis("**"),
            ("i" | "em", true) => writer.close_emphasis("*"),
            ("a", false) => writer.open_link(&unescape(href(self.attributes))),
            ("a", true) => writer.close_link(),
            _ => {}
        }
    }
}

/// Whether an element begins a block and ends another.
#[rustfmt::skip]
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "para" | "div" | "note" | "important" | "warning" | "br" | "hr" | "dl" | "dd" | "dt" | "fullname" | "pre"
            | "codeblock" | "blockquote" | "table" | "tr" | "li" | "ul" | "ol" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
            | "body" | "section" | "title"
    )
}

/// The target of a link, in quotes of either kind.
fn href(attributes: &str) -> &str {
    let Some((_, value)) = attributes.split_once("href=") else {
        return "";
    };
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let inside = quote.and_then(|quote| value[1..].split_once(quote));
    inside.map_or("", |(target, _)| target)
}

/// Text with the characters that entities stand for.
pub(super) fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ];
    named.iter().fold(text.to_owned(), |text, (entity, plain)| {
        text.replace(entity, plain)
    })
}

#[cfg(test)]
mod tests {
    use super::to_markdown;

    #[test]
    fn paragraphs_lists_code_and_links() {
        let html = "<p>Uses <code>a b</code> &amp; <b>more</b>, see <a href=\"https://x.y/z\">the page</a>.</p>\
                    <ul> <li> <p>one [x]</p> </li> <li>two<ol><li>in</li></ol></li></ul><note><p>Last</p></note>";
        let expected = "Uses `a b` & **more**, see [the page](https://x.y/z).\n\n- one \\[x\\]\n- two\n  1. in\n\nLast";
        assert_eq!(to_markdown(html), expected);
    }

    #[test]
    fn broken_html_ends() {
        for html in [
            "<p>a <b",
            "<code>x",
            "<a href=\"http://x\">y",
            "</p></ul></li>",
            "<li>z",
            "<",
            "<!-- a",
        ] {
            to_markdown(html);
        }
    }

    #[test]
    fn what_is_no_element_is_text() {
        for (html, expected) in [
            (
                "<p>A Vec<T>, a < b and <code>c</code></p>",
                "A Vec\\<T\\>, a \\< b and `c`",
            ),
            (
                "<p># one</p><p>2. two</p><p>- three</p>",
                "\\# one\n\n2\\. two\n\n\\- three",
            ),
            ("<p>&amp;lt; AT&T</p>", "\\&lt; AT&T"),
            ("<p>at https://a.b/c?d=e.</p>", "at <https://a.b/c?d=e>."),
            ("<p><code>a`b</code> `</p>", "`` a`b `` \\`"),
            (
                "<p><a href='https://a.b'></a>![<a href='https://a.b'>c</a></p>",
                "!\\[[c](https://a.b)",
            ),
            ("<ul><ul><p>deep</p></ul></ul>", "deep"),
        ] {
            assert_eq!(to_markdown(html), expected, "{html}");
        }
    }
}
