//! A peer, and a sender of presigned requests without credentials.

use std::time::Duration;

use bytes::Bytes;
use zonal::runtime::transport::{HttpTransport, RequestBody, Transport};
use zonal::{Builder, Client, Credentials, PresignedRequest};
use zonal_peer::{Peer, PeerBuilder};

pub(crate) const BUCKET: &str = "demo--usw2-az1--x-s3";
pub(crate) const KEY: &str = "AKIDEXAMPLE";
pub(crate) const TEMPORARY_KEY: &str = "ASIATEMPORARY";
pub(crate) const SECRET: &str = "secret/MARKER+of/the+user";
pub(crate) const TOKEN: &str = "token/MARKER+of/the+base==";

pub(crate) fn peer(settings: impl FnOnce(PeerBuilder) -> PeerBuilder) -> Peer {
    let builder = Peer::builder()
        .bucket(BUCKET)
        .credentials(KEY, SECRET)
        .temporary_credentials(TEMPORARY_KEY, SECRET, TOKEN);
    settings(builder).start_blocking().unwrap()
}

/// A client with the credentials of a user.
pub(crate) fn client(peer: &Peer) -> Builder<Client> {
    Client::builder()
        .region("us-west-2")
        .endpoint_url(peer.endpoint_url())
        .credentials(Credentials::new(KEY, SECRET, None, None, "test"))
}

/// Sends a presigned request with its headers and this body: status and body of the answer.
pub(crate) async fn send(request: &PresignedRequest, body: &'static str) -> (u16, String) {
    let mut sent = http::Request::new(RequestBody::from(Bytes::from(body)));
    *sent.method_mut() = request.method.clone();
    *sent.uri_mut() = request.url.parse().unwrap();
    *sent.headers_mut() = request.headers.clone();
    let transport = HttpTransport::new(Duration::from_secs(1));
    let response = transport.send(sent).await.unwrap();
    let (parts, mut body) = response.into_parts();
    let mut text = Vec::new();
    while let Some(piece) = body.next().await {
        text.extend_from_slice(&piece.unwrap());
    }
    (parts.status.as_u16(), String::from_utf8(text).unwrap())
}

/// The peer takes it.
#[track_caller]
pub(crate) fn accepted((status, body): (u16, String)) -> String {
    assert!((200..300).contains(&status), "{status}: {body}");
    body
}

/// The peer refuses it with this code.
#[track_caller]
pub(crate) fn refused((status, body): (u16, String), code: &str) {
    assert!(
        body.contains(&format!("<Code>{code}</Code>")),
        "{status}: {body}"
    );
}
