//! The events of one document, with the limits that every document has.

use std::borrow::Cow;
use std::io::BufRead;

use memchr::{memchr, memchr2};
use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use crate::error::{DOCUMENT_TYPE, DecodeError, Problem};

/// The deepest nesting that is read.
const DEPTH_LIMIT: usize = 32;

/// The most elements that are read of a document. A page of 1,000 objects has some 10,000; what has many
/// times more is no answer of a service, and each may take a hundred times its own length in memory.
const ELEMENT_LIMIT: u32 = 100_000;

/// Events and the depth they leave us at.
pub(super) struct Cursor<'i> {
    input: &'i str,
    reader: Reader<&'i [u8]>,
    /// There are carriage returns in it, which no service sends.
    has_returns: bool,
    /// Elements that are open now.
    depth: usize,
    /// Their names, as written, without that of an element that is `pending`. The parser does not compare them with
    /// the end tags, as it does not see all tags.
    names: Vec<&'i str>,
    /// The element opened last was read to its end, as `<empty/>` is: its text, and that it ends, are still
    /// to be told.
    pending: Option<Cow<'i, str>>,
    /// The parser looks for text next, so text and whole elements may be taken from under it.
    expects_text: bool,
    /// Elements that were opened so far.
    elements: u32,
    /// Children of the root that nobody knows.
    unknown: usize,
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
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        Self {
            input: text,
            has_returns: memchr(b'\r', text.as_bytes()).is_some(),
            reader,
            depth: 0,
            names: Vec::new(),
            pending: None,
            expects_text: false,
            elements: 0,
            unknown: 0,
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

    /// Notes that a child of the root is not known.
    pub(super) fn passed_by(&mut self) {
        self.unknown += 1;
    }

    /// Once all is read: an error if the document is another one than expected, and none of it known.
    pub(super) fn check_foreign(&self) -> Result<(), DecodeError> {
        let Some(foreign) = &self.foreign else {
            return Ok(());
        };
        // seldom: the children are counted only here
        let mut again = Self::new(self.input);
        again.root()?;
        let mut children = 0;
        while again.child()?.is_some() {
            children += 1;
            again.close_to(1)?;
        }
        if children > self.unknown {
            Ok(())
        } else {
            Err(foreign.clone())
        }
    }

    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    pub(super) fn position(&self) -> u64 {
        self.reader.buffer_position()
    }

    /// The next token inside the root; the document must not end before it.
    pub(super) fn token(&mut self) -> Result<Token<'i>, DecodeError> {
        if let Some(text) = self.pending.take() {
            if text.is_empty() {
                self.depth -= 1;
                return Ok(Token::End);
            }
            self.pending = Some(Cow::Borrowed(""));
            return Ok(Token::Text(text));
        }
        loop {
            match self.event() {
                Ok(Event::Start(start)) => {
                    self.open()?;
                    return Ok(Token::Start(start));
                }
                Ok(Event::Empty(start)) => {
                    self.open()?;
                    self.pending = Some(Cow::Borrowed(""));
                    return Ok(Token::Start(start));
                }
                Ok(Event::End(_)) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Token::End);
                }
                Ok(Event::Text(text)) => return Ok(Token::Text(self.unix(text.into_inner()))),
                Ok(Event::CData(text)) => return Ok(Token::Text(self.unix(text.into_inner()))),
                Ok(Event::GeneralRef(name)) => return self.reference(&name).map(Token::Text),
                other => self.pass_over(other)?,
            }
        }
    }

    /// The start tag of the next child of the element that is open; `None` at its end. What
    /// [`token`](Self::token) would say, without the texts between.
    #[inline]
    pub(super) fn child(&mut self) -> Result<Option<BytesStart<'i>>, DecodeError> {
        if self.pending.take().is_some() {
            self.depth -= 1;
            return Ok(None);
        }
        if let Some(start) = self.plain_tag() {
            if start.is_some() {
                self.open()?;
            } else {
                self.depth -= 1;
            }
            return Ok(start);
        }
        loop {
            match self.event() {
                Ok(Event::Start(start)) => {
                    self.open()?;
                    return Ok(Some(start));
                }
                Ok(Event::End(_)) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(None);
                }
                Ok(Event::Empty(start)) => {
                    self.open()?;
                    self.pending = Some(Cow::Borrowed(""));
                    return Ok(Some(start));
                }
                Ok(Event::Text(_) | Event::CData(_)) => {}
                Ok(Event::GeneralRef(name)) => drop(self.reference(&name)?),
                other => self.pass_over(other)?,
            }
        }
    }

    /// Passes over what means nothing, and refuses what may not be.
    #[cold]
    fn pass_over(&self, event: Result<Event<'_>, Error>) -> Result<(), DecodeError> {
        match event {
            Ok(Event::DocType(_)) => Err(self.refuse(DOCUMENT_TYPE)),
            Ok(Event::Decl(declaration)) if !self.is_first(&declaration) => {
                Err(self.refuse("its declaration does not stand at its start"))
            }
            Ok(Event::Eof) => Err(self.truncated()),
            Ok(_) => Ok(()),
            Err(error) => Err(self.syntax(&error)),
        }
    }

    /// Whether nothing, not even a blank, stands before a declaration.
    fn is_first(&self, declaration: &BytesDecl<'_>) -> bool {
        self.position() == ("<?".len() + declaration.len() + "?>".len()) as u64
    }

    /// The text up to the end of the element opened last; `None` if there are elements in it.
    #[inline]
    pub(super) fn text(&mut self) -> Result<Option<Cow<'i, str>>, DecodeError> {
        match self.pending.take() {
            Some(text) => {
                self.depth -= 1;
                Ok(Some(text))
            }
            None => self.text_in_pieces(),
        }
    }

    fn text_in_pieces(&mut self) -> Result<Option<Cow<'i, str>>, DecodeError> {
        let mut text = Cow::Borrowed("");
        loop {
            let taken = self.plain_text(self.rest(), &mut text);
            self.reader.stream().consume(taken);
            let piece = match self.event() {
                Ok(Event::End(_)) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Some(text));
                }
                Ok(Event::Text(piece)) => piece.into_inner(),
                Ok(Event::GeneralRef(name)) => self.reference(&name)?,
                Ok(Event::CData(piece)) => piece.into_inner(),
                Ok(Event::Start(_) | Event::Empty(_)) => return Ok(None),
                other => {
                    self.pass_over(other)?;
                    continue;
                }
            };
            match piece {
                Cow::Borrowed(piece) => self.append(&mut text, piece),
                Cow::Owned(piece) => extend(&mut text, &piece),
            }
        }
    }

    /// The next event of the parser. An end tag is that of the element opened last.
    #[inline]
    fn event(&mut self) -> Result<Event<'i>, Error> {
        let event = self.reader.read_event();
        self.expects_text = !matches!(event, Ok(Event::Text(_) | Event::Eof) | Err(_));
        match &event {
            Ok(Event::Start(start)) => {
                let tag = self.at() - start.len() - ">".len();
                let name = self.input.get(tag..tag + start.name().into_inner().len());
                self.names.push(name.unwrap_or_default());
            }
            Ok(Event::End(end)) => {
                let found = end.name().into_inner();
                let expected = self.names.pop();
                if expected != Some(found) {
                    return Err(Error::IllFormed(unfit(expected, found)));
                }
            }
            _ => {}
        }
        event
    }

    /// How much the parser has read.
    #[inline]
    fn at(&self) -> usize {
        self.input.len() - self.reader.get_ref().len()
    }

    /// What the parser has not read, where it looks for text next; elsewhere nothing.
    #[inline]
    fn rest(&self) -> &'i str {
        if self.expects_text {
            self.input.get(self.at()..).unwrap_or_default()
        } else {
            ""
        }
    }

    /// Takes a tag without attributes from under the parser: the start tag of a child, or, with `Some(None)`, the end
    /// tag of the element that is open. Where the child holds text alone, as `<Key>a/b</Key>` does, all of it is
    /// taken. Nearly all of a listing is such tags, and the parser takes much longer for each. `None` leaves the next
    /// tag to the parser.
    #[inline]
    fn plain_tag(&mut self) -> Option<Option<BytesStart<'i>>> {
        let rest = self.rest();
        // blanks between elements mean nothing
        let tag = rest.trim_ascii_start();
        let Some((name, content)) = start_tag(tag) else {
            let after = after_end_tag(tag, self.names.last()?)?;
            self.names.pop();
            self.reader.stream().consume(rest.len() - after.len());
            return Some(None);
        };
        let mut text = Cow::Borrowed("");
        let taken = self.plain_text(content, &mut text);
        let after = match after_end_tag(content.get(taken..)?, name) {
            Some(after) => {
                self.pending = Some(text);
                after
            }
            None => {
                self.names.push(name);
                content
            }
        };
        self.reader.stream().consume(rest.len() - after.len());
        Some(Some(BytesStart::from_content(name, name.len())))
    }

    /// Reads the text up to the next markup, and the predefined entities in it, for which the parser has an event
    /// each; says how long it is. It stops where the parser has to decide.
    #[inline]
    fn plain_text(&self, rest: &'i str, text: &mut Cow<'i, str>) -> usize {
        let mut taken = 0;
        while let Some(length) = memchr2(b'<', b'&', &rest.as_bytes()[taken..]) {
            let (piece, mark) = rest[taken..].split_at(length);
            self.append(text, piece);
            taken += length;
            let Some((entity, character)) = predefined(mark) else {
                break;
            };
            self.append(text, character);
            taken += entity;
        }
        taken
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
            match self.event() {
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
        self.elements += 1;
        if self.elements > ELEMENT_LIMIT {
            return Err(self.refuse("it has more than 100,000 elements"));
        }
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

    /// A piece of text with the line ends of XML.
    fn unix(&self, piece: Cow<'i, str>) -> Cow<'i, str> {
        if self.has_returns {
            Cow::Owned(line_feeds(&piece))
        } else {
            piece
        }
    }

    /// Appends a piece of text, its line ends as XML has them. Nearly always it is the only one, and nothing has to
    /// be copied.
    #[inline]
    fn append(&self, text: &mut Cow<'i, str>, piece: &'i str) {
        if self.has_returns {
            extend(text, &line_feeds(piece));
        } else if text.is_empty() {
            *text = Cow::Borrowed(piece);
        } else {
            extend(text, piece);
        }
    }

    pub(super) fn refuse(&self, problem: &'static str) -> DecodeError {
        match &self.foreign {
            Some(foreign) => foreign.clone().and_broken(),
            None => DecodeError::syntax(self.position(), problem),
        }
    }

    fn truncated(&self) -> DecodeError {
        let position = self.position();
        match &self.foreign {
            Some(foreign) => foreign.clone().and_broken(),
            None => DecodeError::new(Problem::Truncated { position }),
        }
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
            Error::Syntax(SyntaxError::UnclosedDoctype) => DOCUMENT_TYPE,
            Error::IllFormed(IllFormedError::MismatchedEndTag { .. }) => {
                "an end tag does not fit its start tag"
            }
            Error::IllFormed(IllFormedError::UnmatchedEndTag(_)) => "an end tag has no start tag",
            Error::IllFormed(IllFormedError::MissingDoctypeName) => DOCUMENT_TYPE,
            _ => "it is not well-formed",
        };
        self.refuse(problem)
    }
}

pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_whitespace())
}

