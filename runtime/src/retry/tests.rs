//! The policy, step by step.

use std::sync::Mutex;

use super::*;
use crate::body::BodyError;
use crate::error::{Cause, DecodeError, Doubt, Failure, Problem, ServiceError};
use crate::session::{OpenError, SessionError};
use crate::transport::{TransportError, TransportErrorKind};

/// Gives these numbers, then the largest.
#[derive(Debug, Default)]
struct Numbers(Mutex<Vec<u64>>);

impl Random for Numbers {
    fn number(&self) -> u64 {
        self.0.lock().unwrap().pop().unwrap_or(u64::MAX)
    }
}

fn retries(policy: RetryPolicy) -> Retries {
    Retries::new(policy, Arc::new(Numbers::default()))
}

fn failed(class: Class) -> Failed {
    Failed { class, asked: None }
}

const MS: Duration = Duration::from_millis(1);

#[test]
fn waits_double_up_to_their_cap_and_there_are_three_attempts() {
    let default = retries(RetryPolicy::default());
    let mut attempts = default.attempts(default.policy(), true);
    assert_eq!(attempts.failed(failed(Class::Transient), None), Ok(50 * MS));
    assert_eq!(
        attempts.failed(failed(Class::Throttled), None),
        Ok(100 * MS)
    );
    assert_eq!(attempts.number(), 3);
    let end = attempts.failed(failed(Class::Transient), None);
    assert_eq!((end, attempts.number()), (Err(Stop::Attempts), 3));

    let many = retries(RetryPolicy {
        max_attempts: 50,
        ..RetryPolicy::default()
    });
    let session = many.policy().for_session();
    for (policy, cap) in [(many.policy(), 20_000), (session, 1000)] {
        let mut attempts = many.attempts(policy, true);
        let mut waits = || attempts.failed(failed(Class::Transient), None).unwrap();
        let waits: Vec<_> = (0..40).map(|_| waits()).collect();
        assert_eq!(waits[3], 400 * MS);
        assert_eq!(waits[39], cap * MS);
        attempts.succeeded();
    }
}

#[test]
fn waits_are_drawn_from_zero_on() {
    let numbers = Numbers(Mutex::new(vec![1 << 62, 1 << 63, 0]));
    let retries = Retries::new(
        RetryPolicy {
            max_attempts: 9,
            ..RetryPolicy::default()
        },
        Arc::new(numbers),
    );
    let mut attempts = retries.attempts(retries.policy(), true);
    let mut wait = |asked| {
        let class = Class::Throttled;
        attempts.failed(Failed { class, asked }, None).unwrap()
    };
    assert_eq!(wait(None), Duration::ZERO);
    assert_eq!(wait(None), 50 * MS);
    // what the service asks for comes on top, and no wish goes beyond the cap
    assert_eq!(wait(Some(3000 * MS)), 3050 * MS);
    assert_eq!(wait(Some(Duration::MAX)), 20_000 * MS);
}

#[test]
fn some_failures_end_a_call_at_once() {
    let retries = retries(RetryPolicy::default());
    let attempts = |replayable| retries.attempts(retries.policy(), replayable);
    let stop = |replayable, class, left| attempts(replayable).failed(failed(class), left);
    assert_eq!(stop(true, Class::Fatal, None), Err(Stop::Fatal));
    assert_eq!(
        stop(false, Class::Transient, None),
        Err(Stop::NotReplayable)
    );
    assert_eq!(stop(false, Class::Fatal, None), Err(Stop::Fatal));
    assert_eq!(stop(true, Class::Transient, Some(50 * MS)), Err(Stop::Time));
    assert_eq!(retries.quota.tokens(), 500, "nothing was paid for these");
    assert!(stop(true, Class::Transient, Some(51 * MS)).is_ok());
}

#[test]
fn the_clock_is_corrected_once_and_for_nothing() {
    let retries = retries(RetryPolicy::default());
    let mut attempts = retries.attempts(retries.policy(), true);
    assert_eq!(
        attempts.failed(failed(Class::Skewed), None),
        Ok(Duration::ZERO)
    );
    let again = attempts.failed(failed(Class::Skewed), None);
    assert_eq!(again, Err(Stop::Fatal));
    // by parts as long as there are attempts
    let mut by_parts = retries.attempts(retries.policy(), true);
    for expected in [Ok(Duration::ZERO), Ok(Duration::ZERO), Err(Stop::Attempts)] {
        assert_eq!(by_parts.failed(failed(Class::FarSkewed), None), expected);
    }
    assert_eq!(retries.quota.tokens(), 500);
    // another failure goes on as usual
    assert!(attempts.failed(failed(Class::Transient), None).is_ok());
}

