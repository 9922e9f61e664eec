//! Runtimes that end, stand still, or are not there; openers that panic. In real time.

use super::*;
use crate::clock::SystemClock;
use std::sync::atomic::AtomicUsize;
use tokio::runtime::{Builder, Runtime};

#[derive(Default)]
struct Sleepy {
    asked: AtomicUsize,
    panics: bool,
}

impl OpenSession for Arc<Sleepy> {
    fn operation(&self) -> &'static str {
        "CreateSession"
    }

    fn open(&self) -> BoxFuture<'static, Result<OpenedSession, OpenError>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let panics = self.panics;
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            assert!(!panics, "a test panics, as it should");
            let now = SystemTime::now();
            Ok(OpenedSession {
                credentials: SessionCredentials::new("ID".into(), "SECRET".into(), "T".into()),
                expiration: now + seconds(300),
                date: Some(now),
                encryption: None,
            })
        })
    }
}

fn cache() -> SessionCache {
    let settings = SessionSettings::default().open_timeout(Duration::from_millis(200));
    SessionCache::new(settings, Arc::new(SystemClock), None)
}

async fn get(cache: &SessionCache, opener: &Arc<Sleepy>) -> Result<Arc<Session>, SessionError> {
    get_at(cache, opener, "demo.example").await
}

async fn get_at(
    cache: &SessionCache,
    opener: &Arc<Sleepy>,
    authority: &str,
) -> Result<Arc<Session>, SessionError> {
    let credentials = Credentials::new("ID", "SECRET", None, None, "test").into();
    let key = KeyRef {
        scheme: "https",
        authority,
        path: "",
        region: "us-west-2",
        fingerprint: Fingerprint::of(&credentials),
        mode: None,
        encryption: None,
    };
    let opener = || -> Arc<dyn OpenSession> { Arc::new(Arc::clone(opener)) };
    cache.get(&key, seconds(5), opener).await
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Starts to open a session on this runtime and leaves it.
fn start(runtime: &Runtime, cache: &SessionCache, opener: &Arc<Sleepy>) {
    runtime.block_on(async {
        let soon = Duration::from_millis(5);
        let result = tokio::time::timeout(soon, get(cache, opener)).await;
        assert!(result.is_err());
    });
}

#[test]
fn a_runtime_that_ends_or_stands_still_takes_nobody_along() {
    let (cache, opener) = (cache(), Arc::new(Sleepy::default()));
    let first = runtime();
    start(&first, &cache, &opener);
    drop(first);
    runtime().block_on(get(&cache, &opener)).unwrap();
    assert_eq!(opener.asked.load(Ordering::Relaxed), 2);

    let (cache, opener) = (self::cache(), Arc::new(Sleepy::default()));
    let first = runtime();
    start(&first, &cache, &opener);
    runtime().block_on(get(&cache, &opener)).unwrap();
    assert_eq!(opener.asked.load(Ordering::Relaxed), 2);
}

#[test]
fn a_panic_and_a_missing_runtime_are_errors() {
    let sleepy = Sleepy {
        panics: true,
        ..Sleepy::default()
    };
    let (cache, opener) = (cache(), Arc::new(sleepy));
    let error = runtime().block_on(get(&cache, &opener)).unwrap_err();
    assert!(matches!(error, SessionError::Abandoned), "{error}");
    assert_eq!(opener.asked.load(Ordering::Relaxed), 4);

    let (cache, opener) = (self::cache(), Arc::new(Sleepy::default()));
    let mut future = std::pin::pin!(get(&cache, &opener));
    let waker = std::task::Waker::noop();
    let mut context = std::task::Context::from_waker(waker);
    let std::task::Poll::Ready(result) = future.as_mut().poll(&mut context) else {
        panic!("it waits for nothing");
    };
    assert!(matches!(result, Err(SessionError::NoRuntime)), "{result:?}");
}

/// What nobody opens any more makes room like anything else that is not in use.
#[test]
fn what_cannot_be_opened_does_not_pile_up() {
    let settings = SessionSettings::default().capacity(3);
    let cache = SessionCache::new(settings, Arc::new(SystemClock), None);
    let opener = Arc::new(Sleepy::default());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    for number in 0..10 {
        let host = format!("bucket{number}");
        let mut future = std::pin::pin!(get_at(&cache, &opener, &host));
        assert!(future.as_mut().poll(&mut context).is_ready());
        assert!(cache.len() <= 3, "{}", cache.len());
    }
    // the same where a runtime ends half-way
    for number in 0..10 {
        let host = format!("bucket{number}");
        runtime().block_on(async {
            let call = get_at(&cache, &opener, &host);
            let soon = Duration::from_millis(1);
            assert!(tokio::time::timeout(soon, call).await.is_err());
        });
        assert!(cache.len() <= 3, "{}", cache.len());
    }
}
