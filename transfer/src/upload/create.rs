//! The first request of an upload in parts.

use zonal::AnyError;
use zonal::operation::PutObject;
use zonal::runtime::checksum::Algorithm;

use super::check::Check;
use super::multipart::Created;
use crate::error::Cause;
use crate::event::Teller;
use crate::transfers::Transfers;

/// Begins an upload, with the checksum that was chosen or the best that the bucket takes.
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
            // where it was something else, the error comes again
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
    // where it may have been carried out, another one would leave an upload that nobody knows
    let call = transfers.client.call(check.create(put));
    let created = transfers.once(call, teller).await.map_err(AnyError::from)?;
    if created.upload_id.is_empty() {
        let text = "the service began an upload and did not tell its name";
        return Err(Cause::answer(text));
    }
    Ok(Created {
        id: created.upload_id.into(),
        check,
    })
}
