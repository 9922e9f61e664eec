//! Error documents of a service, reduced to trusted fields.

use std::borrow::Cow;

use aws_smithy_types::DateTime;

use super::{DecodeError, Secrets};
use crate::endpoint::is_host_label;
use crate::response::Response;
use crate::text::TimestampFormat;
use crate::xml::{Document, Element};

/// Longest message that is kept, in characters.
const MESSAGE_LIMIT: usize = 4096;
/// Longest code or id that is kept.
const WORD_LIMIT: usize = 128;

/// A refusal of the service. Only these fields are read from its error document; others may carry
/// what must not be shown, such as the session token or the request that was signed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ServiceError {
    pub(crate) code: String,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) extended_request_id: Option<String>,
    pub(crate) bucket_region: Option<String>,
    pub(crate) server_time: Option<DateTime>,
    /// The code was in the body; otherwise it is made from the status.
    pub(crate) from_body: bool,
    pub(crate) document: ErrorDocument,
}

/// What the body of a refusal is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ErrorDocument {
    /// No error document, or none at all.
    #[default]
    None,
    /// An error document that breaks off or is not well-formed.
    Broken,
    /// An error document.
    Whole,
}

impl ServiceError {
    /// Reads what a response with an error status, or with an error document, says.
    pub(crate) fn read(response: &Response) -> Self {
        let fields = Fields::read(response);
        let mut error = fields
            .clone()
            .filter(|error| !error.code.is_empty())
            .map(|error| Self {
                from_body: true,
                ..error
            })
            .unwrap_or_else(|| Self::without_code(response.status().as_u16(), fields));
        if let Some(region) = header_word(response, "x-amz-bucket-region") {
            error.bucket_region = Some(region);
        }
        error.bucket_region = error.bucket_region.filter(|region| is_host_label(region));
        error
    }

    /// The service broke down over the request, at whatever point that was.
    pub(crate) fn is_internal(&self) -> bool {
        let codes = ["InternalError", "InternalFailure", "InternalServerError"];
        codes.contains(&&*self.code)
    }

    /// A document that lacks its code may have a message.
    fn without_code(status: u16, fields: Option<Self>) -> Self {
        Self {
            code: code_for_status(status),
            message: fields.as_ref().and_then(|error| error.message.clone()),
            document: fields.map_or(ErrorDocument::None, |error| error.document),
            ..Self::default()
        }
    }

    /// Reads an error that comes in a stream of events: the code beside it, the message inside.
    #[cfg(feature = "event-streams")]
    pub(crate) fn of_event(event: &Response, code: &str, message: Option<&str>) -> Self {
        let secrets = event.secrets();
        let mut error = Self::default();
        if let Ok(mut document) = Document::parse(event.body(), "Error") {
            // a payload that is no XML has no message
            drop(Fields { secrets }.fill(&mut document, &mut error));
        }
        let message = message.and_then(|text| sentence(&secrets.conceal(text)));
        Self {
            code: word(&secrets.conceal(code)),
            message: message.or(error.message),
            from_body: true,
            ..Self::default()
        }
    }
}

/// Whether a document with this root tells of an error. S3 writes the first; the others are those of services beside
/// it and of servers that are made after it.
pub(crate) fn is_error(root: &str) -> bool {
    let roots = ["Error", "ErrorResponse", "Errors", "Fault"];
    roots.iter().any(|name| root.eq_ignore_ascii_case(name))
}

/// The request id of a response, fit to be shown.
pub(crate) fn request_id(response: &Response) -> Option<String> {
    header_word(response, "x-amz-request-id").or_else(|| header_word(response, "x-amzn-requestid"))
}

/// The second id that S3 gives, fit to be shown.
pub(crate) fn extended_request_id(response: &Response) -> Option<String> {
    header_word(response, "x-amz-id-2")
}

fn header_word(response: &Response, name: &str) -> Option<String> {
    let text = response.headers().get(name)?.to_str().ok()?;
    Some(word(&response.secrets().conceal(text))).filter(|word| !word.is_empty())
}

