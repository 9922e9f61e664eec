//! Every operation of the client against the peer, in memory and on disk: what each answers, and whether a
//! session or the account's own credentials signed it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod buckets;
mod lab;
mod objects;
mod settings;
mod uploads;

use lab::Lab;
use zonal_peer::Operation;

/// A bucket's whole life; every operation has its part in it.
async fn live(lab: &mut Lab) {
    buckets::open(lab).await;
    settings::change(lab).await;
    objects::write_and_read(lab).await;
    objects::copy_and_rename(lab).await;
    uploads::in_parts(lab).await;
    uploads::given_up(lab).await;
    objects::list(lab).await;
}

#[tokio::test]
async fn all_operations_in_memory() {
    let mut lab = Lab::start(None);
    live(&mut lab).await;
    objects::delete(&mut lab).await;
    buckets::close(&mut lab).await;
    for operation in Operation::ALL {
        assert!(lab.is_seen(operation), "{operation} was not called");
    }
}

#[tokio::test]
async fn all_operations_on_disk() {
    let directory = tempfile::tempdir().unwrap();
    let mut lab = Lab::start(Some(directory.path()));
    live(&mut lab).await;
    let seen = lab.into_seen();
    // what was written is there when the peer comes back
    let mut lab = Lab::start(Some(directory.path()));
    objects::list(&mut lab).await;
    objects::delete(&mut lab).await;
    buckets::close(&mut lab).await;
    for operation in Operation::ALL {
        assert!(
            seen.contains(&operation) || lab.is_seen(operation),
            "{operation}"
        );
    }
}
