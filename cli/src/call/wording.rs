//! Errors of the client in the words of the AWS CLI, on which scripts match.

use http::StatusCode;
use zonal::{Error, ErrorKind};

use crate::failure::Failure;

/// What an attempt has come to.
pub(super) struct Trouble {
    pub(super) failure: Failure,
    /// Asking again may help.
    pub(super) again: bool,
    /// The region that the service says the bucket is in, which is not the one that was asked.
    pub(super) region: Option<String>,
}

/// `attempt` attempts have been made, of at most `attempts`.
pub(super) fn trouble<E>(error: &Error<E>, url: &str, attempt: u32, attempts: u32) -> Trouble {
    let again = is_retryable(error);
    let exhausted = again && attempt >= attempts;
    let message = match error.kind() {
        ErrorKind::Service => service(error, exhausted.then(|| attempt - 1)),
        ErrorKind::Decode => broken(error, exhausted.then(|| attempt - 1)),
        ErrorKind::Transport | ErrorKind::Timeout => connection(error, url),
        ErrorKind::Session if error.transport_kind().is_some() => connection(error, url),
        ErrorKind::Endpoint => without(error, "there is no endpoint for it: "),
        _ => error.to_string(),
    };
    Trouble {
        failure: Failure::new(message),
        again,
        region: redirect(error),
    }
}

/// What the AWS CLI asks for again: lost connections and certificates that are not trusted, a service that is
/// overloaded or broken, an answer that makes no sense.
fn is_retryable<E>(error: &Error<E>) -> bool {
    let status = error.status().map_or(0, |status| status.as_u16());
    match error.kind() {
        // a session that could not be opened; the client was told not to try again by itself
        ErrorKind::Transport | ErrorKind::Timeout | ErrorKind::Session => error.is_retryable(),
        ErrorKind::Decode => error.is_malformed(),
        ErrorKind::Service => {
            matches!(status, 429 | 500 | 502 | 503 | 504)
                || status == 200
                || matches!(
                    error.code(),
                    Some(
                        "SlowDown"
                            | "RequestTimeout"
                            | "RequestTimeoutException"
                            | "Throttling"
                            | "ThrottlingException"
                            | "RequestLimitExceeded"
                            | "PriorRequestNotComplete"
                    )
                )
        }
        _ => false,
    }
}

fn service<E>(error: &Error<E>, retries: Option<u32>) -> String {
    let status = error.status().unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let (code, message) = match error.has_document() {
        true => (
            error.code().unwrap_or("Unknown").to_owned(),
            error.message().unwrap_or("Unknown").to_owned(),
        ),
        false => (status.as_u16().to_string(), reason(status)),
    };
    refusal(error.operation(), &code, &message, retries)
}

fn refusal(operation: &str, code: &str, message: &str, retries: Option<u32>) -> String {
    let retries = retries.map_or_else(String::new, |retries| {
        format!(" (reached max retries: {retries})")
    });
    format!("An error occurred ({code}) when calling the {operation} operation{retries}: {message}")
}

/// An answer of success that is none. The AWS CLI takes one that is no XML for an internal error.
fn broken<E>(error: &Error<E>, retries: Option<u32>) -> String {
    match error.is_malformed() {
        true => {
            let message = format!("Internal Server Error ({error})");
            refusal(error.operation(), "500", &message, retries)
        }
        false => error.to_string(),
    }
}

fn reason(status: StatusCode) -> String {
    let reason = status.canonical_reason();
    reason.unwrap_or_default().to_owned()
}

fn connection<E>(error: &Error<E>, url: &str) -> String {
    let text = error.to_string();
    let detail = text
        .split_once(": ")
        .map_or(text.as_str(), |(_, detail)| detail);
    let what = match error.transport_kind() {
        Some(kind) => kind,
        None => return text,
    };
    use zonal::runtime::transport::TransportErrorKind as Kind;
    match what {
        Kind::Connect => format!("Could not connect to the endpoint URL: \"{url}\" ({detail})"),
        Kind::ConnectTimeout => format!("Connect timeout on endpoint URL: \"{url}\""),
        Kind::ReadTimeout | Kind::AttemptTimeout => {
            format!("Read timeout on endpoint URL: \"{url}\"")
        }
        Kind::Tls => format!("SSL validation failed for {url} {detail}"),
        Kind::Closed | Kind::Protocol => format!(
            "Connection was closed before we received a valid response from endpoint URL: \"{url}\" ({detail})."
        ),
        _ => text,
    }
}

fn without<E>(error: &Error<E>, beginning: &str) -> String {
    let text = error.to_string();
    let end = text.find(beginning).map_or(0, |at| at + beginning.len());
    let rest = &text[end..];
    // where the call would have gone says nothing here
    rest.rsplit_once(" (host ")
        .map_or(rest, |(rest, _)| rest)
        .to_owned()
}

/// The region that another server names. Only the region is taken from it, never an address.
fn redirect<E>(error: &Error<E>) -> Option<String> {
    let status = error.status()?.as_u16();
    let named = error.bucket_region()?;
    let redirects = matches!(status, 301 | 302 | 307)
        || status == 400 && error.code() == Some("AuthorizationHeaderMalformed");
    redirects.then(|| named.to_owned())
}
