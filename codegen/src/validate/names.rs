//! Names that differ in the model differ in Rust.

use std::collections::HashMap;
use std::fmt::Display;

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::model::{Kind, Member, Shape, ShapeKind};
use crate::name;
use crate::select::Closure;
use crate::source::Span;
use crate::traits::simple::{Documentation, EnumTrait, ErrorTrait, Streaming};

pub(super) fn check(closure: &Closure<'_, '_>, diagnostics: &mut Diagnostics) {
    let mut types = Names::new("type");
    for shape in closure.shapes.iter().filter(|shape| is_type(shape)) {
        types.add(
            shape.id.name(),
            name::type_name_of(shape.id.name()),
            shape.span,
            shape.id,
            diagnostics,
        );
        if has_stream_errors(closure, shape) {
            let rust = name::error_type(&shape.id);
            types.add(shape.id.name(), rust, shape.span, shape.id, diagnostics);
        }
        let members = shape
            .members()
            .map(|member| (member.name, Some(member.span), member.id()));
        let (mut names, rust): (_, fn(&str) -> String) = match &shape.kind {
            ShapeKind::Structure(_) => (Names::new("field"), name::field),
            _ => (Names::new("variant"), name::variant),
        };
        for (member, span, id) in members {
            names.add(member, rust(member), span, id, diagnostics);
        }
    }
    let mut operations = Names::new("method");
    for operation in &closure.operations {
        let model_name = operation.id.name();
        operations.add(
            model_name,
            name::field(model_name),
            operation.span,
            operation.id,
            diagnostics,
        );
    }
}

/// Whether a Rust type of its own is made of the shape.
fn is_type(shape: &Shape<'_>) -> bool {
    matches!(
        shape.kind.tag(),
        Kind::Structure | Kind::Union | Kind::Enum | Kind::IntEnum
    ) || shape.traits.has::<EnumTrait>()
        || shape.kind.tag().is_simple() && shape.traits.has::<Documentation>()
}

/// Whether it is a stream of events that ends with errors of its own, which are another type.
fn has_stream_errors(closure: &Closure<'_, '_>, shape: &Shape<'_>) -> bool {
    let is_stream = matches!(shape.kind, ShapeKind::Union(_)) && shape.traits.has::<Streaming>();
    let is_error = |member: &Member<'_>| {
        let target = closure.model.target(&member.target);
        target.traits.has::<ErrorTrait>()
    };
    is_stream && shape.members().any(is_error)
}

/// Rust names of one scope, with what they come from.
struct Names<'n> {
    what: &'static str,
    taken: HashMap<String, (&'n str, Option<Span>)>,
}

impl<'n> Names<'n> {
    fn new(what: &'static str) -> Self {
        Self {
            what,
            taken: HashMap::new(),
        }
    }

    fn add(
        &mut self,
        name: &'n str,
        rust: String,
        span: Option<Span>,
        of: impl Display,
        diagnostics: &mut Diagnostics,
    ) {
        if let Some((first, first_span)) = self.taken.get(&rust) {
            let message = format!(
                "`{first}` and `{name}` would both be the {} `{rust}` in Rust",
                self.what
            );
            let error = Diagnostic::error(Code::NameCollision, message)
                .at_opt(span, "collides with the other")
                .also(*first_span, "the other")
                .of(of);
            let help = match self.what {
                "type" => "rename one of them; the names of types are not sent",
                _ => {
                    "rename one of them; what is sent can stay as it is, with `smithy.api#xmlName` or another binding"
                }
            };
            diagnostics.push(error.help(help));
        } else {
            self.taken.insert(rust, (name, span));
        }
    }
}
