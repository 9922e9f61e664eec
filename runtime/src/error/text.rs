//! The message of a failure, in one line.

use std::fmt;

use super::ServiceError;
use super::failure::{Cause, Doubt, Failure};
use crate::endpoint::misplaced;
use crate::retry::Stop;

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // which operation a body is of is not known
        if !matches!(self.cause, Cause::Read(_)) {
            write!(f, "{} failed: ", self.operation)?;
        }
        match &self.cause {
            Cause::Encode(error) => write!(f, "{error}")?,
            Cause::Endpoint(error) => write!(f, "{error}")?,
            Cause::Credentials(error) => write!(f, "{error}")?,
            Cause::Insecure => f.write_str(
                "its answer holds a secret and the endpoint is plain http; use https, or allow \
                 it with `allow_http(true)` on the client's builder",
            )?,
            Cause::Body(failure) => write!(f, "{failure}")?,
            Cause::Read(error) => write!(f, "{error}")?,
            Cause::Transport(error) => {
                write!(f, "{error}")?;
                self.zone_text(f)?;
            }
            Cause::TooLong { limit } => write!(
                f,
                "the response is longer than the {limit} bytes this operation may answer"
            )?,
            Cause::Service(error) => self.service_text(error, f)?,
            Cause::Decode(error) => write!(f, "{error}")?,
            Cause::Session(error, _) => write!(f, "{error}")?,
        }
        f.write_str(match self.doubt {
            Doubt::None => "",
            Doubt::Last => "; the request may have succeeded all the same",
            Doubt::Earlier => "; an earlier attempt may have succeeded",
        })?;
        self.context(f)
    }
}

/// How many characters of a message are shown.
const SHOWN_LIMIT: usize = 1024;

impl Failure {
    /// The reason only, without host, attempts and consequences.
    pub(super) fn reason(&self) -> String {
        match &self.root().cause {
            Cause::Transport(error) => error.reason().to_owned(),
            Cause::Endpoint(error) => error.reason().to_string(),
            Cause::Credentials(error) => error.to_string(),
            Cause::Encode(error) => error.to_string(),
            Cause::Decode(error) => error.to_string(),
            Cause::Body(failure) => failure.to_string(),
            Cause::Read(error) => error.to_string(),
            Cause::Service(error) => error.message.as_ref().unwrap_or(&error.code).clone(),
            Cause::Session(error, _) => error.to_string(),
            Cause::Insecure => {
                "its answer holds a secret and the endpoint is plain http".to_owned()
            }
            Cause::TooLong { limit } => format!("the response is longer than {limit} bytes"),
        }
    }

    fn service_text(&self, error: &ServiceError, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&error.code)?;
        // a message without a code is not quoted
        if let Some(message) = error.message.as_ref().filter(|_| error.from_body) {
            let end = message.char_indices().nth(SHOWN_LIMIT);
            let shown = end.map_or(&**message, |(end, _)| &message[..end]);
            let rest = if end.is_some() { "…" } else { "" };
            write!(f, ": {shown}{rest}")?;
        }
        if self
            .status
            .is_some_and(|status| status.is_redirection() && status != 304)
        {
            f.write_str(": the server redirects, which is never followed")?;
            match &error.bucket_region {
                Some(region) => write!(f, "; it says the bucket is in region {region}")?,
                None => f.write_str("; check the region and the endpoint")?,
            }
        } else if !error.from_body && self.status.is_none_or(|status| status != 304) {
            f.write_str(": the answer has no S3 error document")?;
        }
        Ok(())
    }

    /// A host that cannot exist because the bucket's zone is in another region.
    fn zone_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.as_deref().and_then(misplaced) {
            Some((zone, region, other)) => write!(
                f,
                "; the zone {zone} is in {region}, not in {other}: check the client's region"
            ),
            None => Ok(()),
        }
    }

    /// The part in parentheses: status, request id, host, attempts.
    fn context(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // where there is no session, its own failure says where that was
        let is_own = std::ptr::eq(self.root(), self);
        let mut separator = " (";
        let mut part = |f: &mut fmt::Formatter<'_>, text: fmt::Arguments<'_>| {
            let written = write!(f, "{separator}{text}");
            separator = ", ";
            written
        };
        if let Some(status) = self.status {
            part(f, format_args!("HTTP {}", status.as_u16()))?;
        }
        if let Some(id) = &self.request_id {
            part(f, format_args!("request id {id}"))?;
        }
        if let Some(host) = self.host.as_ref().filter(|_| is_own) {
            part(f, format_args!("host {host}"))?;
        }
        if let Cause::Session(_, bucket) = &self.cause {
            part(f, format_args!("bucket {bucket}"))?;
        }
        if self.attempts > 1 {
            part(f, format_args!("{} attempts", self.attempts))?;
        }
        if let Some(reason) = self.stop.and_then(Stop::reason) {
            part(f, format_args!("{reason}"))?;
        }
        match separator {
            " (" => Ok(()),
            _ => f.write_str(")"),
        }
    }
}
