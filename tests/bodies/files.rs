//! Files as bodies.

use std::fs::{self, File};
use std::future::poll_fn;
use std::io::Write;
use std::path::PathBuf;
use std::pin::Pin;

use http_body::Body as _;
use tempfile::TempDir;
use zonal::runtime::clock::BoxFuture;
use zonal::runtime::transport::{
    RequestBody, ResponseBody, Transport, TransportError, TransportErrorKind,
};
use zonal::runtime::{Body, ErrorKind};

use crate::support::{Lab, Scheme, bytes, put};

fn file(data: &[u8]) -> (TempDir, PathBuf) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("a file");
    fs::write(&path, data).unwrap();
    (directory, path)
}

#[tokio::test]
async fn a_file_is_sent_again_and_again() {
    let lab = Lab::new();
    for length in [0, 5, 1 << 20, 2_500_007] {
        let data = bytes(length);
        let (_directory, path) = file(&data);
        let body = Body::from_path(&path);
        assert!(body.is_replayable());
        for scheme in [Scheme::Http, Scheme::Https] {
            let (_, object) = lab.put(scheme, put(body.clone())).await;
            assert!(object.data == data, "{length}");
        }
    }
}

#[tokio::test]
async fn ranges_of_a_file_are_its_parts() {
    let lab = Lab::new();
    let data = bytes(2_500_007);
    let (_directory, path) = file(&data);
    for (offset, length) in [(0, 10), (999, 1_500_000), (2_500_000, 7), (77, 0)] {
        let body = Body::from_path_range(&path, offset, length);
        assert_eq!(body.length(), Some(length));
        let (_, object) = lab.put(Scheme::Https, put(body)).await;
        let end = (offset + length) as usize;
        assert!(object.data == data.slice(offset as usize..end));
    }
}

#[tokio::test]
async fn what_is_no_file_is_named() {
    let lab = Lab::new();
    let (directory, path) = file(b"12345");
    let missing = directory.path().join("missing");
    let text = lab.refuse(Scheme::Http, Body::from_path(&missing)).await;
    assert!(text.contains(missing.to_str().unwrap()), "{text}");
    let folder = Body::from_path(directory.path());
    let text = lab.refuse(Scheme::Http, folder).await;
    assert!(text.contains("is not a regular file"), "{text}");
    for (offset, length) in [(3, 3), (6, 1), (u64::MAX, 2)] {
        let range = Body::from_path_range(&path, offset, length);
        let text = lab.refuse(Scheme::Http, range).await;
        assert!(text.contains("ends before the range"), "{text}");
    }
    assert!(lab.peer.requests().is_empty());
}

/// A transport that changes a file once the first piece of it has gone out.
#[derive(Debug)]
struct Meddler {
    path: PathBuf,
    is_longer: bool,
}

impl Meddler {
    fn change(&self) {
        let mut file = File::options().append(true).open(&self.path).unwrap();
        if self.is_longer {
            file.write_all(b"more").unwrap()
        } else {
            file.set_len(2 << 20).unwrap()
        }
    }
}

impl Transport for Meddler {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        Box::pin(async move {
            let mut body = request.into_body();
            let mut sent = 0;
            loop {
                let frame = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
                match frame {
                    Some(Ok(_)) if sent == 0 => self.change(),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => {
                        let kind = TransportErrorKind::Closed;
                        return Err(TransportError::new(kind, error.to_string()));
                    }
                    None => panic!("the body is whole"),
                }
                sent += 1;
            }
        })
    }
}

#[tokio::test]
async fn a_file_that_changes_meanwhile_is_refused() {
    for is_longer in [true, false] {
        for scheme in [Scheme::Http, Scheme::Https] {
            let lab = Lab::new();
            let (_directory, path) = file(&bytes(5 << 20));
            let body = Body::from_path(&path);
            let client = lab.builder(scheme).transport(Meddler { path, is_longer });
            let client = client.build().unwrap();
            let error = client.send(put(body)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::RequestBody);
            let text = error.to_string();
            assert!(text.contains("a file`"), "{text}");
            assert!(text.contains("while it was sent"), "{text}");
        }
    }
}
