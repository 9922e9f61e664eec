//! Examples, protocol tests and endpoint tests name what is there: members, headers, queries, operations, settings.

use super::service::PROTOCOLS;
use super::values::{Values, entries, entry, is_slip};
use crate::diagnostics::{Diagnostics, Severity, nearest};
use crate::json::Json;
use crate::model::{Model, Shape, ShapeId};
use crate::select::{Closure, errors_of, operations_of};
use crate::source::Span;
use crate::traits::TraitValue;
use crate::traits::http::{
    Http, HttpHeader, HttpPrefixHeaders, HttpQuery, HttpQueryParams, RestXml,
};
use crate::traits::testing::{Examples, HttpRequestTests, HttpResponseTests};

mod endpoints;
mod settings;

/// Headers that requests and responses have whatever their members are.
const HEADERS: &[&str] = &[
    "accept",
    "authorization",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-md5",
    "content-type",
    "date",
    "etag",
    "expect",
    "host",
    "last-modified",
    "server",
    "te",
    "trailer",
    "transfer-encoding",
    "user-agent",
    "vary",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-id-2",
    "x-amz-request-id",
    "x-amz-s3session-token",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-security-token",
    "x-amz-trailer",
];
/// Families of such headers.
const HEADER_FAMILIES: &[&str] = &["amz-sdk-", "x-amz-checksum-", "x-amzn-"];

pub(super) fn check(closure: &Closure<'_, '_>, diagnostics: &mut Diagnostics) {
    let model = closure.model;
    for operation in &closure.operations {
        let Some(content) = operation.as_operation() else {
            continue;
        };
        let mut check = Check {
            closure,
            values: values(model, operation.id, diagnostics),
        };
        let (input, output) = (model.target(&content.input), model.target(&content.output));
        let errors = errors_of(closure.service, content);
        let errors: Vec<_> = errors.map(|error| model.target(error)).collect();
        check.examples(operation, input, output, &errors);
        for test in tests(operation, HttpRequestTests::ID) {
            check.request(test, operation, input);
        }
        for test in tests(operation, HttpResponseTests::ID) {
            check.response(test, output);
        }
    }
    for error in closure
        .shapes
        .iter()
        .filter(|shape| shape.fields().is_some())
    {
        let mut check = Check {
            closure,
            values: values(model, error.id, diagnostics),
        };
        for test in tests(error, HttpResponseTests::ID) {
            check.response(test, error);
        }
    }
    endpoints::check(closure, values(model, closure.service.id, diagnostics));
}

fn values<'v, 'a>(
    model: &'v Model<'a>,
    of: ShapeId<'a>,
    diagnostics: &'v mut Diagnostics,
) -> Values<'v, 'a> {
    Values {
        model,
        of,
        misfit: Severity::Error,
        diagnostics,
    }
}

/// The items of a trait.
fn tests<'a>(shape: &Shape<'a>, id: &str) -> Vec<Json<'a>> {
    let found = shape.traits.find(id);
    found
        .and_then(|found| found.value.array().ok())
        .unwrap_or_default()
}

struct Check<'c, 'm, 'a> {
    closure: &'c Closure<'m, 'a>,
    values: Values<'c, 'a>,
}

