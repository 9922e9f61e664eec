//! Traits that depend on the type of a member fit it, and members that checksums name are there.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::http::is_text;
use super::named::Named;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::model::{Kind, Member, Model, Shape, ShapeKind};
use crate::select::Closure;
use crate::traits::TraitValue;
use crate::traits::http::{HostLabel, HttpChecksum, HttpHeader, HttpPayload};
use crate::traits::rules::ContextParam;
use crate::traits::simple::{
    Default, IdempotencyToken, Streaming, TimestampFormat, XmlAttribute, XmlFlattened,
};

/// A trait of members that makes sense for some kinds of targets only.
struct Fit {
    id: &'static str,
    fits: fn(Kind) -> bool,
    /// The kinds in words.
    kinds: &'static str,
}

const FITS: &[Fit] = &[
    Fit {
        id: IdempotencyToken::ID,
        fits: is_string,
        kinds: "strings",
    },
    Fit {
        id: HostLabel::ID,
        fits: is_string,
        kinds: "strings",
    },
    Fit {
        id: ContextParam::ID,
        fits: |kind| is_string(kind) || matches!(kind, Kind::Boolean | Kind::List),
        kinds: "strings, booleans and lists of strings",
    },
    Fit {
        id: TimestampFormat::ID,
        fits: |kind| kind == Kind::Timestamp,
        kinds: "timestamps",
    },
    Fit {
        id: XmlFlattened::ID,
        fits: |kind| matches!(kind, Kind::List | Kind::Map),
        kinds: "lists and maps",
    },
    Fit {
        id: XmlAttribute::ID,
        fits: is_text,
        kinds: "strings, numbers, booleans and timestamps",
    },
];

fn is_string(kind: Kind) -> bool {
    matches!(kind, Kind::String | Kind::Enum)
}

pub(super) fn check(closure: &Closure<'_, '_>, diagnostics: &mut Diagnostics) {
    let model = closure.model;
    for shape in &closure.shapes {
        for member in shape.members() {
            check_suitable(model, member, diagnostics);
            check_streaming(model, shape, member, diagnostics);
            check_default(model, member, diagnostics);
        }
    }
    for operation in &closure.operations {
        check_operation(model, operation, diagnostics);
    }
}

fn check_suitable(model: &Model<'_>, member: &Member<'_>, diagnostics: &mut Diagnostics) {
    let target = model.target(&member.target);
    let kind = target.kind.tag();
    let of_others = match &target.kind {
        ShapeKind::List(item) => !is_string(model.target(&item.target).kind.tag()),
        _ => false,
    };
    for Fit { id, fits, kinds } in FITS {
        if let Some(found) = member.traits.find(id)
            && (!fits(kind) || *id == ContextParam::ID && of_others)
        {
            let message = format!("`{id}` is for {kinds}, not for {}", kind.with_article());
            let error = Diagnostic::error(Code::MisplacedTrait, message)
                .at(found.span, "")
                .also(
                    member.target.span,
                    format!("this is {}", kind.with_article()),
                );
            diagnostics.push(error.of(member.id()));
        }
    }
}

fn check_streaming(
    model: &Model<'_>,
    shape: &Shape<'_>,
    member: &Member<'_>,
    diagnostics: &mut Diagnostics,
) {
    let target = model.target(&member.target);
    let is_payload =
        matches!(shape.kind, ShapeKind::Structure(_)) && member.traits.has::<HttpPayload>();
    let streams = target.traits.has::<Streaming>();
    if matches!(target.kind.tag(), Kind::Blob | Kind::Union) && streams && !is_payload {
        let error = Diagnostic::error(Code::MisplacedTrait, "a stream can only be a whole body")
            .at(member.span, "stands within a body or beside it")
            .also(target.traits.span_of::<Streaming>(), "its type is streamed")
            .of(member.id());
        diagnostics.push(error.help("add `\"smithy.api#httpPayload\": {}` to the member, or target a shape that is not streamed"));
    }
}

