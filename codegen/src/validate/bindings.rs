//! Members of inputs, outputs and errors stand where they can, one in each place.

use std::collections::HashMap;

use super::http::is_text;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::model::{Kind, Member, Model, Shape, ShapeKind};
use crate::select::Closure;
use crate::source::Span;
use crate::traits::TraitValue;
use crate::traits::http::{
    HttpHeader, HttpLabel, HttpPayload, HttpPrefixHeaders, HttpQuery, HttpQueryParams,
    HttpResponseCode,
};
use crate::traits::simple::{ErrorTrait, XmlAttribute, XmlName};

/// What a structure is to an operation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Input,
    /// Of a success or an error.
    Output,
}

/// Where a member is bound to, with the name it has there.
#[derive(Clone, PartialEq, Eq, Hash)]
enum BoundTo {
    /// The URI says which members these are.
    Label,
    Header(String),
    PrefixHeaders(String),
    Query(String),
    QueryParams,
    Payload,
    ResponseCode,
}

pub(super) fn check(closure: &Closure<'_, '_>, diagnostics: &mut Diagnostics) {
    let mut uses: Vec<(&Shape<'_>, Use)> = Vec::new();
    for operation in closure
        .operations
        .iter()
        .filter_map(|operation| operation.as_operation())
    {
        uses.push((closure.model.target(&operation.input), Use::Input));
        uses.push((closure.model.target(&operation.output), Use::Output));
    }
    let errors = closure
        .shapes
        .iter()
        .filter(|shape| shape.traits.has::<ErrorTrait>());
    uses.extend(errors.map(|shape| (*shape, Use::Output)));
    // A structure may serve several operations; what is wrong with it is told once.
    uses.sort_by_key(|(shape, direction)| (shape.id, *direction == Use::Output));
    uses.dedup_by_key(|(shape, direction)| (shape.id, *direction == Use::Output));
    for (shape, direction) in uses {
        check_structure(closure.model, shape, direction, diagnostics);
    }
}

fn check_structure(
    model: &Model<'_>,
    shape: &Shape<'_>,
    direction: Use,
    diagnostics: &mut Diagnostics,
) {
    let mut taken: HashMap<BoundTo, &Member<'_>> = HashMap::new();
    let mut body: Vec<&Member<'_>> = Vec::new();
    for member in shape.members() {
        let places = places(member, direction);
        match &places[..] {
            [] => body.push(member),
            [(BoundTo::Label, _)] => {}
            [(place, span)] => {
                check_type(model, member, place, *span, diagnostics);
                if let Some(first) = taken.get(&one_only(place)) {
                    diagnostics.push(duplicate(place, member, *span, first));
                } else {
                    taken.insert(one_only(place), member);
                }
            }
            [(_, first), (_, second), ..] => {
                let message = format!("`{}` is bound to two places at once", member.name);
                let error = Diagnostic::error(Code::ConflictingBindings, message)
                    .at(*second, "and here")
                    .also(*first, "here");
                diagnostics.push(error.of(member.id()).help("keep one of the two"));
            }
        }
    }
    check_prefixes(&taken, diagnostics);
    match taken.get(&BoundTo::Payload) {
        Some(payload) => check_payload(payload, &body, diagnostics),
        None => check_elements(&body, diagnostics),
    }
}

/// The places a member is bound to; none for a member of the body. Bindings that mean nothing in this
/// direction do not count.
fn places(member: &Member<'_>, direction: Use) -> Vec<(BoundTo, Span)> {
    let traits = &member.traits;
    let mut places = Vec::new();
    let mut add = |id: &str, place: Option<BoundTo>| {
        places.extend(
            place
                .zip(traits.find(id))
                .map(|(place, found)| (place, found.span)),
        );
    };
    // Header names do not tell upper from lower case.
    let header = traits
        .get()
        .map(|HttpHeader(name)| BoundTo::Header(name.to_ascii_lowercase()));
    let prefix = traits
        .get()
        .map(|HttpPrefixHeaders(prefix)| BoundTo::PrefixHeaders(prefix.to_ascii_lowercase()));
    add(HttpHeader::ID, header);
    add(HttpPrefixHeaders::ID, prefix);
    add(HttpPayload::ID, Some(BoundTo::Payload));
    match direction {
        Use::Input => {
            add(HttpLabel::ID, Some(BoundTo::Label));
            add(
                HttpQuery::ID,
                traits.get().map(|HttpQuery(name)| BoundTo::Query(name)),
            );
            add(HttpQueryParams::ID, Some(BoundTo::QueryParams));
        }
        Use::Output => add(HttpResponseCode::ID, Some(BoundTo::ResponseCode)),
    }
    places
}

/// The place as far as only one member can have it: any number of labels, but one map of headers.
fn one_only(place: &BoundTo) -> BoundTo {
    match place {
        BoundTo::PrefixHeaders(_) => BoundTo::PrefixHeaders(String::new()),
        other => other.clone(),
    }
}

fn duplicate(place: &BoundTo, member: &Member<'_>, span: Span, first: &Member<'_>) -> Diagnostic {
    let (message, label) = match place {
        BoundTo::Header(name) => (
            format!("two members stand in the header `{name}`"),
            "bound to it again",
        ),
        BoundTo::Query(name) => (
            format!("two members stand in the query parameter `{name}`"),
            "bound to it again",
        ),
        BoundTo::PrefixHeaders(_) => (
            "two maps are headers with a prefix".to_owned(),
            "the second one",
        ),
        BoundTo::QueryParams => ("two maps are query parameters".to_owned(), "the second one"),
        BoundTo::Payload => (
            "two members are the whole body".to_owned(),
            "the second one",
        ),
        BoundTo::ResponseCode | BoundTo::Label => {
            ("two members are the status".to_owned(), "the second one")
        }
    };
    let error = Diagnostic::error(Code::DuplicateBinding, message)
        .at(span, label)
        .also(first.span, format!("`{}` is bound to it first", first.name))
        .of(member.id());
    match place {
        BoundTo::Header(_) => error.note("the names of headers do not tell upper from lower case"),
        _ => error,
    }
}

fn check_type(
    model: &Model<'_>,
    member: &Member<'_>,
    place: &BoundTo,
    span: Span,
    diagnostics: &mut Diagnostics,
) {
    let target = model.target(&member.target);
    let (what, can) = match place {
        // The URI says which types a label can have.
        BoundTo::Label => return,
        BoundTo::Header(_) | BoundTo::Query(_) if is_text_or_list(model, target) => return,
        BoundTo::Header(_) => (
            "a header",
            "a string, a number, a boolean, a timestamp or a list of them",
        ),
        BoundTo::Query(_) => (
            "a query parameter",
            "a string, a number, a boolean, a timestamp or a list of them",
        ),
        BoundTo::PrefixHeaders(_) if is_text_map(model, target, false) => return,
        BoundTo::PrefixHeaders(_) => ("a set of headers", "a map from strings to strings"),
        BoundTo::QueryParams if is_text_map(model, target, true) => return,
        BoundTo::QueryParams => (
            "a set of query parameters",
            "a map from strings to strings or lists of strings",
        ),
        BoundTo::Payload if is_payload(target.kind.tag()) => return,
        BoundTo::Payload => ("a body", "a structure, a union, a string or a blob"),
        BoundTo::ResponseCode if target.kind.tag() == Kind::Integer => return,
        BoundTo::ResponseCode => ("a status", "an integer"),
    };
    let kind = target.kind.tag().with_article();
    let message = format!("{what} cannot be {kind}");
    let error = Diagnostic::error(Code::BadBindingType, message)
        .at(member.target.span, "")
        .also(span, "bound here")
        .of(member.id());
    diagnostics.push(error.help(format!("it can be {can}")));
}

fn is_payload(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Structure | Kind::Union | Kind::String | Kind::Enum | Kind::Blob | Kind::Document
    )
}

