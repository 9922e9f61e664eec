//! [`Xml`]: writes the XML body of a request.

use aws_smithy_types::DateTime;

use super::batch::{Batch, BatchTags};
use crate::batch_items::BatchItems;
use crate::error::EncodeError;
use crate::text::{TimestampFormat, ToText};

/// A structure or union that can be written as XML.
pub trait Encode {
    /// Writes attributes, then children, into the element that is open.
    fn encode(&self, xml: &mut Xml) -> Result<(), EncodeError>;
}

/// An element's name and the namespace that it declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    name: &'static str,
    prefix: Option<&'static str>,
    uri: Option<&'static str>,
}

impl Tag {
    /// An element without a namespace of its own.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            prefix: None,
            uri: None,
        }
    }

    /// Declares the default namespace.
    pub const fn namespace(self, uri: &'static str) -> Self {
        Self {
            uri: Some(uri),
            ..self
        }
    }

    /// Declares a namespace for a prefix.
    pub const fn prefixed_namespace(self, prefix: &'static str, uri: &'static str) -> Self {
        Self {
            prefix: Some(prefix),
            uri: Some(uri),
            ..self
        }
    }
}

impl From<&'static str> for Tag {
    fn from(name: &'static str) -> Self {
        Self::new(name)
    }
}

/// A name and its default namespace.
impl From<(&'static str, &'static str)> for Tag {
    fn from((name, uri): (&'static str, &'static str)) -> Self {
        Self::new(name).namespace(uri)
    }
}

/// A name, and a prefix with its namespace.
impl From<(&'static str, &'static str, &'static str)> for Tag {
    fn from((name, prefix, uri): (&'static str, &'static str, &'static str)) -> Self {
        Self::new(name).prefixed_namespace(prefix, uri)
    }
}

impl<T: Encode + ?Sized> Encode for Box<T> {
    fn encode(&self, xml: &mut Xml) -> Result<(), EncodeError> {
        (**self).encode(xml)
    }
}

/// How XML Schema says that an element is null.
const NIL: &str = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"";

/// An XML document in the making.
#[derive(Default)]
pub struct Xml {
    out: String,
    /// A start tag has no `>` yet.
    open: bool,
    batch: Option<Batch>,
}

impl Xml {
    /// An empty document.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty document of items that stand each for itself. One whose name cannot be written is left out; see
    /// [`finish_batch`](Self::finish_batch).
    pub fn batch(tags: BatchTags) -> Self {
        Self {
            batch: Some(Batch::new(tags)),
            ..Self::default()
        }
    }

    /// Writes an element around what `content` writes.
    pub fn element(
        &mut self,
        tag: impl Into<Tag>,
        content: impl FnOnce(&mut Self) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        let tag = tag.into();
        self.close_start_tag();
        self.out.push('<');
        self.out.push_str(tag.name);
        self.open = true;
        if let Some(uri) = tag.uri {
            self.out.push_str(" xmlns");
            if let Some(prefix) = tag.prefix {
                self.out.push(':');
                self.out.push_str(prefix);
            }
            self.out.push_str("=\"");
            escape(uri, IN_ATTRIBUTE, &mut self.out);
            self.out.push('"');
        }
        content(self)?;
        self.close_start_tag();
        self.out.push_str("</");
        self.out.push_str(tag.name);
        self.out.push('>');
        Ok(())
    }

    /// Writes an element that holds a value.
    pub fn text<T: ToText + ?Sized>(
        &mut self,
        tag: impl Into<Tag>,
        value: &T,
    ) -> Result<(), EncodeError> {
        let tag = tag.into();
        let text = value.to_text();
        let checked = check(tag.name, &text);
        if let Some(batch) = &mut self.batch {
            batch.note(tag.name, &text, checked.is_err());
        }
        checked?;
        self.element(tag, |xml| {
            xml.close_start_tag();
            escape(&text, IN_TEXT, &mut xml.out);
            Ok(())
        })
    }

    /// Writes an element that holds a value, if there is one.
    pub fn optional_text<T: ToText>(
        &mut self,
        tag: impl Into<Tag>,
        value: &Option<T>,
    ) -> Result<(), EncodeError> {
        value.as_ref().map_or(Ok(()), |value| self.text(tag, value))
    }

    /// Writes an element that holds a point in time.
    pub fn timestamp(
        &mut self,
        tag: impl Into<Tag>,
        time: &DateTime,
        format: TimestampFormat,
    ) -> Result<(), EncodeError> {
        let tag = tag.into();
        let text = format.write(time);
        let text =
            text.ok_or_else(|| EncodeError::member(tag.name, "cannot be written in that format"))?;
        self.text(tag, &*text)
    }

    /// Writes an element that holds a structure or union.
    pub fn structure(
        &mut self,
        tag: impl Into<Tag>,
        value: &impl Encode,
    ) -> Result<(), EncodeError> {
        let tag = tag.into();
        self.close_start_tag();
        let start = self.out.len();
        let written = self.element(tag, |xml| value.encode(xml));
        let Some(batch) = self.batch.as_mut().filter(|batch| batch.is_item(tag.name)) else {
            return written;
        };
        if !batch.wrote(written)? {
            self.out.truncate(start);
            self.open = false;
        }
        Ok(())
    }

    /// Writes an element that holds a structure or union, if there is one.
    pub fn optional_structure(
        &mut self,
        tag: impl Into<Tag>,
        value: Option<&impl Encode>,
    ) -> Result<(), EncodeError> {
        value.map_or(Ok(()), |value| self.structure(tag, value))
    }

    /// Writes an element that stands for a null.
    pub fn nil(&mut self, tag: impl Into<Tag>) -> Result<(), EncodeError> {
        self.element(tag, |xml| {
            xml.out.push_str(NIL);
            Ok(())
        })
    }

    /// Writes a point in time as an attribute of the element whose start tag was written last.
    pub fn attribute_timestamp(
        &mut self,
        name: &'static str,
        time: &DateTime,
        format: TimestampFormat,
    ) -> Result<(), EncodeError> {
        let text = format.write(time);
        let text =
            text.ok_or_else(|| EncodeError::member(name, "cannot be written in that format"))?;
        self.attribute(name, &*text)
    }

    /// Writes an attribute of the element whose start tag was written last.
    pub fn attribute<T: ToText + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        debug_assert!(self.open, "attributes come before children");
        let text = value.to_text();
        check(name, &text)?;
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape(&text, IN_ATTRIBUTE, &mut self.out);
        self.out.push('"');
        Ok(())
    }

    /// The finished document.
    pub fn finish(self) -> String {
        self.out
    }

    /// The finished document, and its items. Where none of them could be written, an error that says `problem` of the
    /// element that names them.
    pub(crate) fn finish_batch(
        self,
        problem: &'static str,
    ) -> Result<(String, BatchItems), EncodeError> {
        let items = match self.batch {
            Some(batch) => batch.items(problem)?,
            None => BatchItems::default(),
        };
        Ok((self.out, items))
    }

    fn close_start_tag(&mut self) {
        if std::mem::take(&mut self.open) {
            self.out.push('>');
        }
    }
}