/// The name in a start tag without attributes at the start of a text, and what follows the tag.
#[inline]
fn start_tag(text: &str) -> Option<(&str, &str)> {
    let tag = text.strip_prefix('<')?;
    if !tag.as_bytes().first()?.is_ascii_alphabetic() {
        return None;
    }
    let end = tag.bytes().position(|byte| !IS_NAME[usize::from(byte)])?;
    let (name, after) = tag.split_at(end);
    Some((name, after.strip_prefix('>')?))
}

/// Which bytes names have, those of other languages aside.
const IS_NAME: [bool; 256] = {
    let mut is_name = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        let it = byte as u8;
        is_name[byte] = it.is_ascii_alphanumeric() || matches!(it, b':' | b'_' | b'-' | b'.');
        byte += 1;
    }
    is_name
};

/// What follows the end tag of an element at the start of a text, if that is there.
#[inline]
fn after_end_tag<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let after = text.strip_prefix("</")?.strip_prefix(name)?;
    after.strip_prefix('>')
}

/// Why an end tag is not that of the element that is open, if one is.
#[cold]
fn unfit(expected: Option<&str>, found: &str) -> IllFormedError {
    let found = found.to_owned();
    match expected {
        Some(expected) => IllFormedError::MismatchedEndTag {
            expected: expected.to_owned(),
            found,
        },
        None => IllFormedError::UnmatchedEndTag(found),
    }
}

/// The length and the character of the predefined entity at the start of a text.
#[inline]
fn predefined(text: &str) -> Option<(usize, &'static str)> {
    match text.as_bytes() {
        [b'&', b'q', b'u', b'o', b't', b';', ..] => Some((6, "\"")),
        [b'&', b'a', b'm', b'p', b';', ..] => Some((5, "&")),
        [b'&', b'a', b'p', b'o', b's', b';', ..] => Some((6, "'")),
        [b'&', b'l', b't', b';', ..] => Some((4, "<")),
        [b'&', b'g', b't', b';', ..] => Some((4, ">")),
        _ => None,
    }
}

/// A carriage return, with a line feed or without, is a line feed in XML.
#[cold]
fn line_feeds(piece: &str) -> String {
    piece.replace("\r\n", "\n").replace('\r', "\n")
}

/// Copies a piece to the end of a text; the first copy makes room for more.
fn extend(text: &mut Cow<'_, str>, piece: &str) {
    if let Cow::Borrowed(first) = *text {
        let mut owned = String::with_capacity(first.len() + piece.len() + 32);
        owned.push_str(first);
        *text = Cow::Owned(owned);
    }
    text.to_mut().push_str(piece);
}
