//! [`Chunks`]: a body that comes in pieces, read by lines and lengths.

use std::pin::Pin;

use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use hyper::body::Incoming;

use super::body::Stopped;

/// The longest line between chunks.
const LONGEST_LINE: usize = 4096;
/// More fields stand behind no body.
const MOST_FIELDS: usize = 16;

const BROKEN: Stopped = Stopped::Wrong("The body is not in the form aws-chunked.");

/// A body.
pub(super) struct Chunks {
    incoming: Incoming,
    /// What has come and was not taken.
    rest: Bytes,
    fields: usize,
}

impl Chunks {
    pub(super) fn new(incoming: Incoming) -> Self {
        Self {
            incoming,
            rest: Bytes::new(),
            fields: 0,
        }
    }

    /// The next bytes, as many as there are; `None` at the end.
    pub(super) async fn any(&mut self) -> Result<Option<Bytes>, Stopped> {
        if !self.rest.is_empty() {
            return Ok(Some(std::mem::take(&mut self.rest)));
        }
        loop {
            let frame =
                std::future::poll_fn(|context| Pin::new(&mut self.incoming).poll_frame(context));
            let Some(frame) = frame.await else {
                return Ok(None);
            };
            let frame = frame.map_err(|_| Stopped::Wrong("The body breaks off."))?;
            if let Ok(piece) = frame.into_data()
                && !piece.is_empty()
            {
                return Ok(Some(piece));
            }
        }
    }

    /// The next bytes, `most` at most.
    pub(super) async fn piece(&mut self, most: u64) -> Result<Bytes, Stopped> {
        let mut piece = self.any().await?.ok_or(BROKEN)?;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        if piece.len() > most {
            self.rest = piece.split_off(most);
        }
        Ok(piece)
    }

    /// The next line, without its end.
    async fn line(&mut self) -> Result<String, Stopped> {
        let mut line = BytesMut::new();
        loop {
            let mut piece = self.any().await?.ok_or(BROKEN)?;
            let end = piece.iter().position(|byte| *byte == b'\n');
            if let Some(end) = end {
                self.rest = piece.split_off(end + 1);
            }
            line.extend_from_slice(&piece);
            if line.len() > LONGEST_LINE {
                return Err(BROKEN);
            }
            if end.is_some() {
                let line = line.strip_suffix(b"\r\n").ok_or(BROKEN)?;
                let line = std::str::from_utf8(line).map_err(|_| BROKEN)?;
                return Ok(line.to_owned());
            }
        }
    }

    /// The length of the next chunk, and its signature if it has one.
    pub(super) async fn head(&mut self) -> Result<(u64, Option<String>), Stopped> {
        let line = self.line().await?;
        let (length, extension) = line.split_once(';').unwrap_or((&*line, ""));
        let length = u64::from_str_radix(length.trim(), 16).map_err(|_| BROKEN)?;
        let signature = extension.trim().strip_prefix("chunk-signature=");
        Ok((length, signature.map(str::to_owned)))
    }

    /// The end of a chunk.
    pub(super) async fn line_end(&mut self) -> Result<(), Stopped> {
        if self.line().await?.is_empty() {
            Ok(())
        } else {
            Err(BROKEN)
        }
    }

    /// The next field behind the last chunk; `None` where there are no more.
    pub(super) async fn field(&mut self) -> Result<Option<String>, Stopped> {
        self.fields += 1;
        match self.line().await? {
            line if line.is_empty() => Ok(None),
            _ if self.fields > MOST_FIELDS => Err(BROKEN),
            line => Ok(Some(line)),
        }
    }
}
