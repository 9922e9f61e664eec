//! [`DownloadStream`]: an object in order, read ahead.

use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zonal::operation::GetObjectOutput;
use zonal::runtime::checksum::Algorithm;

use super::Download;
use super::chunks::{Chunk, Chunks, chunks};
use super::fetch::{Fetched, Reader, Sink};
use super::open::{Opened, open as open_object};
use super::verify::InOrder;
use crate::error::{Cause, Error};
use crate::event::{Event, Events, Teller};
use crate::handle::{Stop, Transfer};
use crate::run::{Feed, run};

/// The bytes of an object, in order.
///
/// It reads ahead as many ranges as the memory of the transfer allows. Dropping it stops the download. Read it to its
/// end: only the end tells that the object is complete and verified.
pub struct DownloadStream {
    transfer: Transfer<()>,
    ordered: Ordered,
    object: GetObjectOutput,
    length: u64,
    verified_by: Option<Algorithm>,
    is_over: bool,
}

/// A piece, and its permit to be in memory.
type Held = (Fetched, OwnedSemaphorePermit);

/// Puts pieces into order.
pub(super) struct Ordered {
    pieces: UnboundedReceiver<Held>,
    early: BTreeMap<usize, Held>,
    next: usize,
    /// The number of bytes to come.
    left: u64,
    order: Option<InOrder>,
}

/// Reads the pieces ahead of the reader of the stream.
pub(super) struct Ahead {
    opened: Box<Opened>,
    chunks: Chunks,
    pieces: UnboundedSender<Held>,
}

pub(super) async fn open(download: Download, what: String) -> Result<DownloadStream, Cause> {
    let mut opened = open_object(&download, &Teller::default()).await?;
    let object = std::mem::replace(&mut opened.object, GetObjectOutput::new(Bytes::new()));
    let (length, verified_by) = (opened.length(), opened.promise.algorithm());
    let (ahead, ordered) = start(opened)?;
    let transfer = Transfer::start(what.clone(), |mut stop, teller| async move {
        let read = ahead.read(&mut stop, &teller).await;
        read.map_err(|cause| cause.of(what, None))
    });
    Ok(DownloadStream {
        transfer,
        ordered,
        object,
        length,
        verified_by,
        is_over: false,
    })
}

/// Divides an open object into the part that reads ahead and the part that puts pieces into order.
pub(super) fn start(opened: Box<Opened>) -> Result<(Ahead, Ordered), Cause> {
    let length = opened.length();
    if length == 0 {
        opened.promise.check_chunks(0, std::iter::empty())?;
    }
    let (sender, pieces) = unbounded_channel();
    let chunks = chunks(&opened, opened.transfers.settings.part_size);
    let ordered = Ordered {
        pieces,
        early: BTreeMap::new(),
        next: 0,
        left: length,
        order: InOrder::new(&opened.promise, length),
    };
    let ahead = Ahead {
        opened,
        chunks,
        pieces: sender,
    };
    Ok((ahead, ordered))
}

impl Ahead {
    pub(super) async fn read(mut self, stop: &mut Stop, teller: &Teller) -> Result<(), Cause> {
        let transfers = self.opened.transfers.clone();
        let room = transfers.room();
        teller.tell(Event::Started {
            length: Some(self.opened.length()),
            part_size: transfers.settings.part_size,
            memory: room.bytes,
        });
        let reader = Reader::new(&self.opened, None, teller);
        let mut feed = Window {
            chunks: self.chunks.peekable(),
            room: Arc::new(Semaphore::new(room.pieces)),
            turn: None,
        };
        let mut first = None;
        let begun = match (self.opened.begun.take(), feed.begin()) {
            (Some((body, permit)), Some(piece)) => {
                first = Some(body);
                Some((piece, permit))
            }
            _ => None,
        };
        let work = |(chunk, held): (Chunk, OwnedSemaphorePermit), permit| {
            let (reader, body) = (reader.clone(), first.take());
            async move {
                let buffer = BytesMut::with_capacity(chunk.length() as usize);
                let fetched = reader
                    .fetch(chunk, body, Sink::Memory(buffer), permit)
                    .await?;
                Ok((fetched, held))
            }
        };
        let mut moved = 0;
        let pieces = self.pieces;
        let done = |(fetched, held): Held| {
            let bytes = fetched.chunk.length();
            moved += bytes;
            teller.tell(Event::Moved { bytes, done: moved });
            // the reader is gone, so the transfer stops
            let _ = pieces.send((fetched, held));
            Ok(())
        };
        run(
            &transfers.settings.limit,
            room,
            stop,
            begun,
            &mut feed,
            work,
            done,
        )
        .await
    }
}