fn is_text_or_list(model: &Model<'_>, target: &Shape<'_>) -> bool {
    match &target.kind {
        ShapeKind::List(item) => is_text(model.target(&item.target).kind.tag()),
        kind => is_text(kind.tag()),
    }
}

fn is_text_map(model: &Model<'_>, target: &Shape<'_>, lists: bool) -> bool {
    let is_string = |kind: Kind| matches!(kind, Kind::String | Kind::Enum);
    let ShapeKind::Map(members) = &target.kind else {
        return false;
    };
    match &model.target(&members.value.target).kind {
        ShapeKind::List(item) => lists && is_string(model.target(&item.target).kind.tag()),
        kind => is_string(kind.tag()),
    }
}

/// A header that begins with the prefix of a map would be read twice. An empty prefix means all other headers.
fn check_prefixes(taken: &HashMap<BoundTo, &Member<'_>>, diagnostics: &mut Diagnostics) {
    let Some(map) = taken.get(&BoundTo::PrefixHeaders(String::new())) else {
        return;
    };
    let Some(HttpPrefixHeaders(prefix)) = map.traits.get() else {
        return;
    };
    let prefix = prefix.to_ascii_lowercase();
    if prefix.is_empty() {
        return;
    }
    for (place, member) in taken {
        if let BoundTo::Header(name) = place
            && name.starts_with(&prefix)
        {
            let message = format!("the header `{name}` belongs to two members");
            let error = Diagnostic::error(Code::DuplicateBinding, message)
                .at(
                    member.traits.span_of::<HttpHeader>().unwrap_or(member.span),
                    "bound to it",
                )
                .also(
                    map.span,
                    format!("takes all headers that begin with `{prefix}`"),
                )
                .of(member.id());
            diagnostics.push(error);
        }
    }
}

