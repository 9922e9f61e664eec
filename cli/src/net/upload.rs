//! [`Upload`]: the body of a request whose way out is shown.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use zonal::runtime::transport::RequestBody;

use crate::progress::Meter;

/// A body, and how far it has come.
pub(super) struct Upload {
    body: RequestBody,
    meter: Option<Meter>,
}

impl Upload {
    pub(super) fn new(body: RequestBody) -> Self {
        let meter = Meter::new(body.size_hint().exact());
        Self { body, meter }
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = <RequestBody as Body>::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        let next = Pin::new(&mut this.body).poll_frame(context);
        if let (Poll::Ready(Some(Ok(frame))), Some(meter)) = (&next, &mut this.meter) {
            meter.add(frame.data_ref().map_or(0, Bytes::len));
        }
        next
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
