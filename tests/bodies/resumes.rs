//! A body resumes after its connection broke, if that is switched on.

use std::time::Duration;

use zonal::{BodyError, Bytes, Client};
use zonal_peer::{Fault, Operation};

use crate::support::{BUCKET, KEY, Lab, Scheme, bytes, put};

const LENGTH: usize = 900_001;

async fn stored() -> (Lab, Bytes, Client) {
    let lab = Lab::new();
    let data = bytes(LENGTH);
    lab.put(Scheme::Http, put(data.clone())).await;
    let client = lab
        .builder(Scheme::Http)
        .retry_wait(Duration::ZERO, Duration::ZERO);
    let client = client.read_timeout(Duration::from_secs(1)).build().unwrap();
    (lab, data, client)
}

fn cut(after: u64) -> Fault {
    Fault::genuine().close_after(after).on(Operation::GetObject)
}

#[tokio::test]
async fn it_goes_on_where_it_stopped() {
    let (lab, data, client) = stored().await;
    for (first, second) in [
        (cut(300_000), cut(200_000)),
        (
            Fault::genuine().reset_after(1).on(Operation::GetObject),
            cut(LENGTH as u64 - 2),
        ),
        (
            Fault::genuine()
                .stall_after(500_000)
                .on(Operation::GetObject),
            cut(0),
        ),
    ] {
        lab.peer.take_requests();
        lab.peer.fault(first);
        lab.peer.fault(second);
        let get = client.get_object(BUCKET, KEY).resume_reads(8);
        let object = get.await.unwrap();
        assert!(object.body.verified_by().is_some());
        assert!(object.body.collect().await.unwrap() == data);
        let asked = lab.peer.take_requests();
        assert!(asked.len() >= 3, "{asked:?}");
        for request in &asked[1..] {
            let range = request.header("range").unwrap();
            assert!(range.ends_with(&format!("-{}", LENGTH - 1)), "{range}");
            assert!(request.header("if-match").is_some());
        }
    }
}

#[tokio::test]
async fn a_range_goes_on_within_itself() {
    let (lab, data, client) = stored().await;
    lab.peer.take_requests();
    lab.peer.fault(cut(100_000));
    let get = client
        .get_object(BUCKET, KEY)
        .range("bytes=1000-500999")
        .resume_reads(1);
    let mut body = get.await.unwrap().body;
    let mut all = Vec::new();
    while let Some(piece) = body.next().await {
        all.extend_from_slice(&piece.unwrap());
    }
    assert!(all == data[1000..501_000]);
    let asked = lab.peer.take_requests();
    let last = asked.last().unwrap().header("range").unwrap();
    let start: usize = last["bytes=".len()..last.find('-').unwrap()]
        .parse()
        .unwrap();
    assert!(
        (1000..=101_000).contains(&start) && last.ends_with("-500999"),
        "{last}"
    );
}

#[tokio::test]
async fn it_is_off_unless_asked_for_and_bounded() {
    let (lab, _, client) = stored().await;
    lab.peer.take_requests();
    lab.peer.fault(cut(300_000));
    let get = client.get_object(BUCKET, KEY).await.unwrap();
    let error = get.body.collect().await.unwrap_err();
    assert!(matches!(error, BodyError::TooShort { .. }), "{error}");
    assert_eq!(lab.peer.take_requests().len(), 1);

    lab.peer.fault(cut(1000).always());
    let get = client
        .get_object(BUCKET, KEY)
        .resume_reads(3)
        .await
        .unwrap();
    let error = get.body.collect().await.unwrap_err();
    let BodyError::BrokeAgain { error: last, .. } = &error else {
        panic!("{error}");
    };
    assert!(matches!(**last, BodyError::TooShort { .. }), "{error}");
    assert!(error.is_retryable());
    let text = error.to_string();
    assert!(text.ends_with(", after it had resumed 3 times"), "{text}");
    assert_eq!(lab.peer.take_requests().len(), 4);
    lab.peer.clear_faults();
}

#[tokio::test]
async fn another_object_is_not_taken_for_the_rest() {
    let (lab, _, client) = stored().await;
    lab.peer.fault(cut(300_000));
    let mut body = client
        .get_object(BUCKET, KEY)
        .resume_reads(3)
        .await
        .unwrap()
        .body;
    body.next().await.unwrap().unwrap();
    client
        .put_object(BUCKET, KEY)
        .body(bytes(LENGTH + 1))
        .await
        .unwrap();
    let error = body.collect().await.unwrap_err();
    let BodyError::Rest {
        error: cause,
        resumed: 0,
    } = &error
    else {
        panic!("{error}");
    };
    assert_eq!(cause.code(), Some("PreconditionFailed"));
    assert!(error.is_retryable());
    assert!(
        error
            .to_string()
            .contains("its rest did not come: GetObject failed"),
        "{error}"
    );
}
