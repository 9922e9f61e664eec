//! A test of the crate that is generated from `models/event-stream.json`, which is copied into it.

use demo_event_stream::__private::protocol_test::{decode, event};
use demo_event_stream::operation::Watch;
use demo_event_stream::types::{Events, EventsError};
use demo_event_stream::{DateTime, EventError};

#[tokio::test]
async fn events_and_errors_are_read() {
    let body = [
        event(
            &[("Records", "event"), ("At", "1970-01-01T00:00:01.5Z")],
            b"a,b\n",
        ),
        event(&[("Stats", "event")], b"<Stats><Bytes>4</Bytes></Stats>"),
        event(
            &[("Note", "event")],
            b"<NoteEvent><Text>hi</Text></NoteEvent>",
        ),
        event(&[("New", "event")], b"whatever"),
        event(&[("End", "event")], b""),
        event(
            &[("Quota", "exception")],
            b"<QuotaExceeded><Limit>9</Limit><message>no more</message></QuotaExceeded>",
        ),
    ];
    let mut output = decode::<Watch>(200, &[("x-name", "w")], body.concat()).unwrap();
    assert_eq!(output.name.as_deref(), Some("w"));
    let mut seen = Vec::new();
    let error = loop {
        match output.events.next().await.unwrap() {
            Ok(event) => seen.push(event),
            Err(error) => break error,
        }
    };
    let [
        Events::Records(records),
        Events::Stats(stats),
        Events::Note(note),
        Events::Unknown(new),
        Events::End(_),
    ] = &seen[..]
    else {
        panic!("{seen:?}");
    };
    assert_eq!(records.payload.as_deref(), Some(&b"a,b\n"[..]));
    assert_eq!(records.at, Some(DateTime::from_millis(1500)));
    assert_eq!(
        stats.details.as_ref().and_then(|stats| stats.bytes),
        Some(4)
    );
    assert_eq!((&*note.text, note.line, &**new), ("hi", None, "New"));
    assert_eq!(
        error.to_string(),
        "the service ended the stream of events: Quota: no more"
    );
    let EventError::Service {
        error: Some(EventsError::Quota(quota)),
        ..
    } = error
    else {
        panic!("{error:?}");
    };
    assert_eq!(quota.limit, Some(9));
}

#[tokio::test]
async fn what_does_not_fit_the_model_is_an_error() {
    let body = event(
        &[("Note", "event")],
        b"<NoteEvent><Line>1</Line></NoteEvent>",
    );
    let mut output = decode::<Watch>(200, &[], body).unwrap();
    let error = output.events.next().await.unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "an event could not be read: the required element `Text` is missing"
    );
    assert!(output.events.next().await.is_none());
}
