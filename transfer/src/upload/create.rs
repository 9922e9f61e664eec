//! The first request of a multipart upload.

use zonal::AnyError;
use zonal::operation::PutObject;
use zonal::runtime::checksum::Algorithm;

use super::check::Check;
use super::multipart::Created;
use crate::error::Cause;
use crate::event::Teller;
use crate::transfers::Transfers;

/// Starts an upload, with the checksum that was chosen or the best one that the bucket accepts.
pub(super) async fn create(
    transfers: &Transfers,
    put: &PutObject,
    algorithm: Option<Algorithm>,
    teller: &Teller,
) -> Result<Created, Cause> {
    if let Some(check) = algorithm.map(Check::of) {
        return create_with(transfers, put, check, teller).await;
    }
    if let Some(check) = transfers.accepted(&put.bucket) {
        return create_with(transfers, put, check, teller).await;
    }
    let [first, second] = Check::CHOICE;
    let (created, check) = match create_with(transfers, put, first, teller).await {
        Err(cause) if is_refusal(&cause) => {
            // if the cause was something else, the error occurs again
            (create_with(transfers, put, second, teller).await, second)
        }
        created => (created, first),
    };
    let created = created?;
    transfers.accepts(&put.bucket, check);
    Ok(created)
}

/// Whether the service may have refused the checksum.
fn is_refusal(cause: &Cause) -> bool {
    let Cause::Call(error) = cause else {
        return false;
    };
    let status = error.status().map(|status| status.as_u16());
    let is_refusal = matches!(
        error.code(),
        Some("InvalidRequest" | "InvalidArgument" | "NotImplemented" | "NotSupported")
    );
    is_refusal && matches!(status, Some(400 | 501))
}

async fn create_with(
    transfers: &Transfers,
    put: &PutObject,
    check: Check,
    teller: &Teller,
) -> Result<Created, Cause> {
    // if the first request may have succeeded, a second one would leave an unknown upload behind
    let call = transfers.client.call(check.create(put));
    let created = transfers.once(call, teller).await.map_err(AnyError::from)?;
    if created.upload_id.is_empty() {
        let text = "the service started an upload but did not return its id";
        return Err(Cause::answer(text));
    }
    Ok(Created {
        id: created.upload_id.into(),
        check,
    })
}
