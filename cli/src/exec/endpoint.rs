//! [`Endpoint`]: answers the requests of the command. Each is verified, signed anew, and sent on.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use aws_smithy_types::date_time::{DateTime, Format};
use bytes::Bytes;
use futures_core::Stream as _;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, header};
use http_body::{Body, Frame};
use hyper::body::Incoming;
use zonal::__private::signing::KeyCache;
use zonal::__private::{Core, Forwarded, ForwardedAnswer, Operation};
use zonal::operation::{
    DeleteObject, GetBucketPolicy, HeadBucket, ListDirectoryBuckets, ListObjectsV2,
};
use zonal::runtime::checksum::Algorithm;
use zonal::session::{ModePolicy, SessionMode, SessionUse};
use zonal::{BodyError, ByteStream, Client};

use super::body::relay;
use super::keys::{Keys, Signer};
use super::refusal::Refusal;
use super::target::{QueryParams, Target, Way, is_refused};
use super::verify::verify;

/// As long as the sessions of S3 last. The keys themselves serve until the command ends.
const SESSION: Duration = Duration::from_secs(300);

/// What answers requests.
pub(super) struct Endpoint {
    pub(super) client: Client,
    pub(super) keys: Keys,
    pub(super) cache: KeyCache,
}

impl Endpoint {
    /// Answers one.
    pub(super) async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Response<Reply> {
        let is_head = request.method() == Method::HEAD;
        match self.try_answer(request).await {
            Ok(response) => response,
            Err(refusal) => {
                let document = if is_head {
                    String::new()
                } else {
                    refusal.document()
                };
                let mut response = document_response(document);
                *response.status_mut() = refusal.status;
                response
            }
        }
    }

    async fn try_answer(&self, request: Request<Incoming>) -> Result<Response<Reply>, Refusal> {
        let (head, incoming) = request.into_parts();
        let query = QueryParams::of(&head);
        let verified = verify(&self.keys, &self.cache, &head, &query, SystemTime::now())?;
        let target = Target::of(&head, &query);
        if let (Way::CreateSession, Some(bucket)) = (target.way, &target.bucket) {
            return self.create_session(&head, bucket).await;
        }
        let mut headers = forwarded_headers(&head.headers);
        let payload = verified.payload;
        let relayed = relay(incoming, payload, verified.signature.chunks, &mut headers).await?;
        if query.has("delete") {
            add_checksum(&mut headers, relayed.body.as_bytes());
        }
        let forwarded = Forwarded {
            method: head.method,
            path: target.path.clone(),
            query: query.unsigned(),
            headers,
            body: relayed.body,
            payload: relayed.payload,
        };
        let core = self.core(verified.key.signer);
        let answer = forward(&core, &target, forwarded).await;
        let answer = answer.map_err(|refusal| relayed.refusal.take().unwrap_or(refusal))?;
        if answer.may_be_signer && is_refused(answer.status) {
            // another session will be opened; the body is gone, but the command can send it again
            Err(Refusal::again(
                "The session was rejected. Send the request again.",
            ))
        } else {
            Ok(response(answer))
        }
    }

    /// The client, with sessions of the mode that the command has chosen.
    fn core(&self, signer: Signer) -> Core {
        let core = Core::from(self.client.clone());
        match signer {
            Signer::Session(Some(mode)) => {
                core.with_sessions(SessionUse::Mode(ModePolicy::Fixed(mode)))
            }
            Signer::Account | Signer::Session(None) => core,
        }
    }

    /// Gives the command keys of a session. The real session stays here.
    async fn create_session(&self, head: &Parts, bucket: &str) -> Result<Response<Reply>, Refusal> {
        if head
            .headers
            .keys()
            .any(|name| name.as_str().starts_with("x-amz-server-side-encryption"))
        {
            let message = "zonal exec opens sessions with the encryption of the bucket: leave the settings of the session out.";
            return Err(Refusal::not_here(message));
        }
        let mode = head.headers.get("x-amz-create-session-mode");
        let is_read_only = mode.is_some_and(|mode| mode == SessionMode::ReadOnly.as_str());
        let key = self.keys.session(is_read_only);
        // so that a bucket that is not there, or not allowed, shows where the command expects it
        self.core(key.signer).warm(bucket).await?;
        let end = DateTime::from(SystemTime::now() + SESSION);
        let end = DateTime::from_secs(end.secs())
            .fmt(Format::DateTime)
            .unwrap_or_default();
        let token = key.token.as_ref().map_or("", |token| token.expose());
        let (id, secret) = (&key.id, key.secret.expose());
        Ok(document_response(format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <CreateSessionResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Credentials>\
             <SessionToken>{token}</SessionToken><SecretAccessKey>{secret}</SecretAccessKey>\
             <AccessKeyId>{id}</AccessKeyId><Expiration>{end}</Expiration>\
             </Credentials></CreateSessionResult>"
        )))
    }
}

