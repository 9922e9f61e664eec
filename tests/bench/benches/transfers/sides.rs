//! What is measured, in a process of its own.

use std::path::Path;
use std::time::Instant;

use tokio::task::JoinSet;
use zonal::{Body, Client, Credentials};
use zonal_transfer::{Hedging, Source, Transfers};

use crate::{BUCKET, Error, ID, SECRET, SMALL, usage};

/// Runs a case and prints microseconds on the clock and of the processors, and the most memory in bytes.
pub(crate) fn run(arguments: &[String]) -> Result<(), Error> {
    let [side, case, endpoint, directory, count] = arguments else {
        return Err("run SIDE CASE ENDPOINT DIRECTORY COUNT".into());
    };
    let client = Client::builder()
        .region("us-west-2")
        .endpoint_url(endpoint)
        .credentials(Credentials::new(ID, SECRET, None, None, "bench"))
        .build()?;
    let (directory, count) = (Path::new(directory), count.parse()?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    if case == "reads" {
        return runtime.block_on(reads(client, side == "hedged", count));
    }
    let start = Instant::now();
    runtime.block_on(async {
        match &**side {
            "transfer" => transfer(client, case, directory, count).await,
            _ => one_stream(client, case, directory, count).await,
        }
    })?;
    usage::report(start)
}

async fn transfer(client: Client, case: &str, directory: &Path, count: usize) -> Result<(), Error> {
    let transfers = Transfers::new(client);
    let mut tasks = JoinSet::new();
    match case {
        "up" => {
            let source = Source::from_path(directory.join("source"));
            transfers.upload(BUCKET, "up", source).await?;
        }
        "down" => {
            transfers
                .download(BUCKET, "object")
                .to_file(directory.join("copy"))
                .await?;
        }
        "small-up" => (0..count).for_each(|number| {
            let upload = transfers.upload(BUCKET, format!("small/{number}"), vec![7; SMALL]);
            tasks.spawn(async move { upload.await.map(drop) });
        }),
        "small-down" => (0..count).for_each(|number| {
            let download = transfers.download(BUCKET, format!("small/{number}"));
            tasks.spawn(async move { download.to_bytes().await.map(drop) });
        }),
        _ => {
            transfers.delete(BUCKET).prefix("small/").await.check()?;
        }
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(())
}

async fn one_stream(
    client: Client,
    case: &str,
    directory: &Path,
    count: usize,
) -> Result<(), Error> {
    let key = |number: usize| format!("small/{number}");
    match case {
        "up" => {
            let body = Body::from_path(directory.join("source"));
            client.put_object(BUCKET, "up").body(body).await?;
        }
        "down" => {
            let object = client.get_object(BUCKET, "object").await?;
            object.body.to_file(directory.join("copy")).await?;
        }
        "small-up" => {
            for number in 0..count {
                client
                    .put_object(BUCKET, key(number))
                    .body(vec![7; SMALL])
                    .await?;
            }
        }
        "small-down" => {
            for number in 0..count {
                client
                    .get_object(BUCKET, key(number))
                    .await?
                    .body
                    .collect()
                    .await?;
            }
        }
        _ => {
            for number in 0..count {
                client.delete_object(BUCKET, key(number)).await?;
            }
        }
    }
    Ok(())
}

/// Prints median, p99 and p99.9 of reads one after another, in microseconds.
async fn reads(client: Client, is_hedged: bool, count: usize) -> Result<(), Error> {
    let builder = Transfers::builder(client);
    let transfers = if is_hedged {
        builder.hedging(Hedging::new()).build()?
    } else {
        builder.build()?
    };
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let start = Instant::now();
        transfers.download(BUCKET, "small").to_bytes().await?;
        times.push(start.elapsed().as_micros());
    }
    times.sort_unstable();
    let at = |thousandth: usize| {
        times
            .get(times.len() * thousandth / 1000)
            .copied()
            .unwrap_or_default()
    };
    println!("{} {} {}", at(500), at(990), at(999));
    Ok(())
}
