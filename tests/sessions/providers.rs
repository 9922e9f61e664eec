//! Providers of credentials that misbehave.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use aws_credential_types::provider::future;
use zonal::{Credentials, ProvideCredentials};

use crate::lab::{BUCKET, KEY, Lab, SECRET, credentials, temporary};
use crate::support::{lab_with_object, opened, put_object, read};

/// Panics first, then takes for ever, then does as it should.
#[derive(Clone, Debug, Default)]
struct Bad(Arc<AtomicUsize>);

impl ProvideCredentials for Bad {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        match self.0.fetch_add(1, Ordering::Relaxed) {
            0 => panic!("a test panics, as it should"),
            1 => future::ProvideCredentials::new(std::future::pending()),
            _ => future::ProvideCredentials::ready(Ok(credentials(KEY, SECRET, None))),
        }
    }
}

#[tokio::test]
async fn a_provider_that_panics_or_hangs_harms_its_own_call_only() {
    let lab = lab_with_object().await;
    let client = lab.client().credentials(Bad::default());
    let limit = Duration::from_millis(200);
    let client = client.attempt_timeout(limit).build().unwrap();
    let call = client.clone();
    let panics = tokio::spawn(async move { read(&call).await }).await;
    assert!(panics.unwrap_err().is_panic());
    let start = Instant::now();
    let error = client.get_object(BUCKET, "key").await.unwrap_err();
    assert!(
        error.is_timeout() || error.to_string().contains("credentials provider"),
        "{error}"
    );
    assert!(start.elapsed() < 10 * limit, "{:?}", start.elapsed());
    assert_eq!(read(&client).await.unwrap(), "text");
    assert_eq!(opened(&lab.take_requests()), 1);
}

#[tokio::test]
async fn warming_takes_no_longer_than_a_call_may() {
    let lab = lab_with_object().await;
    let provider = Bad::default();
    provider.0.store(1, Ordering::Relaxed);
    let limit = Duration::from_millis(200);
    let client = lab.client().credentials(provider).call_timeout(limit);
    let client = client.build().unwrap();
    let start = Instant::now();
    let error = client.warm(BUCKET).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(start.elapsed() < 10 * limit, "{:?}", start.elapsed());
    assert_eq!(client.warm(BUCKET).await.unwrap().len(), 1);
}

/// Credentials that end in half a second, then others.
#[derive(Debug)]
struct Rotating(Credentials);

impl ProvideCredentials for Rotating {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let ends = self.0.expiry().unwrap() <= SystemTime::now();
        let credentials = if ends { temporary() } else { self.0.clone() };
        future::ProvideCredentials::ready(Ok(credentials))
    }
}

#[tokio::test]
async fn a_session_ends_with_the_credentials_it_was_opened_with() {
    let lab = Lab::with(|peer| peer.session_lifetime(Duration::from_secs(2)));
    put_object(&lab).await;
    let end = SystemTime::now() + Duration::from_millis(500);
    let first = Credentials::new(KEY, SECRET, None, Some(end), "test");
    let client = lab.client().credentials(Rotating(first)).build().unwrap();
    for _ in 0..50 {
        read(&client).await.unwrap();
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    // that of the first was used to the end of them; nobody asks for another one in their name
    let sessions = lab.issued_sessions();
    let of_first = sessions.iter().filter(|session| session.issued_to() == KEY);
    assert_eq!(of_first.count(), 1);
    assert!(sessions.len() >= 2);
}
