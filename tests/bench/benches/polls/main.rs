//! How long a call keeps its thread from other tasks: `cargo bench -p zonal-bench --bench polls`.
//!
//! Each line tells the longest poll of a call in time of its thread's processor, so that a busy machine
//! does not count, and the longest time on the clock that another task of the same thread, which wants
//! to run each millisecond, had to wait; on a busy machine that is longer. The runtime has one thread.
//! The goal: no poll over 10 ms, whatever the length of the body; if one is, the benchmark fails. The
//! server is another process. It is asked over plain HTTP, where all that is sent is hashed for its
//! signature as well. `… -- NAME` does one case alone.

#![expect(clippy::print_stdout, reason = "a benchmark")]

#[path = "../calls/server.rs"]
mod server;

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_core::Stream;
use rustix::time::{ClockId, clock_gettime};
use server::Server;
use tokio::task::{LocalSet, spawn_local};
use zonal::Client;
use zonal::types::ChecksumAlgorithm;
use zonal_runtime::{Body, Credentials};

const BUCKET: &str = "demo--usw2-az1--x-s3";
const GIB: usize = 1 << 30;
const QUARTER: usize = GIB / 4;
/// No poll may take longer.
const GOAL: Duration = Duration::from_millis(10);
/// How often the other task wants to run.
const TICK: Duration = Duration::from_millis(1);

type Error = Box<dyn std::error::Error + Send + Sync>;

const CASES: [&str; 11] = [
    "put-crc32",
    "put-crc32c",
    "put-crc64nvme",
    "put-sha1",
    "put-sha256",
    "put-stream",
    "put-one-piece",
    "get-collected",
    "get-streamed",
    "get-to-file",
    "list",
];

fn main() -> Result<(), Error> {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    let args: Vec<_> = args.into_iter().filter(|arg| *arg != "--bench").collect();
    if args.first() == Some(&"serve") {
        return server::serve(&[]);
    }
    let server = Server::start(false)?;
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build()?;
    let client = Client::builder()
        .region("us-west-2")
        .endpoint_url(format!("http://127.0.0.1:{}", server.port))
        .credentials(Credentials::new("AKIDEXAMPLE", "secret", None, None, "b"))
        .build()?;
    let mut is_met = true;
    for name in CASES {
        if args.first().is_none_or(|asked| *asked == name) {
            let local = LocalSet::new();
            let (longest, waited) = local.block_on(&runtime, case(&client, name))?;
            println!("{name}: longest poll {longest:.1?}, another task waited {waited:.1?}");
            is_met &= longest <= GOAL;
        }
    }
    if is_met {
        Ok(())
    } else {
        Err(format!("a poll took longer than {GOAL:?}").into())
    }
}

/// Makes one call; the longest poll of it, and the longest wait of another task.
async fn case(client: &Client, name: &str) -> Result<(Duration, Duration), Error> {
    // once before, for its session and the server's checksum
    let get = |size: usize| client.get_object(BUCKET, format!("objects/{size}"));
    get(QUARTER).await?;
    let memory = Bytes::from(vec![7; if name.starts_with("put") { GIB } else { 0 }]);
    let waited = Rc::new(Cell::new(Duration::ZERO));
    let ticking = spawn_local(tick(Rc::clone(&waited)));
    tokio::task::yield_now().await;
    let file = std::env::temp_dir().join("zonal-bench-polls");
    // freed afterwards: what that takes is the caller's
    let mut collected = Bytes::new();
    let call = async {
        let put = |body: Body| client.put_object(BUCKET, "objects/0").body(body);
        match name {
            "put-stream" => drop(put(stream(&memory, 64 * 1024)).await?),
            "put-one-piece" => drop(put(stream(&memory, GIB)).await?),
            "get-collected" => collected = get(QUARTER).await?.body.collect().await?,
            "get-streamed" => {
                let mut body = get(QUARTER).await?.body;
                while let Some(piece) = body.next().await {
                    piece?;
                }
            }
            "get-to-file" => {
                get(QUARTER).await?.body.to_file(&file).await?;
            }
            "list" => {
                let page = client.list_objects_v2(BUCKET).await?;
                if page.contents.len() < 12_000 {
                    return Err("the page is not whole".into());
                }
            }
            put_in_memory => {
                let algorithm = put_in_memory.trim_start_matches("put-").to_uppercase();
                let algorithm = ChecksumAlgorithm::from(&*algorithm);
                put(memory.clone().into())
                    .checksum_algorithm(algorithm)
                    .await?;
            }
        }
        Ok::<_, Error>(())
    };
    let (result, longest) = timed(call).await;
    ticking.abort();
    // there is one only after `get-to-file`
    let _ = std::fs::remove_file(file);
    drop(collected);
    result.map(|()| (longest, waited.get()))
}

/// What a future gives, and how long the longest of its polls took on the processor.
async fn timed<F: Future>(future: F) -> (F::Output, Duration) {
    let mut future = pin!(future);
    let mut longest = Duration::ZERO;
    let output = poll_fn(|context| {
        let start = on_processor();
        let polled = future.as_mut().poll(context);
        longest = longest.max(on_processor() - start);
        polled
    });
    let output = output.await;
    (output, longest)
}

/// Processor time of this thread, user and system.
fn on_processor() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

/// Wants to run every [`TICK`], and notes how much longer it had to wait at most.
async fn tick(waited: Rc<Cell<Duration>>) {
    loop {
        let start = Instant::now();
        tokio::time::sleep(TICK).await;
        waited.set(waited.get().max(start.elapsed().saturating_sub(TICK)));
    }
}

/// A stream of known length that always has a piece ready.
fn stream(bytes: &Bytes, piece: usize) -> Body {
    let length = bytes.len() as u64;
    let rest = bytes.clone();
    Body::from_stream(Ready { rest, piece }, Some(length))
}

struct Ready {
    rest: Bytes,
    piece: usize,
}

impl Stream for Ready {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let length = self.piece.min(self.rest.len());
        let piece = self.rest.split_to(length);
        Poll::Ready((length > 0).then_some(Ok(piece)))
    }
}
