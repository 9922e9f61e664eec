//! Writes the few XML documents the peer answers with, and reads those that requests bring.

mod read;

pub(crate) use read::{Element, malformed};

/// The namespace of S3's answers.
pub(crate) const S3_NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// Builds a document without white space between its elements, as S3 does.
pub(crate) struct Writer(String);

impl Writer {
    pub(crate) fn new() -> Self {
        Self("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned())
    }

    pub(crate) fn open(&mut self, element: &str) {
        self.0.push_str(&format!("<{element}>"));
    }

    /// Opens a root element in S3's namespace.
    pub(crate) fn open_root(&mut self, element: &str) {
        self.0
            .push_str(&format!("<{element} xmlns=\"{S3_NAMESPACE}\">"));
    }

    pub(crate) fn close(&mut self, element: &str) {
        self.0.push_str(&format!("</{element}>"));
    }

    pub(crate) fn text(&mut self, element: &str, text: &str) {
        self.open(element);
        self.0.push_str(&escape(text));
        self.close(element);
    }

    /// Appends what [`Element::content`] gave.
    pub(crate) fn raw(&mut self, content: &str) {
        self.0.push_str(content);
    }

    /// A document whose root has this content.
    pub(crate) fn document(root: &str, content: &str) -> String {
        let mut xml = Self::new();
        xml.open_root(root);
        xml.raw(content);
        xml.close(root);
        xml.finish()
    }

    pub(crate) fn finish(self) -> String {
        self.0
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(character),
            '\r' => escaped.push_str("&#13;"),
            // XML 1.0 has no way to write the other control characters.
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        let mut xml = Writer::new();
        xml.open_root("A");
        xml.text("B", "<&>\"\u{1}é\n");
        xml.close("A");
        let text = xml.finish();
        assert!(
            text.ends_with("<B>&lt;&amp;&gt;&quot;\u{fffd}é\n</B></A>"),
            "{text}"
        );
    }
}
