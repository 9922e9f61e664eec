//! Writes an object with a single request.

use zonal::operation::PutObject;
use zonal::runtime::checksum::Algorithm;
use zonal::types::ChecksumAlgorithm;

use super::Uploaded;
use super::complete::{Written, find_written};
use super::parts::PartBody;
use crate::error::Cause;
use crate::event::{Event, Teller};
use crate::limit::{Outcome, Permit};
use crate::sums::{Sums as _, is_composite};
use crate::transfers::Transfers;

/// An object that one request writes.
pub(super) struct Put {
    pub(super) put: PutObject,
    pub(super) algorithm: Option<Algorithm>,
    pub(super) body: PartBody,
    pub(super) length: u64,
}

impl Put {
    /// Sends the object, with retries.
    pub(super) async fn send(
        self,
        transfers: &Transfers,
        permit: Permit,
        teller: &Teller,
    ) -> Result<Uploaded, Cause> {
        let Self {
            put,
            algorithm,
            body,
            length,
        } = self;
        teller.tell(Event::Started {
            length: Some(length),
            part_size: length,
            memory: body.held(),
        });
        let chosen = algorithm.map(|algorithm| ChecksumAlgorithm::from(algorithm.name()));
        let put = put.set_checksum_algorithm(chosen).body(body.whole());
        let call = transfers.client.call(put.clone());
        let uploaded = match transfers.patient(call, teller, 1).await {
            Ok(output) => {
                permit.tell(Outcome::Moved(length));
                let sum = output
                    .any_sum()
                    .filter(|(_, sum)| !is_composite(output.checksum_type.as_ref(), sum));
                Uploaded {
                    checksum: sum.map(|(algorithm, sum)| (algorithm, sum.to_owned())),
                    e_tag: output.e_tag,
                    length,
                    parts: 1,
                }
            }
            Err(error) => {
                let error = zonal::AnyError::from(error);
                let found = find(transfers, &put, &body, algorithm, length, &error).await?;
                found.ok_or(error)?
            }
        };
        teller.tell(Event::Moved {
            bytes: length,
            done: length,
        });
        Ok(uploaded)
    }
}

/// The object, if a request that failed has written it all the same.
async fn find(
    transfers: &Transfers,
    put: &PutObject,
    body: &PartBody,
    algorithm: Option<Algorithm>,
    length: u64,
    error: &zonal::AnyError,
) -> Result<Option<Uploaded>, Cause> {
    if !error.may_have_succeeded() {
        return Ok(None);
    }
    // the default of the client
    let algorithm = algorithm.unwrap_or(Algorithm::Crc32);
    let sum = body.hash(algorithm, length).await?;
    let sum = sum.map(|sum| (algorithm, sum.to_string()));
    match find_written(transfers, put, length, sum, 1).await {
        Written::This(uploaded) => Ok(Some(uploaded)),
        Written::Unknown => Ok(None),
    }
}
