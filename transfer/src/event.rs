//! [`Event`]: the progress of a transfer.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

/// A step in the progress of a transfer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The transfer begins.
    Started {
        /// The number of bytes; `None` for a stream of unknown length.
        length: Option<u64>,
        /// The number of bytes in a request. For a stream of unknown length, later requests have more.
        part_size: u64,
        /// The most memory that the transfer uses for data, in bytes. A download into memory also holds the object.
        memory: u64,
    },
    /// The transfer resumes an earlier one, which has transferred some bytes.
    Resumed {
        /// The number of those bytes.
        bytes: u64,
    },
    /// Bytes were transferred: the service acknowledged them, or the file has them.
    Moved {
        /// The number of bytes since the last event.
        bytes: u64,
        /// The number of bytes in total, including those of [`Resumed`](Self::Resumed).
        done: u64,
    },
    /// A part or range failed, and the transfer will repeat it.
    Retrying {
        /// The number of the part or range, from 1.
        part: u64,
        /// Why it failed.
        error: String,
        /// How long the transfer waits before it repeats the part.
        wait: Duration,
    },
    /// All bytes were transferred. Now the service completes the object, or the transfer verifies the file.
    Completing,
}

/// The events of a transfer, as a stream that ends with the transfer. Dropping it does not stop the transfer.
#[derive(Debug)]
pub struct Events(pub(crate) UnboundedReceiver<Event>);

impl Events {
    /// Returns the next event, or `None` when the transfer has ended.
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

/// Where a transfer sends its events, if there is a reader.
#[derive(Clone, Debug, Default)]
pub(crate) struct Teller(pub(crate) Option<UnboundedSender<Event>>);

impl Teller {
    pub(crate) fn tell(&self, event: Event) {
        if let Some(listener) = &self.0 {
            // the reader is gone
            let _ = listener.send(event);
        }
    }
}