/// Reads an error document.
struct Fields<'a> {
    secrets: &'a Secrets,
}

impl Fields<'_> {
    fn read(response: &Response) -> Option<ServiceError> {
        let fields = Fields {
            secrets: response.secrets(),
        };
        // whatever the encoding of its text, the code is ASCII
        let text = String::from_utf8_lossy(response.body());
        let mut document = Document::parse(text.as_bytes(), "Error").ok()?;
        let mut error = ServiceError::default();
        let root = document.root().filter(|root| is_error(root))?;
        let read = if root.eq_ignore_ascii_case("Error") {
            fields.fill(&mut document, &mut error)
        } else {
            fields.unwrap(&mut document, &mut error)
        };
        // a broken tail does not hide what was already said
        error.document = match read {
            Err(problem) if problem.is_malformed() => ErrorDocument::Broken,
            _ => ErrorDocument::Whole,
        };
        Some(error)
    }

    fn unwrap(
        &self,
        document: &mut Document<'_>,
        error: &mut ServiceError,
    ) -> Result<(), DecodeError> {
        while let Some(mut element) = document.next()? {
            match element.name() {
                name if name.eq_ignore_ascii_case("Error") => {
                    while let Some(field) = element.next()? {
                        self.take(field, error)?;
                    }
                }
                _ => self.take(element, error)?,
            }
        }
        Ok(())
    }

    fn fill(
        &self,
        document: &mut Document<'_>,
        error: &mut ServiceError,
    ) -> Result<(), DecodeError> {
        while let Some(field) = document.next()? {
            self.take(field, error)?;
        }
        Ok(())
    }

    fn take(&self, field: Element<'_, '_>, error: &mut ServiceError) -> Result<(), DecodeError> {
        // concealed before it is shortened: the half of a secret is one too
        let word = |text: Cow<'_, str>| word(&self.secrets.conceal(&text));
        match field.name() {
            "Code" | "code" => error.code = word(field.text()?),
            "Message" | "message" => {
                error.message = sentence(&self.secrets.conceal(&field.text()?));
            }
            "RequestId" => error.request_id = Some(word(field.text()?)),
            "HostId" => error.extended_request_id = Some(word(field.text()?)),
            "Region" | "BucketRegion" => error.bucket_region = Some(word(field.text()?)),
            "ServerTime" => {
                error.server_time = TimestampFormat::DateTime.read(&field.text()?).ok();
            }
            _ => field.skip()?,
        }
        Ok(())
    }
}

/// A code or an id: visible ASCII only.
fn word(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_graphic)
        .take(WORD_LIMIT)
        .collect()
}

/// A message: one line without control characters, of bounded length.
fn sentence(text: &str) -> Option<String> {
    let text = text.trim();
    let mut sentence: String = text
        .chars()
        .take(MESSAGE_LIMIT)
        .map(|c| if is_unprintable(c) { ' ' } else { c })
        .collect();
    if text.chars().nth(MESSAGE_LIMIT).is_some() {
        sentence.push('…');
    }
    Some(sentence).filter(|sentence| !sentence.is_empty())
}

/// Control characters, and those that reorder or hide text on a terminal.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn code_for_status(status: u16) -> String {
    let code = match status {
        301 | 308 => "PermanentRedirect",
        302 | 307 => "TemporaryRedirect",
        304 => "NotModified",
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        409 => "Conflict",
        412 => "PreconditionFailed",
        416 => "InvalidRange",
        429 => "TooManyRequests",
        500 => "InternalError",
        501 => "NotImplemented",
        502 => "BadGateway",
        503 => "ServiceUnavailable",
        504 => "GatewayTimeout",
        _ => return format!("Http{status}"),
    };
    code.to_owned()
}

/// An error document as generated code sees it, to read the members of a modelled error.
#[derive(Clone, Copy, Debug)]
pub struct ErrorBody<'a> {
    error: &'a ServiceError,
    response: Option<&'a Response>,
    /// The error is the root of the body, whatever that is called.
    is_root: bool,
}

