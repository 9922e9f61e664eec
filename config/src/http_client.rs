//! [`SharedHttp`]: the transport of the client for the credential providers of the AWS SDK. They use the same proxies,
//! roots and timeouts, and the program links only one HTTP stack.

use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::{Response, StatusCode};
use aws_smithy_types::body::SdkBody;
use zonal_runtime::transport::{FetchLimits, Transport, TransportError, TransportErrorKind, fetch};

/// The largest answer with credentials, in bytes.
pub(crate) const LIMIT: usize = 1024 * 1024;

/// How long a whole exchange with a source of credentials may take, because all calls wait for it.
pub(crate) const LONGEST: Duration = Duration::from_secs(60);

/// A transport as an HTTP client of the AWS SDK.
#[derive(Clone, Debug)]
pub struct SharedHttp {
    transport: Arc<dyn Transport>,
    silence: Duration,
}

impl SharedHttp {
    /// Makes exchanges over this transport. An exchange takes at most 60 seconds. `silence` also limits how long the
    /// other side may be silent.
    pub fn new(transport: impl Transport + 'static, silence: Option<Duration>) -> Self {
        Self {
            transport: Arc::new(transport),
            silence: silence.unwrap_or(LONGEST),
        }
    }
}

impl HttpClient for SharedHttp {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for SharedHttp {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let http = self.clone();
        HttpConnectorFuture::new(async move { exchange(&http, request).await })
    }
}

async fn exchange(
    http: &SharedHttp,
    request: HttpRequest,
) -> Result<Response<SdkBody>, ConnectorError> {
    let request = request
        .try_into_http1x()
        .map_err(|error| ConnectorError::user(error.into()))?;
    let (mut parts, body) = request.into_parts();
    let bytes = body.bytes().unwrap_or_default().to_vec();
    if let Ok(host) = parts
        .uri
        .authority()
        .map_or("", |host| host.as_str())
        .parse()
    {
        parts.headers.entry(http::header::HOST).or_insert(host);
    }
    let limits = FetchLimits {
        silence: http.silence,
        total: LONGEST,
        length: LIMIT,
    };
    let request = http::Request::from_parts(parts, bytes::Bytes::from(bytes));
    let answer = fetch(&*http.transport, request, limits)
        .await
        .map_err(convert)?;
    let (parts, body) = answer.into_parts();
    let status = StatusCode::try_from(parts.status.as_u16())
        .map_err(|error| ConnectorError::user(error.into()))?;
    let mut response = Response::new(status, SdkBody::from(body));
    for (name, value) in &parts.headers {
        if let Ok(value) = value.to_str() {
            response
                .headers_mut()
                .append(name.as_str().to_owned(), value.to_owned());
        }
    }
    Ok(response)
}

fn convert(error: TransportError) -> ConnectorError {
    use TransportErrorKind::{AttemptTimeout, ConnectTimeout, ReadTimeout};
    match error.kind() {
        ConnectTimeout | ReadTimeout | AttemptTimeout => ConnectorError::timeout(error.into()),
        _ => ConnectorError::io(error.into()),
    }
}
