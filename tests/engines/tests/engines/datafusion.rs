//! DataFusion writes partitioned Parquet and queries it.

use std::collections::BTreeSet;
use std::time::Duration;

use datafusion::arrow::datatypes::DataType;
use datafusion::dataframe::DataFrameWriteOptions;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use zonal_engines::lab::{self, URL};
use zonal_engines::registry::Registry;
use zonal_engines::{Error, cluster, queries, tables};
use zonal_peer::{Operation, Peer};

use crate::Outcome;

const ORDERS: i64 = 20_000;

fn context(peer: &Peer) -> Result<SessionContext, Error> {
    let registry = Registry::new(lab::builder(&peer.endpoint_url())?);
    let state = cluster::session_state(SessionConfig::new(), registry)?;
    Ok(SessionContext::new_with_state(state))
}

#[tokio::test(flavor = "multi_thread")]
async fn partitioned_parquet_is_written_and_read() -> Outcome {
    let peer = lab::peer()?;
    let ctx = context(&peer)?;
    tables::register_in_memory(&ctx, ORDERS)?;
    let options = DataFrameWriteOptions::new().with_partition_by(vec!["l_returnflag".to_owned()]);
    let lines = ctx.table("lineitem").await?;
    let url = format!("{URL}/by-flag/");
    lines.write_parquet(&url, options, None).await?;

    let keys = peer.keys(Peer::BUCKET);
    let partitions: BTreeSet<_> = keys
        .iter()
        .filter_map(|key| key.split('/').nth(1))
        .collect();
    let wanted = ["l_returnflag=A", "l_returnflag=N", "l_returnflag=R"];
    assert_eq!(partitions, BTreeSet::from(wanted), "{keys:?}");

    let other = context(&peer)?;
    let columns = vec![("l_returnflag".to_owned(), DataType::Utf8)];
    let options = ParquetReadOptions::default().table_partition_cols(columns);
    other.register_parquet("lineitem", &url, options).await?;
    for index in [0, 2] {
        let (name, query) = queries::QUERIES[index];
        let wanted = queries::expected(query, ORDERS).await?;
        assert_eq!(queries::answer(&other, query).await?, wanted, "{name}");
    }

    peer.take_requests();
    let counted = "SELECT count(*) FROM lineitem WHERE l_returnflag = 'N'";
    let wanted = queries::expected(counted, ORDERS).await?;
    assert_eq!(queries::answer(&other, counted).await?, wanted);
    let requests = peer.take_requests();
    let read = requests
        .iter()
        .filter(|it| it.operation == Operation::GetObject);
    let read: BTreeSet<_> = read.filter_map(|it| it.key.clone()).collect();
    assert!(read.iter().all(|key| key.contains("=N/")), "{read:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_right_while_the_service_fails_and_forgets() -> Outcome {
    let peer = lab::peer()?;
    lab::trouble(&peer, Duration::from_millis(2));
    tables::write(&context(&peer)?, URL, ORDERS).await?;
    let ctx = context(&peer)?;
    tables::register(&ctx, URL).await?;
    for (name, query) in queries::QUERIES {
        let wanted = queries::expected(query, ORDERS).await?;
        assert_eq!(queries::answer(&ctx, query).await?, wanted, "{name}");
    }
    assert!(lab::had_trouble(&peer));
    Ok(())
}
