//! SlateDB: a writer is killed again and again, and nothing it has acknowledged is lost.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use zonal_engines::lab;
use zonal_engines::{Error, slate};
use zonal_peer::{Fault, Operation, Peer};

use crate::{Outcome, PROGRAM};

/// How often the writer is killed.
const KILLS: u64 = 4;
/// How many writes are acknowledged before it is.
const WRITES: u64 = 60;

/// Starts a writer, kills it after so many acknowledged writes and gives back the number that comes after the last
/// acknowledged one.
async fn write_and_kill(peer: &Peer, from: u64) -> Result<u64, Error> {
    let environment = lab::default_environment(&peer.endpoint_url());
    let mut writer = Command::new(PROGRAM)
        .args(["slatedb", &from.to_string()])
        .envs(environment)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let output = writer.stdout.take().ok_or("the writer has no output")?;
    let mut lines = BufReader::new(output).lines();
    let mut next = from;
    let mut killed = false;
    // what it has said before it died counts, read or not
    while let Some(line) = lines.next_line().await? {
        assert_eq!(line.parse::<u64>()?, next);
        next += 1;
        if next - from >= WRITES && !killed {
            writer.start_kill()?;
            killed = true;
        }
    }
    assert!(
        killed,
        "the writer has ended by itself, with {}",
        writer.wait().await?
    );
    Ok(next)
}

async fn lose_writers(peer: &Peer) -> Outcome {
    let mut next = 0;
    for _ in 0..KILLS {
        next = write_and_kill(peer, next).await?;
        let db = slate::open(lab::store(peer)?).await?;
        for number in 0..next {
            let (key, value) = slate::entry(number);
            let found = db.get(key).await?;
            assert_eq!(
                found.as_deref(),
                Some(value.as_bytes()),
                "write {number} of {next}"
            );
        }
        db.close().await?;
    }
    println!("{KILLS} kills, {next} acknowledged writes, all there");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_writes_survive_kills() -> Outcome {
    lose_writers(&*lab::peer()?).await
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_writes_survive_kills_lost_answers_and_a_service_that_fails_and_forgets()
-> Outcome {
    let peer = lab::peer()?;
    // the answer to one write in twenty is lost: the object is there, and SlateDB has to find out that it is its own
    for _ in 0..10 {
        peer.fault(Fault::genuine().on(Operation::PutObject).times(19));
        peer.fault(
            Fault::genuine()
                .reset_before_head()
                .on(Operation::PutObject),
        );
    }
    lab::trouble(&peer, Duration::from_millis(2));
    lose_writers(&peer).await?;
    assert!(lab::had_trouble(&peer));
    Ok(())
}

/// Two processes on one database: the later one fences the earlier one by a conditional write.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_writer_fences_the_first() -> Outcome {
    let peer = lab::peer()?;
    let first = slate::open(lab::store(&peer)?).await?;
    first.put("a", "1").await?.await_durable().await?;
    let second = slate::open(lab::store(&peer)?).await?;
    second.put("a", "2").await?.await_durable().await?;
    let late = async { first.put("a", "3").await?.await_durable().await };
    assert!(late.await.is_err(), "the first writer still writes");
    assert_eq!(second.get("a").await?.as_deref(), Some(&b"2"[..]));
    let requests = peer.requests();
    let puts = requests
        .iter()
        .filter(|it| it.operation == Operation::PutObject);
    let lost = puts.filter(|it| it.status == Some(412)).count();
    assert!(lost > 0, "no write was refused");
    second.close().await?;
    Ok(())
}
