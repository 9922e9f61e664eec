//! Names that are taken before a model has its say. Keywords are not among them: they become raw identifiers.

/// Types, traits and variants that are in scope everywhere: the prelude of Rust. A shape of such a name gets a
/// suffix; all others may have the name of something that generated files import, which then stands there with its
/// path.
pub(super) const TYPES: &[&str] = &[
    "BTreeMap",
    "Box",
    "Bytes",
    "Call",
    "Client",
    "DateTime",
    "DecodeError",
    "Default",
    "Document",
    "Element",
    "Encode",
    "EncodeError",
    "Err",
    "ErrorBody",
    "EventStream",
    "From",
    "Into",
    "Method",
    "NoModeledError",
    "None",
    "Ok",
    "Operation",
    "OperationSpec",
    "Option",
    "Paginated",
    "PaginatedItems",
    "Params",
    "Request",
    "Response",
    "Result",
    "Secret",
    "Self",
    "Slot",
    "StreamEvent",
    "Some",
    "String",
    "TimestampFormat",
    "Vec",
    "Xml",
];

/// What the module of the waiters uses unqualified.
pub(super) const WAITERS: &[&str] = &[
    "Acceptor",
    "Duration",
    "Option",
    "Self",
    "Some",
    "State",
    "Wait",
    "WaitError",
    "WaitErrorKind",
    "Waited",
    "Waiter",
];

/// Methods that a client has besides its operations.
pub(super) const CLIENT: &[&str] = &["builder", "clone", "from_env", "send"];

/// Functions that a request and its call have besides their setters.
pub(super) const MEMBERS: &[&str] = &["into_request", "new", "paginate", "send", "wait_until"];

/// Variables that decoders and encoders use besides those named after members.
pub(super) const VARIABLES: &[&str] = &[
    "document", "element", "entry", "item", "key", "member", "request", "response", "value", "xml",
];

/// Variants that enums and unions have besides those of the model.
pub(super) const VARIANTS: &[&str] = &["Self", "Unknown"];

/// Modules that Rust reads otherwise.
pub(super) const MODULES: &[&str] = &[];

/// Constants of the endpoint rules.
pub(super) const RULES: &[&str] = &[];

/// Statics of the command line's table.
pub(super) const TABLE: &[&str] = &[];

/// Methods of the builder of a client.
pub(super) const BUILDER: &[&str] = &[];
