//! Every part of a key counts.

use super::*;
use std::collections::HashMap;

fn encryptions() -> Vec<Option<Encryption>> {
    let kms = |key: Option<&str>, context: Option<&str>, bucket_key| Encryption {
        algorithm: "aws:kms".to_owned(),
        kms_key_id: key.map(Secret::from),
        kms_context: context.map(Secret::from),
        bucket_key,
    };
    let aes = Encryption {
        algorithm: "AES256".to_owned(),
        ..kms(None, None, None)
    };
    vec![
        None,
        Some(aes),
        Some(kms(None, None, None)),
        Some(kms(Some("k"), None, None)),
        Some(kms(Some("l"), None, None)),
        Some(kms(None, Some("k"), None)),
        Some(kms(None, None, Some(true))),
        Some(kms(None, None, Some(false))),
    ]
}

fn identities() -> Vec<Fingerprint> {
    let mut all = Vec::new();
    for id in ["a", "ab"] {
        for secret in ["s", "bs"] {
            for token in [None, Some(""), Some("t")] {
                let token = token.map(str::to_owned);
                let base = BaseCredentials::from(Credentials::new(id, secret, token, None, "test"));
                all.push(Fingerprint::of(&base));
            }
        }
    }
    all
}

/// All combinations: no two of them share a session, and each finds its own again.
#[tokio::test(start_paused = true)]
async fn no_two_keys_share_a_session() {
    let world = World::with(SessionSettings::default().capacity(1_000_000));
    world.server.set(|state| state.delay = Duration::ZERO);
    let (encryptions, identities) = (encryptions(), identities());
    let modes = [
        None,
        Some(SessionMode::ReadOnly),
        Some(SessionMode::ReadWrite),
    ];
    let mut keys = Vec::new();
    for scheme in ["https", "http"] {
        for (authority, path) in [("h", ""), ("h:1", ""), ("i", ""), ("h", "/b"), ("h", "/c")] {
            for region in ["r", "q"] {
                for fingerprint in &identities {
                    for mode in modes {
                        for encryption in &encryptions {
                            keys.push(KeyRef {
                                scheme,
                                authority,
                                path,
                                region,
                                fingerprint: *fingerprint,
                                mode,
                                encryption: encryption.as_ref(),
                            });
                        }
                    }
                }
            }
        }
    }
    let opener = || -> Arc<dyn OpenSession> { Arc::new(Opener(Arc::clone(&world.server))) };
    let mut owners = HashMap::new();
    for (index, key) in keys.iter().enumerate() {
        let session = world.cache.get(key, seconds(1), opener).await.unwrap();
        assert_eq!(session.mode(), key.mode);
        assert_eq!(owners.insert(session.generation(), index), None);
    }
    assert_eq!(world.server.count(), keys.len());
    for (index, key) in keys.iter().enumerate() {
        let session = world.cache.lookup(key).unwrap();
        assert_eq!(owners[&session.generation()], index);
    }
    assert_eq!(keys.len(), 2 * 5 * 2 * 12 * 3 * 8);
}
