//! Many objects at once: every one of them is done or reported.

use std::collections::BTreeSet;

use zonal::types::MetadataDirective;
use zonal_peer::{Fault, Operation};
use zonal_transfer::{ErrorKind, ObjectResult, Report, ServiceLimits};

use crate::lab::{BUCKET, Lab, PART, data};

const OTHER: &str = "other--usw2-az1--x-s3";

impl Lab {
    fn fill(&self, prefix: &str, count: usize) {
        for number in 0..count {
            self.peer
                .put(BUCKET, &format!("{prefix}{number}"), format!("{number}"));
        }
    }
}

fn failed(report: &Report) -> BTreeSet<&str> {
    report.failed.iter().map(|failure| &*failure.key).collect()
}

#[tokio::test]
async fn a_prefix_is_deleted_a_thousand_at_a_time() {
    let lab = Lab::new();
    lab.fill("old/", 2500);
    lab.fill("older/", 3);
    let report = lab.transfers.delete(BUCKET).prefix("old/").await;
    assert_eq!((report.done, report.failed.len()), (2500, 0));
    assert_eq!(lab.count(Operation::DeleteObjects), 3);
    assert_eq!(lab.peer.keys(BUCKET).len(), 3);
    // a prefix that ends in the middle of a name
    let report = lab.transfers.delete(BUCKET).prefix("ol").await;
    assert_eq!(report.check().unwrap(), 3);
    let nothing = lab.transfers.delete(BUCKET).prefix("").await;
    assert_eq!(nothing.check().unwrap(), 0);
}

/// `ZONAL_DELETIONS` sets how many; `.ci/long` takes half a million.
#[tokio::test]
async fn many_objects_are_deleted_and_every_failure_is_reported() {
    let given = std::env::var("ZONAL_DELETIONS").ok();
    let count = given.map_or(3000, |number| number.parse().unwrap());
    let lab = Lab::new();
    for number in 0..count {
        // one in a hundred has a name that XML cannot carry
        let control = if number % 100 == 7 { "\u{1}" } else { "" };
        lab.peer.put(BUCKET, &format!("k{control}{number}"), "x");
    }
    let refusal = Fault::error(403, "AccessDenied", "no");
    lab.peer
        .fault(refusal.clone().on(Operation::DeleteObject).skip(3).times(5));
    lab.peer.fault(refusal.on(Operation::DeleteObjects).skip(1));
    lab.peer
        .fault(Fault::slow_down(0).on(Operation::DeleteObjects).times(2));
    let report = lab.transfers.delete(BUCKET).prefix("k").await;
    assert_eq!(report.done + report.failed.len() as u64, count);
    assert!(report.stopped.is_none());
    let left: BTreeSet<String> = lab.peer.keys(BUCKET).into_iter().collect();
    let left: BTreeSet<&str> = left.iter().map(String::as_str).collect();
    assert!(left == failed(&report), "{} left", left.len());
    assert!(report.failed.len() >= 5, "{}", report.failed.len());
    let (done, failed) = (report.done, report.failed.len());
    println!(
        "{count} deletions, one key in 100 with a control character: {done} done, {failed} failed and reported"
    );
}

#[tokio::test]
async fn every_key_can_be_deleted_whatever_is_in_it() {
    let lab = Lab::new();
    let keys = [
        "plain",
        "nul\0",
        "\u{1}\u{8}",
        "\u{1b}[31mred",
        "not \u{fffe}",
        " ",
        "\t\n",
        "a\r\nb",
        "<&>\"'",
        "a//b",
    ];
    for key in keys {
        lab.peer.put(BUCKET, key, "x");
    }
    let report = lab.transfers.delete(BUCKET).keys(keys).await;
    assert_eq!(report.check().unwrap(), keys.len() as u64);
    assert_eq!(lab.peer.keys(BUCKET), [""; 0]);
    let report = lab
        .transfers
        .delete(BUCKET)
        .keys(["", "none", "none"])
        .await;
    assert_eq!((report.done, failed(&report)), (2, BTreeSet::from([""])));
}

