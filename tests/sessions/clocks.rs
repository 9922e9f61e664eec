//! Clocks that do not agree.

use std::time::Duration;

use crate::support::{lab_with_object, opened, read};

#[tokio::test]
async fn a_peer_minutes_off_is_no_reason_for_another_session() {
    for (minutes, ahead) in [(4, true), (4, false), (20, true), (20, false)] {
        let lab = lab_with_object().await;
        let by = Duration::from_secs(60 * minutes);
        if ahead {
            lab.clock().set_ahead(by)
        } else {
            lab.clock().set_behind(by)
        }
        let client = lab.client().max_attempts(3).build().unwrap();
        for _ in 0..50 {
            let text = read(&client).await;
            assert_eq!(text.as_deref(), Ok("text"), "{minutes} {ahead}");
        }
        // beyond a quarter of an hour the first signature is refused, and teaches the time
        let refused = usize::from(minutes > 15);
        let requests = lab.take_requests();
        assert_eq!(opened(&requests), 1 + refused, "{minutes} {ahead}");
        assert_eq!(requests.len(), 51 + refused, "{minutes} {ahead}");
        assert_eq!(lab.issued_sessions().len(), 1);
    }
}

/// The peer's clock jumps while 50 callers are at it, or this machine's does: it is the same.
#[tokio::test]
async fn a_jump_of_the_clock_makes_no_storm() {
    for (set, ends) in [
        (zonal_peer::Clock::set_ahead as fn(&_, _), true),
        (zonal_peer::Clock::set_behind, false),
    ] {
        let lab = lab_with_object().await;
        let client = lab.client().max_attempts(3).build().unwrap();
        read(&client).await.unwrap();
        lab.take_requests();
        set(lab.clock(), Duration::from_secs(20 * 60));
        let calls: Vec<_> = (0..50)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move {
                    for _ in 0..5 {
                        assert_eq!(read(&client).await.as_deref(), Ok("text"));
                    }
                })
            })
            .collect();
        for call in calls {
            call.await.unwrap();
        }
        // where it is later, the session has ended
        let requests = lab.take_requests();
        assert_eq!(lab.issued_sessions().len(), 1 + usize::from(ends));
        assert!(opened(&requests) <= 2, "{}", opened(&requests));
        assert!(requests.len() <= 250 + 2 * 50 + 2, "{}", requests.len());
    }
}
