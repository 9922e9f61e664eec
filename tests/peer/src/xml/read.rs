//! Reads the few XML documents that requests bring.

use super::escape;
use crate::error::S3Error;
use quick_xml::events::{BytesRef, Event};
use quick_xml::reader::Reader;

const DEPTH_LIMIT: usize = 16;

/// An element with its text and its children, in order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// Reads a document whose root has this name.
    pub(crate) fn parse(bytes: &[u8], root: &str) -> Result<Self, S3Error> {
        let document = std::str::from_utf8(bytes).ok().and_then(read);
        document
            .filter(|element| element.name == root)
            .ok_or_else(malformed)
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> + 'a {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The child of that name, which may be there once at most.
    pub(crate) fn child(&self, name: &str) -> Result<Option<&Self>, S3Error> {
        let mut found = self.children.iter().filter(|child| child.name == name);
        match (found.next(), found.next()) {
            (first, None) => Ok(first),
            _ => Err(malformed()),
        }
    }

    /// The text of the child of that name.
    pub(crate) fn child_text(&self, name: &str) -> Result<Option<&str>, S3Error> {
        Ok(self.child(name)?.map(|child| child.text.as_str()))
    }

    /// What stands between its tags, written anew: the children, or the text if there are none.
    pub(crate) fn content(&self) -> String {
        if self.children.is_empty() {
            return escape(&self.text);
        }
        let child = |child: &Self| format!("<{0}>{1}</{0}>", child.name, child.content());
        self.children.iter().map(child).collect()
    }
}

/// The answer to a document that is none, or not the one that belongs there.
pub(crate) fn malformed() -> S3Error {
    S3Error::new(
        400,
        "MalformedXML",
        "The XML of the request is not well-formed or not of the expected form",
    )
}

fn read(text: &str) -> Option<Element> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) if open.len() <= DEPTH_LIMIT => open.push(Element {
                name: start.local_name().as_ref().to_owned(),
                ..Element::default()
            }),
            Event::Empty(start) if open.len() <= DEPTH_LIMIT => {
                open.last_mut()?.children.push(Element {
                    name: start.local_name().as_ref().to_owned(),
                    ..Element::default()
                })
            }
            Event::End(_) => {
                let done = open.pop()?;
                open.last_mut()?.children.push(done);
            }
            Event::Text(text) => add_text(open.last_mut()?, &text.xml10_content())?,
            Event::CData(text) => add_text(open.last_mut()?, &text.xml10_content())?,
            Event::GeneralRef(name) => open.last_mut()?.text.push(resolve(&name)?),
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
            Event::Eof => break,
            // Document types, and elements that are nested too deep.
            _ => return None,
        }
    }
    let mut outside = open.pop()?;
    let alone = open.is_empty() && outside.text.trim().is_empty() && outside.children.len() == 1;
    alone.then(|| outside.children.pop()).flatten()
}

fn add_text(element: &mut Element, text: &str) -> Option<()> {
    if !text.chars().all(is_xml_character) {
        return None;
    }
    element.text.push_str(text);
    Some(())
}

fn resolve(reference: &BytesRef<'_>) -> Option<char> {
    if let Some(character) = reference.resolve_char_ref().ok()? {
        return Some(character).filter(|character| is_xml_character(*character));
    }
    match reference.as_ref() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// XML 1.0 has no way to write the other characters.
fn is_xml_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_read() {
        let text = "<?xml version=\"1.0\"?>\n<!-- c --><s:Delete xmlns:s=\"x\" a=\"b\">\
            <Object><Key>a &amp; &#x62; &lt;<![CDATA[<c>]]> </Key></Object><Quiet/></s:Delete>\n";
        let root = Element::parse(text.as_bytes(), "Delete").expect("a document");
        let object = root.child("Object").expect("once").expect("there");
        assert_eq!(object.child_text("Key"), Ok(Some("a & b <<c> ")));
        assert_eq!(root.child_text("Quiet"), Ok(Some("")));
        assert_eq!(root.child_text("Other"), Ok(None));
    }

    #[test]
    fn what_is_not_xml_is_refused() {
        let deep = format!("<A>{}{}</A>", "<b>".repeat(20), "</b>".repeat(20));
        for bad in [
            "",
            "text",
            "<B/>",
            "<A>",
            "<A></B>",
            "<A/><A/>",
            "<A/>text",
            "<!DOCTYPE A><A/>",
            "<A>&entity;</A>",
            "<A>&#1;</A>",
            "<A>\u{1}</A>",
            &deep,
        ] {
            assert!(Element::parse(bad.as_bytes(), "A").is_err(), "{bad}");
        }
        let document = b"<A x='1'><k>a&amp;b&#x9;</k><![CDATA[c]]><!--d--></A>";
        for at in 0..document.len() {
            for byte in 0..=255 {
                let mut changed = document.to_vec();
                changed[at] = byte;
                let _ = Element::parse(&changed, "A");
            }
            assert!(Element::parse(&document[..at], "A").is_err());
        }
        let twice = Element::parse(b"<A><k/><k/></A>", "A").expect("a document");
        assert!(twice.child("k").is_err());
    }
}
