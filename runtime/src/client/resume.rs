//! [`Rest`]: requests the rest of an object after its connection broke.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use http::header::{CONTENT_RANGE, ETAG, IF_MATCH, RANGE};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::Shared;
use super::asked::{Held, part_asked_for};
use super::call::Call;
use super::options::CallOptions;
use super::payload::RequestPayload;
use super::reading::Short;
use crate::body::{Body, ByteStream, Resume};
use crate::clock::BoxFuture;
use crate::error::Error;
use crate::request::RequestParts;
use crate::response::Response;

/// The call whose answer is read, and what of the object the answer holds.
struct Rest {
    shared: Arc<Shared>,
    call: Box<Call>,
    /// The remaining number of requests.
    left: u32,
    /// The place in the object of the first byte of the answer.
    first: u64,
    /// That of its last byte.
    last: u64,
}

impl Shared {
    /// What asks for the rest of a body, where that is switched on and the answer says enough of the object.
    pub(super) fn rest(
        &self,
        call: &Call,
        head: &http::response::Parts,
        length: Option<u64>,
    ) -> Option<Box<dyn Resume>> {
        let left = self.resumptions(call);
        if left == 0 || part_asked_for(&call.request.query).is_some() {
            return None;
        }
        let tag = head.headers.get(ETAG)?;
        if !tag.as_bytes().starts_with(b"\"") {
            // a weak tag stands for other bytes as well
            return None;
        }
        let end = length?.checked_sub(1)?;
        let (first, last) = match head.status {
            StatusCode::PARTIAL_CONTENT => held(&head.headers)?,
            _ => (0, end),
        };
        Some(Box::new(Rest {
            shared: self.me.upgrade()?,
            call: call.for_rest(tag),
            left,
            first,
            last,
        }))
    }
}

fn held(headers: &HeaderMap) -> Option<(u64, u64)> {
    let held = Held::parse(headers.get(CONTENT_RANGE)?.to_str().ok()?)?;
    Some((held.first, held.last))
}

impl Call {
    /// The same call for the object of this entity tag alone. The answer is not asked for again itself.
    fn for_rest(&self, tag: &HeaderValue) -> Box<Self> {
        let mut headers = self.request.headers.clone();
        headers.insert(IF_MATCH, tag.clone());
        let options = CallOptions {
            resumptions: Some(0),
            ..self.options.as_deref().cloned().unwrap_or_default()
        };
        Box::new(Self {
            spec: self.spec,
            endpoint: Arc::clone(&self.endpoint),
            uri: self.uri.clone(),
            request: RequestParts {
                // it is part of the endpoint
                host_prefix: String::new(),
                path: self.request.path.clone(),
                query: self.request.query.clone(),
                headers,
                body: Body::default(),
                items: None,
                echoes: Vec::new(),
            },
            sessions: self.sessions.clone(),
            account: self.account.clone(),
            options: Some(Arc::new(options)),
            attempt_limit: self.attempt_limit,
            payload: RequestPayload::default(),
            is_sent: AtomicBool::new(false),
        })
    }
}

impl Resume for Rest {
    fn resume(&mut self, read: u64) -> Option<BoxFuture<'static, Result<ByteStream, Error>>> {
        self.left = self.left.checked_sub(1)?;
        let tag = self.call.request.headers.get(IF_MATCH)?.clone();
        let mut call = self.call.for_rest(&tag);
        let range = format!("bytes={}-{}", self.first.checked_add(read)?, self.last);
        let range = HeaderValue::try_from(range).ok()?;
        call.request.headers.insert(RANGE, range);
        let shared = Arc::clone(&self.shared);
        Some(Box::pin(async move {
            let mut stream = None;
            let mut take = Short(|mut response: Box<Response>| {
                stream = Some(response.stream());
                Ok(())
            });
            let result = shared.run(call, &mut take).await;
            result.map_err(|failure| failure.into_error(|_, _| None))?;
            Ok(stream.unwrap_or_default())
        }))
    }
}
