//! Names and texts that mean something to Rust, to XML, to Markdown or to the generator.

/// Names that a shape or a member can have.
#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    // keywords
    "type", "Type", "self", "Self", "super", "crate", "match", "async", "await", "gen", "try", "dyn", "union", "box",
    "macro", "yield", "static", "mod", "Mod", "as", "in", "ref", "fn", "impl", "final", "safe", "raw", "enum", "struct",
    // the prelude and what derives write
    "Option", "Some", "None", "Ok", "Err", "Result", "Vec", "String", "Box", "Default", "From", "Into", "Clone", "Copy",
    "Debug", "Eq", "PartialEq", "Hash", "Ord", "Iterator", "ToString", "Send", "Sync", "Drop", "Fn", "Infallible",
    "str", "u8", "i32", "bool", "char", "vec", "format", "assert_eq", "panic", "std", "core", "alloc", "serde",
    // the runtime and generated code
    "Body", "ByteStream", "Presignable", "Secret", "DateTime", "Element", "Document", "Xml", "Tag", "Slot", "Encode",
    "Request", "Response", "Operation", "Paginated", "Waiter", "Bytes", "BTreeMap", "Params", "Client", "Call", "Core",
    "Builder", "Error", "ErrorKind", "DecodeError", "EncodeError", "EncodeErrorError", "TimestampFormat", "Method",
    "decode", "encode", "Decode", "read", "from_error", "from_event", "new", "New", "default", "clone", "send", "Presign",
    "presign_with", "paginate", "wait_until", "into_future", "warm", "builder", "from_env", "sessions", "VALUES",
    "as_str", "as_i32", "to_text", "from_text", "Unknown", "UnknownValue", "Settings", "endpoint", "operation", "types",
    "client", "waiter", "simple", "protocol_tests", "lib", "main", "tests", "rt", "it", "value", "item", "key", "entry",
    "xml", "document", "element", "member", "response", "request", "output", "input", "params", "code", "body", "items",
    "token", "Token", "Item", "Output", "RULES", "PARAMS", "NODES", "SPEC", "DOCUMENTS", "SERVICE", "var", "rules",
    // pairs that become one
    "GetThing", "getThing", "Get_Thing", "GetThingInput", "GetThingOutput", "GetThingError", "ETag", "Etag", "eTag", "e_tag",
    "a1", "A1", "a_1", "A_1", "_a", "__a", "_1a", "a__b", "aB", "URL", "Url", "url", "SSEKMSKeyId", "SseKmsKeyId",
    "x", "X", "con", "nul", "aux", "Message", "message", "Code",
];

pub(super) const ENDINGS: &[&str] = &[
    "Error", "Output", "Input", "Shape", "Value", "2", "_", "Waiter", "Param", "s",
];

/// Texts as documentation, titles and values.
pub(super) const TEXTS: &[&str] = &[
    "A text.",
    "Says \"this\" and 'that', \\ and \\\\, `code` and ``a ` b``.",
    "[link] and [link](thing) and [`Type`] and [a][b] and [not closed",
    "A Vec<T> of <b>bold</b>, <T>, <br/>, </p> and &amp; &lt;T&gt; &nope; < >",
    "See https://example.com/a_b?c=[d]&e and http://example.com. Or www.example.com <https://example.com>",
    "*/ /* // /// //! #[doc] #![x] {} {0} {name} %s $name $$ \\n",
    "```\nlet x: = 1;\n```\n\n    indented code that is no Rust {\n\n~~~rust\nfn\n~~~",
    "# A heading\n\n## Another\n\n* one\n* two\n  1. three\n\n> quote\n\n| a | b |\n|---|---|\n| c | d |\n",
    "<p>One.</p><ul><li><p>Two <code>three</code></p></li><li>Four</ul><note><p>Five</p></note>",
    "<p>unclosed <b>tags <a href=\"https://example.com\">here</p> <a>there</a> <!-- comment --> <script>x</script>",
    "Umlauts äöü, emoji 🦀, \u{202e}right to left\u{202c}, \u{feff}, a\u{0}b\u{7f}c\u{1b}[0m, \r\n line\rbreaks\u{2028}.",
    "   leading spaces\ttabs\t\n\n\n\nand empty lines   ",
    "",
    "\"",
    "\\",
    "\n",
    "-",
    "a]\n[dependencies]\nx = \"1\"",
    "[^1] footnote [^1]: text, - [ ] task, ~~struck~~, <details>, $math$, a_b_c, *a*b*, __init__, \\[escaped\\]",
    "crate::types::Nope and [crate::Nope] and [Self::nope] and [`r#type`] and [std::vec::Vec] and [mod@x] and [fn()]",
    "A very long line without any end that has to be broken somewhere because no terminal and no page is as wide as this \
     text is and averyveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryverylongwordhere.",
];

/// Names of elements and attributes.
pub(super) const XML_NAMES: &[&str] = &[
    "a", "b:c", "Type", "entry", "_x", "a-b", "xml", "ID", "match",
];

/// Names of headers.
pub(super) const HEADERS: &[&str] = &[
    "x-a",
    "X-B",
    "content-type",
    "x_c",
    "etag",
    "Expires",
    "x-amz-d",
    "cache-control",
];

/// Names of query parameters.
pub(super) const QUERIES: &[&str] = &[
    "a",
    "list-type",
    "é",
    "a b",
    "a=b",
    "a&b",
    "\"",
    "type",
    "X",
    "x",
];

/// Values of enums.
pub(super) const VALUES: &[&str] = &[
    "2xx", "*", "aws:kms", "Größe", "🦀", "a b", "\"", "\\", "", "Self", "type", "A", "a", "\n",
    "r#x",
];
