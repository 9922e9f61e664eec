//! What goes wrong on purpose: one answer in twenty has a fault, each of 13 kinds as often as the others. Those that
//! can happen to any operation go round seven of them, so that nearly every session is opened with a fault.
//!
//! Every ten seconds the peer forgets all sessions, which last for twenty: half of them end before their time, those
//! that are being opened included. S3 promises five minutes and hardly ever ends one; no service is like this.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use zonal_peer::{Fault, Operation, Peer};

use crate::Progress;

const OPERATIONS: [Operation; 7] = [
    Operation::GetObject,
    Operation::PutObject,
    Operation::HeadObject,
    Operation::ListObjectsV2,
    Operation::CopyObject,
    Operation::DeleteObject,
    Operation::CreateSession,
];

/// How often all sessions are forgotten.
const FORGETS: Duration = Duration::from_secs(10);

/// How much went wrong on purpose.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Faults {
    pub(crate) made: usize,
    /// How often all sessions were forgotten.
    pub(crate) forgotten: u32,
}

/// Makes faults until the work is over.
pub(crate) async fn make(peer: &Peer, progress: &Progress) -> Faults {
    let (start, mut faults) = (Instant::now(), Faults::default());
    while !progress.is_over.load(Ordering::Relaxed) {
        let calls = progress.calls.load(Ordering::Relaxed);
        while faults.made * 20 < calls && peer.pending_faults() < 10 {
            peer.fault(fault(faults.made, operation(faults.made, peer)));
            faults.made += 1;
        }
        if start.elapsed() > FORGETS * (faults.forgotten + 1) {
            peer.forget_sessions();
            faults.forgotten += 1;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    peer.clear_faults();
    faults
}

/// What the next fault happens to. Sessions are opened so rarely that one call to open one would
/// meet all faults that were meant for many: one at a time waits for it.
fn operation(number: usize, peer: &Peer) -> Operation {
    match OPERATIONS[number / 13 % OPERATIONS.len()] {
        opening @ Operation::CreateSession if peer.pending_faults_on(opening) > 0 => {
            Operation::GetObject
        }
        operation => operation,
    }
}

fn fault(number: usize, operation: Operation) -> Fault {
    let fault = match number % 13 {
        0 => Fault::slow_down(0),
        1 => Fault::error(500, "InternalError", "Try again."),
        2 => Fault::error(503, "ServiceUnavailable", "Try again."),
        3 => Fault::genuine().reset_before_head(),
        4 => Fault::genuine().close_before_head(),
        5 => Fault::genuine().stall_before_head(),
        6 => Fault::genuine().delay(Duration::from_millis(300)),
        7 => return Fault::error(409, "OperationAborted", "Try again.").on(Operation::PutObject),
        8 => return Fault::error(200, "InternalError", "Try again.").on(Operation::CopyObject),
        9 => {
            return Fault::genuine()
                .reset_after(100)
                .on(Operation::ListObjectsV2);
        }
        10 => return Fault::genuine().close_after(100).on(Operation::GetObject),
        11 => return Fault::genuine().reset_after(1000).on(Operation::GetObject),
        _ => {
            return Fault::genuine()
                .pace(64, Duration::from_millis(1))
                .on(Operation::ListObjectsV2);
        }
    };
    fault.on(operation)
}