#[tokio::test]
async fn failures_of_single_keys_are_reported_and_passing_ones_repeated() {
    let lab = Lab::new();
    lab.fill("k", 30);
    let answer = |text: String| {
        let end = text.find("</DeleteResult>").unwrap();
        let mut text = text[..end].to_owned();
        for (key, code) in [("k1", "AccessDenied"), ("k2", "InternalError")] {
            let deleted = format!("<Deleted><Key>{key}</Key></Deleted>");
            assert!(text.contains(&deleted));
            text = text.replace(&deleted, "");
            text +=
                &format!("<Error><Key>{key}</Key><Code>{code}</Code><Message>m</Message></Error>");
        }
        // and one of which it says nothing
        text.replace("<Deleted><Key>k3</Key></Deleted>", "") + "</DeleteResult>"
    };
    lab.peer
        .fault(Fault::edit(answer).on(Operation::DeleteObjects));
    let report = lab.transfers.delete(BUCKET).prefix("k").await;
    assert_eq!((report.done, failed(&report)), (29, BTreeSet::from(["k1"])));
    assert!(report.failed[0].error.to_string().contains("AccessDenied"));
    let second = &lab.requests(Operation::DeleteObjects)[1];
    let body = String::from_utf8_lossy(&second.body).into_owned();
    assert_eq!(body.matches("<Object>").count(), 2, "{body}");
}

#[tokio::test]
async fn no_key_counts_as_deleted_where_the_answer_is_about_others() {
    let lab = Lab::new();
    lab.fill("k", 3);
    let another = |text: String| text.replace("<Key>k1</Key>", "<Key>other</Key>");
    let fault = Fault::edit(another).on(Operation::DeleteObjects);
    lab.peer.fault(fault.always());
    let report = lab.transfers.delete(BUCKET).prefix("k").await;
    let all = BTreeSet::from(["k0", "k1", "k2"]);
    assert_eq!((report.done, failed(&report)), (0, all));
    let text = report.failed[0].error.to_string();
    assert!(text.contains("it names another `Key`"), "{text}");
}

#[tokio::test]
async fn a_request_that_fails_is_reported_for_each_of_its_keys() {
    let lab = Lab::new();
    lab.fill("k", 1200);
    let refusal = Fault::error(403, "AccessDenied", "no").on(Operation::DeleteObjects);
    lab.peer.fault(refusal.skip(1).always());
    lab.peer.fault(
        Fault::error(403, "AccessDenied", "no")
            .on(Operation::DeleteObject)
            .always(),
    );
    let report = lab.transfers.delete(BUCKET).prefix("k").await;
    assert_eq!(report.done as usize + report.failed.len(), 1200);
    let left: BTreeSet<String> = lab.peer.keys(BUCKET).into_iter().collect();
    assert_eq!(
        left.iter().map(|key| &**key).collect::<BTreeSet<_>>(),
        failed(&report)
    );
    assert!(!report.failed.is_empty());
}

#[tokio::test]
async fn a_listing_that_breaks_off_is_told_with_what_was_done() {
    let lab = Lab::new();
    lab.fill("k", 2500);
    let refusal = Fault::error(403, "AccessDenied", "no").on(Operation::ListObjectsV2);
    lab.peer.fault(refusal.skip(1).always());
    let report = lab.transfers.delete(BUCKET).prefix("").await;
    assert_eq!(report.done, 1000);
    let error = report.stopped.clone().unwrap();
    assert_eq!(error.code(), Some("AccessDenied"));
    report.check().unwrap_err();
    assert_eq!(lab.peer.keys(BUCKET).len(), 1500);
}

