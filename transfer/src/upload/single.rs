//! Writes an object with a single request.

use zonal::operation::PutObject;
use zonal::runtime::checksum::Algorithm;
use zonal::types::ChecksumAlgorithm;

use super::Uploaded;
use super::complete::{Written, find_written};
use super::parts::PartBody;
use crate::error::Cause;
use crate::event::{Event, Teller};
use crate::handle::Stop;
use crate::limit::Outcome;
use crate::sums::{Sums as _, is_composite};
use crate::transfers::Transfers;

/// Sends the object, with retries.
pub(super) async fn put(
    transfers: &Transfers,
    put: PutObject,
    algorithm: Option<Algorithm>,
    body: PartBody,
    length: u64,
    stop: &mut Stop,
    teller: &Teller,
) -> Result<Uploaded, Cause> {
    let memory = body.held();
    teller.tell(Event::Started {
        length: Some(length),
        part_size: length,
        memory,
    });
    let chosen = algorithm.map(|algorithm| ChecksumAlgorithm::from(algorithm.name()));
    let put = put.set_checksum_algorithm(chosen).body(body.whole());
    let sending = send(transfers, put, &body, algorithm, length, teller);
    let uploaded = stop.unless(sending).await?;
    teller.tell(Event::Moved {
        bytes: length,
        done: length,
    });
    Ok(uploaded)
}

async fn send(
    transfers: &Transfers,
    put: PutObject,
    body: &PartBody,
    algorithm: Option<Algorithm>,
    length: u64,
    teller: &Teller,
) -> Result<Uploaded, Cause> {
    // the default of the client
    let algorithm = algorithm.unwrap_or(Algorithm::Crc32);
    let permit = transfers.settings.limit.acquire().await;
    let call = transfers.client.call(put.clone());
    let error = match transfers.patient(call, teller, 1).await {
        Ok(output) => {
            permit.tell(Outcome::Moved(length));
            let sum = output
                .any_sum()
                .filter(|(_, sum)| !is_composite(output.checksum_type.as_ref(), sum));
            return Ok(Uploaded {
                checksum: sum.map(|(algorithm, sum)| (algorithm, sum.to_owned())),
                e_tag: output.e_tag,
                length,
                parts: 1,
            });
        }
        Err(error) => zonal::AnyError::from(error),
    };
    if error.may_have_succeeded() {
        let sum = body.hash(algorithm, length).await?;
        let sum = sum.map(|sum| (algorithm, sum.to_string()));
        if let Written::This(uploaded) = find_written(transfers, &put, length, sum, 1).await {
            return Ok(uploaded);
        }
    }
    Err(error.into())
}
