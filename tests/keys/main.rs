//! Keys of every kind, against the peer: an object has the requested key, or the call fails.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod batches;
mod odd;

use zonal::types::{Delete, EncodingType, ObjectIdentifier};
use zonal::{Client, CopySource, Credentials, ErrorKind, RenameSource};
use zonal_peer::{Operation, Peer};

const BUCKET: &str = "demo--usw2-az1--x-s3";

/// A peer with a client for it.
struct Lab {
    peer: Peer,
    client: Client,
}

impl Lab {
    fn new() -> Self {
        let builder = Peer::builder().bucket(BUCKET).credentials("AKID", "secret");
        let peer = builder.start_blocking().unwrap();
        let client = Client::builder()
            .region("us-west-2")
            .endpoint_url(peer.endpoint_url())
            .credentials(Credentials::new("AKID", "secret", None, None, "test"))
            .max_attempts(1);
        Self {
            client: client.build().unwrap(),
            peer,
        }
    }

    /// An object comes, is read, copied, renamed, listed and goes; nothing else changes.
    async fn round_trip(&self, key: &str) {
        let data = format!("data of {key}");
        let put = self.client.put_object(BUCKET, key).body(data.clone());
        put.await.unwrap_or_else(|error| panic!("{key:?}: {error}"));
        self.arrived(Operation::PutObject, key);
        assert_eq!(self.peer.keys(BUCKET), [key]);
        assert_eq!(self.read(key).await, data);
        self.arrived(Operation::GetObject, key);
        let head = self.client.head_object(BUCKET, key).await.unwrap();
        assert_eq!(head.content_length, Some(data.len() as i64), "{key:?}");
        self.arrived(Operation::HeadObject, key);
        self.copy(key, &data).await;
        self.rename(key, &data).await;
        assert_eq!(self.list().await, [key]);
        let delete = self.client.delete_object(BUCKET, key);
        delete.await.unwrap();
        self.arrived(Operation::DeleteObject, key);
        assert_eq!(self.peer.keys(BUCKET), [""; 0]);
    }

    /// To another key and back.
    async fn copy(&self, key: &str, data: &str) {
        let there = self
            .client
            .copy_object(BUCKET, CopySource::new(BUCKET, key), "copy");
        there
            .await
            .unwrap_or_else(|error| panic!("{key:?}: {error}"));
        assert_eq!(self.read("copy").await, data);
        self.client.delete_object(BUCKET, key).await.unwrap();
        let source = CopySource::new(BUCKET, "copy");
        let back = self.client.copy_object(BUCKET, source, key);
        back.await.unwrap();
        self.arrived(Operation::CopyObject, key);
        self.client.delete_object(BUCKET, "copy").await.unwrap();
        assert_eq!(self.read(key).await, data);
    }

    /// To another key and back; what looks like a directory cannot be renamed.
    async fn rename(&self, key: &str, data: &str) {
        if key.ends_with('/') {
            return;
        }
        let source = RenameSource::new(key);
        let there = self.client.rename_object(BUCKET, "other", source);
        there
            .await
            .unwrap_or_else(|error| panic!("{key:?}: {error}"));
        assert_eq!(self.peer.keys(BUCKET), ["other"]);
        let source = RenameSource::new("other");
        let back = self.client.rename_object(BUCKET, key, source);
        back.await.unwrap();
        self.arrived(Operation::RenameObject, key);
        assert_eq!(self.read(key).await, data);
    }

    async fn read(&self, key: &str) -> String {
        let got = self.client.get_object(BUCKET, key).await;
        let got = got.unwrap_or_else(|error| panic!("{key:?}: {error}"));
        String::from_utf8(got.body.collect().await.unwrap().to_vec()).unwrap()
    }

    /// All keys, in the form that can carry every character.
    async fn list(&self) -> Vec<String> {
        let list = self.client.list_objects_v2(BUCKET);
        let list = list.encoding_type(EncodingType::Url).await.unwrap();
        let objects = list.contents.into_iter();
        objects
            .map(|object| odd::decoded(&object.key.unwrap()))
            .collect()
    }

