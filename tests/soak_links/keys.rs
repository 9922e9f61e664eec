//! [`Keys`]: a provider whose keys the peer forgets when they expire.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use aws_credential_types::provider::future;
use zonal::{Credentials, ProvideCredentials};
use zonal_peer::Peer;

#[derive(Clone)]
pub(crate) struct Keys(Arc<Issued>);

struct Issued {
    peer: Arc<Peer>,
    lifetime: Duration,
    number: AtomicUsize,
}

impl Keys {
    pub(crate) fn new(peer: Arc<Peer>, lifetime: Duration) -> Self {
        Self(Arc::new(Issued {
            peer,
            lifetime,
            number: AtomicUsize::new(0),
        }))
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.0.number.load(Ordering::Relaxed)
    }

    async fn issue(&self) -> Credentials {
        let Issued {
            peer,
            lifetime,
            number,
        } = &*self.0;
        let number = number.fetch_add(1, Ordering::Relaxed);
        let (id, token) = (format!("ASIA{number:016}"), format!("token-{number}"));
        peer.add_temporary_credentials(&id, "secret", &token);
        let expiry = SystemTime::now() + *lifetime;
        let (peer, forgotten, lifetime) = (Arc::clone(peer), id.clone(), *lifetime);
        tokio::spawn(async move {
            tokio::time::sleep(lifetime).await;
            peer.remove_credentials(&forgotten);
        });
        // as a service of metadata takes
        tokio::time::sleep(Duration::from_millis(20)).await;
        Credentials::new(id, "secret", Some(token), Some(expiry), "soak")
    }
}

impl ProvideCredentials for Keys {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async { Ok(self.issue().await) })
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}
