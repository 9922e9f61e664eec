//! Endpoint rules as one decision graph: both `endpointRuleSet` and `endpointBdd` come down to it.

use indexmap::IndexMap;
use serde_json::Value;

use crate::document::Docs;
use crate::model::ShapeId;

/// The rules of a service.
#[derive(Debug)]
pub struct Graph {
    /// The parameters, in the order of the model; variables follow them in the same numbering.
    pub params: Vec<Param>,
    /// The names of the variables that conditions assign.
    pub variables: Vec<String>,
    /// The distinct conditions.
    pub conditions: Vec<Condition>,
    /// Which condition is asked where, and what follows from it.
    pub nodes: Vec<Node>,
    /// Where to begin.
    pub root: Ref,
    /// The endpoints and errors the graph ends in.
    pub results: Vec<Outcome>,
    /// What `aws.partition` looks up.
    pub partitions: Vec<Partition>,
    /// From `smithy.rules#endpointTests`.
    pub tests: Vec<EndpointTest>,
    /// Whether the model has rules; if not, these only know the endpoint that the caller names.
    pub in_model: bool,
}

/// Parameters and what the rules make of them.
#[derive(Debug)]
pub struct EndpointTest {
    /// What it is about.
    pub documentation: String,
    /// The parameters.
    pub params: Vec<(String, Literal)>,
    /// Calls that come to these parameters.
    pub calls: Vec<EndpointCall>,
    /// The endpoint (its URL, properties and headers as JSON), or the text of the error.
    pub expect: Result<String, String>,
}

/// A call that a test of the rules makes.
#[derive(Debug)]
pub struct EndpointCall {
    /// The operation, without a namespace.
    pub operation: String,
    /// Its input.
    pub input: IndexMap<String, Value>,
    /// Settings of the client: endpoint parameters by built-in name or name.
    pub settings: Vec<(String, Literal)>,
}

impl Graph {
    /// The rules of a service that has none: it can only be reached at an endpoint that the caller names.
    pub fn endpoint_only() -> Self {
        let endpoint = Expr::Var(1);
        let part =
            |name: &str| Expr::GetAttr(Box::new(Expr::Var(2)), vec![Step::Field(name.to_owned())]);
        let url = vec![
            part("scheme"),
            Expr::Str("://".to_owned()),
            part("authority"),
            part("path"),
        ];
        let error = "The model of this service has no endpoint rules: set the endpoint to call, as an http or \
                     https URL.";
        let param = |name: &str, builtin: &str| Param {
            name: name.to_owned(),
            builtin: Some(builtin.to_owned()),
            required: false,
            default: None,
        };
        let ask = |condition, then| Node {
            condition,
            then,
            otherwise: Ref::Result(1),
        };
        Self {
            params: vec![
                param("Region", "AWS::Region"),
                param("Endpoint", "SDK::Endpoint"),
            ],
            variables: vec!["url".to_owned()],
            conditions: vec![
                Condition {
                    test: Expr::Call(Function::IsSet, vec![endpoint.clone()]),
                    assign: None,
                },
                Condition {
                    test: Expr::Call(Function::ParseUrl, vec![endpoint]),
                    assign: Some(2),
                },
            ],
            nodes: vec![ask(0, Ref::Node(1)), ask(1, Ref::Result(0))],
            root: Ref::Node(0),
            results: vec![
                Outcome::Endpoint {
                    url: Expr::Template(url),
                    properties: Vec::new(),
                    headers: Vec::new(),
                },
                Outcome::Error(Expr::Str(error.to_owned())),
            ],
            partitions: Vec::new(),
            tests: Vec::new(),
            in_model: false,
        }
    }
}

/// A parameter of the rules.
#[derive(Debug)]
pub struct Param {
    /// Its name, such as `UseFIPS`.
    pub name: String,
    /// Where the client has it from, such as `AWS::UseFIPS`.
    pub builtin: Option<String>,
    /// Whether the rules insist on it.
    pub required: bool,
    /// Its value where nothing sets it.
    pub default: Option<Literal>,
}

/// A constant in the model.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Literal {
    /// Text.
    String(String),
    /// True or false.
    Bool(bool),
    /// Texts.
    List(Vec<String>),
}

impl std::fmt::Display for Literal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::String(text) => write!(f, "{text:?}"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::List(texts) => write!(f, "{texts:?}"),
        }
    }
}

