//! Resumes a download.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use zonal::operation::GetObject;
use zonal::runtime::body::FileSaver;
use zonal::runtime::checksum::{Algorithm, Sum};

use super::chunks::Chunk;
use super::open::Opened;
use crate::error::{Cause, ErrorKind};
use crate::state::StateFile;
use crate::upload::{blocking, hash};

/// The first line of a state file: which download it belongs to.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Header {
    bucket: String,
    key: String,
    e_tag: String,
    length: u64,
    pub(super) chunk_size: u64,
    /// The name of the draft, beside the file.
    draft: String,
    algorithm: String,
}

/// Each further line: a piece that has been written.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Line {
    index: usize,
    sum: String,
}

/// A download that was started before.
pub(super) struct Begun {
    pub(super) header: Header,
    lines: Vec<Line>,
    pub(super) state: StateFile,
    pub(super) saver: FileSaver,
}

/// Finds the state and the draft of an earlier download. `None` if there is nothing to resume.
pub(super) fn open(opened: &Opened, file: &Path, path: &Path) -> Result<Option<Begun>, Cause> {
    let Some((header, lines, state)) = StateFile::open::<Header, Line>(path)? else {
        return Ok(None);
    };
    let get = &opened.get;
    let advice = format!("remove `{}` to start again", path.display());
    if (&header.bucket, &header.key) != (&get.bucket, &get.key) {
        let text = format!(
            "the state file belongs to a download of another bucket or key; use another file, or {advice}"
        );
        return Err(Cause::new(ErrorKind::State, text));
    }
    let e_tag = opened.object.e_tag.as_deref().unwrap_or_default();
    if (&*header.e_tag, header.length) != (e_tag, opened.length()) {
        let text = format!("the object changed since the download was started; {advice}");
        return Err(Cause::new(ErrorKind::ObjectChanged, text));
    }
    let most = u64::from(opened.transfers.settings.bounds.max_parts);
    if header.chunk_size < opened.length().div_ceil(most).max(1) {
        let text = format!("the state file is damaged; {advice}");
        return Err(Cause::new(ErrorKind::State, text));
    }
    match FileSaver::reopen(file, &header.draft) {
        Ok(saver) => Ok(Some(Begun {
            header,
            lines,
            state,
            saver,
        })),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Cause::unwritable(file, error)),
    }
}

/// Creates a state file.
pub(super) fn begin(
    opened: &Opened,
    saver: &FileSaver,
    chunk_size: u64,
    algorithm: Algorithm,
    path: &Path,
) -> Result<StateFile, Cause> {
    let name = saver
        .draft()
        .and_then(Path::file_name)
        .and_then(|name| name.to_str());
    let unnamed = || Cause::invalid("the name of the file is not UTF-8; leave out `resumable`");
    let header = Header {
        bucket: opened.get.bucket.clone(),
        key: opened.get.key.clone(),
        e_tag: opened.object.e_tag.clone().unwrap_or_default(),
        length: opened.length(),
        chunk_size,
        draft: name.ok_or_else(unnamed)?.to_owned(),
        algorithm: algorithm.name().to_owned(),
    };
    StateFile::create(path, &header)
}

/// Records a piece that has been written.
pub(super) fn note(state: &mut StateFile, index: usize, sum: Sum) -> Result<(), Cause> {
    let sum = sum.to_string();
    state.add(&Line { index, sum })
}

impl Begun {
    /// The algorithm of its checksums, if this program knows it.
    pub(super) fn algorithm(&self) -> Option<Algorithm> {
        Algorithm::from_name(&self.header.algorithm)
    }

    /// The pieces of the draft whose bytes match the recorded checksums.
    pub(super) async fn pieces(&self, chunks: &[Chunk]) -> Result<BTreeMap<usize, Sum>, Cause> {
        let (Some(algorithm), Some(draft)) = (self.algorithm(), self.saver.draft()) else {
            return Ok(BTreeMap::new());
        };
        let draft: Arc<Path> = draft.into();
        let mut there = BTreeMap::new();
        for line in &self.lines {
            let chunk = chunks.get(line.index).copied();
            let Some((chunk, noted)) = chunk.zip(Sum::parse(algorithm, &line.sum)) else {
                continue;
            };
            let path = Arc::clone(&draft);
            let sum = blocking(move || hash(&path, chunk.start, chunk.length(), algorithm)).await;
            // a crash of the machine may have lost bytes; they are read again
            if sum.is_ok_and(|sum| sum == noted) {
                there.insert(chunk.index, noted);
            }
        }
        Ok(there)
    }
}

/// Removes draft and state file.
pub(super) fn discard(get: &GetObject, file: &Path, path: &Path) -> Result<(), Cause> {
    let Some((header, _, state)) = StateFile::open::<Header, Line>(path)? else {
        return Ok(());
    };
    if (&header.bucket, &header.key) != (&get.bucket, &get.key) {
        let text =
            "the state file belongs to a download of another bucket or key; nothing was removed";
        return Err(Cause::new(ErrorKind::State, text));
    }
    match FileSaver::reopen(file, &header.draft) {
        // dropping it removes the draft
        Ok(saver) => drop(saver),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(Cause::unwritable(file, error)),
    }
    state.remove();
    Ok(())
}