/// The document may hold secrets.
impl std::fmt::Debug for Xml {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Xml")
            .field("length", &self.out.len())
            .finish_non_exhaustive()
    }
}

/// XML has no way at all to say most control characters.
pub(crate) fn can_carry(text: &str) -> bool {
    let wrong = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    !text.contains(wrong)
}

fn check(member: &'static str, text: &str) -> Result<(), EncodeError> {
    if !can_carry(text) {
        return Err(EncodeError::member(
            member,
            "has a control character, which XML cannot carry",
        ));
    }
    Ok(())
}

/// Markup, and the line breaks that a reader would normalize.
const IN_TEXT: &[char] = &['&', '<', '>', '\r', '\n', '\u{85}', '\u{2028}'];
const IN_ATTRIBUTE: &[char] = &['&', '<', '>', '"', '\r', '\n', '\t', '\u{85}', '\u{2028}'];

fn escape(text: &str, escaped: &[char], out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(escaped) {
        out.push_str(&rest[..at]);
        let mut chars = rest[at..].chars();
        match chars.next() {
            Some('&') => out.push_str("&amp;"),
            Some('<') => out.push_str("&lt;"),
            Some('>') => out.push_str("&gt;"),
            Some('"') => out.push_str("&quot;"),
            Some(c) => out.push_str(&format!("&#x{:X};", u32::from(c))),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_attributes_and_namespaces() {
        let mut xml = Xml::new();
        xml.element(Tag::new("A").namespace("urn:a&b"), |xml| {
            xml.text("B", "x < y & \"z\"\r\n")?;
            xml.element(Tag::new("C").prefixed_namespace("p", "urn:c"), |xml| {
                xml.attribute("p:d", "\"<é")?;
                xml.optional_text::<String>("E", &None)
            })?;
            xml.element("F", |_| Ok(()))
        })
        .unwrap();
        assert_eq!(
            xml.finish(),
            "<A xmlns=\"urn:a&amp;b\"><B>x &lt; y &amp; \"z\"&#xD;&#xA;</B>\
             <C xmlns:p=\"urn:c\" p:d=\"&quot;&lt;é\"></C><F></F></A>"
        );
    }

    #[test]
    fn control_characters_are_refused() {
        for wrong in ["\0", "a\u{1f}", "\u{fffe}"] {
            let error = Xml::new().text("Key", wrong).unwrap_err();
            assert!(error.to_string().contains("`Key`"), "{error}");
        }
        Xml::new().text("Key", "tab\tand line\n").unwrap();
    }

    /// A name and a tag.
    struct Item(&'static str, &'static str);

    impl Encode for Item {
        fn encode(&self, xml: &mut Xml) -> Result<(), EncodeError> {
            xml.text("Key", self.0)?;
            xml.text("Tag", self.1)
        }
    }

    fn batch(items: &[Item]) -> Result<(String, BatchItems), EncodeError> {
        let mut xml = Xml::batch(BatchTags {
            item: "Item",
            key: "Key",
            quiet: "Quiet",
        });
        xml.element("List", |xml| {
            for item in items {
                xml.structure("Item", item)?;
            }
            Ok(())
        })?;
        xml.finish_batch("is not writable")
    }

    #[test]
    fn an_item_that_cannot_be_written_costs_itself() {
        let [a, c] = [Item("a", "1"), Item("c", "3")];
        let (text, items) = batch(&[
            Item("\0", "0"),
            a,
            Item("b\u{1}", "2"),
            c,
            Item("\u{ffff}", "4"),
        ])
        .unwrap();
        assert_eq!(
            text,
            "<List><Item><Key>a</Key><Tag>1</Tag></Item><Item><Key>c</Key><Tag>3</Tag></Item></List>"
        );
        assert_eq!(items.left_out, ["\0", "b\u{1}", "\u{ffff}"]);
        assert_eq!(items.sent, ["a", "c"]);
        // what is no name is for the caller to mend
        let error = batch(&[Item("a", "1"), Item("b", "\0")]).unwrap_err();
        assert_eq!(error.name(), "Tag");
        let error = batch(&[Item("\0", "1"), Item("\u{1f}", "1")]).unwrap_err();
        assert_eq!(error.to_string(), "the member `Key` is not writable");
        assert_eq!(batch(&[]).unwrap().0, "<List></List>");
    }
}