impl<'a> Check<'_, '_, 'a> {
    fn examples(
        &mut self,
        operation: &Shape<'a>,
        input: &Shape<'a>,
        output: &Shape<'a>,
        errors: &[&Shape<'a>],
    ) {
        // Those of AWS hold values that their shapes cannot have; documentation can do without them.
        self.values.misfit = Severity::Warning;
        for example in tests(operation, Examples::ID) {
            for (part, shape) in [("input", input), ("output", output)] {
                if let Some(json) = entry(example, part) {
                    self.values.members(json, shape);
                }
            }
            let Some(error) = entry(example, "error") else {
                continue;
            };
            let Some(id) = entry(error, "shapeId") else {
                continue;
            };
            let name = id.string().unwrap_or_default();
            match errors.iter().find(|error| error.id.as_str() == name) {
                Some(shape) => {
                    if let Some(json) = entry(error, "content") {
                        self.values.members(json, shape);
                    }
                }
                None => {
                    let known: Vec<_> = errors.iter().map(|error| error.id.as_str()).collect();
                    self.values
                        .unknown("error of this operation", &name, id.span(), &known);
                }
            }
        }
        self.values.misfit = Severity::Error;
    }

    fn request(&mut self, test: Json<'_>, operation: &Shape<'a>, input: &Shape<'a>) {
        if !self.is_for_us(test) {
            return;
        }
        if let Some(params) = entry(test, "params") {
            self.values.members(params, input);
        }
        if let Some(http) = operation.traits.get::<Http>() {
            self.method(test, &http);
            self.queries(test, &http, input);
        }
        self.headers(test, input);
        if let Some(vendor) = entry(test, "vendorParams") {
            let shape = entry(test, "vendorParamsShape");
            settings::check(self.closure, &mut self.values, vendor, shape);
        }
    }

    fn response(&mut self, test: Json<'_>, output: &Shape<'a>) {
        if self.is_for_us(test) {
            if let Some(params) = entry(test, "params") {
                self.values.members(params, output);
            }
            self.headers(test, output);
        }
    }

    /// Whether the test is about the protocol that is generated.
    fn is_for_us(&mut self, test: Json<'_>) -> bool {
        let Some(json) = entry(test, "protocol") else {
            return false;
        };
        let protocol = json.string().unwrap_or_default();
        if protocol != RestXml::ID && !PROTOCOLS.contains(&&*protocol) {
            self.values
                .unknown("protocol", &protocol, json.span(), &[RestXml::ID]);
        }
        protocol == RestXml::ID
    }

    fn method(&mut self, test: Json<'_>, http: &Http) {
        let Some(json) = entry(test, "method") else {
            return;
        };
        let method = json.string().unwrap_or_default();
        if method != http.method {
            self.values.unknown(
                "method of this operation",
                &method,
                json.span(),
                &[&http.method],
            );
        }
    }

    fn headers(&mut self, test: Json<'_>, shape: &Shape<'a>) {
        let mut known: Vec<String> = Vec::new();
        let mut prefixes: Vec<String> = HEADER_FAMILIES
            .iter()
            .map(|name| (*name).to_owned())
            .collect();
        for member in shape.members() {
            known.extend(
                member
                    .traits
                    .get()
                    .map(|HttpHeader(name)| name.to_ascii_lowercase()),
            );
            let prefix = member.traits.get();
            prefixes.extend(prefix.map(|HttpPrefixHeaders(prefix)| prefix.to_ascii_lowercase()));
        }
        known.extend(HEADERS.iter().map(|name| (*name).to_owned()));
        let is_known = |name: &str| {
            let name = name.to_ascii_lowercase();
            known.contains(&name) || prefixes.iter().any(|prefix| name.starts_with(prefix))
        };
        let names = sent(test, "headers", "requireHeaders");
        self.resembling("header", names, &known, is_known);
        let absent = listed(test, "forbidHeaders");
        self.mistyped("header", absent, &known, is_known);
    }

    fn queries(&mut self, test: Json<'_>, http: &Http, input: &Shape<'a>) {
        if input
            .members()
            .any(|member| member.traits.has::<HttpQueryParams>())
        {
            return;
        }
        let literal = http.uri.query.iter().map(|(name, _)| name.clone());
        let bound = input.members().filter_map(|member| member.traits.get());
        let known: Vec<_> = literal.chain(bound.map(|HttpQuery(name)| name)).collect();
        // Escapes are the request's; what is written with them is compared with it when the test runs.
        let is_known = |name: &str| name.contains('%') || known.iter().any(|known| known == name);
        let sent = listed(test, "queryParams").into_iter();
        let sent = sent
            .chain(listed(test, "requireQueryParams"))
            .map(|(name, span)| {
                let name = name.split_once('=').map_or(&*name, |(name, _)| name);
                (name.to_owned(), span)
            });
        self.resembling("query parameter", sent.collect(), &known, is_known);
        let absent = listed(test, "forbidQueryParams");
        self.mistyped("query parameter", absent, &known, is_known);
    }

    /// Reports names that are not known and resemble one that is. Others come from elsewhere, such as endpoint
    /// rules; a test that waits for them in vain fails when it is run.
    fn resembling(
        &mut self,
        what: &str,
        names: Vec<(String, Span)>,
        known: &[String],
        is_known: impl Fn(&str) -> bool,
    ) {
        let known: Vec<_> = known.iter().map(|name| &**name).collect();
        for (name, span) in names {
            if !is_known(&name) && !nearest(&name, known.iter().copied()).is_empty() {
                let what = format!("{what} of this shape");
                self.values.unknown(&what, &name, span, &known);
            }
        }
    }

    /// The same for names that must be absent: only a slip of the pen is taken for one, as what is absent need
    /// not be known.
    fn mistyped(
        &mut self,
        what: &str,
        names: Vec<(String, Span)>,
        known: &[String],
        is_known: impl Fn(&str) -> bool,
    ) {
        let names = names.into_iter();
        let slips = names.filter(|(name, _)| known.iter().any(|known| is_slip(name, known)));
        self.resembling(what, slips.collect(), known, is_known);
    }
}

/// The keys of a map in the test, and the items of a list.
fn sent(test: Json<'_>, map: &str, list: &str) -> Vec<(String, Span)> {
    let keys = entry(test, map).map(entries).unwrap_or_default();
    let keys = keys
        .into_iter()
        .map(|entry| (entry.key.into_owned(), entry.key_span));
    keys.chain(listed(test, list)).collect()
}

/// The items of a list in the test.
fn listed(test: Json<'_>, list: &str) -> Vec<(String, Span)> {
    let items = entry(test, list).and_then(|list| list.array().ok());
    let items = items.unwrap_or_default().into_iter();
    items
        .map(|item| (item.string().unwrap_or_default().into_owned(), item.span()))
        .collect()
}

/// The operations of the service, chosen or not.
fn all_operations<'m, 'a>(closure: &Closure<'m, 'a>) -> Vec<&'m Shape<'a>> {
    operations_of(closure.model, closure.service)
}
