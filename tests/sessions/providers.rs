//! Providers of credentials: asked once, and not trusted to behave.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future;
use tokio::sync::Semaphore;
use zonal::runtime::clock::Clock as _;
use zonal::session::SessionUse;
use zonal::{Client, Credentials, ErrorKind, ProvideCredentials};
use zonal_peer::{Fault, Operation};

use crate::lab::{BUCKET, KEY, Lab, SECRET, TEMPORARY_KEY, credentials, temporary};
use crate::support::{lab_with_object, opened, read};
use crate::virtual_clock::VirtualClock;

/// Does what it is told next, and at the end the last thing again and again.
#[derive(Clone, Debug)]
struct Scripted(Arc<Script>);

#[derive(Debug)]
struct Script {
    steps: Mutex<Vec<Step>>,
    asked: AtomicUsize,
    /// What slow answers wait for.
    gate: Semaphore,
}

#[derive(Clone, Debug)]
enum Step {
    Gives(Credentials),
    /// Once the gate is open.
    GivesSlowly(Credentials),
    Fails,
    Panics,
    Hangs,
}

impl Scripted {
    fn new(steps: impl Into<Vec<Step>>) -> Self {
        Self(Arc::new(Script {
            steps: Mutex::new(steps.into()),
            asked: AtomicUsize::new(0),
            gate: Semaphore::new(0),
        }))
    }

    fn asked(&self) -> usize {
        self.0.asked.load(Ordering::Relaxed)
    }