#[tokio::test]
async fn results_come_one_by_one() {
    let lab = Lab::new();
    lab.fill("k", 100);
    let mut results = lab.transfers.delete(BUCKET).prefix("k").results();
    let mut keys = BTreeSet::new();
    while let Some(result) = results.next().await {
        match result {
            ObjectResult::Done { key } => assert!(keys.insert(key)),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(keys.len(), 100);
}

#[tokio::test]
async fn objects_are_moved_without_meeting_themselves_again() {
    let lab = Lab::new();
    for (from, to) in [("a/", "b/"), ("b/", "b/c/"), ("b/c/", "b/"), ("b/", "")] {
        if from == "a/" {
            lab.fill("a/", 1100);
        }
        let report = lab.transfers.rename(BUCKET).prefix(from).to(to).await;
        assert_eq!(report.check().unwrap(), 1100, "{from} to {to}");
        let keys = lab.peer.keys(BUCKET);
        assert_eq!(keys.len(), 1100);
        assert!(keys.contains(&format!("{to}42")), "{from} to {to}");
    }
    let itself = lab.transfers.rename(BUCKET).prefix("").to("").await;
    assert_eq!(itself.check().unwrap_err().kind(), ErrorKind::InvalidInput);
    let none = lab.transfers.rename(BUCKET).to("x").await;
    assert_eq!(none.check().unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn keys_that_xml_cannot_carry_are_moved_and_copied() {
    let lab = Lab::new();
    let names = ["nul\0", "\u{1b}[31m", "a b+c%2B", "\u{fffe}", "\r\n"];
    for name in names {
        lab.peer.put(BUCKET, &format!("a/{name}"), name);
    }
    let report = lab
        .transfers
        .copy(BUCKET)
        .prefix("a/")
        .to(BUCKET, "c/")
        .await;
    assert_eq!(report.check().unwrap(), names.len() as u64);
    let report = lab.transfers.rename(BUCKET).prefix("a/").to("b/").await;
    assert_eq!(report.check().unwrap(), names.len() as u64);
    for name in names {
        assert_eq!(lab.object(&format!("b/{name}")), name);
        assert_eq!(lab.object(&format!("c/{name}")), name);
    }
    assert_eq!(lab.peer.keys(BUCKET).len(), 2 * names.len());
}

#[tokio::test]
async fn a_move_whose_answer_is_lost_is_looked_at() {
    let lab = Lab::new();
    lab.fill("a/", 3);
    // and repeated with another token, it finds no source
    lab.peer.fault(
        Fault::genuine()
            .reset_before_head()
            .on(Operation::RenameObject),
    );
    lab.peer
        .fault(Fault::error(404, "NoSuchKey", "gone").on(Operation::RenameObject));
    let report = lab.transfers.rename(BUCKET).prefix("a/").to("b/").await;
    let missing = report.failed.len();
    assert_eq!(report.done as usize + missing, 3);
    for failure in &report.failed {
        assert!(
            lab.peer.object(BUCKET, &failure.key).is_some(),
            "{failure:?}"
        );
    }
}

#[tokio::test]
async fn nothing_that_is_there_is_replaced_if_that_is_asked_for() {
    let lab = Lab::new();
    lab.fill("a/", 5);
    lab.peer.put(BUCKET, "b/3", "precious");
    let report = lab
        .transfers
        .rename(BUCKET)
        .prefix("a/")
        .keep_existing()
        .to("b/")
        .await;
    assert_eq!((report.done, failed(&report)), (4, BTreeSet::from(["a/3"])));
    assert_eq!(lab.object("b/3"), "precious");
    let report = lab
        .transfers
        .copy(BUCKET)
        .prefix("a/")
        .keep_existing()
        .to(BUCKET, "b/")
        .await;
    assert_eq!((report.done, failed(&report)), (0, BTreeSet::from(["a/3"])));
}

/// The new key of an object is the key of another one, which is moved first, or stays as it is.
#[tokio::test]
async fn objects_that_take_the_places_of_others_replace_none_of_them() {
    let lab = Lab::new();
    let key = |depth: usize| format!("{}f", "x/".repeat(depth));
    for depth in 0..20 {
        lab.peer.put(BUCKET, &key(depth), key(depth));
    }
    let rename = |from: &str, to: &str| lab.transfers.rename(BUCKET).prefix(from).to(to);
    let report = rename("", "x/").await;
    assert_eq!(report.check().unwrap(), 20);
    for depth in 0..20 {
        assert_eq!(lab.object(&key(depth + 1)), key(depth));
    }
    let report = rename("x/", "").await;
    assert_eq!(report.check().unwrap(), 20);
    for depth in 0..20 {
        assert_eq!(lab.object(&key(depth)), key(depth));
    }
    let denied = Fault::error(403, "AccessDenied", "no").on(Operation::RenameObject);
    lab.peer.fault(denied);
    let report = rename("", "x/").await;
    assert_eq!((report.done, report.failed.len()), (0, 1));
    assert!(report.stopped.is_some());
    for depth in 0..20 {
        assert_eq!(lab.object(&key(depth)), key(depth));
    }
}

#[tokio::test]
async fn objects_are_copied_large_ones_in_parts() {
    let limits = ServiceLimits::new(16, 5 * PART as u64, 100);
    let lab = Lab::with(|builder| builder.service_limits(limits));
    lab.peer.create_bucket(OTHER);
    lab.fill("a/", 20);
    let large = data(17 * PART + 3);
    let upload = lab.transfers.upload(BUCKET, "a/large", large.clone());
    upload
        .content_type("text/plain")
        .metadata([("name", "value")])
        .await
        .unwrap();
    let report = lab
        .transfers
        .copy(BUCKET)
        .prefix("a/")
        .to(OTHER, "b/")
        .await;
    assert_eq!(report.check().unwrap(), 21);
    assert_eq!(lab.peer.object(OTHER, "b/7").unwrap().data, "7");
    let copy = lab.peer.object(OTHER, "b/large").unwrap();
    assert_eq!(copy.data, large);
    assert_eq!(copy.headers["content-type"], "text/plain");
    assert_eq!(copy.metadata["name"], "value");
    assert!(lab.count(Operation::UploadPartCopy) > 1);
    // within the bucket, into the prefix itself
    let report = lab
        .transfers
        .copy(BUCKET)
        .prefix("a/")
        .to(BUCKET, "a/b/")
        .await;
    assert_eq!(report.check().unwrap(), 21);
    assert_eq!(lab.peer.keys(BUCKET).len(), 42);
    lab.assert_no_uploads();
}

#[tokio::test]
async fn copies_are_changed_on_the_way_and_in_their_place() {
    let limits = ServiceLimits::new(16, 5 * PART as u64, 100);
    let lab = Lab::with(|builder| builder.service_limits(limits));
    lab.fill("a/", 3);
    let large = lab.transfers.upload(BUCKET, "a/large", data(17 * PART + 3));
    large.metadata([("name", "value")]).await.unwrap();
    let replaced = |prefix: &'static str| {
        let copies = lab.transfers.copy(BUCKET).prefix("a/");
        let copies = copies.request(|copy| {
            copy.metadata_directive(MetadataDirective::Replace)
                .content_type("text/x-new")
        });
        copies.to(BUCKET, prefix)
    };
    for prefix in ["b/", "a/"] {
        assert_eq!(replaced(prefix).await.check().unwrap(), 4);
        for name in ["1", "large"] {
            let copy = lab.peer.object(BUCKET, &format!("{prefix}{name}")).unwrap();
            assert_eq!(copy.headers["content-type"], "text/x-new");
            assert!(copy.metadata.is_empty());
        }
    }
    // without a change there is nothing to do
    let report = lab
        .transfers
        .copy(BUCKET)
        .prefix("a/")
        .to(BUCKET, "a/")
        .await;
    let error = report.check().unwrap_err();
    assert!(
        error.to_string().contains("copied to themselves"),
        "{error}"
    );
    lab.assert_no_uploads();
}

/// What the peer generates is listed once each, in no order, and is read, replaced and deleted as other objects are.
#[tokio::test]
async fn generated_objects_are_as_others() {
    let lab = Lab::new();
    lab.fill("other/", 3);
    lab.peer.generate(BUCKET, "p/", 2500, "same");
    let keys = async |prefix: &str| {
        let mut listing = lab.transfers.list(BUCKET, prefix);
        let mut keys = Vec::new();
        while let Some(object) = listing.next().await {
            keys.push(object.unwrap().key);
        }
        keys
    };
    let listed = keys("p/").await;
    assert!(!listed.is_sorted());
    let all: BTreeSet<String> = listed.iter().cloned().collect();
    assert_eq!((listed.len(), all.len()), (2500, 2500));
    assert!(all.contains("p/007/0001007") && !all.contains("p/500/0002500"));
    assert_eq!(keys("").await.len(), 2503);
    assert_eq!(keys("p/007/").await.len(), 3);
    let read = lab.transfers.download(BUCKET, "p/007/0001007").to_bytes();
    assert_eq!(read.await.unwrap(), "same");
    lab.peer.put(BUCKET, "p/007/0001007", "replaced");
    assert_eq!(lab.object("p/007/0001007"), "replaced");
    assert_eq!(keys("p/").await.len(), 2500);
    let report = lab.transfers.delete(BUCKET).prefix("p/007/").await;
    assert_eq!(report.check().unwrap(), 3);
    assert_eq!(keys("p/").await.len(), 2497);
    assert!(lab.peer.object(BUCKET, "p/007/0001007").is_none());
}
