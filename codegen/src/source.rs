//! Model files in memory, and positions in them.

use std::sync::Arc;

/// The largest model file that is read. The largest AWS model has about 30 MiB.
pub const MAX_FILE_SIZE: usize = 64 * 1024 * 1024;

/// The files of one run. Cloning is cheap: the text is shared.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Arc<Source>>,
}

impl Sources {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file. What is wrong with its bytes is kept and reported by [`load`](crate::model::load).
    pub fn add(&mut self, name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> SourceId {
        let id = SourceId(u32::try_from(self.files.len()).expect("fewer than 4 billion files"));
        self.files
            .push(Arc::new(Source::new(name.into(), bytes.into())));
        id
    }

    /// The file of this id.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.files[id.0 as usize]
    }

    /// All files, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        (0..)
            .map(SourceId)
            .zip(self.files.iter().map(|file| &**file))
    }

    /// `file:line:column` of the start of a span.
    pub fn location(&self, span: Span) -> String {
        let source = self.get(span.source);
        let (line, column) = source.line_column(span.start());
        format!("{}:{line}:{column}", source.name())
    }

    /// The text of a span.
    pub fn text(&self, span: Span) -> &str {
        &self.get(span.source).text()[span.start()..span.end()]
    }
}

/// Names a file of [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u32);

/// One file.
pub struct Source {
    name: String,
    text: String,
    fault: Option<Fault>,
}

/// A model has megabytes: only the name is shown.
impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Why a file cannot be read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It has this many bytes, more than [`MAX_FILE_SIZE`].
    TooLarge(usize),
    /// The byte at this offset is no UTF-8.
    NotUtf8(usize),
}

impl Source {
    fn new(name: String, bytes: Vec<u8>) -> Self {
        if bytes.len() > MAX_FILE_SIZE {
            let fault = Some(Fault::TooLarge(bytes.len()));
            return Self {
                name,
                text: String::new(),
                fault,
            };
        }
        match String::from_utf8(bytes) {
            // A byte order mark is no JSON, but editors write it.
            Ok(text) => match text.strip_prefix('\u{feff}') {
                Some(rest) => Self {
                    name,
                    text: rest.to_owned(),
                    fault: None,
                },
                None => Self {
                    name,
                    text,
                    fault: None,
                },
            },
            // The lossy text equals the bytes up to the fault, so the offset points at the same place in both.
            Err(error) => {
                let fault = Some(Fault::NotUtf8(error.utf8_error().valid_up_to()));
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                Self { name, text, fault }
            }
        }
    }

    /// The file's name, as it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file's text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Why the file cannot be read.
    pub fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// Line and column of an offset, both from 1; a column is a character.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let before = &self.text[..self.text.floor_char_boundary(offset)];
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (line, before[start..].chars().count() + 1)
    }
}

/// A piece of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub source: SourceId,
    start: u32,
    end: u32,
}

impl Span {
    /// The bytes from `start` to `end`. Files are far smaller than 4 GiB, see [`MAX_FILE_SIZE`].
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        Self {
            source,
            start: start as u32,
            end: end as u32,
        }
    }

    /// The offset of the first byte.
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// The offset after the last byte.
    pub fn end(self) -> usize {
        self.end as usize
    }
}
