//! experiment

use crate::support::*;
use zonal_peer::{Fault, Framing, Operation, Tls};

#[tokio::test]
async fn experiment_current() {
    run("current").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn experiment_multi() {
    run("multi").await
}

async fn run(name: &str) {
    let data = bytes(64 << 20);
    for tls in [false, true] {
        for framing in [Framing::ContentLength, Framing::Chunked] {
            let peer = peer(tls.then(Tls::default));
            let client = builder_for(&peer)
                .max_attempts(2)
                .session_auth(false)
                .build()
                .unwrap();
            let mut seen = std::collections::BTreeMap::new();
            for _ in 0..20 {
                peer.fault(
                    Fault::error(403, "AccessDenied", "no")
                        .framing(framing)
                        .on(Operation::PutObject)
                        .before_body().always(),
                );
                peer.take_requests();
                let start = std::time::Instant::now();
                let error = client
                    .put_object(BUCKET, "k")
                    .body(data.clone())
                    .await; let Err(error) = error else { for r in peer.requests() { println!("{:?} {:?} {} {:?}", r.connection, r.status, r.body_length, r.headers.iter().map(|h| (h.name.clone(), String::from_utf8_lossy(&h.value).into_owned())).filter(|h| !h.0.contains("uthor")).collect::<Vec<_>>()); } println!("{:?}", start.elapsed());  panic!() };
                peer.clear_faults();println!("{:?}", start.elapsed());let text = format!("{} {error}", error.attempts());
                let text = text.split("request id").next().unwrap().to_owned();
                *seen.entry(text).or_insert(0) += 1;
            }
            println!("{name} tls={tls} {framing:?}: {seen:#?}");
        }
    }
}
