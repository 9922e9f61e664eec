//! Deletions.

use std::collections::HashMap;

use futures_util::stream::{self, StreamExt};
use zonal::operation::{DeleteObject, DeleteObjects};
use zonal::types::{Delete, ObjectIdentifier};

use crate::failure::{Failure, Kind};
use crate::store::ZonalStore;

/// The most keys that `DeleteObjects` takes.
pub(crate) const BATCH: usize = 1000;
/// How many delete requests are in progress at a time.
pub(crate) const PARALLEL: usize = 20;

impl ZonalStore {
    /// Deletes objects and returns the results in the same order. It is no failure if an object
    /// does not exist.
    pub(crate) async fn delete_all(&self, keys: Vec<String>) -> Vec<Result<(), Failure>> {
        let mut results = Vec::new();
        results.resize_with(keys.len(), || Ok(()));
        let is_single = keys.len() == 1 || !self.inner.options.bulk_delete;
        // S3 refuses a whole request for one blank key
        let (listed, mut single): (Vec<_>, Vec<_>) =
            (0..keys.len()).partition(|index| !is_single && !keys[*index].trim().is_empty());
        if !listed.is_empty() {
            let names = listed.iter().map(|index| &*keys[*index]).collect();
            match self.delete_listed(names).await {
                Ok(refused) => {
                    for index in listed {
                        match refused.get(&keys[index]) {
                            Some(Refusal::Final(text)) => {
                                results[index] = Err(text.of(&keys[index]))
                            }
                            Some(Refusal::Again) => single.push(index),
                            None => {}
                        }
                    }
                }
                Err(failure) => {
                    let text = Text(failure.kind, failure.source.to_string());
                    let (first, rest) = listed.split_first().unwrap_or((&0, &[]));
                    for index in rest {
                        results[*index] = Err(text.of(&keys[*index]));
                    }
                    results[*first] = Err(failure);
                }
            }
        }
        let single = stream::iter(single).map(|index| {
            let key = &keys[index];
            async move { (index, self.delete_one(key).await) }
        });
        let deleted: Vec<_> = single.buffer_unordered(PARALLEL).collect().await;
        for (index, result) in deleted {
            results[index] = result;
        }
        results
    }

    pub(crate) async fn delete_one(&self, key: &str) -> Result<(), Failure> {
        let request = DeleteObject::new(self.bucket(), key);
        match self.client().send(request).await {
            Ok(_) => Ok(()),
            Err(error) => Err(Failure::of(error, key)),
        }
    }

    /// Deletes with one request. Returns the keys that were not deleted.
    async fn delete_listed(&self, keys: Vec<&str>) -> Result<HashMap<String, Refusal>, Failure> {
        let path = keys.first().copied().unwrap_or_default().to_owned();
        let objects: Vec<_> = keys.into_iter().map(ObjectIdentifier::new).collect();
        // in quiet mode a key that the answer does not name would count as deleted
        let request = DeleteObjects::new(self.bucket(), Delete::new(objects).quiet(false));
        let sent = self.client().send(request).await;
        let output = sent.map_err(|error| Failure::of(error, &path))?;
        let refused = output.errors.into_iter().map(|error| {
            let code = error.code.unwrap_or_default();
            let message = error.message.unwrap_or_default();
            let refusal = Refusal::new(&code, &message);
            (error.key.unwrap_or_default(), refusal)
        });
        Ok(refused.collect())
    }
}

/// Why an object of a list was not deleted.
enum Refusal {
    /// A separate request for this object may succeed.
    Again,
    Final(Text),
}

/// A kind of failure and its text, for each object that it affects.
struct Text(Kind, String);

impl Refusal {
    fn new(code: &str, message: &str) -> Self {
        let kind = match code {
            // the key has a character that XML cannot hold, or the answer does not name it
            "UnwritableKey" | "UnreportedKey" => return Self::Again,
            "InternalError" | "ServiceUnavailable" | "SlowDown" => return Self::Again,
            "AccessDenied" => Kind::PermissionDenied,
            "NoSuchKey" | "NoSuchBucket" => Kind::NotFound,
            _ => Kind::Generic,
        };
        Self::Final(Text(kind, format!("{code}: {message}")))
    }
}

impl Text {
    fn of(&self, key: &str) -> Failure {
        Failure::new(self.0, key, self.1.clone())
    }
}
