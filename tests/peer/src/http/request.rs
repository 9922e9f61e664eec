//! Request heads: parsing with limits, and the errors of invalid ones.

use super::headers::{Header, Headers};
use super::limits::Limits;
use crate::data::Data;

/// A request as it came in.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The target's bytes, untouched.
    pub(crate) target: Vec<u8>,
    /// Minor version of HTTP/1.
    pub(crate) minor_version: u8,
    pub(crate) headers: Headers,
    /// What is kept of the body.
    pub(crate) body: Data,
    /// How long the body was.
    pub(crate) body_length: usize,
    /// Fields after a chunked body.
    pub(crate) trailers: Headers,
}

/// How a request's body is framed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyLength {
    Known(u64),
    Chunked,
}

/// A request that cannot be served at the HTTP level; the connection closes after the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HttpError {
    Malformed(&'static str),
    HeadTooLarge,
    BodyTooLarge,
    UnknownTransferCoding,
    Timeout,
    /// The temporary file for bodies failed.
    Disk,
    /// The client is gone; there is nobody to answer.
    Gone,
}

impl From<std::io::Error> for HttpError {
    fn from(_: std::io::Error) -> Self {
        Self::Gone
    }
}

impl Request {
    /// Parses a head from the start of `buffer`. `Ok(None)` asks for more bytes; the number is the head's length.
    pub(crate) fn parse_head(
        buffer: &[u8],
        limits: &Limits,
    ) -> Result<Option<(Self, usize)>, HttpError> {
        let mut fields = vec![httparse::EMPTY_HEADER; limits.headers];
        let mut parsed = httparse::Request::new(&mut fields);
        let length = match parsed.parse(buffer) {
            Ok(httparse::Status::Complete(length)) if length <= limits.head_bytes => length,
            Ok(httparse::Status::Complete(_)) | Err(httparse::Error::TooManyHeaders) => {
                return Err(HttpError::HeadTooLarge);
            }
            Ok(httparse::Status::Partial) if buffer.len() < limits.head_bytes => return Ok(None),
            Ok(httparse::Status::Partial) => return Err(HttpError::HeadTooLarge),
            Err(_) => return Err(HttpError::Malformed("The request head is not HTTP/1.1.")),
        };
        let (Some(method), Some(target), Some(minor_version)) =
            (parsed.method, parsed.path, parsed.version)
        else {
            return Err(HttpError::Malformed("The request line is not complete."));
        };
        let headers = parsed.headers.iter();
        let headers = headers.map(|field| Header {
            name: field.name.to_owned(),
            value: field.value.trim_ascii().to_vec(),
        });
        let request = Self {
            method: method.to_owned(),
            target: target.as_bytes().to_vec(),
            minor_version,
            headers: Headers(headers.collect()),
            body: Data::default(),
            body_length: 0,
            trailers: Headers::default(),
        };
        request.check_host()?;
        Ok(Some((request, length)))
    }

    fn check_host(&self) -> Result<(), HttpError> {
        match self.headers.single("host") {
            Ok(Some(_)) => Ok(()),
            Ok(None) if self.minor_version == 0 => Ok(()),
            _ => Err(HttpError::Malformed(
                "A request needs exactly one Host header.",
            )),
        }
    }

    /// How long the body is, refusing every ambiguous framing.
    pub(crate) fn body_length(&self) -> Result<BodyLength, HttpError> {
        let coding = self.headers.single("transfer-encoding");
        let coding =
            coding.map_err(|_| HttpError::Malformed("Transfer-Encoding is there twice."))?;
        let length = self.headers.single("content-length");
        let length = length.map_err(|_| HttpError::Malformed("Content-Length is there twice."))?;
        match (coding, length) {
            (Some(_), Some(_)) => Err(HttpError::Malformed(
                "Content-Length and Transfer-Encoding exclude each other.",
            )),
            (Some(coding), None) if coding.eq_ignore_ascii_case(b"chunked") => {
                Ok(BodyLength::Chunked)
            }
            (Some(_), None) => Err(HttpError::UnknownTransferCoding),
            (None, Some(digits)) => Ok(BodyLength::Known(parse_length(digits)?)),
            (None, None) => Ok(BodyLength::Known(0)),
        }
    }

