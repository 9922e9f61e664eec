//! delta-rs: writers that commit at the same time, with the conditional PUT of directory buckets as their lock.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Once};
use std::time::Duration;

use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use deltalake::arrow::array::{Array, Int64Array, RecordBatch};
use deltalake::kernel::transaction::CommitProperties;
use deltalake::kernel::{DataType, PrimitiveType};
use deltalake::writer::{DeltaWriter, RecordBatchWriter};
use deltalake::{DeltaTable, DeltaTableBuilder};
use futures_util::TryStreamExt;
use tokio::task::JoinSet;
use zonal_engines::lab::{self, URL};
use zonal_engines::registry::Registry;
use zonal_engines::{Error, cluster, delta};
use zonal_peer::{Operation, Peer};

use crate::Outcome;

const WRITERS: i64 = 8;
const COMMITS: i64 = 6;
/// How often a writer tries to commit: 15 times, as it is unless set, is too few where seven others write all the time.
const ATTEMPTS: usize = 200;

/// A table with a store of its own.
async fn open(peer: &Peer) -> Result<DeltaTableBuilder, Error> {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(delta::register);
    let options = lab::default_environment(&peer.endpoint_url());
    let options = options
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    let url = format!("{URL}/tables/numbers").parse()?;
    let builder = DeltaTableBuilder::from_url(url)?;
    Ok(builder.with_storage_options(options.collect::<HashMap<_, _>>()))
}

async fn create(peer: &Peer) -> Outcome {
    let table = open(peer).await?.build()?;
    let long = DataType::Primitive(PrimitiveType::Long);
    let created = table.create().with_table_name("numbers");
    created.with_column("number", long, false, None).await?;
    Ok(())
}

/// Appends its numbers, one in each commit.
async fn write(peer: Arc<Peer>, writer: i64) -> Outcome {
    let mut table = open(&peer).await?.load().await?;
    for commit in 0..COMMITS {
        let column: Arc<dyn Array> = Arc::new(Int64Array::from(vec![writer * 1000 + commit]));
        let batch = RecordBatch::try_from_iter([("number", column)])?;
        let rows = RecordBatchWriter::for_table(&table)?;
        let patient = CommitProperties::default().with_max_retries(ATTEMPTS);
        let mut rows = rows.with_commit_properties(patient);
        rows.write(batch).await?;
        rows.flush_and_commit(&mut table).await?;
    }
    Ok(())
}

/// The numbers in the table's files, each with how often it is there.
async fn numbers(peer: &Peer, table: &DeltaTable) -> Result<BTreeMap<i64, usize>, Error> {
    let registry = Registry::new(lab::builder(&peer.endpoint_url())?);
    let state = cluster::session_state(SessionConfig::new(), registry)?;
    let ctx = SessionContext::new_with_state(state);
    let files: Vec<_> = table.get_file_uris()?.collect();
    let rows = ctx
        .read_parquet(files, ParquetReadOptions::default())
        .await?;
    let mut numbers = BTreeMap::new();
    for batch in rows.collect().await? {
        let column = batch.column(0).as_any().downcast_ref::<Int64Array>();
        for number in column.ok_or("the column has another type")?.values() {
            *numbers.entry(*number).or_default() += 1;
        }
    }
    Ok(numbers)
}

async fn write_together(peer: &Arc<Peer>) -> Outcome {
    create(peer).await?;
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        writers.spawn(write(Arc::clone(peer), writer));
    }
    while let Some(written) = writers.join_next().await {
        written??;
    }
    let table = open(peer).await?.load().await?;
    let commits = u64::try_from(WRITERS * COMMITS)?;
    assert_eq!(table.version(), Some(commits));
    let wanted =
        (0..WRITERS).flat_map(|it| (0..COMMITS).map(move |commit| (it * 1000 + commit, 1)));
    assert_eq!(numbers(peer, &table).await?, wanted.collect());
    let history: Vec<_> = table.history(None).try_collect().await?;
    assert_eq!(history.len(), usize::try_from(commits)? + 1);
    let requests = peer.requests();
    let puts = requests
        .iter()
        .filter(|it| it.operation == Operation::PutObject);
    let lost = puts
        .filter(|it| matches!(it.status, Some(409 | 412)))
        .count();
    assert!(lost > 0, "no two writers met");
    println!(
        "{WRITERS} writers, {commits} commits, {lost} of them at a version that another had taken"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_at_the_same_time_are_neither_lost_nor_doubled() -> Outcome {
    write_together(&lab::peer()?).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_while_the_service_fails_and_forgets() -> Outcome {
    let peer = lab::peer()?;
    lab::trouble(&peer, Duration::from_millis(1));
    write_together(&peer).await?;
    assert!(lab::had_trouble(&peer));
    Ok(())
}