/// Sends a request the way of an operation that goes to the same place with the same keys.
async fn forward(
    core: &Core,
    target: &Target,
    forwarded: Forwarded,
) -> Result<ForwardedAnswer, Refusal> {
    let is_read = matches!(forwarded.method, Method::GET | Method::HEAD);
    let Some(bucket) = target.bucket.as_deref() else {
        return like(core, &ListDirectoryBuckets::default(), forwarded).await;
    };
    match target.way {
        Way::Control | Way::CreateSession => {
            like(core, &GetBucketPolicy::new(bucket), forwarded).await
        }
        Way::Account => like(core, &HeadBucket::new(bucket), forwarded).await,
        Way::Session if is_read => like(core, &ListObjectsV2::new(bucket), forwarded).await,
        Way::Session => like(core, &DeleteObject::new(bucket, "key"), forwarded).await,
    }
}

async fn like<O: Operation>(
    core: &Core,
    operation: &O,
    forwarded: Forwarded,
) -> Result<ForwardedAnswer, Refusal> {
    Ok(core.forward(operation, forwarded).await?)
}

/// The headers that are sent on: neither those of the connection nor those of the signature.
fn forwarded_headers(headers: &HeaderMap) -> HeaderMap {
    const LEFT_OUT: [&str; 10] = [
        "accept-encoding",
        "authorization",
        // directory buckets take no MD5, and the body is verified
        "content-md5",
        "date",
        "expect",
        "host",
        "x-amz-content-sha256",
        "x-amz-date",
        "x-amz-s3session-token",
        "x-amz-security-token",
    ];
    let all = headers.iter();
    let kept = all.filter(|(name, _)| {
        let text = name.as_str();
        !LEFT_OUT.contains(&text) && !text.starts_with("amz-sdk-") && !is_of_connection(name)
    });
    kept.map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Directory buckets want a checksum of a list of keys to delete, where other buckets take an MD5.
fn add_checksum(headers: &mut HeaderMap, list: Option<&Bytes>) {
    const ALGORITHM: Algorithm = Algorithm::Crc32;
    let is_one = |name: &str| name.starts_with("x-amz-checksum-") || name == "x-amz-trailer";
    let has_one = headers.keys().any(|name| is_one(name.as_str()));
    if let (Some(list), false) = (list, has_one)
        && let Ok(sum) = HeaderValue::from_str(&ALGORITHM.checksum(list))
    {
        headers.insert(ALGORITHM.header(), sum);
    }
}

fn is_of_connection(name: &HeaderName) -> bool {
    const OF_CONNECTION: [&str; 7] = [
        "connection",
        "keep-alive",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];
    OF_CONNECTION.contains(&name.as_str())
}

fn response(answer: ForwardedAnswer) -> Response<Reply> {
    let body = match answer.body.length() {
        // that of a HEAD, whatever length its headers tell
        Some(0) => Reply::Document(Bytes::new()),
        _ => Reply::Stream(Box::new(answer.body)),
    };
    let mut response = Response::new(body);
    *response.status_mut() = answer.status;
    let headers = answer.headers.iter();
    let headers = headers.filter(|(name, _)| !is_of_connection(name));
    response
        .headers_mut()
        .extend(headers.map(|(name, value)| (name.clone(), value.clone())));
    response
}

fn document_response(document: String) -> Response<Reply> {
    let mut response = Response::new(Reply::Document(Bytes::from(document)));
    let xml = HeaderValue::from_static("application/xml");
    response.headers_mut().insert(header::CONTENT_TYPE, xml);
    response
}

/// The body of an answer.
pub(super) enum Reply {
    Document(Bytes),
    Stream(Box<ByteStream>),
}

impl Body for Reply {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match self.get_mut() {
            Self::Document(document) if document.is_empty() => Poll::Ready(None),
            Self::Document(document) => {
                Poll::Ready(Some(Ok(Frame::data(std::mem::take(document)))))
            }
            Self::Stream(stream) => {
                let piece = Pin::new(&mut **stream).poll_next(context);
                piece.map(|piece| piece.map(|piece| piece.map(Frame::data)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Document(document) if document.is_empty())
    }

    fn size_hint(&self) -> http_body::SizeHint {
        match self {
            Self::Document(document) => http_body::SizeHint::with_exact(document.len() as u64),
            Self::Stream(_) => http_body::SizeHint::default(),
        }
    }
}