impl<'a> ErrorBody<'a> {
    pub(crate) fn new(error: &'a ServiceError, response: Option<&'a Response>) -> Self {
        Self {
            error,
            response,
            is_root: false,
        }
    }

    /// An error that is an event.
    #[cfg(feature = "event-streams")]
    pub(crate) fn of_event(error: &'a ServiceError, event: &'a Response) -> Self {
        Self {
            error,
            response: Some(event),
            is_root: true,
        }
    }

    /// The message, cleaned for display.
    pub fn message(&self) -> Option<&'a str> {
        self.error.message.as_deref()
    }

    /// The response, for members bound to headers.
    pub fn response(&self) -> Option<&'a Response> {
        self.response
    }

    /// Reads the members of the error, from the element `Error` wherever it stands and from the
    /// headers; `None` where there is none or it is not well-formed.
    pub fn read<T>(
        &self,
        read: impl FnOnce(&Response, Element<'_, '_>) -> Result<T, DecodeError>,
    ) -> Option<T> {
        let response = self.response?;
        let mut document = Document::parse(response.body(), "Error").ok()?;
        if self.is_root || document.root() == Some("Error") {
            return read(response, document.element()?).ok();
        }
        while let Some(element) = document.next().ok()? {
            if element.name() == "Error" {
                return read(response, element).ok();
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &str) -> ServiceError {
        ServiceError::read(&Response::for_test(status, &[], body))
    }

    #[test]
    fn only_known_fields_are_taken() {
        let error = read(
            400,
            "<?xml version=\"1.0\"?>\n<Error><Code>ExpiredToken</Code><Message>The provided token has \
             expired.</Message><Token-0>MARKER</Token-0><StringToSign>MARKER</StringToSign>\
             <RequestId>4442587FB7D0A2F9</RequestId><HostId>abc=</HostId></Error>",
        );
        assert_eq!(error.code, "ExpiredToken");
        assert_eq!(error.request_id.as_deref(), Some("4442587FB7D0A2F9"));
        assert!(error.from_body);
        assert!(!format!("{error:?}").contains("MARKER"));
    }

    #[test]
    fn a_wrapped_error_and_a_cut_one_are_read() {
        let wrapped = read(
            400,
            "<ErrorResponse><Error><Type>Sender</Type><Code>Bad</Code></Error>\
             <RequestId>r</RequestId></ErrorResponse>",
        );
        assert_eq!(
            (&*wrapped.code, wrapped.request_id.as_deref()),
            ("Bad", Some("r"))
        );
        assert_eq!(wrapped.document, ErrorDocument::Whole);
        let cut = read(503, "<Error><Code>SlowDown</Code><Mess");
        assert_eq!(
            (&*cut.code, cut.document),
            ("SlowDown", ErrorDocument::Broken)
        );
    }

    #[test]
    fn text_of_a_server_is_cleaned() {
        let error = read(
            400,
            "<Error><Code>A\u{1b}[31mB</Code><Message>one\n\u{1b}[2J\u{202e}two</Message></Error>",
        );
        assert_eq!(error.code, "A[31mB");
        assert_eq!(error.message.as_deref(), Some("one  [2J two"));
        let long = read(
            400,
            &format!(
                "<Error><Code>C</Code><Message>{}</Message></Error>",
                "x".repeat(MESSAGE_LIMIT + 1)
            ),
        );
        assert_eq!(long.message.unwrap().chars().count(), MESSAGE_LIMIT + 1);
    }

    #[test]
    fn without_a_document_the_status_gives_the_code() {
        for (status, body, code) in [
            (404, "", "NotFound"),
            (403, "<html><body>no</body></html>", "Forbidden"),
            (418, "short and stout", "Http418"),
            (
                500,
                "<Error><Message>no code</Message></Error>",
                "InternalError",
            ),
        ] {
            let error = read(status, body);
            assert_eq!(error.code, code);
            assert!(!error.from_body);
        }
    }
}
