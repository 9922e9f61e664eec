//! [`RequestPayload`]: the body of a call, ready to be sent as often as need be.

use std::sync::{Arc, PoisonError};

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Method};

use super::Shared;
use super::call::Call;
use super::compression::{at_once, packed};
use super::form::{Form, Terms, content_length, decide, given_length};
use super::sums::Sums;
use crate::body::{AwsChunked, Body, BodyFailure, Loaded, Measured, SentSum};
use crate::checksum::Algorithm;
use crate::error::{Cause, Failure};
use crate::operation::Auth;
use crate::signing::{ChunkSigner, Payload};
use crate::transport::RequestBody;

/// What is known of a body before it is sent.
pub(super) struct RequestPayload {
    body: Loaded,
    form: Form,
    /// The hash of a long body that is signed with every attempt.
    hash: Option<String>,
    /// The checksum that the last attempt sent behind its body, if it did.
    trailer: SentSum,
}

impl Default for RequestPayload {
    fn default() -> Self {
        Self {
            body: Loaded::Bytes(Bytes::new()),
            form: Form::Hashed,
            hash: None,
            trailer: SentSum::default(),
        }
    }
}

impl Shared {
    /// Readies a short body in memory; says whether it is one.
    pub(super) fn load_now(&self, call: &mut Call) -> Result<bool, Box<Failure>> {
        let (spec, compression) = (call.spec, self.config.compression);
        let limit = at_once(spec, compression);
        let bytes = call.request.body.as_bytes();
        let Some(bytes) = bytes.filter(|bytes| bytes.len() <= limit).cloned() else {
            return Ok(false);
        };
        let packed = packed(spec, &mut call.request.headers, bytes, compression);
        let fail = |error| Failure::new(spec.name, Cause::Encode(error));
        let bytes = packed.map_err(fail)?;
        let body = Loaded::Bytes(bytes.clone());
        let (form, sums) = self.decide(call, &body)?;
        sums.write(&bytes, &mut call.request.headers);
        call.payload.set(body, form, None);
        Ok(true)
    }

    /// Readies any other body. It takes as long as the caller's stream does, or as it takes to hash, so
    /// it belongs to no attempt.
    pub(super) async fn load(&self, call: &mut Call) -> Result<(), Box<Failure>> {
        let fail = |cause| Failure::new(call.spec.name, cause);
        let request = &mut call.request;
        let body = request.body.load(given_length(&request.headers)).await;
        let body = body.map_err(|failure| fail(Cause::Body(failure)))?;
        let body = self.compress(call.spec, request, body).await?;
        let (form, sums) = self.decide(call, &body)?;
        let hash = match &body {
            Loaded::Bytes(bytes) => {
                let is_signed = call.spec.auth != Auth::Anonymous
                    && !self.is_anonymous(call)
                    && form == Form::Hashed;
                let headers = &mut call.request.headers;
                sums.write_long(bytes, is_signed, headers).await
            }
            Loaded::Stream { .. } => None,
        };
        call.payload.set(body, form, hash);
        Ok(())
    }

    /// Decides how a body travels.
    fn decide(&self, call: &mut Call, body: &Loaded) -> Result<(Form, Sums), Box<Failure>> {
        let terms = Terms {
            request: self.config.request_checksums,
            response: self.config.response_checksums,
            // chunks without a key have no signatures
            is_secure: call.endpoint.scheme() == "https" || self.is_anonymous(call),
            is_directory: call.endpoint.is_s3_express(),
        };
        let (form, sums) = decide(call.spec, &mut call.request.headers, body, terms)
            .map_err(|error| Failure::new(call.spec.name, Cause::Encode(error)))?;
        let is_anonymous = call.spec.auth == Auth::Anonymous || self.is_anonymous(call);
        // without a key events have no signatures
        let form = match form {
            Form::Events if is_anonymous => Form::Unsigned,
            form => form,
        };
        Ok((form, sums))
    }
}

impl Call {
    /// Whether another attempt can send the body.
    pub(super) fn is_replayable(&self) -> bool {
        matches!(self.payload.body, Loaded::Bytes(_)) || self.request.body.is_replayable()
    }
}

impl RequestPayload {
    fn set(&mut self, body: Loaded, form: Form, hash: Option<String>) {
        self.body = body;
        self.form = form;
        self.hash = hash;
    }

    /// Lets the signature say this of the body, which is sent as it is.
    pub(super) fn sign_as(&mut self, hash: String) {
        self.hash = Some(hash);
    }

    /// What is signed of the body.
    pub(super) fn signed(&self) -> Payload<'_> {
        match &self.hash {
            Some(hash) => Payload::Hash(hash),
            None => self.form.signed(&self.body),
        }
    }

    /// Writes `content-length`. It is not signed, as a proxy may frame the body anew.
    pub(super) fn write_length(&self, method: &Method, headers: &mut HeaderMap) {
        let length = self.length();
        if let Some(value) = content_length(method, length) {
            headers.insert(CONTENT_LENGTH, value);
        }
    }

    /// The body for one attempt, where it is in memory as it goes out.
    pub(super) fn in_memory(&self) -> Option<RequestBody> {
        match &self.body {
            #[cfg(feature = "event-streams")]
            Loaded::Bytes(_) if self.form == Form::Events => None,
            Loaded::Bytes(bytes) => Some(RequestBody::from(bytes.clone())),
            Loaded::Stream { .. } => None,
        }
    }

    /// The body for one attempt, where it comes in pieces.
    pub(super) async fn open(
        &self,
        body: &Body,
        signer: Option<ChunkSigner>,
    ) -> Result<RequestBody, BodyFailure> {
        #[cfg(feature = "event-streams")]
        if let Loaded::Bytes(messages) = &self.body
            && self.form == Form::Events
        {
            let signer =
                signer.ok_or_else(|| BodyFailure::new("events take a signature".to_owned()))?;
            let signed = crate::event_stream::SignedEvents::new(messages.clone(), signer);
            return Ok(RequestBody::from_pieces(Box::pin(signed), self.length()));
        }
        let length = self.body.length();
        let pieces = body.open(length).await?;
        let pieces: crate::body::Pieces = match self.form {
            Form::Chunked(coding) => {
                let coded = AwsChunked::new(pieces, length, coding, signer);
                Box::pin(coded.telling(Arc::clone(&self.trailer)))
            }
            _ => Box::pin(Measured::new(pieces, length)),
        };
        Ok(RequestBody::from_pieces(pieces, self.length()))
    }

    /// The checksum that was sent behind the body, if one was.
    pub(super) fn trailer(&self) -> Option<(Algorithm, String)> {
        let trailer = self.trailer.lock();
        trailer.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many bytes the body has before it is coded for the wire.
    pub(super) fn body_length(&self) -> u64 {
        self.body.length()
    }

    /// How many bytes of body go over the wire.
    pub(super) fn length(&self) -> u64 {
        self.form.wire_length(&self.body)
    }
}
