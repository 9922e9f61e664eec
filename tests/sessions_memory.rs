//! What sessions take of the process's memory is what is counted for them. Alone in its process, as
//! it looks at all of the memory.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use zonal::Credentials;
use zonal::runtime::clock::{BoxFuture, SystemClock};
use zonal_runtime::credentials::{BaseCredentials, SessionCredentials};
use zonal_runtime::session::{
    Fingerprint, KeyRef, OpenError, OpenSession, OpenedSession, SessionCache, SessionSettings,
};
use zonal_tests::memory;

/// What a client's own opener holds beside this is counted too: names of host and bucket.
struct Opener(#[expect(dead_code, reason = "it takes memory")] [String; 2]);

impl OpenSession for Opener {
    fn operation(&self) -> &'static str {
        "CreateSession"
    }

    fn open(&self) -> BoxFuture<'static, Result<OpenedSession, OpenError>> {
        Box::pin(async {
            let now = SystemTime::now();
            let token = "t".repeat(1500);
            let credentials =
                SessionCredentials::new("ID".repeat(10), "S".repeat(40).into(), token.into());
            Ok(OpenedSession {
                credentials,
                expiration: now + Duration::from_secs(300),
                date: Some(now),
                encryption: None,
            })
        })
    }
}

#[tokio::test]
async fn sessions_take_as_much_memory_as_is_counted() {
    let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
    let fingerprint = Fingerprint::of(&BaseCredentials::from(credentials));
    let cache = SessionCache::new(
        SessionSettings::default().memory(24 << 20),
        Arc::new(SystemClock),
        None,
    );
    let before = memory("VmRSS");
    for number in 0..20_000 {
        let host = format!("bucket{number}--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.test");
        let key = KeyRef {
            scheme: "https",
            authority: &host,
            path: "",
            region: "us-west-2",
            fingerprint,
            mode: None,
            encryption: None,
        };
        let opener = || -> Arc<dyn OpenSession> {
            Arc::new(Opener([host.clone(), format!("bucket{number}")]))
        };
        let session = cache.get(&key, Duration::from_secs(10), opener).await;
        session.expect("a session");
    }
    let counted = cache.bytes() as u64;
    assert!(counted <= 24 << 20 && cache.len() > 3000, "{cache:?}");
    let (Some(before), Some(after)) = (before, memory("VmRSS")) else {
        return;
    };
    let taken = after - before;
    eprintln!(
        "{taken} bytes taken, {counted} counted, {} sessions",
        cache.len()
    );
    assert!(taken <= counted * 3 / 2, "{taken} bytes, {counted} counted");
}
