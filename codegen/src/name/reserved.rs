//! Names that are taken before a model has its say: the one place where they stand. `tests/generator/reserved.rs` holds
//! these lists against the runtime and against what is emitted, so that a name that either of them gains is reserved.
//! Keywords are not among them: they become raw identifiers.

/// Types, traits and variants that are in scope everywhere: the prelude of Rust, and what derives write. A shape of
/// such a name gets a suffix; all others may have the name of something that generated files import, which then
/// stands there with its path.
#[rustfmt::skip]
pub const TYPES: &[&str] = &[
    "Box", "Clone", "Copy", "Debug", "Default", "Eq", "Err", "From", "Hash", "Into", "None", "Ok", "Option", "Ord",
    "PartialEq", "PartialOrd", "Result", "Self", "Some", "String", "Vec",
    // A type is not called as a function that makes one is.
    "Decode", "FromError", "FromEvent", "Read",
];

/// What the module of the waiters exports beside them.
pub const WAITERS: &[&str] = &["Wait", "WaitError", "WaitErrorKind", "Waited"];

/// Methods that a client has besides its operations.
#[rustfmt::skip]
pub const CLIENT: &[&str] = &[
    "builder", "call", "clone", "from", "from_env", "new", "presign", "send", "warm",
];

/// Functions that a request and its call have besides their setters.
#[rustfmt::skip]
pub const MEMBERS: &[&str] = &[
    // of a request or structure
    "clone", "default", "new",
    // of a call
    "into_future", "into_request", "paginate", "presign", "presign_with", "send", "session_encryption", "sessions",
    "send_with_metadata", "wait_until",
    // of what is received
    "decode", "from_error", "from_event", "read",
    // of what is sent
    "to_event",
];

/// Options that a call has besides the setters of its request.
pub const OPTIONS: &[&str] = &[
    "credentials",
    "header",
    "hook",
    "max_attempts",
    "resume_reads",
    "retry_rules",
    "retry_wait",
    "timeout",
];

/// Variables that decoders and encoders use besides those named after members.
#[rustfmt::skip]
pub const VARIABLES: &[&str] = &[
    "body", "document", "element", "entry", "it", "item", "key", "member", "request", "response", "value", "xml",
];

/// Variants that enums and unions have besides those of the model.
pub const VARIANTS: &[&str] = &["Self", "Unknown"];

/// Modules that Rust, the file system or the emitters read otherwise: files that are no modules of their own or no
/// files on every system, crates, and the [roots](crate::emit) of paths.
#[rustfmt::skip]
pub const MODULES: &[&str] = &[
    "aux", "con", "lib", "main", "mod", "nul", "prn",
    "alloc", "core", "proc_macro", "serde", "std", "test", "tokio", "zonal_runtime",
    "client", "ep", "expr", "harness", "next", "operation", "rt", "table", "types",
];

/// Constants of the endpoint rules.
pub const RULES: &[&str] = &["CONDITIONS", "NODES", "PARAMS", "RESULTS", "RULES"];

/// Statics of the command line's table.
pub const TABLE: &[&str] = &["COMMAND", "COMMANDS"];

/// Methods of the builder of a client.
#[rustfmt::skip]
pub const BUILDER: &[&str] = &[
    "allow_http", "anonymous", "attempt_timeout", "build", "ca_bundle", "call_timeout", "clock", "clone",
    "connect_timeout", "connection_wait", "credentials", "credentials_timeout", "disable_request_compression", "endpoint_param",
    "endpoint_rules", "endpoint_url", "hook", "idle_timeout", "max_attempts", "max_connections", "min_throughput", "new", "no_region_because", "random", "read_timeout",
    "region", "request_checksums", "resume_reads", "request_min_compression_size_bytes", "resolver", "response_checksums", "retry_rules", "retry_wait",
    "session_auth", "session_auth_from_profile", "session_encryption", "session_mode", "session_observer",
    "session_settings", "session_store", "settings", "transport", "use_dual_stack", "use_fips", "with_env",
    "with_variables",
];

/// All of them.
pub fn all() -> impl Iterator<Item = &'static str> {
    let lists = [
        TYPES, WAITERS, CLIENT, MEMBERS, OPTIONS, VARIABLES, VARIANTS, MODULES, RULES, TABLE,
        BUILDER,
    ];
    lists.into_iter().flatten().copied()
}