/// Pieces to read, as far ahead as the memory allows.
struct Window {
    chunks: std::iter::Peekable<Chunks>,
    room: Arc<Semaphore>,
    turn: Option<Pin<Box<dyn Future<Output = Option<OwnedSemaphorePermit>> + Send>>>,
}

impl Window {
    /// Returns the first piece, with its permit.
    fn begin(&mut self) -> Option<(Chunk, OwnedSemaphorePermit)> {
        let held = Arc::clone(&self.room).try_acquire_owned().ok()?;
        Some((self.chunks.next()?, held))
    }
}

impl Feed for Window {
    type Piece = (Chunk, OwnedSemaphorePermit);

    fn poll_piece(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Self::Piece, Cause>>> {
        if self.chunks.peek().is_none() {
            return Poll::Ready(None);
        }
        let turn = self.turn.get_or_insert_with(|| {
            let room = Arc::clone(&self.room);
            Box::pin(async move { room.acquire_owned().await.ok() })
        });
        let held = ready!(turn.as_mut().poll(context));
        self.turn = None;
        Poll::Ready(self.chunks.next().zip(held).map(Ok))
    }
}

impl Ordered {
    /// The next piece; `None` at the end, or if the transfer failed.
    pub(super) fn poll_piece(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Cause>>> {
        loop {
            if let Some((fetched, _)) = self.early.remove(&self.next) {
                self.next += 1;
                let bytes = fetched.bytes.freeze();
                self.left = self.left.saturating_sub(bytes.len() as u64);
                let order = self.order.as_mut();
                let verified = order.map_or(Ok(()), |order| order.update(&bytes));
                return Poll::Ready(Some(verified.map(|()| bytes)));
            }
            if self.is_complete() {
                return Poll::Ready(None);
            }
            match ready!(self.pieces.poll_recv(context)) {
                Some(held) => self.early.insert(held.0.chunk.index, held),
                None => return Poll::Ready(None),
            };
        }
    }

    pub(super) fn is_complete(&self) -> bool {
        self.left == 0
    }
}

impl DownloadStream {
    /// The first answer of the service. Its body is empty.
    pub fn object(&self) -> &GetObjectOutput {
        &self.object
    }

    /// The number of bytes of the stream.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The checksum that the stream verifies, if any.
    pub fn verified_by(&self) -> Option<Algorithm> {
        self.verified_by
    }

    /// The events of the transfer; see [`Transfer::events`].
    pub fn events(&mut self) -> Events {
        self.transfer.events()
    }

    /// Returns the next piece, or `None` at the end. The stream ends after an error.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        poll_fn(|context| self.poll_piece(context)).await
    }

    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        self.transfer.forget_events();
        let next = match ready!(self.ordered.poll_piece(context)) {
            Some(Ok(bytes)) => return Poll::Ready(Some(Ok(bytes))),
            Some(Err(cause)) => Some(Err(cause.of(self.transfer.what(), None))),
            None if self.ordered.is_complete() => None,
            // no more pieces come; the transfer has the error
            None => match ready!(Pin::new(&mut self.transfer).poll(context)) {
                Err(error) => Some(Err(error)),
                Ok(()) => Some(Err(Cause::cancelled().of(self.transfer.what(), None))),
            },
        };
        self.is_over = true;
        Poll::Ready(next)
    }
}

impl Stream for DownloadStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_piece(context)
    }
}

impl fmt::Debug for DownloadStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DownloadStream")
            .field("length", &self.length)
            .field("verified_by", &self.verified_by)
            .finish_non_exhaustive()
    }
}
