//! [`Raw`]: an operation that keeps its answer unchanged.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use zonal::__private::OperationSpec;
use zonal::__private::codegen::{
    DecodeError, EncodeError, ErrorBody, ModeledError, Params, Request, Response, Unreported,
};
use zonal::Operation;

use super::endpoints::is_dots;
use crate::others::{self, Sent};
use crate::version::behaviour;

/// A request of an operation. The command line prints what the service sent, moments included, letter for letter;
/// the typed output has them as values.
pub(super) struct Raw<O> {
    pub(super) request: O,
    /// Its bucket, if it is about one.
    pub(super) bucket: Option<String>,
    /// Whether it goes to an endpoint of the user's own.
    pub(super) is_elsewhere: bool,
    /// Whether it is about a bucket as a whole, and does not open a session.
    pub(super) is_of_bucket: bool,
    /// Whether the caller may say what the body is.
    pub(super) is_typed: bool,
    /// What the type of the request does not have.
    pub(super) others: Sent,
}

/// The members of an error beside its code and its message.
#[derive(Debug)]
pub(super) struct Refusal(pub(super) Vec<(String, String)>);

impl ModeledError for Refusal {}

/// An answer, and the output that the client decoded from it.
pub(super) struct Kept<T> {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// The items of the request that it does not name.
    pub(super) unreported: Vec<Unreported>,
    /// The items that it names and the request does not.
    pub(super) strangers: Vec<String>,
    pub(super) output: T,
}

/// Parameters of the endpoint rules that keep sessions from requests about a bucket, at any endpoint and at the user's
/// own.
const WITHOUT_SESSION: &str = "DisableS3ExpressSessionAuth";
const CONTROL: &str = "UseS3ExpressControlEndpoint";

impl<O: Operation> Raw<O> {
    fn sign_in_session(&self, params: &mut Params<'_>) {
        let rules = params.rules();
        let names = [
            Some(WITHOUT_SESSION).filter(|_| self.is_of_bucket),
            Some(CONTROL).filter(|_| self.is_elsewhere),
        ];
        for param in names.into_iter().flatten() {
            if let Some(param) = rules.param(param) {
                params.unset(param);
            }
        }
    }
}

impl<O: Operation> Operation for Raw<O> {
    type Output = Kept<O::Output>;
    type Error = Refusal;

    const SPEC: OperationSpec = O::SPEC;

    fn endpoint_params<'a>(&'a self, params: &mut Params<'a>) {
        self.request.endpoint_params(params);
        if self.bucket.is_some() && behaviour().sessions_for_buckets {
            self.sign_in_session(params);
        }
    }

    fn encode(&self, request: &mut Request) -> Result<(), EncodeError> {
        self.request.encode(request)?;
        self.others.add_to(request)?;
        let behaviour = behaviour();
        if let Some(bucket) = self.bucket.as_deref().filter(|bucket| is_dots(bucket)) {
            request.under(bucket);
        }
        if behaviour.untyped_documents && !self.is_typed {
            request.untyped();
        }
        if behaviour.prints_any_items {
            request.accept_strangers();
        }
        Ok(())
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
            strangers: response.strangers().to_vec(),
            output,
        })
    }

    fn error(code: &str, body: &ErrorBody<'_>) -> Option<Refusal> {
        let named = others::of_error(code);
        let members = body.read(|_, mut error| {
            let mut members = Vec::new();
            while let Some(child) = error.next()? {
                match named.iter().find(|name| **name == child.name()) {
                    Some(name) => members.push(((*name).to_owned(), child.text()?.into_owned())),
                    None => child.skip()?,
                }
            }
            Ok(members)
        });
        Some(Refusal(members.unwrap_or_default()))
    }
}
