//! The types of a rule table. A table is a constant that code generation writes; nothing here
//! allocates or computes.

use super::partitions::Partitions;

/// The endpoint rules of a service: a decision graph over conditions.
#[derive(Debug)]
pub struct Rules {
    /// The parameters; they are the variables `0..params.len()`.
    pub params: &'static [Param],
    /// Names of the variables that conditions assign; they follow the parameters.
    pub variables: &'static [&'static str],
    /// The conditions that nodes refer to.
    pub conditions: &'static [Condition],
    /// The nodes of the graph.
    pub nodes: &'static [Node],
    /// Where evaluation starts.
    pub root: Ref,
    /// Endpoints and errors.
    pub results: &'static [Rule],
    /// What `aws.partition` looks up.
    pub partitions: &'static Partitions,
}

/// A parameter of the rules.
#[derive(Debug)]
pub struct Param {
    /// Its name in the rules.
    pub name: &'static str,
    /// The client setting that fills it, if any.
    pub builtin: Option<BuiltIn>,
    /// Its value where nobody sets it: [`Expr::Str`], [`Expr::Bool`] or [`Expr::List`].
    pub default: Option<Expr>,
    /// Whether it must have a value.
    pub required: bool,
}

/// A client setting that fills a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltIn {
    /// `AWS::Region`
    Region,
    /// `AWS::UseFIPS`
    UseFips,
    /// `AWS::UseDualStack`
    UseDualStack,
    /// `SDK::Endpoint`
    Endpoint,
    /// Any other, by its name in the rules, such as `AWS::S3::ForcePathStyle`.
    Other(&'static str),
}

impl BuiltIn {
    /// Its name in the rules.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Region => "AWS::Region",
            Self::UseFips => "AWS::UseFIPS",
            Self::UseDualStack => "AWS::UseDualStack",
            Self::Endpoint => "SDK::Endpoint",
            Self::Other(name) => name,
        }
    }
}

/// A condition. It holds unless its value is `false` or absent.
#[derive(Clone, Copy, Debug)]
pub struct Condition {
    /// What is evaluated.
    pub test: Expr,
    /// The variable that keeps a value that is there.
    pub assign: Option<u16>,
}

impl Condition {
    /// A condition that is only asked.
    pub const fn test(test: Expr) -> Self {
        Self { test, assign: None }
    }

    /// A condition whose value a variable keeps.
    pub const fn assign(variable: u16, test: Expr) -> Self {
        Self {
            test,
            assign: Some(variable),
        }
    }
}

/// A node: one condition and where to go.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// Index of the condition.
    pub condition: u16,
    /// Where to go if it holds.
    pub then: Ref,
    /// Where to go if not.
    pub otherwise: Ref,
}

impl Node {
    /// Asks a condition, then goes on.
    pub const fn new(condition: u16, then: Ref, otherwise: Ref) -> Self {
        Self {
            condition,
            then,
            otherwise,
        }
    }
}

/// A place in the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ref {
    /// A node.
    Node(u16),
    /// A result.
    Result(u16),
    /// No rule applies.
    NoMatch,
}

/// A result of the rules.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// An endpoint.
    Endpoint {
        /// Its URL.
        url: &'static Expr,
        /// Its properties, `authSchemes` among them.
        properties: &'static [(&'static str, Property)],
        /// Headers that every request to it carries.
        headers: &'static [(&'static str, &'static [Expr])],
    },
    /// A refusal, in the rules' words.
    Error(&'static Expr),
}

/// A property of an endpoint.
#[derive(Clone, Copy, Debug)]
pub enum Property {
    /// A text.
    String(Expr),
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A list.
    List(&'static [Property]),
    /// A map, in the order it is written.
    Map(&'static [(&'static str, Property)]),
}

/// An expression.
#[derive(Clone, Copy, Debug)]
pub enum Expr {
    /// A parameter or variable, by its index.
    Var(u16),
    /// A literal text.
    Str(&'static str),
    /// A literal truth value.
    Bool(bool),
    /// A literal list of texts.
    List(&'static [&'static str]),
    /// Texts, one after the other.
    Template(&'static [Expr]),
    /// `isSet(value)`
    IsSet(&'static Expr),
    /// `not(value)`
    Not(&'static Expr),
    /// `stringEquals(a, b)`
    StringEquals(&'static Expr, &'static Expr),
    /// `booleanEquals(a, b)`
    BooleanEquals(&'static Expr, &'static Expr),
    /// `getAttr(value, path)`
    GetAttr {
        /// What is looked into.
        value: &'static Expr,
        /// Where to look.
        path: &'static [Step],
    },
    /// `substring(value, start, stop, reverse)`
    Substring {
        /// The text.
        value: &'static Expr,
        /// First character.
        start: usize,
        /// Character after the last.
        stop: usize,
        /// Count from the end.
        reverse: bool,
    },
    /// `parseURL(value)`
    ParseUrl(&'static Expr),
    /// `aws.parseArn(value)`
    ParseArn(&'static Expr),
    /// `aws.partition(region)`
    Partition(&'static Expr),
    /// `isValidHostLabel(value, allowSubDomains)`
    IsValidHostLabel {
        /// The text.
        value: &'static Expr,
        /// Whether dots may separate several labels.
        allow_dots: &'static Expr,
    },
    /// `aws.isVirtualHostableS3Bucket(value, allowSubDomains)`
    IsVirtualHostableS3Bucket {
        /// The bucket's name.
        value: &'static Expr,
        /// Whether dots may separate several labels.
        allow_dots: &'static Expr,
    },
    /// `uriEncode(value)`
    UriEncode(&'static Expr),
    /// `coalesce(values…)`: the first that is there.
    Coalesce(&'static [Expr]),
    /// `ite(condition, then, otherwise)`
    Ite(&'static Expr, &'static Expr, &'static Expr),
    /// `split(value, delimiter, limit)`
    Split {
        /// The text.
        value: &'static Expr,
        /// What separates the parts.
        delimiter: &'static str,
        /// Most parts there may be; 0 for any number.
        limit: usize,
    },
}

/// A step of a `getAttr` path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A member, such as `authority`.
    Member(&'static str),
    /// An item of a list; a negative index counts from the end.
    Index(i32),
}
