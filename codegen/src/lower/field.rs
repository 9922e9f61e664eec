//! Members of structures: their types, and where they stand on the wire.

use super::{Lowering, documentation, member_documentation};
use crate::api::{Binding, Element, Field, TimestampFormat, Type};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::{Member, ShapeKind};
use crate::traits::http::{HttpHeader, HttpLabel, HttpQuery};
use crate::traits::rules::ContextParam;
use crate::traits::simple::{
    self, ClientOptional, Deprecated, Length, Pattern, Range, Required, Sensitive, XmlFlattened,
    XmlName,
};

impl<'s> Lowering<'_, 's> {
    /// Lowers a member; none where it needs what is not generated yet, which is then a diagnostic.
    pub(super) fn field(&mut self, member: &Member<'s>) -> Option<Field<'s>> {
        let binding = self.binding(member);
        let ty = self.member_type(member, &binding)?;
        let target = self.model.target(&member.target);
        let named =
            target.span.is_some() && target.kind.tag().is_simple() && !matches!(ty, Type::Enum(_));
        Some(Field {
            name: member.name,
            documentation: member_documentation(member),
            simple_type: named.then_some(target.id),
            type_documentation: if named {
                documentation(target)
            } else {
                String::new()
            },
            required: member.traits.has::<Required>() && !member.traits.has::<ClientOptional>(),
            context_param: member.traits.get::<ContextParam>().map(|param| param.name),
            constraints: self.constraints(member),
            deprecated: member
                .traits
                .get::<Deprecated>()
                .map(|deprecated| deprecated.message.unwrap_or_default()),
            binding,
            ty,
        })
    }

    fn binding(&self, member: &Member<'s>) -> Binding {
        let traits = &member.traits;
        if traits.has::<HttpLabel>() {
            return Binding::Label;
        }
        if let Some(HttpHeader(name)) = traits.get() {
            return Binding::Header(name.to_ascii_lowercase());
        }
        if let Some(HttpQuery(name)) = traits.get() {
            return Binding::Query(name);
        }
        Binding::Element(Element {
            name: local_name(
                traits
                    .get::<XmlName>()
                    .map_or_else(|| member.name.to_owned(), |name| name.0),
            ),
            flattened: traits.has::<XmlFlattened>(),
        })
    }

    fn member_type(&mut self, member: &Member<'s>, binding: &Binding) -> Option<Type<'s>> {
        let target = self.model.target(&member.target);
        let sensitive = member.traits.has::<Sensitive>() || target.traits.has::<Sensitive>();
        Some(match &target.kind {
            ShapeKind::String if sensitive => Type::Secret,
            ShapeKind::String => Type::String,
            ShapeKind::Boolean => Type::Boolean,
            ShapeKind::Byte => Type::Integer(8),
            ShapeKind::Short => Type::Integer(16),
            ShapeKind::Integer => Type::Integer(32),
            ShapeKind::Long => Type::Integer(64),
            ShapeKind::Float => Type::Float(32),
            ShapeKind::Double => Type::Float(64),
            ShapeKind::Timestamp => Type::Timestamp(self.timestamp_format(member, binding)),
            ShapeKind::Enum(_) => {
                self.named_type(target.id);
                Type::Enum(target.id)
            }
            ShapeKind::Structure(_) => {
                self.named_type(target.id);
                Type::Structure(target.id)
            }
            ShapeKind::List(item) if matches!(binding, Binding::Element(_)) => {
                let element = local_name(
                    item.traits
                        .get::<XmlName>()
                        .map_or_else(|| "member".to_owned(), |name| name.0),
                );
                let item_binding = Binding::Element(Element {
                    name: element.clone(),
                    flattened: false,
                });
                Type::List {
                    item: Box::new(self.member_type(item, &item_binding)?),
                    element,
                }
            }
            kind => {
                let what = kind.tag().with_article();
                self.unsupported(member, &format!("{what} cannot stand here yet"));
                return None;
            }
        })
    }

    /// What the member, its target or else the place on the wire says.
    fn timestamp_format(&self, member: &Member<'s>, binding: &Binding) -> TimestampFormat {
        match self.model.member_trait::<simple::TimestampFormat>(member) {
            Some(simple::TimestampFormat::DateTime) => TimestampFormat::DateTime,
            Some(simple::TimestampFormat::HttpDate) => TimestampFormat::HttpDate,
            Some(simple::TimestampFormat::EpochSeconds) => TimestampFormat::EpochSeconds,
            None if matches!(binding, Binding::Header(_)) => TimestampFormat::HttpDate,
            None => TimestampFormat::DateTime,
        }
    }

    fn constraints(&self, member: &Member<'s>) -> Vec<String> {
        let mut words = Vec::new();
        if let Some(Length { min, max }) = self.model.member_trait(member) {
            words.extend(bounds("Length", min, max));
        }
        if let Some(Range { min, max }) = self.model.member_trait(member) {
            words.extend(bounds("Value", min, max));
        }
        if let Some(Pattern(pattern)) = self.model.member_trait(member) {
            words.push(format!("Pattern `{pattern}`."));
        }
        words
    }

    /// Reports what the generator cannot do yet.
    pub(super) fn unsupported(&mut self, member: &Member<'s>, why: &str) {
        let error = Diagnostic::error(
            Code::UnsupportedShape,
            format!("`{}` is not supported", member.name),
        );
        let help = "generate without this operation: name the others with `--operation`";
        self.diagnostics
            .push(error.at(member.span, why).of(member.id()).help(help));
    }
}

fn bounds(what: &str, min: Option<impl ToString>, max: Option<impl ToString>) -> Option<String> {
    let (min, max) = (
        min.map(|min| min.to_string()),
        max.map(|max| max.to_string()),
    );
    Some(match (min, max) {
        (Some(min), Some(max)) => format!("{what} from {min} to {max}."),
        (Some(min), None) => format!("{what} at least {min}."),
        (None, Some(max)) => format!("{what} at most {max}."),
        (None, None) => return None,
    })
}

/// Decoders see element names without their prefix.
fn local_name(name: String) -> String {
    match name.split_once(':') {
        Some((_, local)) => local.to_owned(),
        None => name,
    }
}
