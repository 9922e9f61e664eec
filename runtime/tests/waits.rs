//! Waits, on a clock that is turned.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::time::Duration;

use common::scripted::{List, ListOutput, Service, page, refusal};
use zonal_runtime::codegen::*;
use zonal_runtime::waiter::{Wait, WaitErrorKind};

/// Waits until the list is `ready`; it never will be once it is `broken`.
struct Ready;

impl Waiter for Ready {
    type Operation = List;

    const NAME: &'static str = "Ready";
    const MIN_DELAY: Duration = Duration::from_secs(5);
    const MAX_DELAY: Duration = Duration::from_secs(20);
    const ACCEPTORS: &'static [Acceptor<List>] = &[
        Acceptor::error(State::Retry, "NotFound"),
        Acceptor::output(State::Success, |output: &ListOutput| {
            Some(all_equal(output.things.iter(), "ready"))
        }),
        Acceptor::output(State::Failure, |output: &ListOutput| {
            Some(any_equal(output.things.iter(), "broken"))
        }),
        Acceptor::input_output(State::Success, |input: &List, output: &ListOutput| {
            Some(input.token.as_ref()? == output.next.as_ref()?)
        }),
    ];
}

fn wait(service: &Service) -> Wait<Ready> {
    Wait::new(&service.core(), List::default())
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_when_it_is_so() {
    let service = Service::new(|_, call| match call {
        1 => refusal(404, "NotFound"),
        2 => page(&[], ""),
        3 => page(&["ready", "no"], ""),
        _ => page(&["ready", "ready"], ""),
    });
    let waited = wait(&service).await.unwrap();
    assert_eq!(waited.attempts, 4);
    assert_eq!(waited.answer.unwrap().things.len(), 2);
    let seconds = service.seconds();
    let pauses: Vec<u64> = seconds.windows(2).map(|pair| pair[1] - pair[0]).collect();
    // random, and up to 5, 10 and 20 seconds; whole seconds may be cut
    assert!((4..=6).contains(&pauses[0]), "{pauses:?}");
    assert!((4..=11).contains(&pauses[1]), "{pauses:?}");
    assert!((4..=21).contains(&pauses[2]), "{pauses:?}");
    assert!(waited.elapsed >= Duration::from_secs(15));

    let service = Service::new(|_, _| page(&[], "<Next>t</Next>"));
    let list = List {
        token: Some("t".to_owned()),
        size: None,
    };
    let waited = Wait::<Ready>::new(&service.core(), list).run().await;
    assert_eq!(waited.unwrap().attempts, 1);
}

#[tokio::test(start_paused = true)]
async fn a_wait_says_why_it_ended_otherwise() {
    let service = Service::new(|_, _| refusal(404, "NotFound"));
    let limit = Duration::from_secs(60);
    let error = wait(&service).max_wait(limit).await.unwrap_err();
    assert_eq!(error.kind(), WaitErrorKind::Timeout);
    assert_eq!(error.last_error().unwrap().code(), Some("NotFound"));
    assert!(error.attempts() >= 4 && error.elapsed() <= limit, "{error}");
    assert!(
        error.elapsed() >= limit - Duration::from_secs(5),
        "no time is given away: {error}"
    );
    let text = error.to_string();
    assert!(
        text.starts_with("waiting for Ready took too long: not so, after "),
        "{text}"
    );
    assert!(
        text.contains("; the last one: List failed: NotFound"),
        "{text}"
    );

    let service = Service::new(|_, call| match call {
        1 => page(&[], ""),
        _ => page(&["broken"], ""),
    });
    let error = wait(&service).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (WaitErrorKind::Failure, 2)
    );
    assert!(error.last_error().is_none(), "{error}");

    let service = Service::new(|_, _| refusal(403, "AccessDenied"));
    let error = wait(&service).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (WaitErrorKind::Call, 1));
    assert!(error.to_string().contains("AccessDenied"), "{error}");

    // a call without an answer is cut off as well
    let service = Service::new(|_, _| None);
    let limit = Duration::from_secs(3);
    let error = wait(&service).max_wait(limit).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.elapsed()),
        (WaitErrorKind::Timeout, limit)
    );
}
