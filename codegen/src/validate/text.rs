//! Names that are sent as they stand in the model have characters that can be sent.

use std::fmt::Display;

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::select::Closure;
use crate::source::Span;
use crate::traits::Traits;
use crate::traits::http::{Http, HttpHeader, HttpPrefixHeaders, Sigv4};
use crate::traits::simple::{XmlName, XmlNamespace};

/// The methods that a request can have.
const METHODS: &[&str] = &[
    "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE",
];

/// Headers that the client writes itself, after the members.
const OWN_HEADERS: &[&str] = &["authorization", "host"];

pub(super) fn check(closure: &Closure<'_, '_>, diagnostics: &mut Diagnostics) {
    for shape in closure.iter() {
        check_traits(&shape.traits, shape.id, diagnostics);
        for member in shape.members() {
            check_traits(&member.traits, member.id(), diagnostics);
        }
    }
}

fn check_traits(traits: &Traits<'_>, of: impl Display, diagnostics: &mut Diagnostics) {
    let mut reject = |span: Option<Span>, text: &str, what: &str, can: &str| {
        let error = Diagnostic::error(Code::BadTraitValue, format!("`{text}` cannot be {what}"));
        diagnostics.push(
            error
                .at_opt(span, "")
                .of(&of)
                .help(format!("it can have {can}")),
        );
    };
    let token = "letters, digits and any of `!#$%&'*+-.^_|~`";
    if let Some(Http { method, .. }) = traits.get()
        && !METHODS.contains(&method.as_str())
    {
        reject(
            traits.value_span::<Http>(),
            &method,
            "a method",
            "one of the methods of HTTP: `GET`, `HEAD`, `POST`, `PUT`, `DELETE`, `PATCH`, `OPTIONS`, `TRACE`",
        );
    }
    if let Some(HttpHeader(name)) = traits.get()
        && (name.is_empty() || !is_token(&name))
    {
        reject(
            traits.value_span::<HttpHeader>(),
            &name,
            "the name of a header",
            token,
        );
    }
    if let Some(HttpHeader(name)) = traits.get()
        && OWN_HEADERS.contains(&&*name.to_ascii_lowercase())
    {
        reject(
            traits.value_span::<HttpHeader>(),
            &name,
            "a member: the client writes this header itself",
            "any other name",
        );
    }
    if let Some(Sigv4 { name, .. }) = traits.get()
        && name.is_empty()
    {
        reject(
            traits.value_span::<Sigv4>(),
            &name,
            "the name that requests are signed for",
            "the name of a service, such as `s3`",
        );
    }
    if let Some(HttpPrefixHeaders(prefix)) = traits.get()
        && !is_token(&prefix)
    {
        reject(
            traits.value_span::<HttpPrefixHeaders>(),
            &prefix,
            "the beginning of a header's name",
            token,
        );
    }
    let xml = "letters, digits, `-`, `.` and `_`, begins with a letter or `_`, and may have one prefix before `:`";
    if let Some(XmlName(name)) = traits.get()
        && !name.splitn(2, ':').all(is_xml_name)
    {
        reject(
            traits.value_span::<XmlName>(),
            &name,
            "the name of an element or attribute",
            xml,
        );
    }
    if let Some(XmlNamespace {
        prefix: Some(prefix),
        ..
    }) = traits.get()
        && !is_xml_name(&prefix)
    {
        reject(
            traits.value_span::<XmlNamespace>(),
            &prefix,
            "the prefix of a namespace",
            xml,
        );
    }
}

/// RFC 9110's `token`, or nothing.
fn is_token(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// XML's `NCName`, as far as it is ASCII.
fn is_xml_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}
