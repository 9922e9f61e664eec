//! Copies of objects that are too large for one request.

use zonal::CopySource;
use zonal::operation::PutObject;

use super::multipart::Multipart;
use super::parts::{Part, PartBody, ranges};
use super::{Failed, Uploaded};
use crate::event::Teller;
use crate::handle::Stop;
use crate::run::Ready;
use crate::transfers::Transfers;

/// Copies an object that is too large for a single request. `put` has the properties of the copy.
pub(crate) async fn copy_in_parts(
    transfers: &Transfers,
    put: PutObject,
    source: CopySource,
    e_tag: Option<String>,
    length: u64,
    stop: &mut Stop,
) -> Result<Uploaded, Failed> {
    let upload = Multipart::new(transfers.clone(), put, None, Teller::default());
    // a copy takes no memory here, so its parts can be large
    let bounds = transfers.settings.bounds;
    let wanted = (bounds.max_part_size / 10).max(bounds.min_part_size).max(1);
    let size = bounds
        .part_size(wanted, length)
        .map_err(|cause| (cause, None))?;
    let mut feed = Ready(ranges(length, size).map(|(number, offset, length)| Part {
        number,
        length,
        body: PartBody::Copy {
            source: source.clone(),
            e_tag: e_tag.clone(),
            offset,
        },
    }));
    upload.send(&mut feed, transfers.room(), stop).await
}
