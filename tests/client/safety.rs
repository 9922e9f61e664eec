//! Requests that must not be sent, and hosts that must not receive them.

use zonal::operation::CreateSession;
use zonal::types::SessionMode;
use zonal::{BuildError, Client, ErrorKind};

use crate::capture::{self, has_mark};
use crate::recorder::{Recorder, ready};
use crate::support::{BUCKET, Lab, SECRET, builder, credentials, everything, expect, says};

/// Names that are no directory bucket, whatever the endpoint.
fn odd_buckets() -> Vec<String> {
    let mut names: Vec<String> = [
        "",
        ".",
        "..",
        "/",
        "demo",
        "demo-bucket.with.dots",
        "a/b--usw2-az1--x-s3",
        "../x--usw2-az1--x-s3",
        "evil.com/#--usw2-az1--x-s3",
        "evil.com#--usw2-az1--x-s3",
        "evil.com?--usw2-az1--x-s3",
        "evil.com\\--usw2-az1--x-s3",
        "user@evil.com--usw2-az1--x-s3",
        "evil.com:80--usw2-az1--x-s3",
        "%2e%2e--usw2-az1--x-s3",
        "a%2fb--usw2-az1--x-s3",
        "a.b--usw2-az1--x-s3",
        "Demo--usw2-az1--x-s3",
        "demo--USW2-AZ1--x-s3",
        "demo--usw2-az1--x-s3\n",
        "demo--usw2-az1--x-s3\r\nhost: evil.com",
        "\ndemo--usw2-az1--x-s3",
        "demo --usw2-az1--x-s3",
        " demo--usw2-az1--x-s3",
        "demo\t--usw2-az1--x-s3",
        "demo\0--usw2-az1--x-s3",
        "demo_1--usw2-az1--x-s3",
        "-demo--usw2-az1--x-s3",
        "démo--usw2-az1--x-s3",
        "ｄemo--usw2-az1--x-s3",
        "demo\u{202e}--usw2-az1--x-s3",
        "demo。evil--usw2-az1--x-s3",
        "[::1]--usw2-az1--x-s3",
        "127.0.0.1",
        "--x-s3",
        "demo--usw2-az1--x-s3.",
        "demo--usw2-az1--x-s3/",
        "demo--usw2-az1--x-s3?x",
        "arn:aws:s3express:us-west-2:1:bucket/demo--usw2-az1--x-s3",
    ]
    .map(str::to_owned)
    .to_vec();
    names.push(format!("{}--usw2-az1--x-s3", "a".repeat(48)));
    names.push(format!("{}--usw2-az1--x-s3", "a".repeat(1_000_000)));
    names
}

#[tokio::test]
async fn odd_bucket_names_are_refused_on_every_form() {
    let lab = Lab::new();
    let recorder = Recorder::default();
    let regional = builder().transport(recorder.clone());
    for client in [lab.client(), lab.hosted(), regional] {
        let client = client.build().unwrap();
        for name in odd_buckets() {
            let error = client.create_session(&name).await.unwrap_err();
            expect(&error, ErrorKind::Endpoint, None);
            lab.inspect(&error);
            assert!(!error.is_retryable());
        }
    }
    assert!(lab.requests().is_empty() && lab.connection_count() == 0);
    assert!(recorder.requests().is_empty());
    // the longest name there can be
    let longest = format!("{}--usw2-az1--x-s3", "a".repeat(47));
    assert_eq!(longest.len(), 63);
    let error = lab.client().build().unwrap().create_session(&longest).await;
    assert_eq!(error.unwrap_err().code(), Some("NoSuchBucket"));
}

#[test]
fn a_bucket_goes_where_its_name_says() {
    let recorder = Recorder::default();
    let client = builder().transport(recorder.clone()).build().unwrap();
    for (bucket, host) in [
        (
            BUCKET,
            "demo--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com",
        ),
        (
            "a--b--usw2-az1--x-s3",
            "a--b--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com",
        ),
        (
            "door--usw2-az1--xa-s3",
            "door--usw2-az1--xa-s3.s3express-usw2-az1.us-west-2.amazonaws.com",
        ),
        (
            "demo--usw2-lax1-az1--x-s3",
            "demo--usw2-lax1-az1--x-s3.s3express-usw2-lax1-az1.us-west-2.amazonaws.com",
        ),
    ] {
        ready(client.create_session(bucket)).unwrap();
        let sent = recorder.requests().pop().unwrap();
        assert_eq!(sent.url, format!("https://{host}/?session"));
        assert_eq!(sent.header("host"), Some(host));
    }
}

