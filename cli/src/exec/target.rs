//! [`Target`]: what a request is about, and how it is to be signed.

use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};
use percent_encoding::{percent_decode_str, percent_encode};
use zonal::__private::signing::{ENCODED, ENCODED_GREEDY};

/// The settings of a bucket, which the control endpoint has.
const SETTINGS: [&str; 5] = ["encryption", "inventory", "lifecycle", "metrics", "policy"];

/// A path in canonical form.
pub(super) fn canonical_path(path: &str) -> String {
    let bytes: Vec<u8> = percent_decode_str(path).collect();
    percent_encode(&bytes, ENCODED_GREEDY).to_string()
}

/// The parameters of a query, decoded.
pub(super) struct QueryParams(Vec<(Vec<u8>, Vec<u8>)>);

impl QueryParams {
    pub(super) fn of(head: &Parts) -> Self {
        let text = head.uri.query().unwrap_or_default();
        let params = text.split('&').filter(|param| !param.is_empty());
        let params = params.map(|param| {
            let (name, value) = param.split_once('=').unwrap_or((param, ""));
            (decoded(name), decoded(value))
        });
        Self(params.collect())
    }

    /// The first value of a parameter.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut params = self.0.iter();
        let (_, value) = params.find(|(given, _)| given == name.as_bytes())?;
        std::str::from_utf8(value).ok()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// In canonical form, without a parameter.
    pub(super) fn without(&self, name: &str) -> String {
        self.encoded(|given| given != name.as_bytes())
    }

    /// In canonical form, without what belongs to a signature.
    pub(super) fn unsigned(&self) -> String {
        const OF_SIGNATURES: [&str; 9] = [
            "X-Amz-Algorithm",
            "X-Amz-Content-Sha256",
            "X-Amz-Credential",
            "X-Amz-Date",
            "X-Amz-Expires",
            "X-Amz-S3session-Token",
            "X-Amz-Security-Token",
            "X-Amz-Signature",
            "X-Amz-SignedHeaders",
        ];
        self.encoded(|given| OF_SIGNATURES.iter().all(|name| given != name.as_bytes()))
    }

    fn encoded(&self, is_wanted: impl Fn(&[u8]) -> bool) -> String {
        let params = self.0.iter().filter(|(name, _)| is_wanted(name));
        let params = params.map(|(name, value)| {
            let (name, value) = (
                percent_encode(name, ENCODED),
                percent_encode(value, ENCODED),
            );
            format!("{name}={value}")
        });
        params.collect::<Vec<_>>().join("&")
    }
}

/// A plus sign is a blank, as S3 has it.
fn decoded(text: &str) -> Vec<u8> {
    percent_decode_str(&text.replace('+', " ")).collect()
}

/// How a request is sent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// In a session of the bucket.
    Session,
    /// To the zone, with the keys of the account.
    Account,
    /// To the control endpoint, with those keys.
    Control,
    /// It opens a session: it is answered here.
    CreateSession,
}

/// What a request is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) bucket: Option<String>,
    /// The path behind the bucket, in canonical form.
    pub(super) path: String,
    pub(super) way: Way,
}

impl Target {
    pub(super) fn of(head: &Parts, query: &QueryParams) -> Self {
        let path = canonical_path(head.uri.path());
        let (bucket, path) = match bucket_of_host(&head.headers) {
            Some(bucket) => (Some(bucket), path),
            None => split(&path),
        };
        let way = match (&bucket, &*path) {
            (None, _) => Way::Control,
            (Some(_), "/") => way_of_bucket(&head.method, query),
            (Some(_), _) if head.headers.contains_key("x-amz-copy-source") => Way::Account,
            (Some(_), _) => Way::Session,
        };
        Self { bucket, path, way }
    }
}

fn way_of_bucket(method: &Method, query: &QueryParams) -> Way {
    let is_settings = SETTINGS.iter().any(|name| query.has(name));
    match *method {
        _ if is_settings => Way::Control,
        Method::GET if query.has("session") => Way::CreateSession,
        Method::PUT | Method::DELETE => Way::Control,
        Method::HEAD => Way::Account,
        _ => Way::Session,
    }
}

/// The bucket before the host: `demo--usw2-az1--x-s3.localhost:9000`.
fn bucket_of_host(headers: &HeaderMap) -> Option<String> {
    let authority = headers.get("host")?.to_str().ok()?;
    let host = authority
        .rsplit_once(':')
        .map_or(authority, |(host, _)| host);
    let bucket = host
        .strip_suffix(".localhost")
        .or_else(|| host.strip_suffix(".127.0.0.1"));
    bucket.map(str::to_owned)
}

/// The bucket at the beginning of a path, and what follows it.
fn split(path: &str) -> (Option<String>, String) {
    let path = path.strip_prefix('/').unwrap_or(path);
    let (bucket, rest) = path.split_once('/').unwrap_or((path, ""));
    let bucket = (!bucket.is_empty()).then(|| bucket.to_owned());
    (bucket, format!("/{rest}"))
}

/// Whether a service rejects who signed a request, which another session may mend.
pub(super) fn is_refused(status: StatusCode) -> bool {
    matches!(status.as_u16(), 400 | 401 | 403)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(method: &str, url: &str, header: Option<&str>) -> Target {
        let mut request = http::Request::builder().method(method).uri(url);
        let host = header
            .filter(|header| header.contains(':'))
            .unwrap_or("127.0.0.1:1");
        request = request.header("host", host);
        if header == Some("copy") {
            request = request.header("x-amz-copy-source", "b/k");
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        Target::of(&head, &QueryParams::of(&head))
    }

    #[test]
    fn requests_go_where_their_operations_go() {
        for (method, url, header, bucket, path, way) in [
            ("GET", "/", None, None, "/", Way::Control),
            (
                "GET",
                "/b?session",
                None,
                Some("b"),
                "/",
                Way::CreateSession,
            ),
            ("GET", "/b/?list-type=2", None, Some("b"), "/", Way::Session),
            ("POST", "/b?delete", None, Some("b"), "/", Way::Session),
            ("HEAD", "/b", None, Some("b"), "/", Way::Account),
            ("PUT", "/b", None, Some("b"), "/", Way::Control),
            ("GET", "/b?policy", None, Some("b"), "/", Way::Control),
            ("PUT", "/b/k", Some("copy"), Some("b"), "/k", Way::Account),
            (
                "PUT",
                "/b/a%20(b)",
                None,
                Some("b"),
                "/a%20%28b%29",
                Way::Session,
            ),
            (
                "GET",
                "/b/session?x=1",
                None,
                Some("b"),
                "/session",
                Way::Session,
            ),
            (
                "GET",
                "/k/l",
                Some("b.localhost:1"),
                Some("b"),
                "/k/l",
                Way::Session,
            ),
            (
                "GET",
                "/?session=",
                Some("b.127.0.0.1:1"),
                Some("b"),
                "/",
                Way::CreateSession,
            ),
        ] {
            let expected = Target {
                bucket: bucket.map(str::to_owned),
                path: path.to_owned(),
                way,
            };
            assert_eq!(target(method, url, header), expected, "{method} {url}");
        }
    }
}
