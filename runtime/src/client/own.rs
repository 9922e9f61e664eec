//! A made-up service with one endpoint, for tests.

use http::Method;

use super::Core;
use crate::config::Builder;
use crate::endpoint::{Expr, Param, ParamId, Params, Partitions, Property, Ref, Rule, Rules};
use crate::error::{DecodeError, EncodeError};
use crate::request::Request;
use crate::response::Response;
use crate::session::SessionSpec;
use crate::transport::Transport;
use crate::{Credentials, NoModeledError, Operation, OperationSpec, ServiceSpec};

/// Reads something: it only matters that it is sent.
pub(super) struct Get;

impl Operation for Get {
    type Output = ();
    type Error = NoModeledError;

    const SPEC: OperationSpec = OperationSpec::new("Get", Method::GET);

    fn endpoint_params<'a>(&'a self, params: &mut Params<'a>) {
        params.set(ParamId::new(0), "bucket");
    }

    fn encode(&self, request: &mut Request) -> Result<(), EncodeError> {
        request.path("/");
        Ok(())
    }

    fn decode(_: &mut Response) -> Result<(), DecodeError> {
        Ok(())
    }
}

const fn param(name: &'static str) -> Param {
    Param {
        name,
        builtin: None,
        default: None,
        required: false,
    }
}

/// A service whose only endpoint has this URL and these properties.
pub(super) fn service(
    url: &'static str,
    properties: &'static [(&'static str, Property)],
    sessions: Option<SessionSpec>,
) -> &'static ServiceSpec {
    let endpoint = Rule::Endpoint {
        url: Box::leak(Box::new(Expr::Str(url))),
        properties,
        headers: &[],
    };
    let rules = Rules {
        params: const { &[param("Bucket"), param("Disable")] },
        variables: &[],
        conditions: &[],
        nodes: &[],
        root: Ref::Result(0),
        results: vec![endpoint].leak(),
        partitions: &Partitions(&[]),
    };
    Box::leak(Box::new(ServiceSpec {
        name: "Own",
        signing_name: "own",
        rules: Box::leak(Box::new(rules)),
        sessions,
    }))
}

/// A client of it, over a transport of the test's own.
pub(super) fn builder(
    service: &'static ServiceSpec,
    transport: impl Transport + 'static,
) -> Builder<Core> {
    Builder::new(service)
        .region("r")
        .credentials(Credentials::new("ID", "S", None, None, "test"))
        .transport(transport)
}
