//! What the endpoint says decides who signs: nobody asks for a session where it asks for none.

use std::sync::{Arc, Mutex};

use super::own::{Get, builder};
use crate::clock::BoxFuture;
use crate::endpoint::{Expr, ParamId, Property};
use crate::error::{Error, ErrorKind};
use crate::session::{NewSession, SessionOperation, SessionParts, SessionSpec};
use crate::transport::{RequestBody, ResponseBody, Transport, TransportError, TransportErrorKind};
use crate::{NoModeledError, ServiceSpec};

impl SessionOperation for Get {
    fn open(_: NewSession) -> Self {
        Self
    }

    fn opened((): ()) -> SessionParts {
        unreachable!("nothing is ever answered")
    }
}

/// A service with sessions whose only endpoint has these properties.
fn service(properties: &'static [(&'static str, Property)]) -> &'static ServiceSpec {
    let sessions = SessionSpec::new::<Get>(ParamId::new(0), ParamId::new(1));
    super::own::service("https://own.example", properties, Some(sessions))
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
    let client = builder(service, transport.clone()).max_attempts(1);
    let client = client.build().unwrap();
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
