//! The bytes of an answer. Where the connection breaks, the rest is asked for.

use std::ops::Range;

use bytes::Bytes;
use futures_util::stream::{self, Stream};
use zonal::operation::GetObject;
use zonal::{BodyError, ByteStream};

use crate::failure::{Failure, Kind};
use crate::read::{Span, content_range};
use crate::store::ZonalStore;

/// How often the rest is asked for without a byte coming. The requests have retries of their own.
const MOST: u32 = 3;

/// A body that is being read.
pub(crate) struct Reading {
    store: ZonalStore,
    request: GetObject,
    body: ByteStream,
    e_tag: Option<String>,
    /// The bytes that have not been given out.
    left: Range<u64>,
    /// Whether any have been.
    has_begun: bool,
    failures: u32,
}

impl Reading {
    pub(crate) fn new(
        store: ZonalStore,
        request: GetObject,
        body: ByteStream,
        e_tag: &Option<String>,
        range: &Range<u64>,
    ) -> Self {
        Self {
            store,
            request,
            body,
            e_tag: e_tag.clone(),
            left: range.clone(),
            has_begun: false,
            failures: 0,
        }
    }

    /// All of it in one piece, verified before it is given out.
    pub(crate) async fn whole(mut self) -> Result<Bytes, Failure> {
        loop {
            match std::mem::take(&mut self.body).collect().await {
                Ok(bytes) => return Ok(bytes),
                Err(error) => self.resume(error).await?,
            }
        }
    }

    /// All of it as it comes.
    pub(crate) fn pieces(self) -> impl Stream<Item = Result<Bytes, Failure>> {
        stream::try_unfold(self, |mut reading| async move {
            let piece = reading.next().await?;
            Ok(piece.map(|piece| (piece, reading)))
        })
    }

    async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        loop {
            match self.body.next().await.transpose() {
                Ok(None) => return Ok(None),
                Ok(Some(piece)) => {
                    self.left.start += piece.len() as u64;
                    self.has_begun = true;
                    self.failures = 0;
                    return Ok(Some(piece));
                }
                Err(error) => self.resume(error).await?,
            }
        }
    }

    /// Asks for what is left of the same object.
    async fn resume(&mut self, error: BodyError) -> Result<(), Failure> {
        // what was damaged may be among the bytes that have been given out
        let is_lost = self.has_begun && matches!(error, BodyError::Checksum { .. });
        let key = self.request.key.clone();
        let fail = |error| Err(Failure::generic(&*key, error));
        let Some(e_tag) = self.e_tag.clone() else {
            return fail(error);
        };
        if is_lost || self.left.is_empty() || !error.is_retryable() || self.failures == MOST {
            return fail(error);
        }
        self.failures += 1;
        let request = GetObject::new(&*self.request.bucket, &*key).if_match(e_tag);
        // the same again as long as nothing has been given out: a whole object has a checksum, a range
        // has none
        let range = match self.has_begun {
            true => Some(Span::Bounded(self.left.clone()).header()),
            false => self.request.range.clone(),
        };
        let has_range = range.is_some();
        let output = match self.store.client().send(request.set_range(range)).await {
            Ok(output) => output,
            Err(error) => {
                let failure = Failure::of(error, &key);
                return Err(match failure.kind {
                    Kind::Precondition | Kind::NotFound => changed(&key),
                    _ => failure,
                });
            }
        };
        let range = content_range(output.content_range.as_deref().unwrap_or_default());
        if has_range && range.is_none_or(|(range, _)| range != self.left) {
            return fail(error);
        }
        self.body = output.body;
        Ok(())
    }
}

/// Somebody has replaced or deleted the object between two requests for it.
pub(crate) fn changed(key: &str) -> Failure {
    Failure::generic(
        key,
        "the object was replaced or deleted while it was read; read it again from its start",
    )
}