    /// Waits until it has been asked so often.
    async fn until_asked(&self, times: usize) {
        while self.asked() < times {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    fn open(&self) {
        self.0.gate.add_permits(1000);
    }
}

impl ProvideCredentials for Scripted {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        self.0.asked.fetch_add(1, Ordering::Relaxed);
        let step = {
            let mut steps = self.0.steps.lock().unwrap();
            match steps.len() {
                1 => steps[0].clone(),
                _ => steps.remove(0),
            }
        };
        future::ProvideCredentials::new(async move {
            match step {
                Step::Gives(credentials) => Ok(credentials),
                Step::GivesSlowly(credentials) => {
                    let _permit = self.0.gate.acquire().await;
                    Ok(credentials)
                }
                Step::Fails => Err(CredentialsError::provider_error("the metadata is away")),
                Step::Panics => panic!("a test panics, as it should"),
                Step::Hangs => std::future::pending().await,
            }
        })
    }
}

fn good() -> Credentials {
    credentials(KEY, SECRET, None)
}

fn client(lab: &Lab, provider: &Scripted) -> Client {
    let client = lab.client().credentials(provider.clone()).max_attempts(1);
    client.build().unwrap()
}

/// Tasks that read at the same time, in clones of the client.
fn readers(client: &Client, count: usize) -> Vec<tokio::task::JoinHandle<Result<String, String>>> {
    let reader = |_| {
        let client = client.clone();
        tokio::spawn(async move { read(&client).await })
    };
    (0..count).map(reader).collect()
}

#[tokio::test]
async fn a_provider_is_asked_once_for_any_number_of_calls() {
    let lab = lab_with_object().await;
    let provider = Scripted::new([Step::GivesSlowly(good())]);
    let client = client(&lab, &provider);
    let tasks = readers(&client, 200);
    provider.until_asked(1).await;
    // whoever came first goes away, and half of the others
    tasks.iter().take(100).for_each(|task| task.abort());
    provider.open();
    for (index, task) in tasks.into_iter().enumerate() {
        match task.await {
            Ok(result) => assert_eq!(result.as_deref(), Ok("text")),
            Err(_) => assert!(index < 100),
        }
    }
    for _ in 0..100 {
        assert_eq!(read(&client).await.as_deref(), Ok("text"));
    }
    // without sessions it is the same
    let put = client.put_object(BUCKET, "other").body("text");
    put.sessions(SessionUse::Off).await.unwrap();
    client
        .get_object(BUCKET, "key")
        .presign(Duration::from_secs(60))
        .await
        .unwrap();
    assert_eq!(provider.asked(), 1);
}

#[tokio::test]
async fn a_provider_that_panics_or_hangs_is_an_error_in_time_and_asked_again() {
    let lab = lab_with_object().await;
    let provider = Scripted::new([Step::Panics, Step::Gives(good())]);
    let client = client(&lab, &provider);
    assert_eq!(
        read(&client).await.as_deref(),
        Ok("text"),
        "one panic is nobody's"
    );
    let provider = Scripted::new([Step::Panics]);
    let error = read(&self::client(&lab, &provider)).await.unwrap_err();
    assert!(error.contains("credentials provider stopped"), "{error}");
    assert!(provider.asked() <= 4);

    let provider = Scripted::new([Step::Hangs, Step::Gives(good())]);
    let (limit, clock) = (Duration::from_millis(200), VirtualClock::new());
    let client = lab.client().credentials(provider.clone());
    let client = client.clock(clock.clone()).credentials_timeout(limit);
    let client = client.build().unwrap();
    let tasks = readers(&client, 50);
    // all wait, each for a little longer than the provider is waited for
    clock.until_count(51).await;
    clock.advance(limit);
    for task in tasks {
        let error = task.await.unwrap().unwrap_err();
        assert!(error.contains("gave no answer within 200ms"), "{error}");
    }
    assert_eq!(provider.asked(), 1);
    assert_eq!(read(&client).await.as_deref(), Ok("text"));
}

#[tokio::test]
async fn an_error_of_the_provider_is_told_to_all_who_wait_and_soon_forgotten() {
    let lab = lab_with_object().await;
    let provider = Scripted::new([Step::Fails, Step::Gives(good())]);
    let client = client(&lab, &provider);
    let error = client.get_object(BUCKET, "key").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(error.to_string().contains("GetObject failed:"), "{error}");
    assert_eq!(read(&client).await.as_deref(), Ok("text"));
    assert_eq!(provider.asked(), 2);
    // one that is down for long is not asked by everybody
    let provider = Scripted::new([Step::Fails]);
    let client = self::client(&lab, &provider);
    let (start, mut calls) = (Instant::now(), 0);
    while start.elapsed() < Duration::from_millis(700) || calls < 100 {
        for task in readers(&client, 50) {
            task.await.unwrap().unwrap_err();
        }
        calls += 50;
    }
    // it is left alone for up to a second
    let (asked, most) = (provider.asked(), 20 + start.elapsed().as_secs() as usize);
    assert!(asked <= most, "{asked} of {calls}");
}

/// The keys were revoked or replaced before their time.
#[tokio::test]
async fn rejected_credentials_are_asked_for_again_and_the_call_repeated() {
    let bad = || credentials("AKIDREVOKED", SECRET, None);
    let lab = lab_with_object().await;
    let provider = Scripted::new([Step::Gives(bad()), Step::Gives(good())]);
    let client = client(&lab, &provider);
    // by those who open sessions
    for task in readers(&client, 50) {
        assert_eq!(task.await.unwrap().as_deref(), Ok("text"));
    }
    assert_eq!(provider.asked(), 2);
    // and by calls without a session
    for code in [
        "ExpiredToken",
        "InvalidToken",
        "InvalidAccessKeyId",
        "ExpiredTokenException",
    ] {
        let provider = Scripted::new([Step::Gives(good()), Step::Gives(temporary())]);
        let client = self::client(&lab, &provider);
        lab.take_requests();
        lab.fault(Fault::error(400, code, "no").on(Operation::PutObject));
        let put = || {
            let put = client.put_object(BUCKET, "key").body("text");
            put.sessions(SessionUse::Off).send()
        };
        put().await.unwrap();
        assert_eq!(
            (provider.asked(), lab.take_requests().len()),
            (2, 2),
            "{code}"
        );
        // no more than once in a while
        lab.fault(Fault::error(400, code, "no").on(Operation::PutObject));
        let error = put().await.unwrap_err();
        assert_eq!((error.code(), error.attempts()), (Some(code), 1));
        assert_eq!(
            (provider.asked(), lab.take_requests().len()),
            (2, 1),
            "{code}"
        );
    }
}

#[tokio::test]
async fn who_has_no_other_credentials_hears_what_the_service_says() {
    let lab = lab_with_object().await;
    for others in [
        Step::Gives(credentials("AKIDREVOKED", SECRET, None)),
        Step::Fails,
        Step::Panics,
    ] {
        let first = Step::Gives(credentials("AKIDREVOKED", SECRET, None));
        let provider = Scripted::new([first, others]);
        let client = client(&lab, &provider);
        lab.take_requests();
        for call in 1..=3 {
            let put = client.put_object(BUCKET, "key").body("text");
            let error = put.sessions(SessionUse::Off).await.unwrap_err();
            assert_eq!(error.code(), Some("InvalidAccessKeyId"), "{error}");
            assert_eq!(
                (provider.asked(), lab.take_requests().len()),
                (2, 1),
                "{call}"
            );
        }
    }
    // credentials that are given are never asked for
    let client = lab
        .client()
        .credentials(credentials("AKIDREVOKED", SECRET, None));
    let error = client
        .build()
        .unwrap()
        .get_object(BUCKET, "key")
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("InvalidAccessKeyId"), "{error}");
}