#[test]
fn odd_regions_are_refused_when_the_client_is_built() {
    for region in [
        "",
        " ",
        "us west 2",
        "us-west-2\n",
        "us-west-2\r\nhost: evil.com",
        "x@attacker.com:443/#",
        "attacker.com/",
        "attacker.com",
        "us-west-2.evil.com",
        "us-west-2#",
        "us-west-2?",
        "us-west-2:80",
        "-us-west-2",
        "us_west_2",
        "ús-west-2",
        "..",
        "a\u{202e}b",
        &"a".repeat(64),
        &"a".repeat(1_000_000),
    ] {
        let error = Client::builder().region(region).build().unwrap_err();
        assert!(matches!(error, BuildError::Region(_)), "{region:?}");
        let text = error.to_string();
        assert!(
            text.len() < 300 && !text.contains(char::is_control),
            "{text}"
        );
        assert!(!text.contains('\u{202e}'));
    }
    let error = Client::builder().build().unwrap_err();
    assert_eq!(error, BuildError::MissingRegion);
    // a name that could be a region and is none
    let client = builder()
        .region("aws-global")
        .transport(Recorder::default());
    let error = ready(client.build().unwrap().create_session(BUCKET)).unwrap_err();
    expect(&error, ErrorKind::Endpoint, None);
    says(&error, "aws-global");
}

#[test]
fn odd_endpoints_are_refused_when_the_client_is_built() {
    for url in [
        "",
        "localhost",
        "//localhost",
        "localhost:8080",
        "ftp://localhost",
        "file:///etc/passwd",
        "unix:///socket",
        "javascript:alert(1)",
        "https:localhost",
        "https://",
        "https:///path",
        "https://user@localhost",
        "https://user:MARKER@localhost",
        "https://MARKER@localhost:80@evil.com",
        "https://localhost?MARKER=1",
        "https://localhost/#MARKER",
        "https://localhost/a?b",
        "https://localhost:99999",
        "https://localhost:port",
        "https://localhost:80:80",
        "https://local host",
        "https://localhost\n",
        "https://localhost/\r\nx: y",
        "https://localhost/a/../b",
        "https://localhost/%2e%2e/",
        "https://localhost/./a",
        "https://localhost\\evil.com",
        "https://localhost/\\evil.com",
        "https://[::1",
        "https://[zz]",
        "https://lócalhost",
        "https://a..b",
        " https://localhost",
        "http://0x7f.1",
    ] {
        let built = Client::builder()
            .region("us-west-2")
            .endpoint_url(url)
            .build();
        let Err(error) = built else {
            // a host that only some read as a number is sent as a name or not at all
            let client = builder()
                .endpoint_url(url)
                .allow_http(true)
                .build()
                .unwrap();
            let error = ready(client.create_session(BUCKET)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Transport, "{url}: {error}");
            continue;
        };
        assert!(matches!(error, BuildError::EndpointUrl { .. }), "{url:?}");
        let text = format!("{error} {error:?} {error:#?}");
        assert!(
            !text.contains("user:") && !text.contains(char::is_control),
            "{text}"
        );
        let has_password = url.contains('@');
        assert!(!(has_password && has_mark(&text)), "{text}");
    }
}

/// What a client with this endpoint does: the URL it sends to, or the kind of its error.
fn sends_to(url: &str, allow_http: bool) -> Result<String, ErrorKind> {
    let recorder = Recorder::default();
    let client = builder()
        .endpoint_url(url)
        .allow_http(allow_http)
        .transport(recorder.clone())
        .build()
        .unwrap();
    match ready(client.create_session(BUCKET)) {
        Ok(_) => Ok(recorder.requests().pop().unwrap().url),
        Err(error) => {
            assert!(recorder.requests().is_empty());
            assert!(!has_mark(&everything(&error)));
            says(&error, "plain http");
            says(&error, "allow_http(true)");
            Err(error.kind())
        }
    }
}

