//! Deletes many objects, up to a thousand with each request.

use std::collections::HashMap;

use zonal::AnyError;
use zonal::operation::DeleteObjectsOutput;
use zonal::types::{Delete as Request, Error as Refusal, ObjectIdentifier};

use super::listing::{Before, Keys, Listed};
use super::{Action, Batch, ObjectResult, failed};
use crate::error::{Cause, ErrorKind, shown};
use crate::limit::{Outcome, Permit};
use crate::transfers::Transfers;

const WHAT: &str = "the deletion of";

/// A deletion of many objects: set which objects to delete.
///
/// ```no_run
/// # async fn example(transfers: zonal_transfer::Transfers) {
/// let bucket = "demo--usw2-az1--x-s3";
/// let report = transfers.delete(bucket).prefix("old/").await;
/// let report = transfers.delete(bucket).keys(["a", "b"]).await;
/// for failure in &report.failed {
///     eprintln!("{}: {}", failure.key, failure.error);
/// }
/// # }
/// ```
#[derive(Debug)]
#[must_use = "say which objects are to be deleted"]
pub struct DeleteAll {
    transfers: Transfers,
    bucket: String,
}

impl DeleteAll {
    pub(crate) fn new(transfers: &Transfers, bucket: String) -> Self {
        Self {
            transfers: transfers.clone(),
            bucket,
        }
    }

    /// Selects all objects whose keys begin with `prefix`. An empty prefix selects the whole bucket.
    pub fn prefix(self, prefix: impl Into<String>) -> Batch {
        let keys = Keys::Prefix {
            bucket: self.bucket.clone(),
            prefix: prefix.into(),
            before: Before::Nothing,
        };
        self.batch(keys)
    }

    /// Selects the objects with these keys. An object that does not exist counts as deleted, as in S3 itself.
    pub fn keys<K: Into<String> + 'static, I>(self, keys: I) -> Batch
    where
        I: IntoIterator<Item = K>,
        I::IntoIter: Send + 'static,
    {
        self.batch(Keys::given(keys))
    }

    fn batch(self, keys: Keys) -> Batch {
        Batch {
            what: format!("the deletion of objects of `{}`", shown(&self.bucket)),
            transfers: self.transfers,
            keys,
            action: Action::Delete(Delete {
                bucket: self.bucket,
            }),
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Delete {
    bucket: String,
}

impl Delete {
    /// Deletes up to a thousand objects. Returns a result for each.
    pub(super) async fn run(
        &self,
        transfers: &Transfers,
        group: Vec<Listed>,
        permit: &Permit,
    ) -> Vec<ObjectResult> {
        let mut results = Vec::with_capacity(group.len());
        let keys = group.into_iter().map(|object| object.key);
        // S3 refuses a whole request for one blank key, so each blank key gets its own request
        let (alone, mut left): (Vec<_>, Vec<_>) = keys.partition(|key| key.trim().is_empty());
        for key in alone {
            results.push(self.one(transfers, key, permit).await);
        }
        let mut retries = transfers.settings.retries.start();
        while !left.is_empty() {
            let before = left.len();
            let failed = self.send(transfers, &mut left, &mut results, permit).await;
            if left.is_empty() {
                break;
            }
            if left.len() < before {
                retries.progressed();
            }
            match failed.is_worth.then(|| retries.next()).flatten() {
                Some(wait) => tokio::time::sleep(wait).await,
                None => {
                    let error = failed.cause.of("the deletion of objects", None);
                    results.extend(left.drain(..).map(|key| {
                        let error = error.clone();
                        ObjectResult::Failed(super::Failure { key, error })
                    }));
                }
            }
        }
        results
    }

    /// Makes one request for the remaining keys. Returns why some remain after it.
    async fn send(
        &self,
        transfers: &Transfers,
        left: &mut Vec<String>,
        results: &mut Vec<ObjectResult>,
        permit: &Permit,
    ) -> Failed {
        let objects: Vec<_> = left.iter().map(ObjectIdentifier::new).collect();
        let request = Request::new(objects).quiet(false);
        let call = transfers.client.delete_objects(&*self.bucket, request);
        let answer = transfers.quiet(call).await;
        let error = match answer {
            Ok(answer) => {
                permit.tell(Outcome::Moved(0));
                return self.read(transfers, answer, left, results, permit).await;
            }
            Err(error) => AnyError::from(error),
        };
        // the service refused the whole request, maybe because of one key
        if left.len() > 1 && is_refused(&error) {
            for key in left.drain(..) {
                results.push(self.one(transfers, key, permit).await);
            }
        }
        Failed {
            cause: error.into(),
            // there are no attempts left
            is_worth: false,
        }
    }

    /// Moves the keys that the answer settles to the results. Keys that are worth another request, or that the answer
    /// does not name, remain. The client reports the latter among the errors.
    async fn read(
        &self,
        transfers: &Transfers,
        answer: DeleteObjectsOutput,
        left: &mut Vec<String>,
        results: &mut Vec<ObjectResult>,
        permit: &Permit,
    ) -> Failed {
        let refused = answer.errors.into_iter();
        let refused = refused.filter_map(|error| Some((error.key.clone()?, error)));
        let refused: HashMap<String, Refusal> = refused.collect();
        let mut last = None;
        let mut stay = Vec::new();
        for key in left.drain(..) {
            let Some(error) = refused.get(&key) else {
                results.push(ObjectResult::Done { key });
                continue;
            };
            match error.code.as_deref() {
                // a URL can hold this key, XML cannot
                Some("UnwritableKey") => results.push(self.one(transfers, key, permit).await),
                Some("UnreportedKey") => stay.push(key),
                Some("InternalError" | "SlowDown" | "ServiceUnavailable" | "RequestTimeout") => {
                    last = Some(refusal(error));
                    stay.push(key);
                }
                _ => results.push(failed(WHAT, key, refusal(error))),
            }
        }
        *left = stay;
        let unsaid = || Cause::answer("the answer does not mention the object");
        Failed {
            cause: last.unwrap_or_else(unsaid),
            is_worth: true,
        }
    }

    /// Deletes one object with one request.
    async fn one(&self, transfers: &Transfers, key: String, permit: &Permit) -> ObjectResult {
        if key.is_empty() {
            return failed(WHAT, key, Cause::invalid("the key is empty"));
        }
        let call = transfers.client.delete_object(&*self.bucket, &*key);
        match transfers.quiet(call).await {
            Ok(_) => {
                permit.tell(Outcome::Moved(0));
                ObjectResult::Done { key }
            }
            Err(error) => failed(WHAT, key, AnyError::from(error).into()),
        }
    }
}

/// Why keys remain.
struct Failed {
    cause: Cause,
    is_worth: bool,
}

/// Whether the service refused the request itself.
fn is_refused(error: &AnyError) -> bool {
    error.status().is_some_and(|status| status.as_u16() == 400)
}

fn refusal(error: &Refusal) -> Cause {
    let text = |text: &Option<String>| shown(text.as_deref().unwrap_or_default());
    let (code, message) = (text(&error.code), text(&error.message));
    Cause::new(ErrorKind::Call, format!("{code}: {message}"))
}
