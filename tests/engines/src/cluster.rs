//! Ballista's scheduler and executors, with directory buckets.

use std::net::SocketAddr;
use std::sync::Arc;

use ballista_core::extension::SessionConfigExt;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::start_server;
use datafusion::error::Result;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::prelude::SessionConfig;

use crate::Error;
use crate::registry::Registry;

/// An executor that says nothing for so many seconds is taken for dead.
const DEAD_AFTER: u64 = 5;

/// An environment of DataFusion that finds its stores in a registry.
///
/// # Errors
///
/// What DataFusion says.
pub fn runtime(registry: Registry) -> Result<Arc<RuntimeEnv>> {
    let builder = RuntimeEnvBuilder::new().with_object_store_registry(Arc::new(registry));
    builder.build_arc()
}

/// The state of a session in that environment, for clients and the scheduler.
///
/// # Errors
///
/// What DataFusion says.
pub fn session_state(config: SessionConfig, registry: Registry) -> Result<SessionState> {
    let builder = SessionStateBuilder::new()
        .with_default_features()
        .with_config(config)
        .with_runtime_env(runtime(registry)?);
    Ok(builder.build())
}

/// The state of a client of Ballista. Joins are of hashed partitions, whatever the size, so that both executors have a
/// part in each.
///
/// # Errors
///
/// What DataFusion says.
pub fn client_state(registry: Registry) -> Result<SessionState> {
    let config = SessionConfig::new_with_ballista()
        .with_target_partitions(8)
        .with_ballista_broadcast_join_threshold_bytes(0)
        .with_ballista_broadcast_join_threshold_rows(0);
    session_state(config, registry)
}

/// Runs a scheduler on this port of the loopback interface.
///
/// # Errors
///
/// What Ballista says.
pub async fn schedule(port: u16) -> std::result::Result<(), Error> {
    let config = SchedulerConfig {
        external_host: "127.0.0.1".to_owned(),
        bind_port: port,
        executor_timeout_seconds: DEAD_AFTER,
        expire_dead_executor_interval_seconds: 1,
        override_config_producer: Some(Arc::new(SessionConfig::new_with_ballista)),
        override_session_builder: Some(Arc::new(|config| {
            session_state(config, Registry::default())
        })),
        ..SchedulerConfig::default()
    };
    let cluster = BallistaCluster::new_from_config(&config).await?;
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    Ok(start_server(cluster, address, Arc::new(config)).await?)
}

/// Runs an executor with two cores that takes its work from the scheduler on that port and keeps what it makes in this
/// folder.
///
/// # Errors
///
/// What Ballista says.
pub async fn execute(
    scheduler_port: u16,
    port: u16,
    grpc_port: u16,
    folder: &str,
) -> std::result::Result<(), Error> {
    let config = ExecutorProcessConfig {
        external_host: Some("127.0.0.1".to_owned()),
        port,
        grpc_port,
        scheduler_host: "127.0.0.1".to_owned(),
        scheduler_port,
        scheduler_connect_timeout_seconds: 60,
        vcores: 2,
        work_dir: Some(folder.to_owned()),
        executor_heartbeat_interval_seconds: 1,
        override_config_producer: Some(Arc::new(SessionConfig::new_with_ballista)),
        override_runtime_producer: Some(Arc::new(|_| runtime(Registry::default()))),
        ..ExecutorProcessConfig::default()
    };
    Ok(start_executor_process(Arc::new(config)).await?)
}