/// Two identities by turns, each for a moment: each finds its session again.
#[derive(Debug)]
struct Flips(AtomicUsize, VirtualClock);

impl ProvideCredentials for Flips {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let is_first = self.0.fetch_add(1, Ordering::Relaxed).is_multiple_of(2);
        let given = if is_first { good() } else { temporary() };
        let token = given.session_token().map(str::to_owned);
        let end = self.1.now() + Duration::from_secs(40);
        let (id, key) = (given.access_key_id(), given.secret_access_key());
        let given = Credentials::new(id, key, token, Some(end), "test");
        future::ProvideCredentials::ready(Ok(given))
    }
}

#[tokio::test]
async fn every_identity_has_its_own_sessions() {
    let lab = lab_with_object().await;
    let clock = VirtualClock::new();
    let flips = Flips(AtomicUsize::default(), clock.clone());
    let client = lab.client().credentials(flips).clock(clock.clone());
    let client = client.build().unwrap();
    for _ in 0..30 {
        assert_eq!(read(&client).await.as_deref(), Ok("text"));
        clock.advance(Duration::from_secs(5));
    }
    let sessions = lab.issued_sessions();
    for id in [KEY, TEMPORARY_KEY] {
        let of = sessions.iter().filter(|session| session.issued_to() == id);
        assert_eq!(of.count(), 1, "{id}");
    }
}

#[tokio::test]
async fn warming_takes_no_longer_than_a_call_may() {
    let lab = lab_with_object().await;
    let provider = Scripted::new([Step::GivesSlowly(good())]);
    let limit = Duration::from_millis(200);
    let client = lab
        .client()
        .credentials(provider.clone())
        .call_timeout(limit);
    let client = client.build().unwrap();
    // the provider answers when it is told to
    let error = client.warm(BUCKET).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    provider.open();
    assert_eq!(client.warm(BUCKET).await.unwrap().len(), 1);
    assert_eq!((provider.asked(), opened(&lab.take_requests())), (1, 1));
}

/// Credentials that end, then others.
#[derive(Debug)]
struct Rotating(Credentials, VirtualClock);

impl ProvideCredentials for Rotating {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let ends = self.0.expiry().unwrap() <= self.1.now();
        let credentials = if ends { temporary() } else { self.0.clone() };
        future::ProvideCredentials::ready(Ok(credentials))
    }
}

#[tokio::test]
async fn a_session_ends_with_the_credentials_it_was_opened_with() {
    let (lab, clock) = (lab_with_object().await, VirtualClock::new());
    let end = clock.now() + Duration::from_secs(75);
    let first = Credentials::new(KEY, SECRET, None, Some(end), "test");
    let client = lab
        .client()
        .credentials(Rotating(first, clock.clone()))
        .clock(clock.clone());
    let client = client.build().unwrap();
    // six minutes: longer than a session lasts
    for _ in 0..60 {
        read(&client).await.unwrap();
        clock.advance(Duration::from_secs(6));
    }
    // that of the first was used to the end of them; nobody asks for another one in their name
    let sessions = lab.issued_sessions();
    let of_first = sessions.iter().filter(|session| session.issued_to() == KEY);
    assert_eq!(of_first.count(), 1);
    assert!(sessions.len() >= 2);
}
