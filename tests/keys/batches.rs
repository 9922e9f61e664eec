//! Lists of keys to delete: keys that XML has no way to name, and answers that do not name the keys of the list.

use zonal::ErrorKind;
use zonal::types::{CompletedMultipartUpload, CompletedPart, Delete, ObjectIdentifier};
use zonal_peer::{Fault, Operation, Reply};

use crate::{BUCKET, Lab};

/// One of each range that XML 1.0 leaves out, at either end of a key and within.
const UNWRITABLE: [&str; 7] = [
    "nul\0",
    "\u{1}\u{8}",
    "a\u{b}b",
    "form\u{c}",
    "\u{e}",
    "\u{1b}[31mred",
    "not \u{fffe} nor \u{ffff}",
];

/// Those that look like it and can be written.
const WRITABLE: [&str; 6] = [
    "plain",
    "\ttab\t",
    "a\r\nb",
    "\u{7f}\u{85}\u{9f}\u{2028}",
    "\u{fffd}\u{1fffe}\u{10ffff}",
    "<&>\"'",
];

fn keys(keys: &[&str]) -> Vec<ObjectIdentifier> {
    keys.iter().copied().map(ObjectIdentifier::new).collect()
}

impl Lab {
    async fn fill(&self, keys: &[&str]) {
        for key in keys {
            let put = self.client.put_object(BUCKET, *key).body("content");
            put.await.unwrap();
        }
        self.peer.take_requests();
    }

    /// How many requests to delete a list came since requests were last taken.
    fn deletions(&self) -> usize {
        let requests = self.peer.take_requests();
        let is_it = |request: &&zonal_peer::Recorded| request.operation == Operation::DeleteObjects;
        requests.iter().filter(is_it).count()
    }
}

#[tokio::test]
async fn a_key_that_xml_cannot_carry_costs_itself_alone() {
    let lab = Lab::new();
    for quiet in [false, true] {
        let all = [&UNWRITABLE[..3], &WRITABLE, &UNWRITABLE[3..]].concat();
        lab.fill(&all).await;
        let delete = Delete::new(keys(&all)).quiet(quiet);
        let output = lab.client.delete_objects(BUCKET, delete).await.unwrap();
        assert_eq!(lab.deletions(), 1);
        let deleted = output.deleted.into_iter();
        let deleted: Vec<_> = deleted.map(|object| object.key.unwrap()).collect();
        assert_eq!(deleted, if quiet { &[][..] } else { &WRITABLE });
        let errors = output.errors;
        let reported: Vec<_> = errors
            .iter()
            .map(|error| error.key.as_deref().unwrap())
            .collect();
        assert_eq!(reported, UNWRITABLE);
        for error in &errors {
            assert_eq!(error.code.as_deref(), Some("UnwritableKey"));
            let message = error.message.as_deref().unwrap();
            assert!(message.contains("DeleteObject"), "{message}");
        }
        // which the message names, and which takes them
        let mut left = UNWRITABLE.map(str::to_owned);
        left.sort();
        assert_eq!(lab.peer.keys(BUCKET), left);
        for key in UNWRITABLE {
            lab.client.delete_object(BUCKET, key).await.unwrap();
        }
        assert_eq!(lab.peer.keys(BUCKET), [""; 0]);
    }
}

#[tokio::test]
async fn what_the_service_refuses_stands_beside_what_was_not_sent() {
    let lab = Lab::new();
    lab.fill(&["a", "b"]).await;
    let objects = vec![
        ObjectIdentifier::new("\u{1}"),
        ObjectIdentifier::new("a").e_tag("another"),
        ObjectIdentifier::new("b"),
    ];
    // the first attempt is refused, and both leave out the same
    let slow = Fault::error(503, "SlowDown", "wait");
    lab.peer.fault(slow.on(Operation::DeleteObjects));
    let client = zonal::Client::builder()
        .region("us-west-2")
        .endpoint_url(lab.peer.endpoint_url())
        .credentials(zonal::Credentials::new(
            "AKID", "secret", None, None, "test",
        ))
        .build()
        .unwrap();
    let output = client.delete_objects(BUCKET, Delete::new(objects)).await;
    let errors = output.unwrap().errors.into_iter();
    let errors: Vec<_> = errors
        .map(|error| (error.key.unwrap(), error.code.unwrap()))
        .collect();
    let expected = [("a", "PreconditionFailed"), ("\u{1}", "UnwritableKey")];
    assert_eq!(
        errors,
        expected.map(|(key, code)| (key.to_owned(), code.to_owned()))
    );
    assert_eq!(lab.peer.keys(BUCKET), ["a"]);
}

