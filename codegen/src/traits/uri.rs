//! URI patterns of `smithy.api#http` and host prefixes of `smithy.api#endpoint`.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A path with labels and a literal query, such as `/{Bucket}/{Key+}?uploads`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UriPattern {
    text: String,
    /// The path, piece by piece, without the slashes between them. Empty for `/`; an empty literal at the
    /// end stands for a slash there.
    pub segments: Vec<Segment>,
    /// The query, in order; a parameter without `=` has no value.
    pub query: Vec<(String, Option<String>)>,
}

/// A piece of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// Text that is sent as it is.
    Literal(String),
    /// A member's value.
    Label {
        /// The member's name.
        name: String,
        /// Whether its slashes stay slashes.
        greedy: bool,
    },
}

/// Why a pattern does not follow Smithy's grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UriError {
    /// It does not begin with a slash.
    NoSlash,
    /// It has a fragment.
    Fragment,
    /// Two slashes follow each other.
    EmptySegment,
    /// A brace without its partner, or a label that is only part of a segment.
    Brace,
    /// A label that is no identifier.
    BadLabel,
    /// A label that stands there twice.
    RepeatedLabel,
    /// A label behind a greedy one.
    LabelAfterGreedy,
    /// A label in the query.
    LabelInQuery,
}

impl UriPattern {
    /// The pattern as the model writes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The labels: name, and whether it is greedy.
    pub fn labels(&self) -> impl Iterator<Item = (&str, bool)> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Label { name, greedy } => Some((&**name, *greedy)),
            Segment::Literal(_) => None,
        })
    }

    /// Reads a pattern.
    pub fn parse(text: &str) -> Result<Self, UriError> {
        let (path, query) = text
            .split_once('?')
            .map_or((text, None), |(path, query)| (path, Some(query)));
        let path = path.strip_prefix('/').ok_or(UriError::NoSlash)?;
        if text.contains('#') {
            return Err(UriError::Fragment);
        }
        let segments = if path.is_empty() {
            Vec::new()
        } else {
            parse_path(path)?
        };
        let query = query.map_or_else(|| Ok(Vec::new()), parse_query)?;
        let pattern = Self {
            text: text.to_owned(),
            segments,
            query,
        };
        pattern.check_labels()?;
        Ok(pattern)
    }

    fn check_labels(&self) -> Result<(), UriError> {
        let labels: Vec<_> = self.labels().collect();
        for (at, (name, _)) in labels.iter().enumerate() {
            let before = &labels[..at];
            if before.iter().any(|(other, _)| other == name) {
                return Err(UriError::RepeatedLabel);
            }
            if before.iter().any(|(_, greedy)| *greedy) {
                return Err(UriError::LabelAfterGreedy);
            }
        }
        Ok(())
    }
}

fn parse_path(path: &str) -> Result<Vec<Segment>, UriError> {
    let segments: Vec<&str> = path.split('/').collect();
    let last = segments.len() - 1;
    let segment = |(at, text): (usize, &&str)| match *text {
        "" if at < last => Err(UriError::EmptySegment),
        text => parse_segment(text),
    };
    segments.iter().enumerate().map(segment).collect()
}

fn parse_segment(text: &str) -> Result<Segment, UriError> {
    if !text.contains(['{', '}']) {
        return Ok(Segment::Literal(text.to_owned()));
    }
    let inner = text
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .ok_or(UriError::Brace)?;
    let (name, greedy) = inner
        .strip_suffix('+')
        .map_or((inner, false), |name| (name, true));
    if name.contains(['{', '}']) {
        return Err(UriError::Brace);
    }
    if !crate::model::is_identifier(name) {
        return Err(UriError::BadLabel);
    }
    Ok(Segment::Label {
        name: name.to_owned(),
        greedy,
    })
}

fn parse_query(query: &str) -> Result<Vec<(String, Option<String>)>, UriError> {
    if query.contains(['{', '}']) {
        return Err(UriError::LabelInQuery);
    }
    let parameter = |text: &str| match text.split_once('=') {
        Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
        None => (text.to_owned(), None),
    };
    Ok(query
        .split('&')
        .filter(|text| !text.is_empty())
        .map(parameter)
        .collect())
}

/// The labels of a host prefix such as `{AccountId}.data-`; none where a brace has no partner.
pub fn host_labels(prefix: &str) -> Option<Vec<&str>> {
    let mut labels = Vec::new();
    let mut rest = prefix;
    while let Some(at) = rest.find(['{', '}']) {
        let (name, tail) = rest[at..].strip_prefix('{')?.split_once('}')?;
        crate::model::is_identifier(name).then(|| labels.push(name))?;
        rest = tail;
    }
    Some(labels)
}

/// Written out, because an error from `#[serde(try_from)]` does not say where in the file the text is.
impl<'de> Deserialize<'de> for UriPattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PatternVisitor;
        impl Visitor<'_> for PatternVisitor {
            type Value = UriPattern;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a URI pattern")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<UriPattern, E> {
                UriPattern::parse(text).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(PatternVisitor)
    }
}

impl fmt::Display for UriError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSlash => "a URI pattern begins with `/`",
            Self::Fragment => "a URI pattern has no fragment: `#` cannot stand in it",
            Self::EmptySegment => {
                "a URI pattern has no empty path segment: `//` cannot stand in it"
            }
            Self::Brace => "a label is a whole path segment: `/{Label}/` or `/{Label+}/`",
            Self::BadLabel => "a label is the name of a member, or that name and `+`",
            Self::RepeatedLabel => "a label stands in a URI pattern only once",
            Self::LabelAfterGreedy => "no label can follow a greedy one",
            Self::LabelInQuery => {
                "a label cannot stand in the query; bind the member with `smithy.api#httpQuery`"
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_segments_and_a_query() {
        let pattern = UriPattern::parse("/{Bucket}/x/{Key+}?uploads&x-id=Y&z=").unwrap();
        assert_eq!(
            pattern.labels().collect::<Vec<_>>(),
            [("Bucket", false), ("Key", true)]
        );
        assert_eq!(pattern.segments[1], Segment::Literal("x".to_owned()));
        let query: Vec<_> = pattern
            .query
            .iter()
            .map(|(name, value)| (&**name, value.as_deref()))
            .collect();
        assert_eq!(
            query,
            [("uploads", None), ("x-id", Some("Y")), ("z", Some(""))]
        );
        assert!(UriPattern::parse("/").unwrap().segments.is_empty());
        assert_eq!(UriPattern::parse("/a/").unwrap().segments.len(), 2);
    }

    #[test]
    fn what_is_no_pattern_says_why() {
        let bad = [
            ("", UriError::NoSlash),
            ("a", UriError::NoSlash),
            ("/a#b", UriError::Fragment),
            ("/a//b", UriError::EmptySegment),
            ("/a{b}", UriError::Brace),
            ("/{a", UriError::Brace),
            ("/{a}{b}", UriError::Brace),
            ("/{}", UriError::BadLabel),
            ("/{a-b}", UriError::BadLabel),
            ("/{a}/{a}", UriError::RepeatedLabel),
            ("/{a+}/{b}", UriError::LabelAfterGreedy),
            ("/?a={b}", UriError::LabelInQuery),
        ];
        for (text, error) in bad {
            assert_eq!(UriPattern::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn host_prefixes_have_labels() {
        assert_eq!(host_labels("foo.{a}.{b}-"), Some(vec!["a", "b"]));
        assert_eq!(host_labels("foo."), Some(vec![]));
        assert_eq!(host_labels("{a"), None);
        assert_eq!(host_labels("a}"), None);
    }
}
