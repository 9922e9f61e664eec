//! [`Raw`]: an operation that keeps its answer unchanged.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use zonal::__private::OperationSpec;
use zonal::__private::codegen::{
    DecodeError, EncodeError, ErrorBody, Params, Request, Response, Unreported,
};
use zonal::Operation;

/// A request of an operation. The command line prints what the service sent, moments included, letter for letter;
/// the typed output has them as values.
pub(super) struct Raw<O>(pub(super) O);

/// An answer, and the output that the client decoded from it.
pub(super) struct Kept<T> {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// The items of the request that it does not name.
    pub(super) unreported: Vec<Unreported>,
    pub(super) output: T,
}

impl<O: Operation> Operation for Raw<O> {
    type Output = Kept<O::Output>;
    type Error = O::Error;

    const SPEC: OperationSpec = O::SPEC;

    fn endpoint_params<'a>(&'a self, params: &mut Params<'a>) {
        self.0.endpoint_params(params);
    }

    fn encode(&self, request: &mut Request) -> Result<(), EncodeError> {
        self.0.encode(request)
    }

    fn decode(response: &mut Response) -> Result<Self::Output, DecodeError> {
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.body().clone();
        let output = O::decode(response)?;
        Ok(Kept {
            status,
            headers,
            body,
            unreported: response.unreported().to_vec(),
            output,
        })
    }

    fn error(code: &str, body: &ErrorBody<'_>) -> Option<Self::Error> {
        O::error(code, body)
    }
}
