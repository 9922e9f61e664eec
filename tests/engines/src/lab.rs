//! A peer, and the settings with which processes and stores reach it.

use std::sync::{Arc, Weak};
use std::time::Duration;

use zonal_object_store::{ZonalStore, ZonalStoreBuilder};
use zonal_peer::{Fault, Peer, PeerBuilder};

use crate::Error;

/// The bucket as engines name it.
pub const URL: &str = "s3://demo--usw2-az1--x-s3";

/// Trouble lasts for so many times twenty requests.
const ROUNDS: usize = 1000;

/// A peer in a thread of its own, so that a busy engine does not keep it from answering.
///
/// # Errors
///
/// If it cannot listen on the loopback interface.
pub fn peer() -> Result<Arc<Peer>, Error> {
    Ok(Arc::new(PeerBuilder::for_tests().start_blocking()?))
}

/// What a process has to have in its environment to reach a peer, with these credentials.
pub fn environment(
    endpoint: &str,
    access_key_id: &str,
    secret: &str,
) -> Vec<(&'static str, String)> {
    vec![
        ("AWS_ENDPOINT_URL", endpoint.to_owned()),
        ("AWS_ALLOW_HTTP", "true".to_owned()),
        ("AWS_REGION", Peer::REGION.to_owned()),
        ("AWS_ACCESS_KEY_ID", access_key_id.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", secret.to_owned()),
    ]
}

/// [`environment`] with the peer's own user.
pub fn default_environment(endpoint: &str) -> Vec<(&'static str, String)> {
    environment(endpoint, Peer::ACCESS_KEY_ID, Peer::SECRET_ACCESS_KEY)
}

/// A builder for stores on the bucket of a peer.
///
/// # Errors
///
/// None that a peer's settings could cause.
pub fn builder(endpoint: &str) -> Result<ZonalStoreBuilder, Error> {
    let options = default_environment(endpoint);
    let options = options.iter().filter_map(|(name, value)| {
        let name = name.strip_prefix("AWS_")?;
        Some((format!("aws_{}", name.to_ascii_lowercase()), value.clone()))
    });
    let builder = ZonalStoreBuilder::new().with_bucket_name(Peer::BUCKET);
    Ok(builder.with_options(options)?)
}

/// A store of its own on the bucket: its connections and sessions are nobody else's.
///
/// # Errors
///
/// As [`builder`].
pub fn store(peer: &Peer) -> Result<Arc<ZonalStore>, Error> {
    Ok(Arc::new(builder(&peer.endpoint_url())?.build()?))
}

/// A service in trouble: each answer takes so long, one request in twenty is answered by 503, and after each hundred all
/// sessions are gone, without a word.
pub fn trouble(peer: &Arc<Peer>, delay: Duration) {
    for round in 1..=ROUNDS {
        peer.fault(Fault::genuine().delay(delay).times(18));
        peer.fault(Fault::error(
            503,
            "SlowDown",
            "Please reduce your request rate.",
        ));
        let last = match round % 5 {
            0 => forgetting(Arc::downgrade(peer)),
            _ => Fault::genuine(),
        };
        peer.fault(last.delay(delay));
    }
}

/// The genuine answer, after which no session is known any more.
fn forgetting(peer: Weak<Peer>) -> Fault {
    Fault::edit_reply(move |reply| {
        if let Some(peer) = peer.upgrade() {
            peer.forget_sessions();
        }
        reply
    })
}

/// Whether [`trouble`] lasted, and there was enough of it to show something.
pub fn had_trouble(peer: &Peer) -> bool {
    let requests = peer.requests();
    let refused = requests.iter().filter(|it| it.status == Some(503)).count();
    let unknown = requests
        .iter()
        .any(|it| it.code.as_deref() == Some("InvalidAccessKeyId"));
    peer.pending_faults() > 0 && unknown && refused >= requests.len() / 25
}