#[test]
fn a_secret_comes_over_tls_or_from_this_machine() {
    let refused = Err(ErrorKind::InsecureTransport);
    for url in [
        "http://example.com",
        "http://192.0.2.1:8080",
        "http://[2001:db8::1]",
        "http://localhost.example.com",
        "http://notlocalhost",
        "http://127.0.0.1.example.com",
        "http://0.0.0.0",
        "http://10.0.0.1",
        "HTTP://EXAMPLE.COM",
    ] {
        assert_eq!(sends_to(url, false), refused, "{url}");
        assert!(sends_to(url, true).unwrap().starts_with("http://"), "{url}");
        let secure = url.to_ascii_lowercase().replace("http://", "https://");
        assert!(
            sends_to(&secure, false).unwrap().starts_with("https://"),
            "{url}"
        );
    }
    for (url, target) in [
        (
            "http://127.0.0.1:1",
            format!("http://127.0.0.1:1/{BUCKET}?session"),
        ),
        (
            "http://127.9.9.9",
            format!("http://127.9.9.9/{BUCKET}?session"),
        ),
        ("http://[::1]:1", format!("http://[::1]:1/{BUCKET}?session")),
        (
            "http://localhost:1",
            format!("http://{BUCKET}.localhost:1/?session"),
        ),
        (
            "http://s3.LOCALHOST:80/x/",
            format!("http://{BUCKET}.s3.localhost/x/?session"),
        ),
    ] {
        assert_eq!(sends_to(url, false), Ok(target));
    }
}

#[tokio::test]
async fn values_cannot_bring_headers_of_their_own() {
    let lab = Lab::new();
    let client = lab.client().build().unwrap();
    let evil = [
        "MARKER\r\nx-evil: 1",
        "MARKER\n",
        "\rMARKER",
        "MARK\0ER MARKER",
        "MARKER\u{7f}",
    ];
    for value in evil {
        let new = || CreateSession::new(BUCKET);
        let mode = SessionMode::Unknown(value.to_owned());
        for (request, header) in [
            (new().session_mode(mode), "x-amz-create-session-mode"),
            (
                new().server_side_encryption(value),
                "x-amz-server-side-encryption",
            ),
            (
                new().sse_kms_key_id(value),
                "x-amz-server-side-encryption-aws-kms-key-id",
            ),
            (
                new().sse_kms_encryption_context(value),
                "x-amz-server-side-encryption-context",
            ),
        ] {
            let error = client.send(request).await.unwrap_err();
            expect(&error, ErrorKind::InvalidInput, None);
            lab.inspect(&error);
            says(
                &error,
                &format!("the value of the header `{header}` has a line break"),
            );
        }
    }
    assert!(lab.requests().is_empty() && lab.connection_count() == 0);
}

#[tokio::test]
async fn odd_but_lawful_header_values_are_signed_as_they_are_sent() {
    let lab = Lab::new();
    let client = lab.client().build().unwrap();
    for key in [
        "a  b   c",
        " padded ",
        "ünïcödé/键",
        "a,b;c=\"d\"",
        "~!*'()",
        &"k".repeat(8000),
    ] {
        let call = client
            .create_session(BUCKET)
            .server_side_encryption("aws:kms");
        call.sse_kms_key_id(key).await.unwrap();
        let sent = lab.take_requests().pop().unwrap();
        let name = "x-amz-server-side-encryption-aws-kms-key-id";
        assert_eq!(sent.header(name).as_deref(), Some(key.trim()));
    }
    // an empty text is a value: it is sent and signed, and the service refuses it
    let call = client.create_session(BUCKET).sse_kms_key_id("");
    let error = call.await.unwrap_err();
    expect(&error, ErrorKind::Service, Some("InvalidArgument"));
    let sent = lab.take_requests().pop().unwrap();
    let name = "x-amz-server-side-encryption-aws-kms-key-id";
    assert_eq!(sent.header(name).as_deref(), Some(""));
    let signed = sent.header("authorization").unwrap();
    assert!(signed.contains(name), "{signed}");
}

#[tokio::test]
async fn what_a_client_shows_of_itself() {
    let lab = Lab::new();
    let builder = lab
        .client()
        .credentials(credentials("AKID", SECRET, Some("MARKER")));
    let shown = format!("{builder:?} {builder:#?}");
    let client = builder.build().unwrap();
    let shown = format!(
        "{shown} {client:?} {client:#?} {:?}",
        client.create_session(BUCKET)
    );
    lab.assert_clean(&shown);
    assert!(shown.contains("us-west-2"));
    capture::listen();
}
