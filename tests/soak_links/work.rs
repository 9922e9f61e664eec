//! A worker, which writes its own objects and reads them, in all ways.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use zonal::{Client, CopySource};

use crate::{BUCKET, Progress};

/// Bytes that differ from one number to the next.
fn content(number: usize, most: usize) -> Bytes {
    let length = 1 + number.wrapping_mul(7919) % most;
    let bytes = (0..length).map(|at| (at.wrapping_mul(31) ^ number ^ (at >> 9)) as u8);
    bytes.collect()
}

pub(crate) async fn work(client: Client, folder: String, most: usize, progress: Arc<Progress>) {
    let (key, copy) = (format!("{folder}object"), format!("{folder}copy"));
    let source = CopySource::new(BUCKET, &key);
    let done = || progress.calls.fetch_add(1, Ordering::Relaxed);
    for number in 0.. {
        if progress.is_over.load(Ordering::Relaxed) {
            return;
        }
        let bytes = content(number, most);
        let fail = |what: &str, error: &dyn std::fmt::Display| -> ! {
            panic!("{what} {key} {number}: {error}")
        };
        let put = client.put_object(BUCKET, &*key).body(bytes.clone()).await;
        put.unwrap_or_else(|error| fail("put", &error));
        done();
        let head = client.head_object(BUCKET, &*key).await;
        let head = head.unwrap_or_else(|error| fail("head", &error));
        assert_eq!(head.content_length, Some(bytes.len() as i64));
        done();
        assert!(
            get(&client, &key, &progress).await == bytes,
            "{key} {number}"
        );
        done();
        let copied = client.copy_object(BUCKET, source.clone(), &*copy).await;
        copied.unwrap_or_else(|error| fail("copy", &error));
        done();
        assert!(
            get(&client, &copy, &progress).await == bytes,
            "{copy} {number}"
        );
        done();
        let listed = client.list_objects_v2(BUCKET).prefix(&*folder).await;
        let listed = listed.unwrap_or_else(|error| fail("list", &error));
        let mut sizes: Vec<_> = listed.contents;
        sizes.sort_by(|a, b| a.key.cmp(&b.key));
        let sizes: Vec<_> = sizes
            .into_iter()
            .map(|it| (it.key.unwrap(), it.size.unwrap()))
            .collect();
        let length = bytes.len() as i64;
        assert_eq!(sizes, [(copy.clone(), length), (key.clone(), length)]);
        done();
        let deleted = client.delete_object(BUCKET, &*copy).await;
        deleted.unwrap_or_else(|error| fail("delete", &error));
        done();
    }
}

/// An object; where its body breaks off, which the caller is told, it is read again.
async fn get(client: &Client, key: &str, progress: &Progress) -> Bytes {
    for _ in 0..10 {
        let got = client.get_object(BUCKET, key).await;
        let got = got.unwrap_or_else(|error| panic!("get {key}: {error}"));
        match got.body.collect().await {
            Ok(bytes) => return bytes,
            Err(_) => progress.broken.fetch_add(1, Ordering::Relaxed),
        };
    }
    panic!("{key} breaks off every time")
}
