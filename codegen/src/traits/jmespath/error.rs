//! Why a path is not followed.

use std::fmt;

/// Why a path is not followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathError {
    /// It calls this function.
    Function(String),
    /// It chooses items.
    Choice,
    /// It has a constant in it.
    Literal,
    /// It makes lists or objects.
    Construction,
    /// It has this operator.
    Operator(String),
    /// It has parentheses that are not those of a function.
    Group,
    /// It makes lists of lists.
    ListOfLists,
    /// It leads nowhere.
    Whole,
    /// It has too many brackets within each other.
    Depth,
    /// A name stands nowhere but where this does, or at its end.
    Name(Option<char>),
    /// A bracket holds something else than `*` or nothing.
    Bracket,
    /// A `.` stands before a bracket of items.
    Dot,
    /// This is left open.
    Missing(char),
    /// This follows what is complete.
    Rest(char),
}

impl PathError {
    /// Whether it is good JMESPath, but more than the part of it that is followed.
    pub fn is_beyond(&self) -> bool {
        matches!(
            self,
            Self::Function(_)
                | Self::Choice
                | Self::Literal
                | Self::Construction
                | Self::Operator(_)
                | Self::Group
                | Self::ListOfLists
                | Self::Whole
                | Self::Depth
        )
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Function(name) => {
                return write!(f, "the JMESPath function `{name}` is not compiled");
            }
            Self::Operator(text) => {
                return write!(f, "the JMESPath operator `{text}` is not compiled");
            }
            Self::Group => "JMESPath in parentheses is not compiled",
            Self::Choice => "JMESPath that chooses items, as `[?…]` and `[0]` do, is not compiled",
            Self::Literal => "constants in JMESPath are not compiled",
            Self::Construction => "JMESPath that makes lists or objects is not compiled",
            Self::ListOfLists => {
                "`[*]` behind another list gives lists of lists; write `[]` for one list"
            }
            Self::Whole => "a path leads to a member, not to the whole",
            Self::Depth => "it is nested too deeply",
            Self::Name(None) => "a name is expected at its end",
            Self::Name(Some(c)) => {
                return write!(f, "a name is expected, not `{}`", c.escape_debug());
            }
            Self::Bracket => "only `[*]` and `[]` can follow a list",
            Self::Dot => "`[*]` and `[]` follow a list without a `.`",
            Self::Missing(c) => return write!(f, "a `{c}` is missing"),
            Self::Rest(c) => {
                return write!(f, "`{}` is not expected there", c.escape_debug());
            }
        })
    }
}
