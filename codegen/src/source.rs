//! Model files in memory, and positions in them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::diff::DEVIATIONS;
use crate::markdown::Markdown;

/// The largest model file that is read. The largest AWS model has about 30 MiB.
pub const MAX_FILE_SIZE: usize = 64 * 1024 * 1024;

/// Where the documentation of a model stands in its folder.
const DOCUMENTATION: &str = "docs";

/// The files of a model that a folder holds: its JSON, sorted, and after it the Markdown in `docs`. A file of
/// [`DEVIATIONS`] is about the model and not part of it.
///
/// # Errors
///
/// Where a folder cannot be read; there may be none with documentation.
pub fn files_of_model(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = files_in(folder, "json")?;
    files.retain(|path| !path.ends_with(DEVIATIONS));
    let documentation = folder.join(DOCUMENTATION);
    if documentation.is_dir() {
        files.extend(files_in(&documentation, "md")?);
    }
    Ok(files)
}

/// The files with this extension, sorted.
fn files_in(folder: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let named =
        |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", folder.display()));
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(named)? {
        let path = entry.map_err(named)?.path();
        if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

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
    markdown: OnceLock<Markdown>,
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
        let (text, fault) = decode(bytes);
        Self {
            name,
            text,
            fault,
            markdown: OnceLock::new(),
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

    /// The file's documentation, where its name says that it is Markdown.
    pub fn markdown(&self) -> Option<&Markdown> {
        let parse = || Markdown::parse(&self.text);
        self.name
            .ends_with(".md")
            .then(|| self.markdown.get_or_init(parse))
    }

    /// Why the file cannot be read.
    pub fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// Line and column of an offset, both from 1; a column is a character.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let before = &self.text[..floor_char_boundary(&self.text, offset)];
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (line, before[start..].chars().count() + 1)
    }
}

/// The text of a file, as far as there is one, and what is wrong with its bytes.
fn decode(bytes: Vec<u8>) -> (String, Option<Fault>) {
    if bytes.len() > MAX_FILE_SIZE {
        return (String::new(), Some(Fault::TooLarge(bytes.len())));
    }
    match String::from_utf8(bytes) {
        // A byte order mark is no JSON, but editors write it.
        Ok(text) => match text.strip_prefix('\u{feff}') {
            Some(rest) => (rest.to_owned(), None),
            None => (text, None),
        },
        // The lossy text equals the bytes up to the fault, so the offset points at the same place in both.
        Err(error) => {
            let fault = Fault::NotUtf8(error.utf8_error().valid_up_to());
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            (text, Some(fault))
        }
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

/// The last place at or before `index` where a character begins, or the text ends. The method of `str` that does this
/// needs Rust 1.91.
pub(crate) fn floor_char_boundary(text: &str, index: usize) -> usize {
    let mut places = (0..=index.min(text.len())).rev();
    places
        .find(|place| text.is_char_boundary(*place))
        .unwrap_or_default()
}