#[tokio::test]
async fn a_list_of_which_nothing_is_left_is_not_sent() {
    let lab = Lab::new();
    for objects in [&UNWRITABLE[..1], &UNWRITABLE] {
        let delete = Delete::new(keys(objects));
        let error = lab.client.delete_objects(BUCKET, delete).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        let text = error.to_string();
        assert!(
            text.contains("`Key` has a character that XML cannot carry"),
            "{text}"
        );
        assert!(text.contains("delete it with DeleteObject"), "{text}");
    }
    // what is no key costs the call, as whoever wrote it has to look at it
    let tagged = ObjectIdentifier::new("b").e_tag("\u{1}");
    let delete = Delete::new(vec![ObjectIdentifier::new("a"), tagged]);
    let error = lab.client.delete_objects(BUCKET, delete).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert!(error.to_string().contains("`ETag`"), "{error}");
    assert!(lab.peer.requests().is_empty());
    // an object without one of its parts would be another
    let parts = ["e", "\u{1}"].map(|tag| CompletedPart::default().part_number(1).e_tag(tag));
    let parts = CompletedMultipartUpload::default().parts(parts);
    let complete = lab.client.complete_multipart_upload(BUCKET, "k", "u");
    let error = complete.multipart_upload(parts).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert!(
        error.to_string().contains("`ETag` has a control character"),
        "{error}"
    );
    assert!(lab.peer.requests().is_empty());
}

#[tokio::test]
async fn an_answer_that_is_none_says_nothing_of_any_key() {
    let lab = Lab::new();
    let page = Fault::reply(Reply::xml(200, "<html/>")).on(Operation::DeleteObjects);
    lab.peer.fault(page);
    let delete = Delete::new(keys(&["a", "\0"]));
    let error = lab.client.delete_objects(BUCKET, delete).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
}

/// What an answer with these elements makes of a list of keys: the codes that are reported, by key.
async fn reported(
    lab: &Lab,
    keys: &[&str],
    quiet: bool,
    elements: &str,
) -> Result<Vec<(String, String)>, (ErrorKind, String, bool)> {
    let document = format!("<DeleteResult>{elements}</DeleteResult>");
    let answer = Fault::reply(Reply::xml(200, document));
    lab.peer.fault(answer.on(Operation::DeleteObjects));
    let delete = Delete::new(self::keys(keys)).quiet(quiet);
    let output = lab.client.delete_objects(BUCKET, delete).await;
    let output = output.map_err(|error| {
        let text = error.to_string();
        (error.kind(), text, error.may_have_succeeded())
    })?;
    let named = output.deleted.iter().map(|object| &object.key);
    let named = named.chain(output.errors.iter().map(|error| &error.key));
    for key in named.flatten() {
        assert!(keys.contains(&&**key), "{key} is none of {keys:?}");
    }
    let errors = output.errors.into_iter();
    let pairs = errors.map(|error| (error.key.unwrap_or_default(), error.code.unwrap()));
    Ok(pairs.collect())
}

#[tokio::test]
async fn a_key_that_the_answer_does_not_name_is_reported() {
    const UNREPORTED: &str = "UnreportedKey";
    let lab = Lab::new();
    for (keys, elements, expected) in [
        (
            &["a", "b"][..],
            "<Deleted><Key>a</Key></Deleted>",
            &[("b", UNREPORTED)][..],
        ),
        (&["a", "b"], "", &[("a", UNREPORTED), ("b", UNREPORTED)]),
        // an error that names no key may be about any of them
        (
            &["a"],
            "<Error><Code>InternalError</Code></Error>",
            &[("", "InternalError"), ("a", UNREPORTED)],
        ),
        (
            &["a", "b"],
            "<Error><Key>b</Key><Code>AccessDenied</Code></Error>",
            &[("b", "AccessDenied"), ("a", UNREPORTED)],
        ),
        // listed twice
        (&["a", "a"], "<Deleted><Key>a</Key></Deleted>", &[]),
        (&["a", "a"], "", &[("a", UNREPORTED)]),
        // written in several ways
        (
            &["a\rb", "a\nb", "\u{e4} +"],
            "<Deleted><Key>a&#13;b</Key></Deleted><Deleted><Key>a\nb</Key></Deleted>\
             <Deleted><Key>%C3%A4%20%2B</Key></Deleted>",
            &[],
        ),
        (&["a\rb"], "<Deleted><Key>a\rb</Key></Deleted>", &[]),
        (
            &["a", "\0"],
            "",
            &[("a", UNREPORTED), ("\0", "UnwritableKey")],
        ),
    ] {
        let expected = expected.iter();
        let expected: Vec<_> = expected
            .map(|(key, code)| ((*key).to_owned(), (*code).to_owned()))
            .collect();
        let found = reported(&lab, keys, false, elements).await.unwrap();
        assert_eq!(found, expected, "{keys:?} {elements}");
        // failures alone are named in quiet mode
        let failures = expected.into_iter().filter(|(_, code)| code != UNREPORTED);
        let found = reported(&lab, keys, true, elements).await.unwrap();
        assert_eq!(found, failures.collect::<Vec<_>>(), "{keys:?} {elements}");
    }
}

#[tokio::test]
async fn an_answer_about_another_key_is_an_error() {
    let lab = Lab::new();
    for elements in [
        "<Deleted><Key>b</Key></Deleted>",
        "<Deleted><Key>a</Key></Deleted><Deleted><Key>b</Key></Deleted>",
        "<Deleted><Key>a</Key></Deleted><Error><Key>a </Key><Code>AccessDenied</Code></Error>",
    ] {
        for quiet in [false, true] {
            let error = reported(&lab, &["a"], quiet, elements).await.unwrap_err();
            let (kind, text, may_have_succeeded) = error;
            assert_eq!(kind, ErrorKind::Decode, "{text}");
            assert!(text.contains("it names another `Key`"), "{text}");
            assert!(may_have_succeeded, "{text}");
        }
    }
}
