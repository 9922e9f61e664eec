//! What a call costs the client, beside reqwest alone sending the very same signed request:
//! `cargo bench -p zonal-bench --bench calls`.
//!
//! It prints CPU time of both, user and system, and their ratio. The server is another process, so
//! its work does not count. Both sides take turns on one thread, so that a busy machine slows both
//! alike. The goals, times reqwest alone: 1.15 for a GET of 4 KiB in a session, one at a time and 64
//! at a time; 1.3 for a PUT and 0.65 for a GET of 1 MiB in memory; and no more time for 64 MiB, in
//! memory that does not grow with the object.
//!
//! `cargo bench -p zonal-bench --bench calls -- instructions` needs valgrind and counts
//! instructions instead, which no other program can change. The goal: encoding, signing and
//! decoding of a GET take 110,000 at most. `… -- run CASE zonal|bare COUNT` does one side alone;
//! `… -- CASE` compares one case. The cases are `get-small`, `get-4k`, `get-1m`, `get-64m`,
//! `put-1m` and `put-64m`; `get-1m-unverified`, `get-64m-unverified` and `put-64m-unverified` do
//! without a checksum; and `get-1m-straight` does without us and without any HTTP library: it reads
//! the answer from the socket straight into one buffer, to tell what copying costs.

#![expect(clippy::print_stdout, reason = "a benchmark")]

mod meter;
mod server;
mod sides;

use meter::{Spent, instructions, peak_memory, report, stay};
use server::Server;
use sides::{Side, Sides};

/// New connections so many times, and so many turns on them.
const TRIALS: u32 = 8;
const ROUNDS: u32 = 9;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Which request, how many at a time, and how many in one turn.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    name: &'static str,
    method: &'static str,
    size: u64,
    /// The body goes by in pieces.
    streamed: bool,
    /// The client sends a checksum, or asks for one and verifies it, as it does unless told otherwise.
    verified: bool,
    /// There is no client on our side.
    straight: bool,
    turn: u64,
}

const CASES: [Case; 10] = [
    case("get-small", "GET", 16, 300),
    case("get-4k", "GET", 4 << 10, 300),
    case("get-1m", "GET", 1 << 20, 30),
    case("get-1m", "GET", 1 << 20, 30).unverified("get-1m-unverified"),
    case("get-1m", "GET", 1 << 20, 30).straight("get-1m-straight"),
    case("put-1m", "PUT", 1 << 20, 30),
    case("get-64m", "GET", 64 << 20, 1),
    case("get-64m", "GET", 64 << 20, 1).unverified("get-64m-unverified"),
    case("put-64m", "PUT", 64 << 20, 1),
    case("put-64m", "PUT", 64 << 20, 1).unverified("put-64m-unverified"),
];

const fn case(name: &'static str, method: &'static str, size: u64, turn: u64) -> Case {
    Case {
        name,
        method,
        size,
        streamed: size > 8 << 20,
        verified: true,
        straight: false,
        turn,
    }
}

impl Case {
    const fn unverified(mut self, name: &'static str) -> Self {
        self.verified = false;
        self.name = name;
        self
    }

    const fn straight(mut self, name: &'static str) -> Self {
        self.straight = true;
        self.name = name;
        self
    }
}

fn main() -> Result<(), Error> {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    let args: Vec<_> = args.into_iter().filter(|arg| *arg != "--bench").collect();
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build()?;
    match args[..] {
        ["serve"] => server::serve(),
        ["instructions"] => count_instructions(),
        ["run", name, side, count] => runtime.block_on(alone(find(name)?, side, count.parse()?)),
        [name] => runtime.block_on(compare(find(name)?)),
        _ => CASES.into_iter().try_for_each(|case| {
            print!("{}", meter::child(&[case.name])?);
            Ok(())
        }),
    }
}

fn find(name: &str) -> Result<Case, Error> {
    let case = CASES.into_iter().find(|case| case.name == name);
    Ok(case.ok_or_else(|| format!("there is no case `{name}`"))?)
}

/// One side alone, in a process of its own.
async fn alone(case: Case, side: &str, count: u64) -> Result<(), Error> {
    let server = Server::start()?;
    let sides = Sides::new(&server, case).await?;
    let side = match side {
        "zonal" => Side::Zonal,
        _ => Side::Bare,
    };
    sides.work(side, count, 1).await?;
    println!("peak memory: {} KiB", peak_memory()?);
    Ok(())
}

async fn compare(case: Case) -> Result<(), Error> {
    if !case.streamed {
        stay()?;
    }
    let server = Server::start()?;
    for parallel in [1, 64] {
        if case.size > 4 << 10 && parallel > 1 {
            continue;
        }
        let (mut ours, mut bares) = (Vec::new(), Vec::new());
        // no two connections are alike
        for _ in 0..TRIALS {
            let sides = Sides::new(&server, case).await?;
            for round in 0..ROUNDS {
                for (side, spent) in [(Side::Bare, &mut bares), (Side::Zonal, &mut ours)] {
                    let start = Spent::now();
                    sides.work(side, case.turn, parallel).await?;
                    if round > 0 {
                        // connections are there, and a session
                        spent.push(start.elapsed() / case.turn);
                    }
                }
            }
        }
        println!(
            "{}, {parallel} at a time: {}",
            case.name,
            report(ours, bares)
        );
    }
    if case.streamed {
        for side in ["zonal", "bare"] {
            let memory = meter::child(&["run", case.name, side, "3"])?;
            println!("{}, {side} alone: {}", case.name, memory.trim());
        }
    }
    Ok(())
}

/// Instructions of a call: those of many calls less those of few, so that starting up is no part.
fn count_instructions() -> Result<(), Error> {
    for case in CASES.into_iter().filter(|case| !case.streamed) {
        let (few, many) = (10, 10 + 10 * case.turn.isqrt());
        let each = |side: &str| -> Result<u64, Error> {
            let all = |count: u64| instructions(&["run", case.name, side, &count.to_string()]);
            Ok((all(many)? - all(few)?) / (many - few))
        };
        let (ours, bare) = (each("zonal")?, each("bare")?);
        println!(
            "{}: {ours} instructions, bare {bare}: {} more, {:.2} x",
            case.name,
            ours.saturating_sub(bare),
            ours as f64 / bare as f64
        );
    }
    Ok(())
}