/// A parameter that is a setting of the client.
#[derive(Debug)]
pub struct Setting {
    /// The parameter.
    pub name: String,
    /// What it does.
    pub documentation: Docs,
    /// What it holds.
    pub kind: ParamKind,
}

/// What a parameter holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamKind {
    /// Text.
    String,
    /// True or false.
    Boolean,
    /// Texts.
    Strings,
}

/// A parameter that comes from somewhere within an input.
#[derive(Debug)]
pub struct Selected<'s> {
    /// The parameter.
    pub name: String,
    /// What is found there.
    pub kind: ParamKind,
    /// The way there from the input.
    pub path: Vec<Select<'s>>,
}

/// A step on the way to a value. Where something on the way is not there, neither is the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Select<'s> {
    /// A member of the structure.
    Member {
        /// The structure; none for the input.
        of: Option<ShapeId<'s>>,
        /// The member's name.
        name: &'s str,
    },
    /// Each item of the list.
    Items {
        /// Whether there may be gaps between them.
        sparse: bool,
    },
    /// Each key of the map.
    Keys,
    /// What is found on each of these ways.
    Each(Vec<Vec<Select<'s>>>),
}

/// A test, and the variable that keeps what it found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Condition {
    /// The test.
    pub test: Expr,
    /// The number of the variable.
    pub assign: Option<usize>,
}

/// An expression of the rules language.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Expr {
    /// Text without references.
    Str(String),
    /// True or false.
    Bool(bool),
    /// A number, as the arguments of `substring` and `split` are.
    Int(i64),
    /// The parameter or variable of this number.
    Var(usize),
    /// Text with references in it.
    Template(Vec<Expr>),
    /// A part of a value.
    GetAttr(Box<Expr>, Vec<Step>),
    /// A call of a function.
    Call(Function, Vec<Expr>),
}

/// A step of a `getAttr` path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// A field of a record.
    Field(String),
    /// An item of a list; negative ones count from the end.
    Index(i64),
}

/// The functions of the rules language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// `isSet`
    IsSet,
    /// `not`
    Not,
    /// `stringEquals`
    StringEquals,
    /// `booleanEquals`
    BooleanEquals,
    /// `substring`
    Substring,
    /// `isValidHostLabel`
    IsValidHostLabel,
    /// `parseURL`
    ParseUrl,
    /// `uriEncode`
    UriEncode,
    /// `aws.partition`
    Partition,
    /// `aws.parseArn`
    ParseArn,
    /// `aws.isVirtualHostableS3Bucket`
    IsVirtualHostableS3Bucket,
    /// `coalesce`
    Coalesce,
    /// `ite`
    Ite,
    /// `split`
    Split,
}

/// Ask a condition, then go on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Node {
    /// The number of the condition.
    pub condition: usize,
    /// Where to go if it holds.
    pub then: Ref,
    /// Where to go otherwise.
    pub otherwise: Ref,
}

/// What follows in the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ref {
    /// Another node.
    Node(usize),
    /// An endpoint or an error.
    Result(usize),
    /// No rule matches.
    NoMatch,
}

/// Where the rules end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// An endpoint.
    Endpoint {
        /// The URL.
        url: Expr,
        /// `authSchemes`, `backend` and others.
        properties: Vec<(String, Property)>,
        /// Headers that go with every request.
        headers: Vec<(String, Vec<Expr>)>,
    },
    /// An error for the user.
    Error(Expr),
}

/// A property of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Property {
    /// Text, with references perhaps.
    Text(Expr),
    /// True or false.
    Bool(bool),
    /// A list.
    List(Vec<Property>),
    /// A record.
    Map(Vec<(String, Property)>),
}

/// A partition of AWS.
#[derive(Debug, Clone)]
pub struct Partition {
    /// Its name, such as `aws`.
    pub name: String,
    /// Its region names.
    pub regions: Vec<String>,
    /// What the names of its future regions start with.
    pub region_prefixes: Vec<String>,
    /// `amazonaws.com`
    pub dns_suffix: String,
    /// `api.aws`
    pub dual_stack_dns_suffix: String,
    /// The region that signs for global services.
    pub implicit_global_region: String,
    /// Whether it has FIPS endpoints.
    pub supports_fips: bool,
    /// Whether it has dual-stack endpoints.
    pub supports_dual_stack: bool,
}
