//! Hedged reads.

use zonal_peer::{Fault, Operation};
use zonal_transfer::Hedging;

use crate::lab::{BUCKET, Lab};

#[tokio::test]
async fn a_stalled_read_is_asked_for_again_within_the_budget() {
    let lab = Lab::with(|builder| builder.hedging(Hedging::new()));
    lab.peer.put(BUCKET, "key", "short");
    let reads = 600;
    for number in 0..reads {
        // answers that never come, one in a hundred, once it is known how long the others take
        if number >= 200 && number % 100 == 0 {
            lab.peer.fault(
                Fault::genuine()
                    .stall_before_head()
                    .on(Operation::GetObject),
            );
        }
        let read = lab.transfers.download(BUCKET, "key").to_bytes();
        assert_eq!(read.await.unwrap(), "short");
    }
    assert_eq!(lab.peer.pending_faults(), 0);
    let asked = lab.count(Operation::GetObject);
    assert!(asked <= reads + reads * 2 / 100, "{asked}");
}
