//! [`Event`]: what a transfer tells while it runs.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

/// Something that happened to a transfer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The transfer begins.
    Started {
        /// How many bytes there are; `None` for a stream whose length nobody knows.
        length: Option<u64>,
        /// How many bytes a request carries. For a stream of unknown length the later ones carry more.
        part_size: u64,
        /// The most memory that the transfer's bytes take at once, in bytes. A download into memory also holds what
        /// it gives back.
        memory: u64,
    },
    /// So many bytes were there already, from the transfer that this one goes on with.
    Resumed {
        /// Their number.
        bytes: u64,
    },
    /// Bytes have arrived at the other end, acknowledged by the service or written to the file.
    Moved {
        /// How many with this event.
        bytes: u64,
        /// How many in all, those of [`Resumed`](Self::Resumed) included.
        done: u64,
    },
    /// A part or range failed and is tried again.
    Retrying {
        /// Its number, from 1.
        part: u64,
        /// Why it failed.
        error: String,
        /// How long it waits first.
        wait: Duration,
    },
    /// All bytes are there; the service puts the object together, or the file is verified.
    Completing,
}

/// The events of a transfer, as a stream. It ends with the transfer; dropped, it stops nothing.
#[derive(Debug)]
pub struct Events(pub(crate) UnboundedReceiver<Event>);

impl Events {
    /// The next event; `None` when the transfer has ended.
    pub async fn next(&mut self) -> Option<Event> {
        self.0.recv().await
    }
}

impl Stream for Events {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        self.0.poll_recv(context)
    }
}

/// Where a transfer tells its events, if anybody listens.
#[derive(Clone, Debug, Default)]
pub(crate) struct Teller(pub(crate) Option<UnboundedSender<Event>>);

impl Teller {
    pub(crate) fn tell(&self, event: Event) {
        if let Some(listener) = &self.0 {
            // nobody listens any more
            let _ = listener.send(event);
        }
    }
}
