//! Shape ids: `namespace#Name`, and `namespace#Name$member`.

use std::fmt;

/// The absolute id of a shape, such as `com.amazonaws.s3#Bucket`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShapeId<'a>(&'a str);

impl<'a> ShapeId<'a> {
    /// Reads an id; none where it does not follow Smithy's grammar.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (namespace, name) = text.split_once('#')?;
        (namespace.split('.').all(is_identifier) && is_identifier(name)).then_some(Self(text))
    }

    /// An id that is known to be well-formed, for constants.
    pub(crate) const fn known(text: &'a str) -> Self {
        Self(text)
    }

    /// The whole id.
    pub const fn as_str(self) -> &'a str {
        self.0
    }

    /// What stands before `#`.
    pub fn namespace(self) -> &'a str {
        self.0
            .split_once('#')
            .map_or("", |(namespace, _)| namespace)
    }

    /// What stands after `#`.
    pub fn name(self) -> &'a str {
        self.0.split_once('#').map_or(self.0, |(_, name)| name)
    }

    /// The id of a member of this shape.
    pub fn member(self, name: &'a str) -> MemberId<'a> {
        MemberId { shape: self, name }
    }
}

/// Lets an id be looked up whatever its lifetime; it hashes as its text does.
impl std::borrow::Borrow<str> for ShapeId<'_> {
    fn borrow(&self) -> &str {
        self.0
    }
}

/// `smithy.api#Unit`: what an operation takes or gives that takes or gives nothing.
pub const UNIT: ShapeId<'static> = ShapeId::known("smithy.api#Unit");

impl fmt::Display for ShapeId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for ShapeId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// The absolute id of a member, such as `com.amazonaws.s3#PutObjectRequest$Body`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberId<'a> {
    /// The shape it belongs to.
    pub shape: ShapeId<'a>,
    /// Its name.
    pub name: &'a str,
}

impl fmt::Display for MemberId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}${}", self.shape, self.name)
    }
}

impl fmt::Debug for MemberId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Smithy's `identifier`: underscores, then a letter, then letters, digits and underscores.
pub fn is_identifier(text: &str) -> bool {
    let rest = text.trim_start_matches('_');
    rest.starts_with(|c: char| {
        c.is_ascii_alphabetic() || (c.is_ascii_digit() && rest.len() < text.len())
    }) && rest
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_the_grammar() {
        for good in ["a#B", "com.amazonaws.s3#Bucket", "_a#_9", "a.b_c#D_e9"] {
            assert!(ShapeId::parse(good).is_some(), "{good}");
        }
        for bad in [
            "", "#", "a#", "#B", "a", "a#B$c", "a.#B", "9a#B", "a b#C", "a#B#C", "a#_", "é#B",
        ] {
            assert!(ShapeId::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn an_id_has_two_halves() {
        let id = ShapeId::parse("com.amazonaws.s3#Bucket").unwrap();
        assert_eq!((id.namespace(), id.name()), ("com.amazonaws.s3", "Bucket"));
        assert_eq!(id.member("x").to_string(), "com.amazonaws.s3#Bucket$x");
    }
}
