//! Other libraries, measured by the benchmark `transfers`: `rivals SIDE CASE ENDPOINT DIRECTORY COUNT` runs a case and
//! prints microseconds on the clock and of the processors, and the most memory in bytes. Credentials, Region and bucket
//! come from the environment. `cargo build --release --manifest-path tests/bench/rivals/Cargo.toml` builds it.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Instant;

use aws_sdk_s3_transfer_manager::io::InputStream;
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::ObjectStoreExt;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::buffered::BufWriter;
use object_store::path::Path as Key;
use tokio::io::AsyncWriteExt;
use tokio::task::JoinSet;
use zonal_object_store_bench::Loopback;

#[path = "../../benches/transfers/usage.rs"]
mod usage;

type Error = Box<dyn std::error::Error + Send + Sync>;

const SMALL: usize = 4096;
/// What `object_store` leaves to its caller: the size of a part, and how many requests are under way.
const PART: usize = 8 << 20;
const PARTS: usize = 8;
const REQUESTS: usize = 64;

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [side, case, endpoint, directory, count] = &arguments[..] else {
        return Err("rivals SIDE CASE ENDPOINT DIRECTORY COUNT".into());
    };
    let (directory, count) = (Path::new(directory), count.parse()?);
    let bucket = std::env::var("BUCKET")?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let start = Instant::now();
    runtime.block_on(async {
        match &**side {
            "object_store" => {
                let store = AmazonS3Builder::from_env()
                    .with_bucket_name(bucket)
                    .with_endpoint(endpoint)
                    .with_http_connector(Loopback(endpoint.parse()?))
                    .with_allow_http(true)
                    .with_s3_express(true)
                    .build()?;
                objects(&store, case, directory, count).await
            }
            _ => manager(&bucket, case, directory, count).await,
        }
    })?;
    usage::report(start)
}

async fn objects(
    store: &AmazonS3,
    case: &str,
    directory: &Path,
    count: usize,
) -> Result<(), Error> {
    let keys = || stream::iter((0..count).map(|number| Key::from(format!("small/{number}"))));
    match case {
        "up" => {
            let writer =
                BufWriter::with_capacity(std::sync::Arc::new(store.clone()), "up".into(), PART);
            let mut writer = writer.with_max_concurrency(PARTS);
            let mut source = tokio::fs::File::open(directory.join("source")).await?;
            source.set_max_buf_size(PART);
            tokio::io::copy_buf(
                &mut tokio::io::BufReader::with_capacity(PART, source),
                &mut writer,
            )
            .await?;
            writer.shutdown().await?;
        }
        "down" => {
            let key = Key::from("object");
            let size = store.head(&key).await?.size;
            let file = File::create(directory.join("copy"))?;
            let (key, file) = (&key, &file);
            stream::iter((0..size).step_by(PART))
                .map(|from| async move {
                    let range = from..size.min(from + PART as u64);
                    let bytes = store.get_range(key, range).await?;
                    Ok::<_, Error>(file.write_all_at(&bytes, from)?)
                })
                .buffer_unordered(PARTS)
                .try_collect::<()>()
                .await?;
        }
        "small-up" => {
            let put =
                |key: Key| async move { store.put(&key, vec![7; SMALL].into()).await.map(drop) };
            keys()
                .map(put)
                .buffer_unordered(REQUESTS)
                .try_collect::<()>()
                .await?;
        }
        "small-down" => {
            let get = |key: Key| async move { store.get(&key).await?.bytes().await.map(drop) };
            keys()
                .map(get)
                .buffer_unordered(REQUESTS)
                .try_collect::<()>()
                .await?;
        }
        _ => {
            return Err(
                "its DeleteObjects has `content-md5`, which directory buckets refuse".into(),
            );
        }
    }
    Ok(())
}

async fn manager(bucket: &str, case: &str, directory: &Path, count: usize) -> Result<(), Error> {
    let config = aws_sdk_s3_transfer_manager::from_env().load().await;
    let manager = aws_sdk_s3_transfer_manager::Client::new(config);
    let mut tasks = JoinSet::new();
    match case {
        "up" => {
            let source = InputStream::from_path(directory.join("source"))?;
            let upload = manager.upload().bucket(bucket).key("up").body(source);
            upload.initiate()?.join().await?;
        }
        "down" => {
            let download = manager.download().bucket(bucket).key("object");
            download
                .write_to_path(directory.join("copy"))
                .await?
                .join()
                .await?;
        }
        "small-up" => {
            for number in 0..count {
                let upload = manager
                    .upload()
                    .bucket(bucket)
                    .key(format!("small/{number}"));
                let upload = upload.body(Bytes::from(vec![7; SMALL]).into()).initiate()?;
                tasks.spawn(async move { upload.join().await.map(drop) });
            }
        }
        "small-down" => {
            for number in 0..count {
                let download = manager
                    .download()
                    .bucket(bucket)
                    .key(format!("small/{number}"));
                let mut download = download.initiate()?;
                tasks.spawn(async move {
                    while let Some(chunk) = download.body_mut().next().await {
                        chunk?;
                    }
                    download.join().await.map(drop)
                });
            }
        }
        _ => return Err("the transfer manager deletes nothing".into()),
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(())
}