#[test]
fn the_quota_ends_a_storm_and_recovers() {
    let retries = retries(RetryPolicy::default());
    let policy = retries.policy();
    let fail = |class| retries.attempts(policy, true).failed(failed(class), None);
    for _ in 0..50 {
        assert!(fail(Class::Timeout).is_ok());
    }
    assert_eq!(retries.quota.tokens(), 0);
    assert_eq!(fail(Class::Transient), Err(Stop::Quota));
    // a success that needed no retry earns one token, five of them one retry
    for _ in 0..4 {
        retries.attempts(policy, true).succeeded();
    }
    assert_eq!(fail(Class::Transient), Err(Stop::Quota));
    retries.attempts(policy, true).succeeded();
    // a success after a retry gives back what it took
    let mut attempts = retries.attempts(policy, true);
    assert!(attempts.failed(failed(Class::Transient), None).is_ok());
    assert_eq!(retries.quota.tokens(), 0);
    attempts.succeeded();
    assert_eq!(retries.quota.tokens(), 5);
    // and the bucket never overflows
    for _ in 0..1000 {
        retries.attempts(policy, true).succeeded();
    }
    assert_eq!(retries.quota.tokens(), 500);
}

#[test]
fn codes_and_statuses_have_their_class() {
    use Class::{Fatal, Skewed, Throttled, Transient};
    for (status, code, class) in [
        (500, "InternalError", Transient),
        (200, "InternalError", Transient),
        (502, "BadGateway", Transient),
        (503, "ServiceUnavailable", Transient),
        (503, "NeverHeardOf", Transient),
        (503, "SlowDown", Throttled),
        (200, "SlowDown", Throttled),
        (504, "GatewayTimeout", Transient),
        (429, "TooManyRequests", Throttled),
        (429, "NeverHeardOf", Throttled),
        (400, "RequestTimeout", Transient),
        (408, "RequestTimeout", Transient),
        // without a document
        (408, "Http408", Transient),
        (409, "Http409", Fatal),
        (400, "ThrottlingException", Throttled),
        (403, "RequestTimeTooSkewed", Skewed),
        (501, "NotImplemented", Fatal),
        (505, "HttpVersionNotSupported", Fatal),
        (409, "ConditionalRequestConflict", Transient),
        (409, "OperationAborted", Transient),
        (409, "BucketNotEmpty", Fatal),
        (412, "PreconditionFailed", Fatal),
        (403, "AccessDenied", Fatal),
        (400, "ExpiredToken", Fatal),
        (301, "PermanentRedirect", Fatal),
    ] {
        assert_eq!(
            Class::of_service(&RetryRules::CLIENT, code, status),
            class,
            "{status} {code}"
        );
    }
}

#[test]
fn each_mode_of_aws_has_rules_of_its_own() {
    for (status, code, legacy, standard) in [
        (503, "", true, true),
        (501, "NotImplemented", false, false),
        (200, "InternalError", true, true),
        (429, "TooManyRequests", true, false),
        (429, "SlowDown", true, true),
        (509, "", true, false),
        (400, "SlowDown", false, true),
        (400, "BadDigest", true, false),
        (400, "RequestTimeout", true, true),
        (408, "RequestTimeout", false, true),
        (403, "AccessDenied", false, false),
        (403, "RequestTimeTooSkewed", false, false),
        (409, "ConditionalRequestConflict", true, true),
        (409, "OperationAborted", true, true),
        (409, "BucketNotEmpty", false, false),
    ] {
        let rules = [RetryRules::AWS_LEGACY, RetryRules::AWS_STANDARD];
        let found = rules.map(|rules| Class::of_service(&rules, code, status).is_retryable());
        assert_eq!(found, [legacy, standard], "{status} {code}");
    }
    // another client's clock is not ours to correct
    let skewed = |rules| Class::of_service(rules, "RequestTimeTooSkewed", 403);
    assert_eq!(skewed(&RetryRules::AWS_STANDARD), Class::Fatal);
}

