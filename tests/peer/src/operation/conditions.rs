//! Conditional requests.

use super::Call;
use crate::error::S3Error;
use crate::object::StoredObject;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use std::time::SystemTime;

/// The four conditions of HTTP, on the target or (with a prefix) on the source of a copy or a rename.
#[derive(Debug, Clone, Default)]
pub(super) struct Conditions {
    if_match: Option<String>,
    if_none_match: Option<String>,
    if_modified_since: Option<SystemTime>,
    if_unmodified_since: Option<SystemTime>,
}

/// How conditions came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Holds,
    NotModified,
    Failed(&'static str),
}

impl Conditions {
    /// Reads `PREFIXif-match` and its like.
    pub(super) fn read(call: &Call<'_>, prefix: &str) -> Result<Self, S3Error> {
        let header = |name: &str| call.header(&format!("{prefix}{name}"));
        Ok(Self {
            if_match: header("if-match")?,
            if_none_match: header("if-none-match")?,
            if_modified_since: header("if-modified-since")?.and_then(|text| http_date(&text)),
            if_unmodified_since: header("if-unmodified-since")?.and_then(|text| http_date(&text)),
        })
    }

    /// Conditions of a write, of which `If-None-Match` takes `*` alone.
    pub(super) fn of_write(call: &Call<'_>) -> Result<Self, S3Error> {
        let conditions = Self {
            if_modified_since: None,
            if_unmodified_since: None,
            ..Self::read(call, "")?
        };
        match conditions.if_none_match.as_deref() {
            None | Some("*") => Ok(conditions),
            Some(_) => Err(S3Error::not_implemented(
                "A header asks for something that is not implemented",
            )
            .with("Header", "If-None-Match")),
        }
    }

    /// How they come out for an object that is there.
    pub(super) fn outcome(&self, object: &StoredObject) -> Outcome {
        let modified = object.last_modified;
        match (&self.if_match, self.if_unmodified_since) {
            (Some(tags), _) if !lists(tags, &object.etag) => return Outcome::Failed("If-Match"),
            (None, Some(since)) if modified > since => {
                return Outcome::Failed("If-Unmodified-Since");
            }
            _ => {}
        }
        match (&self.if_none_match, self.if_modified_since) {
            (Some(tags), _) if lists(tags, &object.etag) => Outcome::NotModified,
            (None, Some(since)) if modified <= since => Outcome::NotModified,
            _ => Outcome::Holds,
        }
    }

    /// Fails with 412 where a condition does not hold: for writes, sources of copies and renames.
    pub(super) fn check(&self, object: &StoredObject) -> Result<(), S3Error> {
        match self.outcome(object) {
            Outcome::Holds => Ok(()),
            Outcome::NotModified if self.if_none_match.is_some() => {
                Err(precondition_failed("If-None-Match"))
            }
            Outcome::NotModified => Err(precondition_failed("If-Modified-Since")),
            Outcome::Failed(condition) => Err(precondition_failed(condition)),
        }
    }

    /// The same where there is no object.
    pub(super) fn check_missing(&self) -> Result<(), S3Error> {
        match self.if_match {
            Some(_) => Err(precondition_failed("If-Match")),
            None => Ok(()),
        }
    }

    /// The same for a key that is to be written and may not be there.
    pub(super) fn check_target(
        &self,
        key: &str,
        object: Option<&StoredObject>,
    ) -> Result<(), S3Error> {
        match object {
            Some(object) => self.check(object),
            None if self.if_match.is_some() => Err(S3Error::no_such_key(key)),
            None => Ok(()),
        }
    }
}

/// The conditions of a deletion; they hold for what is not there.
#[derive(Debug, Clone, Default)]
pub(super) struct DeleteConditions {
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<SystemTime>,
    pub(super) size: Option<u64>,
}

impl DeleteConditions {
    pub(super) fn check(&self, object: &StoredObject) -> Result<(), S3Error> {
        let other_tag = self
            .etag
            .as_ref()
            .is_some_and(|etag| !lists(etag, &object.etag));
        if other_tag {
            return Err(precondition_failed("If-Match"));
        }
        if self
            .last_modified
            .is_some_and(|at| at != object.last_modified)
        {
            return Err(precondition_failed("x-amz-if-match-last-modified-time"));
        }
        if self.size.is_some_and(|size| size != object.size()) {
            return Err(precondition_failed("x-amz-if-match-size"));
        }
        Ok(())
    }
}

pub(super) fn precondition_failed(condition: &str) -> S3Error {
    S3Error::new(
        412,
        "PreconditionFailed",
        "At least one of the pre-conditions you specified did not hold",
    )
    .with("Condition", condition)
}

pub(super) fn http_date(text: &str) -> Option<SystemTime> {
    let date = DateTime::from_str(text.trim(), Format::HttpDate).ok()?;
    SystemTime::try_from(date).ok()
}

/// Whether a list of entity tags has this one; quotes are optional.
fn lists(tags: &str, etag: &str) -> bool {
    tags.split(',').any(|tag| {
        let tag = tag.trim();
        tag == "*" || bare(tag) == bare(etag)
    })
}

/// An entity tag without its quotes.
pub(super) fn bare(etag: &str) -> &str {
    etag.trim_start_matches("W/").trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Details;
    use std::time::Duration;

    #[test]
    fn precedence_is_that_of_http() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
        let second = Duration::from_secs(1);
        let object = StoredObject::new(Default::default(), Details::default(), None, at);
        let same = Some(object.etag.clone());
        let other = Some("\"other\"".to_owned());
        let outcome = |if_match: &Option<String>, none: &Option<String>, modified, unmodified| {
            let conditions = Conditions {
                if_match: if_match.clone(),
                if_none_match: none.clone(),
                if_modified_since: modified,
                if_unmodified_since: unmodified,
            };
            conditions.outcome(&object)
        };
        assert_eq!(outcome(&None, &None, None, None), Outcome::Holds);
        assert_eq!(
            outcome(&same, &None, None, Some(at - second)),
            Outcome::Holds
        );
        assert_eq!(
            outcome(&other, &None, None, None),
            Outcome::Failed("If-Match")
        );
        assert_eq!(
            outcome(&None, &None, None, Some(at - second)),
            Outcome::Failed("If-Unmodified-Since")
        );
        assert_eq!(outcome(&None, &same, None, None), Outcome::NotModified);
        assert_eq!(outcome(&None, &other, Some(at), None), Outcome::Holds);
        assert_eq!(outcome(&None, &None, Some(at), None), Outcome::NotModified);
        assert_eq!(
            outcome(&None, &None, Some(at - second), None),
            Outcome::Holds
        );
    }

    #[test]
    fn tags_come_in_lists_with_and_without_quotes() {
        assert!(lists("\"a\", \"b\"", "\"b\""));
        assert!(lists("b", "\"b\""));
        assert!(lists("*", "\"b\""));
        assert!(!lists("\"a\"", "\"b\""));
    }
}
