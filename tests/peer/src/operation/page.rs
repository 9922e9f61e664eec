//! What the listings have in common: prefixes, delimiters, limits, markers, encoded names.

use super::Call;
use crate::contents::Place;
use crate::error::S3Error;
use crate::xml::Writer;

/// The most that a page shows.
const MAX_PAGE: usize = 1000;

/// The parameters that both listings of a bucket take.
pub(super) struct Parameters {
    pub(super) prefix: String,
    pub(super) delimiter: Option<String>,
    pub(super) limit: usize,
    /// Whether names come percent-encoded.
    pub(super) encoded: bool,
}

impl Parameters {
    pub(super) fn read(call: &Call<'_>, limit: &str) -> Result<Self, S3Error> {
        let parameter = |name: &str| call.target.parameter(name).unwrap_or_default();
        let prefix = parameter("prefix");
        if !prefix.is_empty() && !prefix.ends_with('/') {
            return Err(S3Error::invalid_argument(
                "prefix",
                &prefix,
                "A prefix of a directory bucket ends in a slash.",
            ));
        }
        let delimiter = Some(parameter("delimiter")).filter(|text| !text.is_empty());
        if let Some(other) = delimiter.as_deref().filter(|text| *text != "/") {
            return Err(S3Error::invalid_argument(
                "delimiter",
                other,
                "The delimiter of a directory bucket is a slash.",
            ));
        }
        let encoded = match parameter("encoding-type").as_str() {
            "" => false,
            "url" => true,
            other => {
                return Err(S3Error::invalid_argument(
                    "encoding-type",
                    other,
                    "Invalid Encoding Method specified in Request",
                ));
            }
        };
        let limit = number(limit, call.target.parameter(limit), MAX_PAGE)?;
        Ok(Self {
            prefix,
            delimiter,
            limit: limit.min(MAX_PAGE),
            encoded,
        })
    }

    /// A name as the page shows it.
    pub(super) fn name(&self, name: &str) -> String {
        if self.encoded {
            encode(name)
        } else {
            name.to_owned()
        }
    }

    pub(super) fn common_prefix(&self, xml: &mut Writer, prefix: &str) {
        xml.open("CommonPrefixes");
        xml.text("Prefix", &self.name(prefix));
        xml.close("CommonPrefixes");
    }
}

/// A parameter that is a number not below zero.
pub(super) fn number(name: &str, text: Option<String>, default: usize) -> Result<usize, S3Error> {
    const MOST: usize = 2_147_483_647;
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(default);
    };
    let number = text.parse().ok().filter(|number| *number <= MOST);
    number.ok_or_else(|| {
        S3Error::invalid_argument(
            name,
            &text,
            format!("Provided {name} not an integer or within integer range"),
        )
    })
}

/// A continuation token or an opaque marker.
pub(super) fn place(call: &Call<'_>, name: &str) -> Result<Option<Place>, S3Error> {
    match call.target.parameter(name) {
        None => Ok(None),
        Some(token) => match Place::of_token(&token) {
            Some(place) => Ok(Some(place)),
            None => Err(S3Error::invalid_argument(
                name,
                &token,
                "The continuation token provided is incorrect",
            )),
        },
    }
}

/// Parameters that directory buckets do not take.
pub(super) fn refuse(call: &Call<'_>, names: &[&str]) -> Result<(), S3Error> {
    match names.iter().find(|name| call.target.has(name)) {
        Some(name) => Err(S3Error::not_implemented(
            "A query parameter asks for something that is not implemented",
        )
        .with("ArgumentName", *name)),
        None => Ok(()),
    }
}

/// `encoding-type=url` as S3 does it: like a form, with `+` for a space and plain slashes.
fn encode(name: &str) -> String {
    crate::http::percent_encode(name.as_bytes(), true).replace("%20", "+")
}

/// The bucket's owner, who owns everything in it.
pub(super) fn owner(xml: &mut Writer, element: &str, call: &Call<'_>) {
    xml.open(element);
    xml.text("ID", &call.config.account_id);
    xml.close(element);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_encoded_like_forms() {
        assert_eq!(encode("a b/+é"), "a+b/%2B%C3%A9");
    }

    #[test]
    fn numbers_have_a_range() {
        let read = |text: &str| number("max-keys", Some(text.to_owned()), 7).map_err(|e| e.code);
        assert_eq!(read(""), Ok(7));
        assert_eq!(read("0"), Ok(0));
        assert_eq!(read("5000"), Ok(5000));
        for bad in ["-1", "x", "99999999999"] {
            assert_eq!(read(bad), Err("InvalidArgument"), "{bad}");
        }
    }
}