fn check_default(model: &Model<'_>, member: &Member<'_>, diagnostics: &mut Diagnostics) {
    let (Some(Default(value)), Some(span)) =
        (member.traits.get(), member.traits.value_span::<Default>())
    else {
        return;
    };
    let target = model.target(&member.target);
    let fits = match &target.kind {
        _ if value.is_null() => true,
        ShapeKind::Boolean => value.is_boolean(),
        ShapeKind::String | ShapeKind::Enum(_) => value.is_string(),
        ShapeKind::Blob => {
            let bytes = value.as_str().map(|text| STANDARD.decode(text));
            bytes.is_some_and(|bytes| bytes.is_ok())
        }
        ShapeKind::Byte => is_integer(&value, 8),
        ShapeKind::Short => is_integer(&value, 16),
        ShapeKind::Integer | ShapeKind::IntEnum(_) => is_integer(&value, 32),
        ShapeKind::Long => value.is_i64(),
        ShapeKind::Float => is_float(&value, |number| (number as f32).is_finite()),
        ShapeKind::Double => is_float(&value, f64::is_finite),
        ShapeKind::BigInteger => value.is_i64() || value.is_u64(),
        ShapeKind::BigDecimal => value.is_number(),
        ShapeKind::Timestamp => match value.as_str() {
            Some(text) => crate::emit::millis(text).is_some(),
            None => value.is_number(),
        },
        ShapeKind::List(_) => value == Value::Array(Vec::new()),
        ShapeKind::Map(_) => value.as_object().is_some_and(serde_json::Map::is_empty),
        ShapeKind::Document => true,
        _ => false,
    };
    if !fits {
        let kind = target.kind.tag().with_article();
        let error = Diagnostic::error(
            Code::BadDefault,
            format!("this cannot be the default of {kind}"),
        )
        .at(span, "")
        .also(member.target.span, format!("this is {kind}"));
        diagnostics.push(error.of(member.id()));
    }
}

/// Whether it is an integer of this many bits.
fn is_integer(value: &Value, bits: u32) -> bool {
    let end = 1 << (bits - 1);
    let number = value.as_i64();
    number.is_some_and(|number| (-end..end).contains(&number))
}

/// Whether it is a number that fits, or the name of what is none.
fn is_float(value: &Value, fits: impl Fn(f64) -> bool) -> bool {
    match value {
        Value::String(text) => matches!(text.as_str(), "NaN" | "Infinity" | "-Infinity"),
        value => value.as_f64().is_some_and(fits),
    }
}

fn check_operation(model: &Model<'_>, operation: &Shape<'_>, diagnostics: &mut Diagnostics) {
    let Some(content) = operation.as_operation() else {
        return;
    };
    let input = model.target(&content.input);
    if let (Some(own), Some(span)) = (
        operation.traits.get::<HttpChecksum>(),
        operation.traits.value_span::<HttpChecksum>(),
    ) {
        let mut named = Named {
            model,
            operation,
            span,
            severity: Severity::Warning,
            diagnostics,
        };
        for name in [
            own.request_algorithm_member,
            own.request_validation_mode_member,
        ]
        .iter()
        .flatten()
        {
            if let Some(found) = named.member(input, name)
                && !found.member.traits.has::<HttpHeader>()
            {
                no_header(&mut named, found.member);
            }
        }
    }
}

fn no_header(named: &mut Named<'_, '_>, member: &Member<'_>) {
    let text = format!(
        "checksums do not follow `{}`: it stands in no header",
        member.name
    );
    let warning = Diagnostic::warning(Code::LeftOut, text)
        .at(
            named.span,
            "the client reads a checksum's algorithm from a header",
        )
        .also(member.span, "the member")
        .of(named.operation.id)
        .note("it is sent as any other member");
    named.diagnostics.push(warning);
}
