//! A peer with a client that opens its sessions by itself.

use std::path::Path;

use bytes::Bytes;
use zonal::{Client, CopySource, Credentials};
use zonal_peer::{CredentialKind, Operation, Peer};

pub(crate) const BUCKET: &str = "demo--usw2-az1--x-s3";
const KEY: &str = "AKIDEXAMPLE";
const SECRET: &str = "secret/of/the+user";

/// What signs a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signer {
    Session,
    Account,
}

pub(crate) struct Lab {
    pub(crate) client: Client,
    peer: Peer,
    seen: Vec<Operation>,
}

impl Lab {
    /// Keeps objects in memory, or in this directory.
    pub(crate) fn start(directory: Option<&Path>) -> Self {
        let mut builder = Peer::builder().credentials(KEY, SECRET);
        if let Some(path) = directory {
            builder = builder.directory(path);
        }
        let peer = builder.start_blocking().unwrap();
        let client = Client::builder()
            .region("us-west-2")
            .endpoint_url(peer.endpoint_url())
            .credentials(Credentials::new(KEY, SECRET, None, None, "test"))
            .max_attempts(1);
        Self {
            client: client.build().unwrap(),
            peer,
            seen: Vec::new(),
        }
    }

    /// Since it was last asked, the peer answered this one operation, signed so, and at most the opening of a
    /// session.
    #[track_caller]
    pub(crate) fn saw(&mut self, operation: Operation, signer: Signer) {
        let mut requests = self.peer.take_requests();
        if operation != Operation::CreateSession {
            requests.retain(|request| request.operation != Operation::CreateSession);
        }
        let found: Vec<_> = requests.iter().map(|request| request.operation).collect();
        assert_eq!(found, [operation]);
        let by = match &requests[0].credentials {
            CredentialKind::Session { .. } => Signer::Session,
            CredentialKind::Base { access_key_id } if access_key_id == KEY => Signer::Account,
            other => panic!("{operation} was signed by {other:?}"),
        };
        assert_eq!(by, signer, "{operation}");
        let status = requests[0].status.unwrap();
        assert!((200..300).contains(&status), "{operation}: {status}");
        self.seen.push(operation);
    }

    /// What was asked until now is of no interest.
    pub(crate) fn forget(&self) {
        self.peer.take_requests();
    }

    pub(crate) fn is_seen(&self, operation: Operation) -> bool {
        self.seen.contains(&operation)
    }

    pub(crate) fn into_seen(self) -> Vec<Operation> {
        self.seen
    }
}

/// Bytes that repeat nowhere soon.
pub(crate) fn bytes(length: usize) -> Bytes {
    (0..length)
        .map(|i| (i.wrapping_mul(31) ^ (i >> 9)) as u8)
        .collect()
}

/// An object of [`BUCKET`] as the source of a copy.
pub(crate) fn source(key: &str) -> CopySource {
    CopySource::new(BUCKET, key)
}
