//! What the endpoint says decides who signs: nobody asks for a session where it asks for none.

use std::sync::{Arc, Mutex};

use http::Method;

use super::Core;
use crate::clock::BoxFuture;
use crate::config::Builder;
use crate::endpoint::{Expr, Param, ParamId, Params, Partitions, Property, Ref, Rule, Rules};
use crate::error::{DecodeError, EncodeError, Error, ErrorKind};
use crate::request::Request;
use crate::response::Response;
use crate::session::{NewSession, SessionOperation, SessionParts, SessionSpec};
use crate::transport::{RequestBody, ResponseBody, Transport, TransportError, TransportErrorKind};
use crate::{Credentials, NoModeledError, Operation, OperationSpec, ServiceSpec};

/// Reads something, or opens a session: it only matters that it is sent.
struct Get;

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

impl SessionOperation for Get {
    fn open(_: NewSession) -> Self {
        Self
    }

    fn opened((): ()) -> SessionParts {
        unreachable!("nothing is ever answered")
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

/// A service with sessions whose only endpoint has these properties.
fn service(properties: &'static [(&'static str, Property)]) -> &'static ServiceSpec {
    let endpoint = Rule::Endpoint {
        url: &Expr::Str("https://own.example"),
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
        sessions: Some(SessionSpec::new::<Get>(ParamId::new(0), ParamId::new(1))),
    }))
}

/// Keeps what it was to send, and answers nothing.
#[derive(Clone, Debug, Default)]
struct Refusing(Arc<Mutex<Vec<http::HeaderMap>>>);

impl Transport for Refusing {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        self.0.lock().unwrap().push(request.headers().clone());
        let error = TransportError::new(TransportErrorKind::Connect, "refused");
        Box::pin(std::future::ready(Err(error)))
    }
}

/// What comes of a call, and how its requests were signed.
async fn call(service: &'static ServiceSpec) -> (Error<NoModeledError>, Vec<String>) {
    let transport = Refusing::default();
    let client: Core = Builder::new(service)
        .region("r")
        .credentials(Credentials::new("ID", "S", None, None, "test"))
        .transport(transport.clone())
        .max_attempts(1)
        .build()
        .unwrap();
    let error = client.send(&Get).await.unwrap_err();
    let signed = |headers: &http::HeaderMap| headers["authorization"].to_str().unwrap().to_owned();
    let sent = transport.0.lock().unwrap().iter().map(signed).collect();
    (error, sent)
}

#[tokio::test]
async fn an_endpoint_without_a_scheme_has_no_session() {
    let (error, sent) = call(service(&[])).await;
    assert_eq!((error.kind(), sent.len()), (ErrorKind::Transport, 1));
    assert!(sent[0].contains("/r/own/aws4_request"), "{sent:?}");
}

#[tokio::test]
async fn an_endpoint_with_a_scheme_that_nobody_knows_is_an_error() {
    const NAME: Property = Property::String(Expr::Str("sigv5"));
    let schemes = &[(
        "authSchemes",
        Property::List(&[Property::Map(&[("name", NAME)])]),
    )];
    let (error, sent) = call(service(schemes)).await;
    assert_eq!((error.kind(), sent.len()), (ErrorKind::Credentials, 0));
    assert!(error.to_string().contains("`sigv5`"), "{error}");
}

#[tokio::test]
async fn what_opens_a_session_does_not_wait_for_one() {
    const NAME: Property = Property::String(Expr::Str("sigv4-s3express"));
    let schemes = &[(
        "authSchemes",
        Property::List(&[Property::Map(&[("name", NAME)])]),
    )];
    let (error, sent) = call(service(schemes)).await;
    assert_eq!(
        (error.kind(), sent.len()),
        (ErrorKind::Session, 0),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .contains("a session, which there is none of"),
        "{error}"
    );
}
