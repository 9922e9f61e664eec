//! A made-up service with one operation, and a server that answers as it is told.

#![allow(
    clippy::unwrap_used,
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "each test uses its part of it"
)]

pub mod scripted;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use zonal_runtime::codegen::*;
use zonal_runtime::endpoint::Expr::{Bool, GetAttr, IsSet, ParseUrl, Str, Template, Var};
use zonal_runtime::endpoint::{BuiltIn, Condition, Node, Param, Partitions, Rules};
use zonal_runtime::{Builder, Core, Credentials, ServiceSpec};

pub static SERVICE: ServiceSpec = ServiceSpec {
    sessions: None,
    name: "Test",
    signing_name: "test",
    rules: &RULES,
};

const BUCKET: ParamId = ParamId::new(0);

const fn url_member(path: &'static [Step]) -> Expr {
    GetAttr {
        value: &Var(4),
        path,
    }
}

const fn param(name: &'static str, builtin: BuiltIn) -> Param {
    Param {
        name,
        builtin: Some(builtin),
        default: None,
        required: false,
    }
}

/// `BUCKET.ENDPOINT`, or `BUCKET.test.REGION.example.com`.
static RULES: Rules = Rules {
    params: &[
        Param {
            name: "Bucket",
            builtin: None,
            default: None,
            required: true,
        },
        param("Region", BuiltIn::Region),
        param("Endpoint", BuiltIn::Endpoint),
        Param {
            name: "UseFIPS",
            builtin: Some(BuiltIn::UseFips),
            default: Some(Bool(false)),
            required: true,
        },
    ],
    variables: &["url"],
    conditions: &[
        Condition {
            test: IsSet(&Var(2)),
            assign: None,
        },
        Condition {
            test: ParseUrl(&Var(2)),
            assign: Some(4),
        },
    ],
    nodes: &[
        Node {
            condition: 0,
            then: Ref::Node(1),
            otherwise: Ref::Result(1),
        },
        Node {
            condition: 1,
            then: Ref::Result(0),
            otherwise: Ref::NoMatch,
        },
    ],
    root: Ref::Node(0),
    results: &[
        Rule::Endpoint {
            url: &Template(&[
                url_member(&[Step::Member("scheme")]),
                Str("://"),
                Var(0),
                Str("."),
                url_member(&[Step::Member("authority")]),
                url_member(&[Step::Member("path")]),
            ]),
            properties: &[],
            headers: &[],
        },
        Rule::Endpoint {
            url: &Template(&[
                Str("https://"),
                Var(0),
                Str(".test."),
                Var(1),
                Str(".example.com"),
            ]),
            properties: &[],
            headers: &[],
        },
    ],
    partitions: &Partitions(&[]),
};

/// `GET /{Key+}?session` → `<Result><Token/><Count/></Result>`
#[derive(Clone, Debug)]
pub struct GetToken {
    pub bucket: String,
    pub key: String,
    pub context: Option<Secret>,
}

impl GetToken {
    pub fn new(bucket: &str) -> Self {
        Self {
            bucket: bucket.to_owned(),
            key: "k".to_owned(),
            context: None,
        }
    }
}

#[derive(Debug)]
pub struct GetTokenOutput {
    pub token: Secret,
    pub count: Option<i32>,
    pub mode: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GetTokenError {
    NoSuchBucket,
}

impl ModeledError for GetTokenError {}

impl Operation for GetToken {
    type Output = GetTokenOutput;
    type Error = GetTokenError;

    const SPEC: OperationSpec = OperationSpec::new("GetToken", Method::GET)
        .small_response()
        .secret_response();

    fn endpoint_params<'a>(&'a self, params: &mut Params<'a>) {
        params.set(BUCKET, &self.bucket);
    }

    fn encode(&self, request: &mut Request) -> Result<(), EncodeError> {
        request
            .path("/")
            .greedy_label("Key", &self.key)?
            .query_literal("session")
            .header("x-amz-context", &self.context)?;
        Ok(())
    }

    fn decode(response: &mut Response) -> Result<Self::Output, DecodeError> {
        let mut token = Slot::new("Token");
        let mut count = Slot::new("Count");
        let mut document = response.xml("Result")?;
        while let Some(element) = document.next()? {
            match element.name() {
                "Token" => token.set(element.parse()?)?,
                "Count" => count.set(element.parse()?)?,
                _ => element.skip()?,
            }
        }
        Ok(GetTokenOutput {
            token: document.required(token)?,
            count: count.optional(),
            mode: response.header(header!("x-amz-mode")),
        })
    }

    fn error(code: &str, _body: &ErrorBody<'_>) -> Option<GetTokenError> {
        match code {
            "NoSuchBucket" => Some(GetTokenError::NoSuchBucket),
            _ => None,
        }
    }
}

/// `PUT /k` with a body.
#[derive(Clone, Debug)]
pub struct PutBlob {
    pub bucket: String,
    pub body: Body,
}

impl Operation for PutBlob {
    type Output = ();
    type Error = NoModeledError;

    const SPEC: OperationSpec = OperationSpec::new("PutBlob", Method::PUT);

    fn endpoint_params<'a>(&'a self, params: &mut Params<'a>) {
        params.set(BUCKET, &self.bucket);
    }

    fn encode(&self, request: &mut Request) -> Result<(), EncodeError> {
        request
            .path("/k")
            .payload(self.body.clone(), "application/octet-stream");
        Ok(())
    }

    fn decode(_: &mut Response) -> Result<Self::Output, DecodeError> {
        Ok(())
    }
}

/// Account credentials full of markers.
pub fn credentials() -> Credentials {
    Credentials::new(
        "AKID",
        "MARKERSECRET",
        Some("MARKERTOKEN".into()),
        None,
        "test",
    )
}

/// A client for a server on this machine.
pub fn client(server: SocketAddr) -> Builder<Core> {
    Builder::new(&SERVICE)
        .region("us-west-2")
        .credentials(credentials())
        .endpoint_url(format!("http://localhost:{}", server.port()))
}

/// What a server does after it has read a request's head.
#[derive(Clone)]
pub enum Answer {
    /// Sends this and closes.
    Send(String),
    /// Sends this and then nothing, without closing.
    Stall(String),
    /// Sends a head and then a body without end.
    Endless,
    /// Closes at once.
    Close,
}

/// A response of HTTP with the right length.
pub fn http(status: u16, headers: &str, body: &str) -> Answer {
    let length = body.len();
    Answer::Send(format!(
        "HTTP/1.1 {status} X\r\nx-amz-request-id: 4442587FB7D0A2F9\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    ))
}

/// A server that gives every request the same answer.
pub struct Server {
    pub address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, seen) = (answer.clone(), seen.clone());
                thread::spawn(move || serve(stream, &answer, &seen));
            }
        });
        Self { address, requests }
    }

    /// The heads of all requests so far.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, answer: &Answer, seen: &Mutex<Vec<String>>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
        if head == [0x16] {
            // somebody speaks TLS
            return drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
        }
    }
    seen.lock()
        .unwrap()
        .push(String::from_utf8_lossy(&head).into_owned());
    match answer {
        Answer::Send(text) => drop(stream.write_all(text.as_bytes())),
        Answer::Stall(text) => {
            let _ = stream.write_all(text.as_bytes());
            thread::sleep(Duration::from_secs(30));
        }
        Answer::Endless => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
            while stream.write_all(&[b' '; 4096]).is_ok() {}
        }
        Answer::Close => {}
    }
}
