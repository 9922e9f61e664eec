//! Items of all pages as one stream, against the peer.

use std::collections::BTreeSet;

use zonal::operation::ListObjectsV2;
use zonal::{Call, Client, Items};
use zonal_peer::{Fault, Operation};

use crate::support::{BUCKET, Lab};

async fn lab_with_objects(keys: &[&str]) -> (Lab, Client) {
    let lab = Lab::new();
    let client = lab.client().build().unwrap();
    for key in keys {
        client.put_object(BUCKET, *key).body("x").await.unwrap();
    }
    lab.take_requests();
    (lab, client)
}

/// The keys up to the end or an error.
async fn keys(items: &mut Items<ListObjectsV2>) -> Result<Vec<String>, (Vec<String>, String)> {
    let mut keys = Vec::new();
    loop {
        match items.next_item().await {
            Ok(Some(object)) => keys.push(object.key.unwrap()),
            Ok(None) => return Ok(keys),
            Err(error) => return Err((keys, error.code().unwrap().to_owned())),
        }
    }
}

fn sorted(mut keys: Vec<String>) -> Vec<String> {
    keys.sort();
    keys
}

fn asked(lab: &Lab, operation: Operation) -> usize {
    let requests = lab.take_requests();
    let asked = requests.iter().filter(|it| it.operation == operation);
    asked.count()
}

#[tokio::test]
async fn objects_of_all_pages_come_one_by_one() {
    let all = ["a", "b", "c", "d", "e"];
    let (lab, client) = lab_with_objects(&all).await;
    let list = || client.list_objects_v2(BUCKET).max_keys(2);
    let items = |call: Call<ListObjectsV2>| call.paginate().items();
    let in_order = keys(&mut items(list())).await.unwrap();
    assert_eq!(sorted(in_order.clone()), all);
    assert_eq!(asked(&lab, Operation::ListObjectsV2), 3);

    // a page without objects, which is not the last
    let empty = |page: String| {
        let (head, _) = page.split_once("<Contents>").unwrap();
        format!("{head}</ListBucketResult>")
    };
    lab.fault(Fault::edit(empty).on(Operation::ListObjectsV2).skip(1));
    let found = keys(&mut items(list())).await.unwrap();
    assert_eq!(found, [&in_order[..2], &in_order[4..]].concat());
    assert_eq!(asked(&lab, Operation::ListObjectsV2), 3);

    // the second page fails: what was there before has been given, and nothing comes after
    let denied = Fault::error(403, "AccessDenied", "no");
    lab.fault(denied.on(Operation::ListObjectsV2).skip(1));
    let mut failing = items(list());
    let expected = Err((in_order[..2].to_vec(), "AccessDenied".to_owned()));
    assert_eq!(keys(&mut failing).await, expected);
    assert_eq!(keys(&mut failing).await, Ok(Vec::new()));
    assert_eq!(asked(&lab, Operation::ListObjectsV2), 2);
}

#[tokio::test]
async fn directories_are_in_pages_and_are_no_items() {
    let (lab, client) = lab_with_objects(&["a", "b", "d1/x", "d2/x", "d3/x"]).await;
    let list = || client.list_objects_v2(BUCKET).delimiter("/").max_keys(1);
    let found = keys(&mut list().paginate().items()).await.unwrap();
    assert_eq!(sorted(found), ["a", "b"]);
    // pages with a directory have no objects
    assert_eq!(asked(&lab, Operation::ListObjectsV2), 5);

    let mut pages = list().paginate();
    let mut directories = BTreeSet::new();
    while let Some(page) = pages.next_page().await.unwrap() {
        let prefixes = page.common_prefixes;
        directories.extend(prefixes.into_iter().map(|it| it.prefix.unwrap()));
    }
    assert_eq!(directories, ["d1/", "d2/", "d3/"].map(str::to_owned).into());
}

#[tokio::test]
async fn uploads_and_their_parts_come_one_by_one() {
    let lab = Lab::new();
    let client = lab.client().build().unwrap();
    let mut ids = BTreeSet::new();
    // two of them for one key
    for key in ["a", "b", "b", "d/c"] {
        let begun = client.create_multipart_upload(BUCKET, key).await.unwrap();
        ids.insert(begun.upload_id);
    }
    let list = client.list_multipart_uploads(BUCKET).max_uploads(1);
    let mut uploads = list.paginate().items();
    let mut found = BTreeSet::new();
    let mut last = None;
    while let Some(upload) = uploads.next_item().await.unwrap() {
        found.insert(upload.upload_id.clone().unwrap());
        last = Some((upload.key.unwrap(), upload.upload_id.unwrap()));
    }
    assert_eq!(found, ids);
    assert_eq!(asked(&lab, Operation::ListMultipartUploads), 4);

    let (key, id) = last.unwrap();
    for number in 1..=5 {
        let part = client.upload_part(BUCKET, &key, number, &id).body("x");
        part.await.unwrap();
    }
    let mut parts = client
        .list_parts(BUCKET, key, id)
        .max_parts(2)
        .paginate()
        .items();
    let mut numbers = Vec::new();
    while let Some(part) = parts.next_item().await.unwrap() {
        numbers.push(part.part_number.unwrap());
    }
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
    assert_eq!(asked(&lab, Operation::ListParts), 3);
}