    /// How much longer than its data an `aws-chunked` body may be, which has a line of up to 100 bytes for each chunk of
    /// at least 8 KiB, and trailing fields.
    pub(crate) fn framing_allowance(&self, limit: u64) -> u64 {
        match self.headers.single("x-amz-decoded-content-length") {
            Ok(Some(_)) => limit / 64 + 64 * 1024,
            _ => 0,
        }
    }

    pub(crate) fn keeps_alive(&self) -> bool {
        match self.minor_version {
            0 => self.headers.lists("connection", "keep-alive"),
            _ => !self.headers.lists("connection", "close"),
        }
    }

    pub(crate) fn expects_continue(&self) -> bool {
        self.minor_version > 0 && self.headers.lists("expect", "100-continue")
    }
}

fn parse_length(digits: &[u8]) -> Result<u64, HttpError> {
    let malformed = HttpError::Malformed("Content-Length is not a number.");
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(malformed);
    }
    std::str::from_utf8(digits)
        .ok()
        .and_then(|text| text.parse().ok())
        .ok_or(malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Result<Option<(Request, usize)>, HttpError> {
        Request::parse_head(text.as_bytes(), &Limits::default())
    }

    #[test]
    fn keeps_order_case_and_raw_target() {
        let (request, length) =
            head("GET /a%2fb/../?x HTTP/1.1\r\nHost: h\r\nX-B:  2 \r\nx-a: 1\r\n\r\nrest")
                .expect("ok")
                .expect("all");
        assert_eq!(request.target, b"/a%2fb/../?x");
        let names: Vec<_> = request
            .headers
            .0
            .iter()
            .map(|header| header.name.as_str())
            .collect();
        assert_eq!(names, ["Host", "X-B", "x-a"]);
        assert_eq!(request.headers.single("x-b"), Ok(Some(b"2".as_slice())));
        assert_eq!(length, 56);
    }

    #[test]
    fn incomplete_heads_ask_for_more_until_the_limit() {
        assert!(head("GET / HTTP/1.1\r\nHo").expect("ok").is_none());
        let limits = Limits {
            head_bytes: 20,
            ..Limits::default()
        };
        let result = Request::parse_head(b"GET / HTTP/1.1\r\nHost: aaaaaa", &limits);
        assert_eq!(result.err(), Some(HttpError::HeadTooLarge));
    }

    #[test]
    fn host_must_be_there_once() {
        assert!(head("GET / HTTP/1.1\r\n\r\n").is_err());
        assert!(head("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").is_err());
    }

    #[test]
    fn ambiguous_lengths_are_refused() {
        let length = |fields: &str| {
            let (request, _) = head(&format!("PUT / HTTP/1.1\r\nHost: h\r\n{fields}\r\n"))
                .expect("ok")
                .expect("all");
            request.body_length()
        };
        assert_eq!(length("Content-Length: 5\r\n"), Ok(BodyLength::Known(5)));
        assert_eq!(
            length("Transfer-Encoding: chunked\r\n"),
            Ok(BodyLength::Chunked)
        );
        assert_eq!(
            length("Transfer-Encoding: gzip\r\n"),
            Err(HttpError::UnknownTransferCoding)
        );
        for bad in [
            "Content-Length: +5",
            "Content-Length: ",
            "Content-Length: 99999999999999999999",
        ] {
            assert!(length(&format!("{bad}\r\n")).is_err(), "{bad}");
        }
        assert!(length("Content-Length: 5\r\nContent-Length: 5\r\n").is_err());
        assert!(length("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n").is_err());
    }
}
