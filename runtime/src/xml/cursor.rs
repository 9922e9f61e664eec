//! The events of one document, with the limits that every document has.

use std::borrow::Cow;

use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use crate::error::{DecodeError, Problem};

/// The deepest nesting that is read.
const DEPTH_LIMIT: usize = 32;

/// Events and the depth they leave us at.
pub(super) struct Cursor<'i> {
    reader: Reader<&'i [u8]>,
    /// Elements that are open now.
    depth: usize,
    /// The element opened last was `<empty/>`: its end is still to be told.
    pending_end: bool,
    /// The document is another one than expected: every later error says so instead.
    foreign: Option<DecodeError>,
}

/// What a decoder has to know of an event.
pub(super) enum Token<'i> {
    Start(BytesStart<'i>),
    End,
    Text(Cow<'i, str>),
}

impl<'i> Cursor<'i> {
    pub(super) fn new(text: &'i str) -> Self {
        Self {
            reader: Reader::from_str(text),
            depth: 0,
            pending_end: false,
            foreign: None,
        }
    }

    /// Notes that the root is not the expected one.
    pub(super) fn set_foreign(&mut self, error: DecodeError) {
        self.foreign = Some(error);
    }

    /// The error for a document that is another one than expected.
    pub(super) fn foreign(&self) -> Option<&DecodeError> {
        self.foreign.as_ref()
    }

    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    pub(super) fn position(&self) -> u64 {
        self.reader.buffer_position()
    }

    /// The next token inside the root; the document must not end before it.
    pub(super) fn token(&mut self) -> Result<Token<'i>, DecodeError> {
        if self.pending_end {
            self.pending_end = false;
            self.depth -= 1;
            return Ok(Token::End);
        }
        loop {
            match self.reader.read_event() {
                Ok(Event::Start(start)) => {
                    self.open()?;
                    return Ok(Token::Start(start));
                }
                Ok(Event::Empty(start)) => {
                    self.open()?;
                    self.pending_end = true;
                    return Ok(Token::Start(start));
                }
                Ok(Event::End(_)) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Token::End);
                }
                Ok(Event::Text(text)) => return Ok(Token::Text(text.into_inner())),
                Ok(Event::CData(text)) => return Ok(Token::Text(text.into_inner())),
                Ok(Event::GeneralRef(name)) => return self.reference(&name).map(Token::Text),
                Ok(Event::Comment(_) | Event::PI(_) | Event::Decl(_)) => {}
                Ok(Event::DocType(_)) => return Err(self.refuse("it has a DOCTYPE")),
                Ok(Event::Eof) => return Err(self.truncated()),
                Err(error) => return Err(self.syntax(&error)),
            }
        }
    }

    /// The text up to the end of the element opened last; `None` if there are elements in it. Most elements hold
    /// text alone, so their way is short.
    pub(super) fn text(&mut self) -> Result<Option<Cow<'i, str>>, DecodeError> {
        let mut text = Cow::Borrowed("");
        if self.pending_end {
            self.token()?;
            return Ok(Some(text));
        }
        loop {
            let piece = match self.reader.read_event() {
                Ok(Event::Text(piece)) => piece.into_inner(),
                Ok(Event::End(_)) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Some(text));
                }
                Ok(Event::GeneralRef(name)) => self.reference(&name)?,
                Ok(Event::CData(piece)) => piece.into_inner(),
                Ok(Event::Start(_) | Event::Empty(_)) => return Ok(None),
                Ok(Event::Comment(_) | Event::PI(_) | Event::Decl(_)) => continue,
                Ok(Event::DocType(_)) => return Err(self.refuse("it has a DOCTYPE")),
                Ok(Event::Eof) => return Err(self.truncated()),
                Err(error) => return Err(self.syntax(&error)),
            };
            match text.is_empty() {
                true => text = piece,
                false => append(&mut text, &piece),
            }
        }
    }

    /// The root element; `None` if the document holds nothing but white space.
    pub(super) fn root(&mut self) -> Result<Option<BytesStart<'i>>, DecodeError> {
        loop {
            if self.depth == 0 && self.at_end() {
                return Ok(None);
            }
            match self.token()? {
                Token::Start(start) => return Ok(Some(start)),
                Token::Text(text) if is_blank(&text) => {}
                Token::Text(_) | Token::End => return Err(self.refuse("it is not XML")),
            }
        }
    }

    /// Whether only white space is left.
    fn at_end(&self) -> bool {
        self.reader.get_ref().iter().all(u8::is_ascii_whitespace)
    }

    /// After the root: only white space, comments and the like may follow.
    pub(super) fn finish(&mut self) -> Result<(), DecodeError> {
        if self.at_end() {
            return Ok(());
        }
        loop {
            match self.reader.read_event() {
                Ok(Event::Eof) => return Ok(()),
                Ok(Event::Comment(_) | Event::PI(_)) => {}
                Ok(Event::Text(text)) if is_blank(&text) => {}
                Ok(_) => return Err(self.refuse("something follows its root element")),
                Err(error) => return Err(self.syntax(&error)),
            }
        }
    }

    /// Reads on until `depth` elements are open.
    pub(super) fn close_to(&mut self, depth: usize) -> Result<(), DecodeError> {
        while self.depth > depth {
            self.token()?;
        }
        Ok(())
    }

    fn open(&mut self) -> Result<(), DecodeError> {
        self.depth += 1;
        if self.depth > DEPTH_LIMIT {
            return Err(self.refuse("it is nested too deeply"));
        }
        Ok(())
    }

    /// The character of a reference: one of the five predefined entities, or a number.
    fn reference(&self, name: &BytesRef<'_>) -> Result<Cow<'i, str>, DecodeError> {
        let text = match &**name {
            "lt" => "<",
            "gt" => ">",
            "amp" => "&",
            "apos" => "'",
            "quot" => "\"",
            _ => match name.resolve_char_ref() {
                Ok(Some(character)) => return Ok(Cow::Owned(character.to_string())),
                _ => return Err(self.refuse("it has an unknown entity")),
            },
        };
        Ok(Cow::Borrowed(text))
    }

    pub(super) fn refuse(&self, problem: &'static str) -> DecodeError {
        self.foreign
            .clone()
            .unwrap_or_else(|| DecodeError::syntax(self.position(), problem))
    }

    fn truncated(&self) -> DecodeError {
        let position = self.position();
        self.foreign
            .clone()
            .unwrap_or_else(|| DecodeError::new(Problem::Truncated { position }))
    }

    /// A parser error without the text it may quote.
    fn syntax(&self, error: &Error) -> DecodeError {
        let problem = match error {
            Error::Syntax(
                SyntaxError::UnclosedTag
                | SyntaxError::UnclosedPI
                | SyntaxError::UnclosedXmlDecl
                | SyntaxError::UnclosedComment
                | SyntaxError::UnclosedCData
                | SyntaxError::UnclosedSingleQuotedAttributeValue
                | SyntaxError::UnclosedDoubleQuotedAttributeValue
                | SyntaxError::InvalidBangMarkup,
            ) => return self.truncated(),
            Error::Syntax(SyntaxError::UnclosedDoctype) => "it has a DOCTYPE",
            Error::IllFormed(IllFormedError::MismatchedEndTag { .. }) => {
                "an end tag does not fit its start tag"
            }
            Error::IllFormed(IllFormedError::UnmatchedEndTag(_)) => "an end tag has no start tag",
            Error::IllFormed(IllFormedError::MissingDoctypeName) => "it has a DOCTYPE",
            _ => "it is not well-formed",
        };
        self.refuse(problem)
    }
}

pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_whitespace())
}

/// Appends a piece of text; the first one that is appended makes room for more.
fn append(text: &mut Cow<'_, str>, piece: &str) {
    if let Cow::Borrowed(first) = *text {
        let mut owned = String::with_capacity(first.len() + piece.len() + 32);
        owned.push_str(first);
        *text = Cow::Owned(owned);
    }
    text.to_mut().push_str(piece);
}
