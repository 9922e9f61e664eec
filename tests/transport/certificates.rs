//! Servers with untrusted certificates: the client sends nothing and does not retry.

use zonal::runtime::transport::TransportErrorKind;
use zonal::{BuildError, Builder, Client};
use zonal_peer::{Peer, Tls};

use crate::support::{BUCKET, builder, builder_for, peer};

/// What a call to the peer fails with, alone and as it opens a session.
async fn refuse(peer: &Peer, builder: impl Fn() -> Builder<Client>) -> String {
    let put = async |sessions: bool| {
        let client = builder().session_auth(sessions).build().unwrap();
        let before = peer.connection_count();
        let put = client.put_object(BUCKET, "k").body("a body");
        let error = put.await.unwrap_err();
        assert!(!error.is_retryable(), "{error}");
        assert_eq!(error.transport_kind(), Some(TransportErrorKind::Tls));
        assert_eq!(peer.connection_count() - before, 1, "{error}");
        assert!(peer.requests().is_empty(), "{error}");
        error
    };
    let text = put(true).await.to_string();
    assert!(text.contains("no session"), "{text}");
    let error = put(false).await;
    assert_eq!(error.attempts(), 1);
    error.to_string()
}

#[tokio::test]
async fn a_wrong_certificate_is_told_and_nothing_is_sent() {
    let good = peer(Some(Tls::default()));
    let other = peer(Some(Tls::default()));
    let bundle = other.root_certificate().unwrap();
    let text = refuse(&good, || builder(good.endpoint_url()).ca_bundle(bundle)).await;
    assert!(text.contains("UnknownIssuer"), "{text}");
    // nor does the system know it
    let text = refuse(&good, || builder(good.endpoint_url())).await;
    assert!(text.contains("no secure connection"), "{text}");
    for (tls, says) in [
        (Tls::default().name("other.example"), "other.example"),
        (Tls::default().expired(), "expired"),
    ] {
        let peer = peer(Some(tls));
        let text = refuse(&peer, || builder_for(&peer)).await;
        assert!(text.contains(says), "{text}");
    }
}

#[tokio::test]
async fn a_server_without_tls_is_told_from_a_wrong_certificate() {
    let peer = peer(None);
    let url = format!("https://{}", peer.address());
    let text = refuse(&peer, || builder(&*url)).await;
    assert!(text.contains("seems to speak no TLS"), "{text}");
}

#[tokio::test]
async fn a_bundle_is_checked_as_the_client_is_built() {
    let peer = peer(Some(Tls::default()));
    let pem = peer.root_certificate().unwrap();
    let build = |pem: String| builder("https://127.0.0.1:1").ca_bundle(pem).build();
    // what stands around certificates is passed over
    build(format!("a comment\n{pem}\nanother\n{pem}")).unwrap();
    for (pem, says) in [
        (String::new(), "holds no certificate"),
        (
            pem.replace("CERTIFICATE", "PRIVATE KEY"),
            "holds no certificate",
        ),
        (format!("{pem}{}", &pem[..pem.len() / 2]), "certificate 2"),
        (pem.replace("MII", "AAA"), "certificate 1"),
    ] {
        let error = build(pem).unwrap_err();
        assert!(matches!(error, BuildError::CaBundle(_)));
        assert!(error.to_string().contains(says), "{error}");
    }
}
