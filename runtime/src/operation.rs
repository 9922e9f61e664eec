//! [`Operation`]: the trait that generated requests implement.

use std::any::Any;
use std::convert::Infallible;
use std::fmt;

use http::Method;

use crate::endpoint::Params;
use crate::error::{DecodeError, EncodeError, ErrorBody};
use crate::request::Request;
use crate::response::Response;

/// One operation of a service. Its value is the request.
pub trait Operation: Send + Sync + 'static {
    /// The output of the operation.
    type Output: Send + 'static;
    /// The errors the service's model names for this operation; [`NoModeledError`] if none.
    type Error: ModeledError;

    /// The fixed part of this operation.
    const SPEC: OperationSpec;

    /// Sets the endpoint parameters that come from the request or are fixed for the operation.
    fn endpoint_params<'a>(&'a self, params: &mut Params<'a>) {
        let _ = params;
    }

    /// Writes path, query, headers and body.
    fn encode(&self, request: &mut Request) -> Result<(), EncodeError>;

    /// Reads a successful response. A body that is streamed is taken out of it.
    fn decode(response: &mut Response) -> Result<Self::Output, DecodeError>;

    /// The modelled error for a code, if it is one.
    fn error(code: &str, body: &ErrorBody<'_>) -> Option<Self::Error> {
        let _ = (code, body);
        None
    }
}

/// The fixed part of an [`Operation`].
///
/// It is made by [`new`](Self::new) and the methods after it, each of which states one fact:
///
/// ```
/// # use zonal_runtime::{OperationSpec, codegen::Method};
/// const SPEC: OperationSpec = OperationSpec::new("GetObject", Method::GET).readonly().streaming();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationSpec {
    pub(crate) name: &'static str,
    pub(crate) method: Method,
    pub(crate) success: u16,
    pub(crate) response_limit: usize,
    pub(crate) secret_response: bool,
    pub(crate) streaming: bool,
    pub(crate) readonly: bool,
    pub(crate) assembles: bool,
    pub(crate) auth: Auth,
    pub(crate) unsigned_payload: bool,
    #[cfg(feature = "request-compression")]
    pub(crate) compressed: bool,
    #[cfg(feature = "event-streams")]
    pub(crate) events: bool,
    pub(crate) checksum: Option<&'static str>,
    pub(crate) checksum_required: bool,
    pub(crate) verified: Option<&'static str>,
    pub(crate) documents: &'static [&'static str],
    pub(crate) acknowledged: &'static [(&'static str, &'static str)],
}

/// Whether calls of an operation are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Auth {
    /// Always.
    Signed,
    /// Where the client has credentials.
    Optional,
    /// Never.
    Anonymous,
}

impl OperationSpec {
    /// An operation of this name and method. A success has status 200 and a body of at most
    /// 16 MiB.
    pub const fn new(name: &'static str, method: Method) -> Self {
        Self {
            name,
            method,
            success: 200,
            response_limit: 16 * 1024 * 1024,
            secret_response: false,
            streaming: false,
            readonly: false,
            assembles: false,
            auth: Auth::Signed,
            unsigned_payload: false,
            #[cfg(feature = "request-compression")]
            compressed: false,
            #[cfg(feature = "event-streams")]
            events: false,
            checksum: None,
            checksum_required: false,
            verified: None,
            documents: &[],
            acknowledged: &[],
        }
    }

    /// A success has this status. Any other 2xx is taken for one as well.
    pub const fn success(mut self, status: u16) -> Self {
        self.success = status;
        self
    }

    /// The model bounds the response: no more than 64 KiB are read of its body.
    pub const fn small_response(mut self) -> Self {
        self.response_limit = 64 * 1024;
        self
    }

    /// The response carries a secret: it is asked for over HTTPS only, except on loopback or where
    /// the client allows plain HTTP.
    pub const fn secret_response(mut self) -> Self {
        self.secret_response = true;
        self
    }

    /// The body of a success is handed on as it comes, whatever its length.
    pub const fn streaming(mut self) -> Self {
        self.streaming = true;
        self
    }

    /// It is signed only where the client has credentials.
    pub const fn optional_auth(mut self) -> Self {
        self.auth = Auth::Optional;
        self
    }

    /// It is never signed.
    pub const fn anonymous(mut self) -> Self {
        self.auth = Auth::Anonymous;
        self
    }

    /// The signature does not cover the body.
    pub const fn unsigned_payload(mut self) -> Self {
        self.unsigned_payload = true;
        self
    }

    /// The body is compressed, unless it is small or the client was told not to.
    #[cfg(feature = "request-compression")]
    pub const fn compressed(mut self) -> Self {
        self.compressed = true;
        self
    }

    /// The body is made of events, each of which is signed.
    #[cfg(feature = "event-streams")]
    pub const fn sends_events(mut self) -> Self {
        self.events = true;
        self
    }

    /// Whether the body is made of events.
    pub(crate) fn has_events(&self) -> bool {
        #[cfg(feature = "event-streams")]
        let has_events = self.events;
        #[cfg(not(feature = "event-streams"))]
        let has_events = false;
        has_events
    }

    /// Requests can have a checksum; this header names the algorithm.
    pub const fn checksum(mut self, header: &'static str) -> Self {
        self.checksum = Some(header);
        self
    }

    /// A request must have a checksum. Where no header names an algorithm it is the MD5 of the body,
    /// or its CRC32 where a directory bucket is called; MD5 takes the feature `more-checksums`.
    pub const fn checksum_required(mut self) -> Self {
        self.checksum_required = true;
        self
    }

    /// Responses have a checksum if this header asks for it.
    pub const fn verified(mut self, header: &'static str) -> Self {
        self.verified = Some(header);
        self
    }

    /// The service creates an object from others before it answers, which may take minutes.
    pub const fn assembles(mut self) -> Self {
        self.assembles = true;
        self
    }

    /// The names of the roots of all documents that the service answers. One that is another
    /// operation's answers nothing that was asked, whatever it has in common with the one expected.
    pub const fn documents(mut self, roots: &'static [&'static str]) -> Self {
        self.documents = roots;
        self
    }

    /// Checksums that the document of the answer acknowledges: each header of the request with the
    /// element that must hold the same.
    pub const fn acknowledges(mut self, pairs: &'static [(&'static str, &'static str)]) -> Self {
        self.acknowledged = pairs;
        self
    }

    /// The operation changes nothing.
    pub const fn readonly(mut self) -> Self {
        self.readonly = true;
        self
    }

    /// Whether it only reads: the model says so, or its method does (RFC 9110, 9.2.1).
    pub(crate) fn is_read(&self) -> bool {
        self.readonly || matches!(self.method, Method::GET | Method::HEAD)
    }
}

/// The errors that a service's model names for an operation. An [`AnyError`](crate::AnyError) holds those of all
/// operations.
pub trait ModeledError: Any + fmt::Debug + Send + Sync {}

/// The error type of operations whose model names no error. It has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoModeledError {}

impl ModeledError for NoModeledError {}

impl From<Infallible> for NoModeledError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