#[test]
fn a_failure_has_the_class_of_its_cause() {
    use Class::{Fatal, Rejected, Throttled, Timeout, Transient};
    const STANDARD: RetryRules = RetryRules::AWS_STANDARD;
    const CLIENT: RetryRules = RetryRules::CLIENT;
    const READER: RetryRules = RetryRules {
        unreadable: true,
        ..CLIENT
    };
    let transport = |kind| TransportError::new(kind, "");
    let lost = || transport(TransportErrorKind::Closed);
    let strange = || transport(TransportErrorKind::Protocol);
    let decode = |problem| Cause::Decode(DecodeError::new(problem));
    let cut = || decode(Problem::Truncated { position: 1 });
    let syntax = || {
        decode(Problem::Syntax {
            position: 1,
            problem: "",
        })
    };
    let missing = || decode(Problem::Missing { member: "m" });
    let session = |error| {
        let open = OpenError::new(Failure::new("CreateSession", Cause::Transport(error)));
        Cause::Session(SessionError::Open(open), "b".to_owned())
    };
    let read = |error| Cause::Read(BodyError::Transport(error));
    let refused = || {
        Cause::Service(Box::new(ServiceError {
            code: "SlowDown".to_owned(),
            ..ServiceError::default()
        }))
    };
    let late = transport(TransportErrorKind::ReadTimeout);
    for (number, (rules, cause, class)) in [
        (&CLIENT, Cause::Transport(late), Timeout),
        (&CLIENT, Cause::Transport(lost()), Transient),
        (&CLIENT, Cause::Transport(strange()), Fatal),
        (&CLIENT, refused(), Throttled),
        (&CLIENT, cut(), Transient),
        (&CLIENT, syntax(), Fatal),
        (&STANDARD, syntax(), Transient),
        (&CLIENT, missing(), Fatal),
        (&STANDARD, missing(), Fatal),
        (&READER, missing(), Transient),
        (&CLIENT, session(lost()), Transient),
        (&CLIENT, session(strange()), Fatal),
        (&CLIENT, read(lost()), Transient),
        (&CLIENT, read(strange()), Fatal),
        (&CLIENT, Cause::Insecure, Fatal),
    ]
    .into_iter()
    .enumerate()
    {
        let mut failure = Failure::new("GetObject", cause);
        failure.rules = rules;
        assert_eq!(Class::of(&failure), class, "case {number}");
    }

    let with = |cause, change: &dyn Fn(&mut Failure)| {
        let mut failure = Failure::new("CopyObject", cause);
        change(&mut failure);
        Class::of(&failure)
    };
    assert_eq!(with(missing(), &|f| f.is_unfinished = true), Transient);
    // who signed may be to blame
    assert_eq!(with(refused(), &|f| f.may_be_signer = true), Rejected);
    let standard = |f: &mut Failure| (f.may_be_signer, f.rules) = (true, &STANDARD);
    assert_eq!(with(refused(), &standard), Throttled);
    // what may have been done is done again only where the rules say so
    for doubt in [Doubt::Last, Doubt::Earlier] {
        assert_eq!(with(refused(), &|f| f.doubt = doubt), Throttled);
        const CAREFUL: RetryRules = RetryRules {
            in_doubt: false,
            ..CLIENT
        };
        let careful = |f: &mut Failure| (f.doubt, f.rules) = (doubt, &CAREFUL);
        assert_eq!(with(refused(), &careful), Fatal);
        assert_eq!(with(refused(), &|f| f.rules = &CAREFUL), Throttled);
    }
}

#[test]
fn an_error_says_why_a_call_was_not_tried_again() {
    let reason = |stop: Stop| stop.reason().unwrap_or("nothing");
    for (stop, says) in [
        (Stop::Fatal, "nothing"),
        (Stop::Attempts, "nothing"),
        (Stop::NotReplayable, "sent only once"),
        (Stop::Quota, "too many calls"),
        (Stop::Time, "no time left"),
    ] {
        assert!(reason(stop).contains(says), "{stop:?}");
    }
}
