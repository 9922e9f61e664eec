//! Resumes an upload.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zonal::AnyError;
use zonal::operation::PutObject;
use zonal::runtime::checksum::{Algorithm, Sum};
use zonal::types::Part as Listed;

use super::Uploaded;
use super::abort::abort;
use super::check::Check;
use super::complete::{Written, find_written};
use super::multipart::{Created, Done, Parts};
use super::parts::{FileSource, Part};
use crate::error::{Cause, ErrorKind};
use crate::state::StateFile;
use crate::sums::Sums as _;
use crate::transfers::Transfers;

/// The first line of a state file: which upload it belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Header {
    bucket: String,
    key: String,
    upload_id: String,
    length: u64,
    /// The modification time of the file, in nanoseconds since 1970.
    modified: u64,
    part_size: u64,
    algorithm: String,
    is_composite: bool,
    /// A checksum over the other settings of the upload.
    settings: String,
}

/// Each further line.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Line {
    /// A part arrived.
    Part {
        number: u32,
        e_tag: String,
        sum: Option<String>,
    },
    /// The upload is being completed, and its object will have this checksum.
    Completing { sum: Option<String> },
}

/// The progress of an upload.
pub(super) enum Resumed {
    /// It has not started. Its state goes into this file.
    New(PathBuf),
    /// It has started, with this size of its parts.
    Partly(Created, Parts, StateFile, u64),
    /// It is complete.
    Complete(Uploaded),
}

impl Header {
    fn new(
        put: &PutObject,
        algorithm: Option<Algorithm>,
        file: &FileSource,
        part_size: u64,
        created: &Created,
    ) -> Self {
        Self {
            bucket: put.bucket.clone(),
            key: put.key.clone(),
            upload_id: created.id.to_string(),
            length: file.length,
            modified: file.modified(),
            part_size,
            algorithm: created.check.algorithm.name().to_owned(),
            is_composite: created.check.is_composite,
            settings: settings(put, algorithm),
        }
    }

    /// The checksum of the upload; `None` if the algorithm is unknown.
    fn created(&self) -> Option<Created> {
        Some(Created {
            id: self.upload_id.as_str().into(),
            check: Check {
                algorithm: Algorithm::from_name(&self.algorithm)?,
                is_composite: self.is_composite,
            },
        })
    }

    /// Fails if the state belongs to another upload.
    fn check(&self, now: &Self, path: &Path) -> Result<(), Cause> {
        let path = path.display();
        let advice = format!("remove `{path}` to start again");
        if (&self.bucket, &self.key) != (&now.bucket, &now.key) {
            return Err(Cause::new(
                ErrorKind::State,
                format!(
                    "the state file belongs to an upload to another bucket or key; use another file, or {advice}"
                ),
            ));
        }
        if (self.length, self.modified) != (now.length, now.modified) {
            return Err(Cause::new(
                ErrorKind::SourceChanged,
                format!("the file changed since the upload was started; {advice}"),
            ));
        }
        if self.settings != now.settings {
            return Err(Cause::new(
                ErrorKind::State,
                format!("the upload was started with other settings; use those, or {advice}"),
            ));
        }
        Ok(())
    }
}

/// A short text that differs if two uploads differ.
fn settings(put: &PutObject, algorithm: Option<Algorithm>) -> String {
    // `Debug` conceals secrets, so they are not compared
    let text = format!(
        "{:?} {algorithm:?}",
        Check::of(Algorithm::Crc32).create(put)
    );
    Algorithm::Sha256.checksum(text.as_bytes())
}

/// A state file that is not needed, because the source has become short or is no longer a file.
pub(super) fn unwanted(path: &Path) -> Cause {
    let path = path.display();
    Cause::new(
        ErrorKind::SourceChanged,
        format!("the file is not the one whose upload was started; remove `{path}` to start again"),
    )
}

/// Finds the progress of the upload: the state file says which upload it is, and the service which parts it has.
pub(super) async fn open(
    transfers: &Transfers,
    put: &PutObject,
    algorithm: Option<Algorithm>,
    file: &FileSource,
    size: u64,
    path: PathBuf,
) -> Result<Resumed, Cause> {
    let Some((header, lines, state)) = StateFile::open::<Header, Line>(&path)? else {
        return Ok(Resumed::New(path));
    };
    let created = header.created().filter(|_| header.part_size > 0);
    let Some(created) = created else {
        let text = format!(
            "the state file `{}` is damaged; remove it to start again",
            path.display()
        );
        return Err(Cause::new(ErrorKind::State, text));
    };
    header.check(&Header::new(put, algorithm, file, size, &created), &path)?;
    let listed = list(transfers, put, &created).await;
    let listed = match listed {
        Ok(listed) => listed,
        Err(error) if error.code() == Some("NoSuchUpload") => {
            let found = completed(transfers, put, &header, &created, &lines).await;
            state.remove();
            return Ok(found.map_or(Resumed::New(path), Resumed::Complete));
        }
        Err(error) => return Err(error.into()),
    };
    // the settings may have changed, but the parts keep their size
    let parts = compare(file, &header, &created, &listed, &lines, state.path()).await?;
    Ok(Resumed::Partly(created, parts, state, header.part_size))
}

