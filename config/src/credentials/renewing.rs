//! [`Renewing`]: credentials that were found before, and those that are found later.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};
use zonal_runtime::clock::BoxFuture;

use crate::error::Error;

type Find = dyn Fn() -> BoxFuture<'static, Result<Credentials, Error>> + Send + Sync;

/// A provider for a program that has credentials before it has a client. It gives these first. Each time that the client
/// asks again, because they end or the service rejects them, it gives what is found then.
#[derive(Clone)]
pub struct Renewing(Arc<Inner>);

struct Inner {
    first: Mutex<Option<Credentials>>,
    find: Box<Find>,
}

impl Renewing {
    /// Gives `first`, and from then on what `find` returns, usually from [`Chain::resolve`](crate::Chain::resolve).
    pub fn new<F>(first: Credentials, find: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Credentials, Error>> + Send + 'static,
    {
        Self(Arc::new(Inner {
            first: Mutex::new(Some(first)),
            find: Box::new(move || Box::pin(find())),
        }))
    }

    async fn next(&self) -> provider::Result {
        let first = self
            .0
            .first
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match first {
            Some(first) => Ok(first),
            None => (self.0.find)()
                .await
                .map_err(CredentialsError::provider_error),
        }
    }
}

impl ProvideCredentials for Renewing {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.next())
    }
}

impl fmt::Debug for Renewing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renewing").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::error::ErrorKind;

    #[tokio::test]
    async fn what_was_found_comes_first_and_then_what_is_found() {
        let keys = |id: &str| Credentials::new(id, "secret", None, None, "test");
        let asked = AtomicUsize::new(0);
        let provider = Renewing::new(keys("first"), move || {
            let number = asked.fetch_add(1, Ordering::Relaxed);
            let found = match number {
                0 => Err(Error::new(ErrorKind::Source, "it is away")),
                _ => Ok(keys("then")),
            };
            async { found }
        });
        let clone = provider.clone();
        let found = clone.provide_credentials().await.unwrap();
        assert_eq!(found.access_key_id(), "first");
        let error = provider.provide_credentials().await.unwrap_err();
        assert!(format!("{error:?}").contains("it is away"), "{error:?}");
        let found = provider.provide_credentials().await.unwrap();
        assert_eq!(found.access_key_id(), "then");
        assert!(!format!("{provider:?}").contains("secret"));
    }
}
