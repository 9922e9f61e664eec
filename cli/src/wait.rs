//! `zonal wait`: repeats a request until a bucket or an object exists, or no longer exists, as
//! often as the AWS CLI does.

use std::time::Duration;

use serde_json::Value;
use zonal_commands::Command;

use crate::call::Caller;
use crate::failure::Failure;

/// A state to wait for.
#[derive(Debug)]
pub(crate) struct Wait {
    pub(crate) name: &'static str,
    /// Its name in the API.
    title: &'static str,
    /// The command to repeat.
    pub(crate) command: &'static str,
    /// The HTTP statuses of that state.
    reached: &'static [u16],
    /// The HTTP statuses to wait on. Others end the wait.
    not_yet: &'static [u16],
}

/// All states to wait for.
pub(crate) const WAITS: &[Wait] = &[
    Wait {
        name: "bucket-exists",
        title: "BucketExists",
        command: "head-bucket",
        // a bucket of somebody else exists
        reached: &[200, 301, 403],
        not_yet: &[404],
    },
    Wait {
        name: "bucket-not-exists",
        title: "BucketNotExists",
        command: "head-bucket",
        reached: &[404],
        not_yet: &[200],
    },
    Wait {
        name: "object-exists",
        title: "ObjectExists",
        command: "head-object",
        reached: &[200],
        not_yet: &[404],
    },
    Wait {
        name: "object-not-exists",
        title: "ObjectNotExists",
        command: "head-object",
        reached: &[404],
        not_yet: &[200],
    },
];

const PAUSE: Duration = Duration::from_secs(5);
const ATTEMPTS: u32 = 20;

impl Wait {
    /// Repeats the request until the state is reached.
    pub(crate) async fn run(
        &self,
        caller: &mut Caller<'_>,
        command: &Command,
        input: &Value,
    ) -> Result<(), Failure> {
        let mut status = 0;
        for attempt in 1..=ATTEMPTS {
            let answer = caller.call(command, input).await;
            status = match &answer {
                Ok(_) => 200,
                Err(failure) => failure.status().unwrap_or_default(),
            };
            if self.reached.contains(&status) {
                return Ok(());
            }
            if !self.not_yet.contains(&status) {
                let said = answer
                    .err()
                    .map_or_else(String::new, |failure| failure.text);
                return Err(self.failed(said.trim()));
            }
            if attempt < ATTEMPTS {
                // a session that was refused is asked for again
                caller.client = None;
                tokio::time::sleep(PAUSE).await;
            }
        }
        Err(self.failed(&format!(
            "Max attempts exceeded. Previously accepted state: Matched expected HTTP status code: {status}"
        )))
    }

    /// In the words of the AWS CLI.
    fn failed(&self, why: &str) -> Failure {
        Failure::new(format!("Waiter {} failed: {why}", self.title))
    }
}