    /// The last request was this one, and what was on the wire is the key, encoded once.
    #[track_caller]
    fn arrived(&self, operation: Operation, key: &str) {
        let request = self.peer.take_requests().pop().unwrap();
        assert_eq!(request.operation, operation);
        assert_eq!(request.key.as_deref(), Some(key));
        let path = request.target.split('?').next().unwrap();
        assert!(path.bytes().all(|byte| byte.is_ascii_graphic()), "{path:?}");
        let sent = path.strip_prefix(&format!("/{BUCKET}/")).unwrap();
        assert_eq!(odd::unescaped(sent), key.as_bytes(), "{path}");
    }
}

#[tokio::test]
async fn odd_keys_arrive_as_they_were_sent() {
    let lab = Lab::new();
    for key in odd::printable().iter().chain(&odd::controls()) {
        lab.round_trip(key).await;
    }
}

#[tokio::test]
async fn random_keys_arrive_as_they_were_sent() {
    let lab = Lab::new();
    for key in odd::random(1, 500) {
        lab.round_trip(&key).await;
    }
}

#[tokio::test]
async fn many_odd_keys_live_side_by_side() {
    let lab = Lab::new();
    let mut keys = odd::printable();
    keys.extend(odd::random(2, 200));
    // XML has no way to name these
    keys.retain(|key| !key.chars().any(is_not_xml));
    keys.sort();
    for key in &keys {
        let put = lab.client.put_object(BUCKET, key).body(key.clone());
        put.await.unwrap();
    }
    assert_eq!(lab.peer.keys(BUCKET), keys);
    // in plain XML, page by page
    let mut listed = Vec::new();
    let mut pages = lab.client.list_objects_v2(BUCKET).max_keys(17).paginate();
    while let Some(page) = pages.next_page().await.unwrap() {
        let objects = page.contents.into_iter();
        listed.extend(objects.map(|object| object.key.unwrap()));
    }
    listed.sort();
    assert_eq!(listed, keys);
    for key in &keys {
        assert_eq!(&lab.read(key).await, key);
    }
    let objects: Vec<_> = keys.iter().map(ObjectIdentifier::new).collect();
    let delete = lab.client.delete_objects(BUCKET, Delete::new(objects));
    let done = delete.await.unwrap().deleted.into_iter();
    let mut gone: Vec<_> = done.map(|object| object.key.unwrap()).collect();
    gone.sort();
    assert_eq!(gone, keys);
    assert_eq!(lab.peer.keys(BUCKET), [""; 0]);
}

/// Characters outside of XML 1.0, and those that its parsers change.
fn is_not_xml(character: char) -> bool {
    let is_kept = matches!(character, '\n' | '\t');
    (character.is_control() && !is_kept) || matches!(character, '\u{fffe}' | '\u{ffff}')
}

#[tokio::test]
async fn dot_segments_are_sent_as_they_are() {
    let lab = Lab::new();
    for key in odd::DOTS.iter().filter(|key| !key.ends_with('/')) {
        lab.client
            .put_object(BUCKET, *key)
            .body(*key)
            .await
            .unwrap();
        assert_eq!(lab.peer.keys(BUCKET), [*key]);
        assert_eq!(lab.read(key).await, *key);
        lab.client.delete_object(BUCKET, *key).await.unwrap();
        assert_eq!(lab.peer.keys(BUCKET), [""; 0]);
    }
    // a source stands in a header, which nobody rewrites
    for key in odd::DOTS.iter().filter(|key| !key.ends_with('/')) {
        lab.peer.put(BUCKET, key, "found");
        let source = CopySource::new(BUCKET, key);
        let copy = lab.client.copy_object(BUCKET, source, "copy");
        copy.await.unwrap();
        assert_eq!(lab.read("copy").await, "found");
        let rename = lab
            .client
            .rename_object(BUCKET, "renamed", RenameSource::new(*key));
        rename.await.unwrap();
        assert!(lab.peer.object(BUCKET, key).is_none(), "{key}");
    }
    let empty = lab.client.get_object(BUCKET, "").await.unwrap_err();
    assert_eq!(empty.kind(), ErrorKind::InvalidInput, "{empty}");
}
