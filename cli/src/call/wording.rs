//! Errors of the client in the words of the AWS CLI, because scripts match them.

use http::StatusCode;
use zonal::runtime::ErrorDocument;
use zonal::{Error, ErrorKind};
use zonal_config::Values;

use super::raw::Refusal;
use crate::error_format::Details;
use crate::failure::Failure;

/// Why a call failed.
pub(super) struct Trouble {
    failure: Failure,
    /// How many attempts were made.
    pub(super) attempts: u32,
    /// The region that the service says the bucket is in, which is not the one that was asked.
    pub(super) region: Option<String>,
    /// The service says that the bucket is elsewhere, and not where.
    pub(super) is_lost: bool,
    /// The call may have been carried out anyway.
    pub(super) doubt: bool,
}

/// The addition for a call that may have been carried out.
const DOUBT: &str = "An attempt whose outcome is not known may have succeeded: look at what is there before you \
                     repeat the call.\n";

impl Trouble {
    /// A call that was not made, or whose answer cannot be shown.
    pub(super) fn new(message: String) -> Self {
        Self {
            failure: Failure::new(message),
            attempts: 0,
            region: None,
            is_lost: false,
            doubt: false,
        }
    }

    /// The failure of the whole call.
    pub(super) fn last(mut self) -> Failure {
        if self.doubt {
            self.failure.text.push_str(DOUBT);
        }
        self.failure
    }
}

/// Why a call failed; `made` attempts were made before, in another region.
pub(super) fn trouble(error: &Error<Refusal>, made: u32, settings: &Values) -> Trouble {
    let attempts = made + error.attempts();
    let exhausted = error.is_retryable() && attempts >= settings.attempts;
    let redirects = redirects(error);
    let message = message(error, exhausted.then(|| attempts.saturating_sub(1)));
    Trouble {
        failure: match error.status() {
            Some(status) if message.starts_with(REFUSED) => {
                let (code, message_alone) = said(error);
                let members = error.as_service_error().map(|refusal| refusal.0.clone());
                let details = Details {
                    code,
                    message: message_alone,
                    members: members.unwrap_or_default(),
                };
                let failure = Failure::new(message).refused_with(status.as_u16());
                failure.with_details(Some(details))
            }
            _ => Failure::new(message),
        },
        attempts,
        region: error
            .bucket_region()
            .filter(|_| redirects)
            .map(str::to_owned),
        is_lost: redirects && error.bucket_region().is_none(),
        doubt: error.may_have_succeeded(),
    }
}

/// The message of an error after all attempts.
pub(crate) fn words<E>(error: &Error<E>) -> String {
    let retries = error.attempts().saturating_sub(1);
    message(error, error.is_retryable().then_some(retries))
}

/// The message of an error after this number of retries.
fn message<E>(error: &Error<E>, retries: Option<u32>) -> String {
    match error.kind() {
        ErrorKind::Service => service(error, retries),
        // the service refused to open the session
        ErrorKind::Session if error.code().is_some() => service(error, retries),
        ErrorKind::Decode => broken(error, retries),
        ErrorKind::Transport | ErrorKind::Timeout => connection(error),
        ErrorKind::Session if error.transport_kind().is_some() => connection(error),
        ErrorKind::Endpoint => endpoint(error),
        _ => error.to_string(),
    }
}

fn service<E>(error: &Error<E>, retries: Option<u32>) -> String {
    let (code, message) = said(error);
    refusal(error.failed_operation(), &code, &message, retries)
}

/// The code and the message of a refusal.
fn said<E>(error: &Error<E>) -> (String, String) {
    let status = error.status().unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match error.document() {
        ErrorDocument::Whole => (
            error
                .code()
                .filter(|_| error.has_document())
                .unwrap_or("Unknown")
                .to_owned(),
            error
                .message()
                .or(error.message_without_code())
                .unwrap_or("Unknown")
                .to_owned(),
        ),
        // what breaks off may have lost the half that counts
        _ => (status.as_u16().to_string(), reason(status).to_owned()),
    }
}

/// What the errors of services begin with.
const REFUSED: &str = "An error occurred (";

fn refusal(operation: &str, code: &str, message: &str, retries: Option<u32>) -> String {
    let retries = retries.map_or_else(String::new, |retries| {
        format!(" (reached max retries: {retries})")
    });
    format!("{REFUSED}{code}) when calling the {operation} operation{retries}: {message}")
}

/// An answer of success that is none. The AWS CLI takes one that is no XML for an internal error.
fn broken<E>(error: &Error<E>, retries: Option<u32>) -> String {
    if error.is_malformed() {
        let message = format!("Internal Server Error ({error})");
        refusal(error.operation(), "500", &message, retries)
    } else {
        error.to_string()
    }
}

/// What Python calls a status, in the older words of HTTP.
fn reason(status: StatusCode) -> &'static str {
    match status.as_u16() {
        413 => "Request Entity Too Large",
        414 => "Request-URI Too Long",
        416 => "Requested Range Not Satisfiable",
        418 => "I'm a Teapot",
        _ => status.canonical_reason().unwrap_or_default(),
    }
}

/// The message of a network error, with the URL of the request.
fn connection<E>(error: &Error<E>) -> String {
    let (Some(url), Some(what)) = (error.url(), error.transport_kind()) else {
        return error.to_string();
    };
    let detail = error.reason();
    use zonal::runtime::transport::TransportErrorKind as Kind;
    match what {
        Kind::Connect
        | Kind::Refused
        | Kind::Lookup
        | Kind::NoRoute
        | Kind::TooManyOpenFiles
        | Kind::Proxy
        | Kind::ProxyAuthentication => {
            format!("Could not connect to the endpoint URL: \"{url}\" ({detail})")
        }
        Kind::ConnectTimeout => format!("Connect timeout on endpoint URL: \"{url}\""),
        Kind::ReadTimeout | Kind::AttemptTimeout => {
            format!("Read timeout on endpoint URL: \"{url}\"")
        }
        Kind::Tls => format!("SSL validation failed for {url} {detail}"),
        Kind::Closed | Kind::Protocol => format!(
            "Connection was closed before we received a valid response from endpoint URL: \"{url}\" ({detail})."
        ),
        _ => error.to_string(),
    }
}

/// The message of the endpoint rules, with the form of bucket names.
fn endpoint<E>(error: &Error<E>) -> String {
    let text = error.reason();
    if text.to_ascii_lowercase().contains("bucket name") {
        format!(
            "{text} A directory bucket is called NAME--ZONE--x-s3, such as demo--usw2-az1--x-s3."
        )
    } else {
        text
    }
}

/// Whether another server is named. Only the region is taken from it, never an address.
fn redirects<E>(error: &Error<E>) -> bool {
    const CODES: [&str; 3] = [
        "AuthorizationHeaderMalformed",
        "IllegalLocationConstraintException",
        "PermanentRedirect",
    ];
    let Some(status) = error.status() else {
        return false;
    };
    let code = error.code().filter(|_| error.has_document());
    matches!(status.as_u16(), 301 | 302 | 307) || code.is_some_and(|code| CODES.contains(&code))
}