fn check_payload(payload: &Member<'_>, body: &[&Member<'_>], diagnostics: &mut Diagnostics) {
    let [first, rest @ ..] = body else { return };
    let message = format!(
        "`{}` is the whole body, but other members stand in the body too",
        payload.name
    );
    let span = payload
        .traits
        .span_of::<HttpPayload>()
        .unwrap_or(payload.span);
    let error = Diagnostic::error(Code::PayloadConflict, message)
        .at(span, "the body")
        .also(
            first.span,
            "stands in the body, being bound to nothing else",
        );
    let error = rest.iter().fold(error, |error, member| {
        error.also(member.span, "so does this")
    });
    let help = "bind them to headers or the query, or take `smithy.api#httpPayload` away";
    diagnostics.push(error.of(payload.id()).help(help));
}

/// Two members in elements, or in attributes, of the same name cannot be told apart.
pub(super) fn check_elements(body: &[&Member<'_>], diagnostics: &mut Diagnostics) {
    let mut taken: HashMap<(bool, String), &Member<'_>> = HashMap::new();
    for member in body {
        let XmlName(name) = member
            .traits
            .get()
            .unwrap_or_else(|| XmlName(member.name.to_owned()));
        let attribute = member.traits.has::<XmlAttribute>();
        let what = if attribute { "attribute" } else { "element" };
        let message = format!("two members stand in the {what} `{name}`");
        if let Some(first) = taken.get(&(attribute, name.clone())) {
            let error = Diagnostic::error(Code::DuplicateBinding, message)
                .at(
                    member.traits.span_of::<XmlName>().unwrap_or(member.span),
                    "stands in it too",
                )
                .also(first.span, format!("`{}` stands in it first", first.name))
                .of(member.id());
            diagnostics.push(error.help("give one of them another `smithy.api#xmlName`"));
        } else {
            taken.insert((attribute, name), member);
        }
    }
}
