//! Calls that follow each other, against the peer: pages of buckets, and waits for one.

use std::time::{Duration, Instant, SystemTime};

use zonal::runtime::clock::{BoxFuture, Clock};
use zonal::runtime::waiter::WaitErrorKind;
use zonal::waiter::{BucketExists, BucketNotExists};
use zonal::{Builder, Client, ErrorKind};
use zonal_peer::{Fault, Operation, Reply};

use crate::support::{BUCKET, Lab};

/// Time that passes this many times as fast.
const SPEED: u32 = 20;

#[derive(Debug)]
struct Fast(Instant);

impl Clock for Fast {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed() * SPEED
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration / SPEED))
    }
}

fn fast(client: Builder<Client>) -> Client {
    let limit = Duration::from_secs(100);
    let client = client.clock(Fast(Instant::now()));
    client.attempt_timeout(limit).build().unwrap()
}

fn lab_with_buckets(count: usize) -> (Lab, Vec<String>) {
    let lab = Lab::new();
    let mut names: Vec<_> = (1..count)
        .map(|at| format!("more-{at:03}--usw2-az1--x-s3"))
        .collect();
    names.iter().for_each(|name| lab.create_bucket(name));
    names.push(BUCKET.to_owned());
    names.sort();
    (lab, names)
}

#[tokio::test]
async fn all_buckets_are_listed_page_by_page() {
    let (lab, names) = lab_with_buckets(7);
    let client = lab.client().build().unwrap();
    let list = || client.list_directory_buckets().max_directory_buckets(3);
    let mut buckets = list().paginate().items();
    let mut seen = Vec::new();
    while let Some(bucket) = buckets.next_item().await.unwrap() {
        seen.push(bucket.name.unwrap());
    }
    assert_eq!(seen, names);
    let requests = lab.take_requests();
    assert_eq!(requests.len(), 3);

    // the second page fails, and the list goes on from there
    lab.fault(Fault::error(403, "AccessDenied", "no").skip(1));
    let mut pages = list().paginate();
    assert_eq!(pages.next_page().await.unwrap().unwrap().buckets.len(), 3);
    let error = pages.next_page().await.unwrap_err();
    assert_eq!(error.code(), Some("AccessDenied"));
    assert!(pages.next_page().await.unwrap().is_none());
    let token = pages.token().unwrap().clone();
    let mut rest = list().continuation_token(token).paginate().items();
    let next = rest.next_item().await.unwrap().unwrap();
    assert_eq!(next.name.as_ref(), Some(&names[3]));
}

#[tokio::test]
async fn a_server_that_repeats_a_page_does_not_hold_the_client_forever() {
    let (lab, _) = lab_with_buckets(4);
    let same = |_: String| {
        "<ListAllMyDirectoryBucketsResult><Buckets><Bucket><Name>a</Name></Bucket></Buckets>\
         <ContinuationToken>YQ</ContinuationToken></ListAllMyDirectoryBucketsResult>"
            .to_owned()
    };
    lab.fault(Fault::edit(same).always());
    let client = lab.client().build().unwrap();
    let mut buckets = client.list_directory_buckets().paginate().items();
    let mut count = 0;
    let error = loop {
        match buckets.next_item().await {
            Ok(item) => count += usize::from(item.is_some()),
            Err(error) => break error,
        }
    };
    assert_eq!((count, lab.requests().len()), (2, 2));
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
}

#[tokio::test]
async fn a_server_whose_pages_stay_empty_does_not_hold_the_client_forever() {
    let (lab, _) = lab_with_buckets(2);
    for page in 0..1001 {
        let page = format!(
            "<ListAllMyDirectoryBucketsResult><Buckets/>\
             <ContinuationToken>{page}</ContinuationToken></ListAllMyDirectoryBucketsResult>"
        );
        lab.fault(Fault::reply(Reply::xml(200, page)));
    }
    let client = lab.client().build().unwrap();
    let mut buckets = client.list_directory_buckets().paginate().items();
    let error = buckets.next_item().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    assert!(error.to_string().contains("1000 pages in a row"), "{error}");
    assert_eq!(lab.requests().len(), 1000);
}

#[tokio::test]
async fn a_wait_follows_a_bucket() {
    let lab = Lab::new();
    let client = fast(lab.client());
    let name = "later--usw2-az1--x-s3";
    let wait = client.head_bucket(name).wait_until(BucketExists);
    let (waited, ()) = tokio::join!(wait.into_future(), async {
        while lab.requests().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        lab.create_bucket(name);
    });
    let waited = waited.unwrap();
    assert_eq!(waited.attempts, 2);
    assert!(waited.elapsed >= Duration::from_secs(5), "{waited:?}");
    assert!(waited.answer.is_ok());
    let asked = lab.take_requests();
    assert!(
        asked
            .iter()
            .all(|request| request.operation == Operation::HeadBucket)
    );

    let limit = Duration::from_secs(12);
    let wait = client.head_bucket(name).wait_until(BucketNotExists);
    // an answer that no acceptor knows is no reason to stop, if it is no error
    let error = wait.max_wait(limit).await.unwrap_err();
    assert_eq!(error.kind(), WaitErrorKind::Timeout);
    assert!(error.last_error().is_none(), "{error}");
    assert!(error.attempts() >= 2, "{error}");

    lab.delete_bucket(name);
    let wait = client.head_bucket(name).wait_until(BucketNotExists);
    let waited = wait.await.unwrap();
    assert_eq!(waited.answer.unwrap_err().code(), Some("NotFound"));

    lab.fault(Fault::error(403, "AccessDenied", "no").always());
    let wait = client.head_bucket(name).wait_until(BucketExists);
    let error = wait.await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (WaitErrorKind::Call, 1));
    assert!(
        error
            .to_string()
            .contains("waiting for BucketExists failed, after 1 call in"),
        "{error}"
    );
}
