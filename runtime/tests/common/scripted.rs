//! A made-up list in pages, a service in a function, and a clock that is turned.

use std::fmt;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use zonal_runtime::clock::{BoxFuture, Clock};
use zonal_runtime::codegen::*;
use zonal_runtime::transport::{RequestBody, ResponseBody, Transport, TransportError};
use zonal_runtime::{Builder, Core};

use super::{SERVICE, credentials};

/// `GET /?token=…&size=…` → `<List><Thing/>…<Next/></List>`
#[derive(Clone, Debug, Default)]
pub struct List {
    pub token: Option<String>,
    pub size: Option<i32>,
}

#[derive(Debug)]
pub struct ListOutput {
    pub things: Vec<String>,
    pub next: Option<String>,
}

impl Operation for List {
    type Output = ListOutput;
    type Error = NoModeledError;

    const SPEC: OperationSpec = OperationSpec::new("List", Method::GET).readonly();

    fn endpoint_params<'a>(&'a self, params: &mut Params<'a>) {
        params.set(ParamId::new(0), "bucket");
    }

    fn encode(&self, request: &mut Request) -> Result<(), EncodeError> {
        request
            .path("/")
            .query("token", &self.token)?
            .query("size", &self.size)?;
        Ok(())
    }

    fn decode(response: &mut Response) -> Result<ListOutput, DecodeError> {
        let mut document = response.xml("List")?;
        let mut things = Vec::new();
        let mut next = Slot::new("Next");
        while let Some(element) = document.next()? {
            match element.name() {
                "Thing" => things.push(element.parse()?),
                "Next" => next.set(element.parse()?)?,
                _ => element.skip()?,
            }
        }
        let next = next.optional();
        Ok(ListOutput { things, next })
    }
}

impl Paginated for List {
    type Token = String;

    fn token(&self) -> Option<&String> {
        self.token.as_ref()
    }

    fn next_token(output: &ListOutput) -> Option<&String> {
        output.next.as_ref()
    }

    fn set_token(&mut self, token: String) {
        self.token = Some(token);
    }
}

impl PaginatedItems for List {
    type Item = String;

    fn items(output: ListOutput) -> Vec<String> {
        output.things
    }
}

/// What the service answers to a query; none where it never does.
pub type Answer = dyn Fn(&str, usize) -> Option<(u16, String)> + Send + Sync;

/// A service in a function; it notes when it was asked what.
#[derive(Clone)]
pub struct Service {
    answer: Arc<Answer>,
    asked: Arc<Mutex<Vec<(u64, String)>>>,
    clock: Turned,
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Service")
    }
}

impl Service {
    pub fn new(
        answer: impl Fn(&str, usize) -> Option<(u16, String)> + Send + Sync + 'static,
    ) -> Self {
        Self {
            answer: Arc::new(answer),
            asked: Arc::default(),
            clock: Turned(tokio::time::Instant::now()),
        }
    }

    pub fn core(&self) -> Core {
        Builder::new(&SERVICE)
            .region("us-west-2")
            .credentials(credentials())
            .clock(self.clock)
            .transport(self.clone())
            .build()
            .unwrap()
    }

    pub fn queries(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked.iter().map(|(_, query)| query.clone()).collect()
    }

    /// The seconds at which it was asked.
    pub fn seconds(&self) -> Vec<u64> {
        let asked = self.asked.lock().unwrap();
        asked.iter().map(|(second, _)| *second).collect()
    }
}

impl Transport for Service {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        let query = request.uri().query().unwrap_or_default().to_owned();
        let mut asked = self.asked.lock().unwrap();
        let answer = (self.answer)(&query, asked.len() + 1);
        asked.push((self.clock.monotonic().as_secs(), query));
        Box::pin(async move {
            let Some((status, body)) = answer else {
                return pending().await;
            };
            let mut response = http::Response::new(ResponseBody::from(Bytes::from(body)));
            *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
            Ok(response)
        })
    }
}

/// The paused clock of tokio, which goes on when nothing else is left to do.
#[derive(Clone, Copy, Debug)]
pub struct Turned(tokio::time::Instant);

impl Clock for Turned {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

pub fn page(things: &[&str], next: &str) -> Option<(u16, String)> {
    let things: String = things
        .iter()
        .map(|thing| format!("<Thing>{thing}</Thing>"))
        .collect();
    Some((200, format!("<List>{things}{next}</List>")))
}

pub fn refusal(status: u16, code: &str) -> Option<(u16, String)> {
    Some((status, format!("<Error><Code>{code}</Code></Error>")))
}
