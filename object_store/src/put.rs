//! Writes of whole objects.

use std::time::Duration;

use zonal::{Body, Metadata};

use crate::failure::{Failure, Kind};
use crate::headers::{Headers, with_headers};
use crate::store::Inner;

/// What a write may replace.
#[derive(Clone, Debug)]
pub(crate) enum Mode {
    /// Any object.
    Overwrite,
    /// No object: the key must be free.
    Create,
    /// The object with this entity tag.
    Update(String),
}

/// An object that was written.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) e_tag: Option<String>,
    pub(crate) metadata: Metadata,
}

/// The attempts of a write that conflicts with another write of the same key, and the first wait. Each further wait is
/// twice as long, 5.1 seconds in total.
const CONFLICTS: u32 = 10;
const FIRST_WAIT: Duration = Duration::from_millis(10);

impl Inner {
    /// Writes an object and returns its entity tag.
    pub(crate) async fn put(
        &self,
        key: &str,
        body: Body,
        mut headers: Headers,
        mode: Mode,
    ) -> Result<Written, Failure> {
        headers.content_type = headers.content_type.or(self.options.content_type.clone());
        let (if_none_match, if_match) = match &mode {
            Mode::Overwrite => (None, None),
            Mode::Create => (Some("*".to_owned()), None),
            Mode::Update(e_tag) => (None, Some(e_tag.clone())),
        };
        let written = settled(|| async {
            let call = self.client.put_object(&*self.bucket, key);
            let call = call
                .body(body.clone())
                .set_checksum_algorithm(self.options.checksum.clone())
                .set_if_none_match(if_none_match.clone())
                .set_if_match(if_match.clone());
            let call = with_headers!(call, headers.clone());
            let sent = call.send_with_metadata().await;
            sent.map_err(|error| Failure::of(error, key))
        });
        match written.await {
            Ok((output, metadata)) => Ok(Written {
                e_tag: output.e_tag,
                metadata,
            }),
            Err(failure) => Err(match mode {
                Mode::Overwrite => failure,
                Mode::Create => failure.turned(Kind::Precondition, Kind::AlreadyExists),
                // the object to replace does not exist
                Mode::Update(_) if failure.code() == Some("NoSuchBucket") => failure,
                Mode::Update(_) => failure.turned(Kind::NotFound, Kind::Precondition),
            }),
        }
    }
}

/// Repeats a conditional write while another write of the same key is in progress. S3 answers 409 until the other write
/// has ended, because it does not know before whether the condition holds.
pub(crate) async fn settled<T, F>(send: impl Fn() -> F) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Failure>>,
{
    let mut wait = FIRST_WAIT;
    for _ in 1..CONFLICTS {
        match send().await {
            Err(failure) if failure.code() == Some("ConditionalRequestConflict") => {
                tokio::time::sleep(wait).await;
                wait *= 2;
            }
            result => return result,
        }
    }
    send().await
}
