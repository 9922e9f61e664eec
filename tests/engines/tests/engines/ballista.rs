//! Ballista: a scheduler and two executors as processes, one of which is killed while it works.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ballista::prelude::SessionContextExt;
use datafusion::prelude::{SessionConfig, SessionContext};
use tempfile::TempDir;
use zonal_engines::lab::{self, URL};
use zonal_engines::processes::{Process, free_ports, listening, until};
use zonal_engines::registry::Registry;
use zonal_engines::{Error, cluster, queries, tables};
use zonal_peer::{CredentialKind, Fault, Operation, Peer};

use crate::{Outcome, PROGRAM};

const ORDERS: i64 = 40_000;
/// The users of the executors, by which their requests are told apart.
const USERS: [&str; 2] = ["AKIAEXECUTOR1EXAMPLE", "AKIAEXECUTOR2EXAMPLE"];
const SECRET: &str = "secret/of/an/executor/EXAMPLE";
/// How many objects an executor has read when it is killed.
const READ: usize = 3;

/// A cluster on the loopback interface. Its processes end with it.
struct Cluster {
    peer: Arc<Peer>,
    executors: Vec<Process>,
    _scheduler: Process,
    url: String,
    _folder: TempDir,
}

impl Cluster {
    async fn start(peer: Arc<Peer>) -> Result<Self, Error> {
        let folder = tempfile::tempdir()?;
        let endpoint = peer.endpoint_url();
        let [scheduler_port] = free_ports()?;
        let port = scheduler_port.to_string();
        let log = folder.path().join("scheduler.log");
        let environment = lab::default_environment(&endpoint);
        let scheduler = Process::start(PROGRAM, &["scheduler", &port], &environment, &log)?;
        listening(scheduler_port).await?;
        let mut executors = Vec::new();
        for user in USERS {
            peer.add_credentials(user, SECRET);
            let [flight, grpc] = free_ports()?;
            let work = folder.path().join(user);
            std::fs::create_dir(&work)?;
            let arguments = [
                "executor",
                &port,
                &flight.to_string(),
                &grpc.to_string(),
                &work.to_string_lossy(),
            ];
            let environment = lab::environment(&endpoint, user, SECRET);
            let log = folder.path().join(format!("{user}.log"));
            executors.push(Process::start(PROGRAM, &arguments, &environment, &log)?);
            listening(flight).await?;
        }
        let url = format!("df://127.0.0.1:{scheduler_port}");
        Ok(Self {
            peer,
            executors,
            _scheduler: scheduler,
            url,
            _folder: folder,
        })
    }

    async fn client(&self) -> Result<SessionContext, Error> {
        let registry = Registry::new(lab::builder(&self.peer.endpoint_url())?);
        let state = cluster::client_state(registry)?;
        Ok(SessionContext::remote_with_state(&self.url, state).await?)
    }

    /// How many objects each executor has read.
    fn reads(&self) -> BTreeMap<String, usize> {
        let sessions = self.peer.issued_sessions();
        let users = sessions
            .iter()
            .map(|it| (it.access_key_id(), it.issued_to()));
        let users: BTreeMap<_, _> = users.collect();
        let mut reads = BTreeMap::new();
        for request in self.peer.requests() {
            let CredentialKind::Session { access_key_id, .. } = &request.credentials else {
                continue;
            };
            let user = users
                .get(access_key_id.as_str())
                .copied()
                .unwrap_or_default();
            if request.operation == Operation::GetObject && USERS.contains(&user) {
                *reads.entry(user.to_owned()).or_default() += 1;
            }
        }
        reads
    }

    fn read_by(&self, user: &str) -> usize {
        self.reads().get(user).copied().unwrap_or_default()
    }

    /// Runs a join of three tables and kills an executor while it works on it.
    async fn lose_an_executor(mut self) -> Outcome {
        let client = self.client().await?;
        tables::register(&client, URL).await?;
        self.peer.take_requests();
        let answer =
            tokio::spawn(async move { queries::answer(&client, queries::SHIPPING_PRIORITY).await });
        let [survivor, victim] = USERS;
        until("both executors to read", || {
            answer.is_finished() || (self.read_by(victim) >= READ && self.read_by(survivor) >= READ)
        })
        .await?;
        assert!(
            !answer.is_finished(),
            "the query has ended too soon: {:?}",
            self.reads()
        );
        self.executors.remove(1).kill()?;
        let before = self.read_by(survivor);
        let answer = answer.await??;
        let wanted = queries::expected(queries::SHIPPING_PRIORITY, ORDERS).await?;
        assert_eq!(answer, wanted);
        let after = self.read_by(survivor);
        assert!(after > before, "{before} reads before, {after} after");
        println!("an executor killed; reads by executor: {:?}", self.reads());
        Ok(())
    }
}

/// A peer with the tables in it.
async fn filled_peer() -> Result<Arc<Peer>, Error> {
    let peer = lab::peer()?;
    let registry = Registry::new(lab::builder(&peer.endpoint_url())?);
    let state = cluster::session_state(SessionConfig::new(), registry)?;
    tables::write(&SessionContext::new_with_state(state), URL, ORDERS).await?;
    Ok(peer)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_join_survives_the_death_of_an_executor() -> Outcome {
    let peer = filled_peer().await?;
    // slow enough that the query is still running when the executor dies
    peer.fault(
        Fault::genuine()
            .delay(Duration::from_millis(100))
            .on(Operation::GetObject)
            .always(),
    );
    Cluster::start(peer).await?.lose_an_executor().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_join_survives_that_and_a_service_that_fails_and_forgets() -> Outcome {
    let peer = filled_peer().await?;
    lab::trouble(&peer, Duration::from_millis(100));
    Cluster::start(Arc::clone(&peer))
        .await?
        .lose_an_executor()
        .await?;
    assert!(lab::had_trouble(&peer));
    Ok(())
}
