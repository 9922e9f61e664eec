//! How members stand in XML.

/// How a member stands in XML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// The element.
    pub tag: Tag,
    /// Whether it is a list or map whose items or entries stand here themselves, without an element around them.
    pub flattened: bool,
}

/// The name of an element and the namespace that it declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The name, with a prefix perhaps.
    pub name: String,
    /// The namespace.
    pub namespace: Option<Namespace>,
}

/// An XML namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace {
    /// The prefix that is bound to it; none for the default namespace.
    pub prefix: Option<String>,
    /// The namespace.
    pub uri: String,
}

impl Tag {
    /// A name without a namespace.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            namespace: None,
        }
    }

    /// The name without its prefix, as decoders see it.
    pub fn local(&self) -> &str {
        self.name
            .split_once(':')
            .map_or(&self.name, |(_, local)| local)
    }
}
