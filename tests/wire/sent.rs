//! What we send, and how it differs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http_body_util::BodyExt;
use zonal::runtime::clock::{BoxFuture, Clock};
use zonal::runtime::transport::{RequestBody, ResponseBody, Transport, TransportError};
use zonal::{Client, Credentials};

use crate::recorded::{Case, Recorded, Recordings, string};
use crate::request;

/// When the recorded clients signed: 2026-11-22T00:00:00Z.
const NOW: Duration = Duration::from_secs(1_795_305_600);

/// A request of ours.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) method: String,
    pub(crate) target: String,
    scheme: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

/// Sends the case's request; the error of one that was not sent.
pub(crate) async fn send(recordings: &Recordings, case: &Case) -> Result<Sent, String> {
    let transport = Wire::new(recordings);
    let setting = |name: &str, default: &str| {
        let value = case.settings.get(name);
        value.map_or_else(|| default.to_owned(), string)
    };
    let token = case.settings.get("session_token_of_long_term_credentials");
    let credentials = Credentials::new(
        &*recordings.access_key,
        &*recordings.secret_key,
        token.map(string),
        None,
        "recordings",
    );
    let mut builder = Client::builder()
        .region(setting("region", "us-west-2"))
        .credentials(credentials)
        .use_fips(case.has("fips", true))
        .use_dual_stack(case.has("dual_stack", true))
        .max_attempts(1)
        .clock(Still)
        .transport(transport.clone());
    if !case.over_tls {
        builder = builder.endpoint_url("http://127.0.0.1:8080");
    }
    let client = settings(builder, case)
        .build()
        .map_err(|error| error.to_string())?;
    request::call(&client, case).await?;
    let sent = std::mem::take(&mut *transport.sent.lock().unwrap());
    let is_session = case.operation == "create_session";
    let own = |sent: &Sent| is_session || !sent.target.ends_with("?session");
    sent.into_iter()
        .rfind(own)
        .ok_or_else(|| "nothing was sent".to_owned())
}

/// The settings that not every case has.
fn settings(mut builder: zonal::Builder<Client>, case: &Case) -> zonal::Builder<Client> {
    if case.has("anonymous", true) {
        builder = builder.anonymous();
    }
    if case.has("session_auth", false) || case.settings.contains_key("env") {
        builder = builder.session_auth(false);
    }
    if case.has("request_checksums", "when_required") {
        builder = builder.request_checksums(zonal::Checksums::WhenRequired);
    }
    if case.has("response_checksums", "when_required") {
        builder = builder.response_checksums(zonal::Checksums::WhenRequired);
    }
    builder
}

/// Headers that say nothing of the request, or follow from the rest.
const IGNORED: &[&str] = &[
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "expect",
    "transfer-encoding",
    "user-agent",
];

impl Sent {
    /// All differences, each on a line.
    pub(crate) fn differences(&self, theirs: &Recorded, case: &Case) -> Vec<String> {
        let mut found = Vec::new();
        let mut differ = |what: &str, ours: &str, theirs: &str| {
            if ours != theirs {
                found.push(format!("{what}: {ours:?}, recorded {theirs:?}"));
            }
        };
        differ("method", &self.method, &theirs.method);
        differ("target", &sorted(&self.target), &sorted(&theirs.target));
        differ(
            "scheme",
            &self.scheme,
            if case.over_tls { "https" } else { "http" },
        );
        differ("auth", &self.auth(), &theirs.auth);
        differ("scope", scope(&self.headers), scope(&theirs.headers));
        let names: BTreeSet<_> = self.headers.keys().chain(theirs.headers.keys()).collect();
        for name in names
            .into_iter()
            .filter(|name| !IGNORED.contains(&&***name))
        {
            let value = |headers: &BTreeMap<String, String>| {
                headers
                    .get(name)
                    .map_or("", String::as_str)
                    .trim()
                    .to_owned()
            };
            differ(name, &value(&self.headers), &value(&theirs.headers));
        }
        if let Some(body) = &theirs.body {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            differ("body", &text(&self.body), &text(body));
        }
        found
    }

    fn auth(&self) -> String {
        match self.headers.get("authorization") {
            None => "none",
            Some(_) if self.headers.contains_key("x-amz-s3session-token") => "session",
            Some(_) => "plain-sigv4",
        }
        .to_owned()
    }
}

/// Access key, day, region and service.
fn scope(headers: &BTreeMap<String, String>) -> &str {
    let authorization = headers.get("authorization").map_or("", String::as_str);
    let scope = authorization
        .split_once("Credential=")
        .map_or("", |(_, rest)| rest);
    scope.split(',').next().unwrap_or_default()
}

/// A target whose parameters are in order, each name with an `=`.
fn sorted(target: &str) -> String {
    let Some((path, query)) = target.split_once('?') else {
        return target.to_owned();
    };
    let mut params: Vec<_> = query
        .split('&')
        // names the operation, for those who read logs; not every client sends it
        .filter(|param| !param.starts_with("x-id="))
        .map(|param| {
            if param.contains('=') {
                param.to_owned()
            } else {
                format!("{param}=")
            }
        })
        .collect();
    params.sort();
    if params.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", params.join("&"))
    }
}

/// Keeps requests, opens sessions as the recordings have them, and answers everything else with nothing.
#[derive(Clone)]
struct Wire {
    sent: Arc<Mutex<Vec<Sent>>>,
    session: Bytes,
}

impl Wire {
    fn new(recordings: &Recordings) -> Self {
        let member = |name: &str| {
            let value = string(&recordings.session[name]);
            format!("<{name}>{value}</{name}>")
        };
        let names = [
            "AccessKeyId",
            "SecretAccessKey",
            "SessionToken",
            "Expiration",
        ];
        let members = names.map(member).concat();
        let session = format!(
            "<CreateSessionResult><Credentials>{members}</Credentials></CreateSessionResult>"
        );
        Self {
            sent: Arc::default(),
            session: session.into(),
        }
    }

    async fn answer(&self, request: http::Request<RequestBody>) -> http::Response<ResponseBody> {
        let (parts, body) = request.into_parts();
        let headers = parts.headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.to_string(), value)
        });
        let target = parts.uri.path_and_query().unwrap().to_string();
        let opens = target.ends_with("?session");
        let sent = Sent {
            method: parts.method.to_string(),
            scheme: parts.uri.scheme_str().unwrap().to_owned(),
            target,
            headers: headers.collect(),
            body: body.collect().await.unwrap().to_bytes().to_vec(),
        };
        self.sent.lock().unwrap().push(sent);
        let body = if opens {
            self.session.clone()
        } else {
            Bytes::new()
        };
        http::Response::new(ResponseBody::from(body))
    }
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wire")
    }
}

impl Transport for Wire {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        Box::pin(async { Ok(self.answer(request).await) })
    }
}

/// A clock that stands still.
#[derive(Clone, Copy, Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + NOW
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}
