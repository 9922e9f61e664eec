//! Which calls go in a session, and how few sessions that takes.

use zonal::types::{CompletedMultipartUpload, CompletedPart};
use zonal::{CopySource, RenameSource};
use zonal_peer::SessionMode;

use crate::lab::{BUCKET, Lab, SECRET, credentials, temporary};
use crate::support::{counted, lab_with_object, modes, opened, read};

#[tokio::test]
async fn calls_on_objects_share_a_session_and_the_others_go_without() {
    let lab = Lab::new();
    let client = lab.client().build().unwrap();
    client.put_object(BUCKET, "a").body("text").await.unwrap();
    client.get_object(BUCKET, "a").await.unwrap();
    client.head_object(BUCKET, "a").await.unwrap();
    client.list_objects_v2(BUCKET).await.unwrap();
    client
        .rename_object(BUCKET, "b", RenameSource::new("a"))
        .await
        .unwrap();
    client.delete_object(BUCKET, "b").await.unwrap();
    let requests = lab.take_requests();
    assert_eq!(opened(&requests), 1);
    assert_eq!(modes(&requests), [Some(SessionMode::ReadWrite); 6]);
    client.head_bucket(BUCKET).await.unwrap();
    client.put_object(BUCKET, "a").body("text").await.unwrap();
    client
        .copy_object(BUCKET, CopySource::new(BUCKET, "a"), "c")
        .await
        .unwrap();
    client.list_directory_buckets().await.unwrap();
    let requests = lab.take_requests();
    assert_eq!(opened(&requests), 0);
    assert_eq!(
        modes(&requests),
        [None, Some(SessionMode::ReadWrite), None, None]
    );
}

#[tokio::test]
async fn an_upload_in_parts_goes_in_it_too() {
    let lab = Lab::with(|peer| peer.min_part_size(1));
    let client = lab.client().build().unwrap();
    let upload = client.create_multipart_upload(BUCKET, "a").await.unwrap();
    let id = upload.upload_id;
    let part = client
        .upload_part(BUCKET, "a", 1, &*id)
        .body("text")
        .await
        .unwrap();
    let mut done = CompletedPart::new();
    done.part_number = Some(1);
    done.e_tag = part.e_tag;
    let mut parts = CompletedMultipartUpload::new();
    parts.parts = Some(vec![done]);
    let complete = client.complete_multipart_upload(BUCKET, "a", &*id);
    complete.multipart_upload(parts).await.unwrap();
    let requests = lab.take_requests();
    assert_eq!(opened(&requests), 1);
    assert_eq!(modes(&requests), [Some(SessionMode::ReadWrite); 3]);
}

#[tokio::test]
async fn a_thousand_cold_calls_open_one_session() {
    let lab = lab_with_object().await;
    let calls = counted(&lab, |client| client);
    let tasks: Vec<_> = (0..1000)
        .map(|number| {
            let client = calls.client.clone();
            let call = tokio::spawn(async move { read(&client).await });
            // some are cancelled while they wait
            if number % 10 == 3 {
                call.abort();
            }
            call
        })
        .collect();
    for (number, task) in tasks.into_iter().enumerate() {
        match task.await {
            Ok(result) => assert_eq!(result.unwrap(), "text"),
            Err(_) => assert_eq!(number % 10, 3),
        }
    }
    assert_eq!(opened(&lab.take_requests()), 1);
    let counts = calls.counts();
    assert_eq!((counts.opens, counts.failures), (1, 0));
}

#[tokio::test]
async fn after_warming_the_first_call_is_one_request() {
    let lab = lab_with_object().await;
    let client = lab.client().build().unwrap();
    let warm = client.warm(BUCKET).await.unwrap();
    assert_eq!((warm.len(), warm[0].mode), (1, None));
    assert!(warm[0].time_left.as_secs() > 290, "{warm:?}");
    assert_eq!(lab.take_requests().len(), 1);
    assert_eq!(read(&client).await.unwrap(), "text");
    assert_eq!(lab.take_requests().len(), 1);
    // a control call has no session, and neither has a client without session auth
    let client = lab.client().session_auth(false).build().unwrap();
    assert_eq!(client.warm(BUCKET).await.unwrap(), []);
}

#[tokio::test]
async fn identities_clients_and_buckets_never_share_a_session() {
    let lab = Lab::with(|peer| {
        peer.bucket("other--usw2-az1--x-s3")
            .credentials("AKIDOTHER", SECRET)
    });
    let mut sessions = Vec::new();
    let clients = [
        lab.client(),
        lab.client().credentials(temporary()),
        lab.client()
            .credentials(credentials("AKIDOTHER", SECRET, None)),
        lab.hosted(),
    ];
    for client in clients {
        let client = client.build().unwrap();
        for bucket in [BUCKET, "other--usw2-az1--x-s3"] {
            client.list_objects_v2(bucket).await.unwrap();
            client.list_objects_v2(bucket).await.unwrap();
        }
        sessions.push(opened(&lab.take_requests()));
    }
    assert_eq!(sessions, [2, 2, 2, 2]);
}
