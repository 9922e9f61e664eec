//! What a call costs the client, beside reqwest alone sending the very same signed request:
//! `cargo bench -p zonal-bench --bench calls`.
//!
//! It prints CPU time of both, user and system, and their ratio. Each side is a process of its own,
//! as in a program that uses one of them: in a shared one, each would find the heap as the other
//! left it. The sides take turns, so that a busy machine slows both alike. The server is another
//! process, so its work does not count; but all share one processor, so the clock tells what client
//! and server cost together. That is the speed of 64 MiB, for which the kernel charges what it does
//! between the two now to one and now to the other. Memory and page faults are those of the whole
//! process that made the calls. Page faults tell how often glibc gave memory back to the kernel and
//! took it again: reqwest, which joins the pieces of a body in a second buffer, does so or not by how
//! its heap happens to lie, and its CPU time for 1 MiB varies with it by a half.
//!
//! The goals, times reqwest alone: 1.05 for a GET of 4 KiB in a session, and 1.10 with 64 at a time; 0.6
//! for a GET of 1 MiB in memory, 1.3 for a PUT, and 1.02 for a PUT over TLS without a checksum; and no
//! more time for 64 MiB, in memory that does not grow with the object.
//!
//! `cargo bench -p zonal-bench --bench calls -- instructions` needs valgrind and counts instructions of
//! the whole program instead, from its start to its end, which no other program can change: those of
//! many calls less those of few, divided by how many calls more they were. So all counts that a call
//! causes in user space, hyper, tokio and the allocator too, and what starting up takes does not. The
//! goal is 110,000 for a GET of 4 KiB. `… -- instructions CASE` counts one case; `… -- CASE` compares
//! one; `… -- run CASE zonal|bare COUNT PARALLEL` does one side alone.
//!
//! The cases are `get-small`, `get-4k`, `get-1m`, `get-64m`, `put-1m` and `put-64m`. With `-unverified`
//! they do without a checksum. reqwest verifies nothing; with `-alike` its caller computes the same
//! checksum of what comes, so that both sides end with the same. With `-tls` both sides speak TLS; the others go out in plain, as TLS costs
//! both the same and would hide what differs. `get-1m-straight` does without us and without any HTTP
//! library: it reads the answer from the socket straight into one buffer, to tell what copying costs.

#![expect(clippy::print_stdout, reason = "a benchmark")]

mod meter;
mod server;
mod sides;

use meter::{Cost, Spent, instructions, report, stay};
use server::Server;
use sides::{Side, Sides};

/// So many processes for each side, and so many turns in each, after one that does not count.
const TRIALS: u32 = 9;
const ROUNDS: u32 = 8;

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
    /// reqwest's caller computes the checksum too.
    alike: bool,
    /// There is no client on our side.
    straight: bool,
    /// Both sides speak TLS.
    tls: bool,
    turn: u64,
}

const CASES: [Case; 17] = [
    case("get-small", "GET", 16, 300),
    case("get-4k", "GET", 4 << 10, 300),
    case("get-1m", "GET", 1 << 20, 30),
    case("get-1m", "GET", 1 << 20, 30).unverified("get-1m-unverified"),
    case("get-1m", "GET", 1 << 20, 30).alike("get-1m-alike"),
    case("get-1m", "GET", 1 << 20, 30).straight("get-1m-straight"),
    case("get-1m", "GET", 1 << 20, 30).tls("get-1m-tls"),
    case("get-1m", "GET", 1 << 20, 30)
        .unverified("")
        .tls("get-1m-tls-unverified"),
    case("put-1m", "PUT", 1 << 20, 30),
    case("put-1m", "PUT", 1 << 20, 30).unverified("put-1m-unverified"),
    case("put-1m", "PUT", 1 << 20, 30).tls("put-1m-tls"),
    case("put-1m", "PUT", 1 << 20, 30)
        .unverified("")
        .tls("put-1m-tls-unverified"),
    case("get-64m", "GET", 64 << 20, 1),
    case("get-64m", "GET", 64 << 20, 1).unverified("get-64m-unverified"),
    case("get-64m", "GET", 64 << 20, 1).alike("get-64m-alike"),
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
        alike: false,
        straight: false,
        tls: false,
        turn,
    }
}

impl Case {
    const fn unverified(mut self, name: &'static str) -> Self {
        self.verified = false;
        self.name = name;
        self
    }

    const fn alike(mut self, name: &'static str) -> Self {
        self.alike = true;
        self.name = name;
        self
    }

    const fn tls(mut self, name: &'static str) -> Self {
        self.tls = true;
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
        ["serve", ref tls @ ..] => server::serve(tls),
        ["instructions"] => CASES
            .into_iter()
            .filter(|case| !case.streamed)
            .try_for_each(count),
        ["instructions", name] => count(find(name)?),
        ["run", name, side, count, parallel] => {
            let case = find(name)?;
            let cost = alone(case, side, count.parse()?, parallel.parse()?);
            println!("{}", runtime.block_on(cost)?);
            Ok(())
        }
        [name] => {
            stay()?;
            compare(find(name)?)
        }
        _ => {
            stay()?;
            CASES.into_iter().try_for_each(compare)
        }
    }
}

fn find(name: &str) -> Result<Case, Error> {
    let case = CASES.into_iter().find(|case| case.name == name);
    Ok(case.ok_or_else(|| format!("there is no case `{name}`"))?)
}

/// One side alone: what a call costs, `count` of them in a turn.
async fn alone(case: Case, side: &str, count: u64, parallel: u64) -> Result<Cost, Error> {
    let server = Server::start(case.tls)?;
    let sides = Sides::new(&server, case).await?;
    let side = match side {
        "zonal" => Side::Zonal,
        _ => Side::Bare,
    };
    let mut turns = Vec::new();
    for _ in 0..=ROUNDS {
        let start = Spent::now();
        sides.work(side, count, parallel).await?;
        turns.push(start.elapsed() / count);
    }
    // there are connections now, and a session
    Cost::of(&turns[1..])
}

fn compare(case: Case) -> Result<(), Error> {
    let parallels: &[u64] = if case.size > 4 << 10 { &[1] } else { &[1, 64] };
    for parallel in parallels {
        let (count, parallel) = (case.turn.to_string(), parallel.to_string());
        let (mut ours, mut bares) = (Vec::new(), Vec::new());
        for _ in 0..TRIALS {
            for (side, costs) in [("bare", &mut bares), ("zonal", &mut ours)] {
                let cost = meter::child(&["run", case.name, side, &count, &parallel])?;
                costs.push(cost.parse()?);
            }
        }
        let report = report(&ours, &bares);
        println!("{}, {parallel} at a time: {report}", case.name);
    }
    Ok(())
}

/// Instructions of a call: those of many calls less those of few, so that starting up is no part.
fn count(case: Case) -> Result<(), Error> {
    let (few, many) = (5, 5 + case.turn.isqrt());
    let each = |side: &str| -> Result<u64, Error> {
        let all = |count: u64| instructions(&["run", case.name, side, &count.to_string(), "1"]);
        Ok((all(many)? - all(few)?) / ((many - few) * u64::from(ROUNDS + 1)))
    };
    let (ours, bare) = (each("zonal")?, each("bare")?);
    let ratio = ours as f64 / bare as f64;
    println!(
        "{}: {ours} instructions, bare {bare}: {ratio:.2} x",
        case.name
    );
    Ok(())
}
