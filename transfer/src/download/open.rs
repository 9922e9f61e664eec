//! The first answer of a download, and the checks of later answers against it.

use zonal::operation::{GetObject, GetObjectOutput};
use zonal::types::ChecksumMode;
use zonal::{AnyError, ByteStream};

use super::verify::{Promise, promise};
use super::{Download, Wanted};
use crate::error::{Cause, ErrorKind, shown};
use crate::event::Teller;
use crate::limit::Permit;
use crate::transfers::Transfers;

/// An object whose download has begun.
pub(super) struct Opened {
    pub(super) transfers: Transfers,
    /// The request for a range: the same version, without checksum.
    pub(super) get: GetObject,
    /// The answer without its body.
    pub(super) object: GetObjectOutput,
    /// The bytes that arrive, and the permit that they hold.
    pub(super) begun: Option<(ByteStream, Permit)>,
    /// Where the requested bytes begin and end in the object.
    pub(super) start: u64,
    pub(super) end: u64,
    /// The length of the object.
    pub(super) total: u64,
    pub(super) promise: Promise,
}

impl Opened {
    pub(super) fn length(&self) -> u64 {
        self.end - self.start
    }
}

/// Requests the object, or the first piece of the range.
pub(super) async fn open(download: &Download, teller: &Teller) -> Result<Box<Opened>, Cause> {
    download.check()?;
    let permit = download.transfers.settings.limit.acquire().await;
    // boxed: thousands of downloads may wait for their turn, which need no room yet for a request
    Box::pin(open_in_turn(download, permit, teller)).await
}

async fn open_in_turn(
    download: &Download,
    permit: Permit,
    teller: &Teller,
) -> Result<Box<Opened>, Cause> {
    let (transfers, mut get) = (&download.transfers, GetObject::clone(&download.get));
    match download.range {
        None => get = get.checksum_mode(ChecksumMode::Enabled),
        Some(wanted) => {
            let piece = wanted.start.saturating_add(transfers.settings.part_size);
            let end = wanted.end.map_or(piece, |end| end.min(piece));
            get = get.range(format!("bytes={}-{}", wanted.start, end - 1));
        }
    }
    let mut object = transfers.get(&get, teller, 1).await?;
    let (start, end, total) = extent(&object, &get, download.range)?;
    let e_tag = object.e_tag.clone();
    if e_tag.is_none() && end - start > transfers.settings.part_size {
        return Err(Cause::answer(
            "the answer has no entity tag, so ranges could be of different versions of the object",
        ));
    }
    let body = std::mem::take(&mut object.body);
    let mut get = GetObject::clone(&download.get);
    if e_tag.is_some() {
        get.if_match = e_tag;
    }
    // the permit belongs to the open answer
    get.if_none_match = None;
    get.if_modified_since = None;
    get.if_unmodified_since = None;
    let promise = match download.range {
        Some(_) => Promise::None,
        None => promise(transfers, &get, &object, total).await?,
    };
    Ok(Box::new(Opened {
        transfers: transfers.clone(),
        get,
        object,
        begun: Some((body, permit)),
        start,
        end,
        total,
        promise,
    }))
}

/// Start and end of the requested bytes, and the length of the object.
fn extent(
    object: &GetObjectOutput,
    get: &GetObject,
    wanted: Option<Wanted>,
) -> Result<(u64, u64, u64), Cause> {
    let told = object
        .content_length
        .and_then(|length| u64::try_from(length).ok());
    let told = told.or(object.body.length());
    let Some(wanted) = wanted else {
        if let Some(range) = &object.content_range {
            let range = shown(range);
            return Err(Cause::answer(format!(
                "the request was for the whole object, and the answer is the range `{range}`"
            )));
        }
        let length =
            told.ok_or_else(|| Cause::answer("the answer does not have the length of the object"))?;
        return Ok((0, length, length));
    };
    let asked = get.range.as_deref().unwrap_or_default();
    let (first, last, total) = read_range(object, asked)?;
    let end = wanted.end.map_or(total, |end| end.min(total));
    let piece = asked
        .rsplit_once('-')
        .and_then(|(_, last)| last.parse::<u64>().ok());
    let is_right = first == wanted.start && Some(last) == piece.map(|piece| piece.min(total - 1));
    if is_right && told.is_none_or(|told| told == last - first + 1) {
        Ok((wanted.start, end, total))
    } else {
        Err(contradiction(object, asked))
    }
}

/// First and last byte of a range, and the length of the object.
fn read_range(object: &GetObjectOutput, asked: &str) -> Result<(u64, u64, u64), Cause> {
    let read = || {
        let text = object.content_range.as_deref()?.strip_prefix("bytes ")?;
        let (range, total) = text.split_once('/')?;
        let (first, last) = range.split_once('-')?;
        let (first, last) = (first.parse::<u64>().ok()?, last.parse::<u64>().ok()?);
        let total = total.trim().parse::<u64>().ok()?;
        (first <= last && last < total).then_some((first, last, total))
    };
    read().ok_or_else(|| contradiction(object, asked))
}

fn contradiction(object: &GetObjectOutput, asked: &str) -> Cause {
    Cause::answer(match &object.content_range {
        Some(range) => format!("the answer to `{asked}` is the range `{}`", shown(range)),
        None => {
            format!("the answer to `{asked}` has no range: the server only sends whole objects")
        }
    })
}

/// Checks that an answer is the requested range of the same object.
pub(super) fn check_range(
    object: &GetObjectOutput,
    get: &GetObject,
    start: u64,
    end: u64,
    total: u64,
) -> Result<(), Cause> {
    let asked = get.range.as_deref().unwrap_or_default();
    if let (Some(pinned), Some(told)) = (&get.if_match, &object.e_tag)
        && pinned != told
        && pinned != "*"
    {
        return Err(changed("the answer is of another version"));
    }
    match read_range(object, asked)? {
        (first, last, length) if (first, last + 1) == (start, end) && length == total => Ok(()),
        (.., length) if length != total => Err(changed("its length is different now")),
        _ => Err(contradiction(object, asked)),
    }
}

pub(super) fn changed(how: &str) -> Cause {
    let text = format!("the object changed while it was read: {how}; download it again");
    Cause::new(ErrorKind::ObjectChanged, text)
}

impl Transfers {
    /// A read, which a second request hedges if it takes long and the settings allow it.
    pub(super) async fn get(
        &self,
        get: &GetObject,
        teller: &Teller,
        part: u64,
    ) -> Result<GetObjectOutput, AnyError> {
        let call = || self.patient(self.client.call(get.clone()), teller, part);
        let answer = match &self.settings.hedger {
            Some(hedger) => hedger.send(call).await,
            None => call().await,
        };
        answer.map_err(AnyError::from)
    }
}
