//! [`DecodeError`]: an answer that is not what the model says.

use std::fmt;

use super::Secrets;
use crate::paginate::MAX_EMPTY_PAGES;
use crate::text::TextError;

/// A response that cannot be read. No error of this type quotes the body.
#[derive(Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Problem>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The body is an error document though the status says success.
    ErrorDocument,
    Empty {
        expected: &'static str,
    },
    WrongRoot {
        found: String,
        expected: &'static str,
        /// Nor is it well-formed.
        broken: bool,
    },
    /// There is a document where none was expected.
    Unexpected {
        found: String,
    },
    /// The answer is another one than was asked for.
    Mismatch {
        problem: &'static str,
    },
    /// The answer is about something else than the request.
    Echo {
        member: &'static str,
    },
    /// The service has the checksum of something else than was sent.
    Acknowledged {
        algorithm: &'static str,
    },
    Missing {
        member: &'static str,
    },
    Duplicate {
        member: String,
    },
    Value {
        element: String,
        problem: &'static str,
    },
    Header {
        name: String,
        expected: &'static str,
    },
    MissingHeader {
        name: &'static str,
    },
    /// The token of the next page was there before.
    RepeatedToken,
    /// There is a next page, and no token that names it.
    MissingToken,
    /// Page after page was empty.
    EmptyPages,
    /// The body cannot be read, and says why: it is compressed, or coded otherwise.
    Coded {
        coding: String,
    },
    Truncated {
        position: u64,
    },
    Syntax {
        position: u64,
        problem: &'static str,
    },
}

/// What is wrong with a document that has a document type.
pub(crate) const DOCUMENT_TYPE: &str = "it has a DOCTYPE";

impl DecodeError {
    pub(crate) fn new(problem: Problem) -> Self {
        Self(Box::new(problem))
    }

    /// The document is cut short, or none at all.
    pub(crate) fn is_malformed(&self) -> bool {
        matches!(
            *self.0,
            Problem::Truncated { .. }
                | Problem::Syntax { .. }
                | Problem::WrongRoot { broken: true, .. }
        )
    }

    pub(crate) fn missing(member: &'static str) -> Self {
        Self::new(Problem::Missing { member })
    }

    pub(crate) fn duplicate(member: &str) -> Self {
        Self::new(Problem::Duplicate {
            member: safe_name(member),
        })
    }

    pub(crate) fn syntax(position: u64, problem: &'static str) -> Self {
        Self::new(Problem::Syntax { position, problem })
    }

    pub(crate) fn value(element: &str, error: TextError) -> Self {
        Self::new(Problem::Value {
            element: safe_name(element),
            problem: error.what(),
        })
    }

    pub(crate) fn header(name: &str, error: TextError) -> Self {
        Self::new(Problem::Header {
            name: name.to_owned(),
            expected: error.what(),
        })
    }

    pub(crate) fn wrong_root(found: &str, expected: &'static str) -> Self {
        Self::new(Problem::WrongRoot {
            found: safe_name(found),
            expected,
            broken: false,
        })
    }

    pub(crate) fn unexpected(found: &str) -> Self {
        let found = safe_name(found);
        Self::new(Problem::Unexpected { found })
    }

    /// The document has a document type, as web pages do.
    pub(crate) fn is_document_type(&self) -> bool {
        matches!(&*self.0, Problem::Syntax { problem, .. } if *problem == DOCUMENT_TYPE)
    }

    /// There is no document, or one of somebody else.
    pub(crate) fn lacks_document(&self) -> bool {
        matches!(*self.0, Problem::Empty { .. } | Problem::WrongRoot { .. })
    }

    /// The same for a document of which more is wrong than its root.
    pub(crate) fn and_broken(mut self) -> Self {
        if let Problem::WrongRoot { broken, .. } = &mut *self.0 {
            *broken = true;
        }
        self
    }

    /// The same without what repeats one of these secrets.
    pub(crate) fn concealed(mut self, secrets: &Secrets) -> Self {
        if let Problem::WrongRoot { found, .. } = &mut *self.0
            && secrets.have(found)
        {
            "***".clone_into(found);
        }
        self
    }

    pub(crate) fn problem(&self) -> &Problem {
        &self.0
    }

    /// The body ended before the document did: asking again may help.
    pub(crate) fn is_truncated(&self) -> bool {
        matches!(*self.0, Problem::Truncated { .. })
    }
}

/// A name that a server sent, fit for a terminal: ASCII letters, digits, `-` and `_`, 40 at most.
pub(crate) fn safe_name(name: &str) -> String {
    let safe: String = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .take(40)
        .collect();
    if safe.is_empty() {
        "?".to_owned()
    } else {
        safe
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Problem::ErrorDocument => f.write_str("the body is an error document"),
            Problem::Empty { expected } => {
                write!(
                    f,
                    "the response body is empty where `<{expected}>` was expected"
                )
            }
            Problem::WrongRoot {
                found, expected, ..
            } => {
                write!(
                    f,
                    "the server answered with `<{found}>` instead of `<{expected}>`"
                )
            }
            Problem::Unexpected { found } => {
                write!(f, "the server answered with `<{found}>` where no document was expected")
            }
            Problem::Mismatch { problem } => {
                write!(f, "the answer does not match the request: {problem}")
            }
            Problem::Echo { member } => write!(
                f,
                "the answer does not match the request: it names another `{member}`"
            ),
            Problem::Acknowledged { algorithm } => write!(
                f,
                "the service acknowledges another {algorithm} than the one that was sent: what it has \
                 stored is something else"
            ),
            Problem::Missing { member } => write!(f, "the required element `{member}` is missing"),
            Problem::Duplicate { member } => write!(f, "the element `{member}` occurs twice"),
            Problem::Value { element, problem } => {
                write!(
                    f,
                    "the element `{element}` is not right: expected {problem}"
                )
            }
            Problem::Header { name, expected } => {
                write!(f, "the header `{name}` is not right: expected {expected}")
            }
            Problem::MissingHeader { name } => write!(f, "the required header `{name}` is missing"),
            Problem::RepeatedToken => f.write_str(
                "the answers go round in a circle: a token that names the next page was there before",
            ),
            Problem::MissingToken => f.write_str(
                "the answer says that another page follows, and has no token that names it",
            ),
            Problem::EmptyPages => write!(
                f,
                "{MAX_EMPTY_PAGES} pages in a row list nothing, and each says that another one follows"
            ),
            Problem::Coded { coding } => write!(
                f,
                "the body of the answer is encoded as `{coding}`, which was not requested"
            ),
            Problem::Truncated { position } => {
                write!(
                    f,
                    "the XML of the response ends at byte {position}, in the middle"
                )
            }
            Problem::Syntax { position, problem } => {
                write!(
                    f,
                    "the XML of the response is refused at byte {position}: {problem}"
                )
            }
        }
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl std::error::Error for DecodeError {}