/// The object, if an earlier process has completed the upload.
async fn completed(
    transfers: &Transfers,
    put: &PutObject,
    header: &Header,
    created: &Created,
    lines: &[Line],
) -> Option<Uploaded> {
    let sum = lines.iter().rev().find_map(|line| match line {
        Line::Completing { sum } => Some(sum.clone()?),
        Line::Part { .. } => None,
    })?;
    let count = u32::try_from(header.length.div_ceil(header.part_size)).ok()?;
    let sum = Some((created.check.algorithm, sum));
    match find_written(transfers, put, header.length, sum, count).await {
        Written::This(uploaded) => Some(uploaded),
        Written::Unknown => None,
    }
}

/// The parts that the service has.
async fn list(
    transfers: &Transfers,
    put: &PutObject,
    created: &Created,
) -> Result<BTreeMap<u32, Listed>, AnyError> {
    let list = transfers
        .client
        .list_parts(&*put.bucket, &*put.key, &*created.id);
    let list = list.set_expected_bucket_owner(put.expected_bucket_owner.clone());
    let mut listed = BTreeMap::new();
    let mut parts = transfers.quiet(list).paginate().items();
    // ends a list that would not end by itself
    let mut left = transfers.settings.bounds.max_parts;
    while left > 0
        && let Some(part) = parts.next_item().await?
    {
        left -= 1;
        if let Some(number) = part
            .part_number
            .and_then(|number| u32::try_from(number).ok())
        {
            listed.insert(number, part);
        }
    }
    Ok(listed)
}

/// The parts that match the file, which need not be sent again.
async fn compare(
    file: &FileSource,
    header: &Header,
    created: &Created,
    listed: &BTreeMap<u32, Listed>,
    lines: &[Line],
    path: &Path,
) -> Result<Parts, Cause> {
    let mut parts = Parts::default();
    for part in file.parts(header.part_size) {
        let Some(there) = listed.get(&part.number) else {
            continue;
        };
        let is_whole = there.size.and_then(|size| u64::try_from(size).ok()) == Some(part.length);
        let (Some(e_tag), true) = (&there.e_tag, is_whole) else {
            continue;
        };
        let algorithm = created.check.algorithm;
        let told = there.sum(algorithm).or_else(|| noted(lines, &part, e_tag));
        let Some(told) = told.and_then(|told| Sum::parse(algorithm, told)) else {
            // there is no checksum to compare
            continue;
        };
        let sum = part.body.hash(algorithm, part.length).await?;
        if sum != Some(told) {
            let (number, path) = (part.number, path.display());
            return Err(Cause::new(
                ErrorKind::SourceChanged,
                format!(
                    "part {number} of the file differs from the uploaded part; remove `{path}` to start again"
                ),
            ));
        }
        let (length, e_tag) = (part.length, e_tag.clone());
        parts.done.insert(part.number, Done { length, e_tag, sum });
    }
    Ok(parts)
}

/// The checksum of a part as recorded when it arrived, if the service still has that part.
fn noted<'l>(lines: &'l [Line], part: &Part, e_tag: &str) -> Option<&'l str> {
    lines.iter().rev().find_map(|line| match line {
        Line::Part {
            number,
            e_tag: noted,
            sum,
        } if (*number, &**noted) == (part.number, e_tag) => sum.as_deref(),
        _ => None,
    })
}

/// Removes the upload and its state file.
pub(super) async fn discard(
    transfers: &Transfers,
    put: &PutObject,
    path: &Path,
) -> Result<(), Cause> {
    let Some((header, _, state)) = StateFile::open::<Header, Line>(path)? else {
        return Ok(());
    };
    if (&header.bucket, &header.key) != (&put.bucket, &put.key) {
        let text =
            "the state file belongs to an upload to another bucket or key; nothing was removed";
        return Err(Cause::new(ErrorKind::State, text));
    }
    let owner = put.expected_bucket_owner.as_ref();
    let id = &header.upload_id;
    match abort(transfers, &put.bucket, &put.key, id, owner).await {
        Ok(()) => {
            state.remove();
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// Creates a state file.
pub(super) fn begin(
    put: &PutObject,
    algorithm: Option<Algorithm>,
    file: &FileSource,
    size: u64,
    created: &Created,
    path: &Path,
) -> Result<StateFile, Cause> {
    StateFile::create(path, &Header::new(put, algorithm, file, size, created))
}

/// Records a part that arrived.
pub(super) fn note(state: &mut StateFile, number: u32, part: &Done) -> Result<(), Cause> {
    state.add(&Line::Part {
        number,
        e_tag: part.e_tag.clone(),
        sum: part.sum.map(|sum| sum.to_string()),
    })
}

/// Records the checksum before the upload is completed.
pub(super) fn completing(
    state: &mut StateFile,
    created: &Created,
    parts: &Parts,
) -> Result<(), Cause> {
    let sum = created.check.of_parts(&parts.done);
    state.add(&Line::Completing { sum })
}
