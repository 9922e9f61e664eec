//! Members of structures: their types, and where they stand on the wire.

use serde_json::Value;

use super::{Lowering, Use, defaults, deprecation, documentation, own_documentation};
use crate::api::{
    Binding, Content, Direction, Element, Field, Form, Map, Namespace, Payload, Tag,
    TimestampFormat, Type,
};
use crate::diagnostics::{Code, Diagnostic};
use crate::document::{Docs, code_span};
use crate::model::{Member, Shape, ShapeId, ShapeKind};
use crate::traits::Traits;
use crate::traits::http::{
    HostLabel, HttpHeader, HttpLabel, HttpPayload, HttpPrefixHeaders, HttpQuery, HttpQueryParams,
    HttpResponseCode,
};
use crate::traits::rules::ContextParam;
use crate::traits::simple::{
    self, AddedDefault, Boxed, ClientOptional, Default, EnumTrait, EventHeader, EventPayload,
    IdempotencyToken, Length, MediaType, Pattern, Range, Required, Sensitive, Sparse, Streaming,
    XmlAttribute, XmlFlattened, XmlName, XmlNamespace,
};

impl<'s> Lowering<'_, 's> {
    /// Lowers a member; none where it needs what is not generated yet, which is then a diagnostic.
    pub(super) fn field(&mut self, member: &Member<'s>, of: Use) -> Option<Field<'s>> {
        let target = self.model.target(&member.target);
        let binding = self.binding(member, target, of);
        let streams = target.traits.has::<Streaming>();
        let ty = match target.kind {
            ShapeKind::Blob if streams && of == Use::Input => Type::Stream(Direction::Request),
            ShapeKind::Blob if streams => Type::Stream(Direction::Response),
            ShapeKind::Union(_) if streams => {
                self.named_type(target.id);
                let direction = match of {
                    Use::Input => Direction::Request,
                    _ => Direction::Response,
                };
                Type::Events(target.id, direction)
            }
            _ => self.member_type(member, Carrier::of(member, &binding))?,
        };
        // Only documents have a form for nulls.
        let ty = match binding {
            Binding::Element(_) | Binding::Payload(_) => ty,
            _ => ty.without_nulls(),
        };
        let default = default(member, target);
        // A member that is a secret by itself is of another type than its target says.
        let concealed = member.traits.has::<Sensitive>() && !target.traits.has::<Sensitive>();
        let named = target.span.is_some()
            && target.kind.tag().is_simple()
            && !matches!(ty, Type::Enum(_))
            && !concealed;
        let host_label = of == Use::Input && member.traits.has::<HostLabel>();
        // There is no path or host without it.
        let is_label = host_label || matches!(binding, Binding::Label(_));
        // A token that stands anywhere else is for the caller to make.
        let made_by_client = of == Use::Input
            && !is_label
            && ty == Type::String
            && member.traits.has::<IdempotencyToken>()
            && matches!(
                binding,
                Binding::Header(..) | Binding::Query(..) | Binding::Element(_)
            );
        let mut field = Field {
            of: member.container,
            name: member.name,
            documentation: own_documentation(&member.traits),
            simple_type: named.then_some(target.id),
            type_documentation: if named {
                documentation(&target.traits)
            } else {
                Docs::default()
            },
            aliased: false,
            borrows_type: false,
            required: is_label
                || member.traits.has::<Required>()
                    && !member.traits.has::<ClientOptional>()
                    && !made_by_client
                // there is always a body, if an empty one
                || matches!(
                    ty,
                    Type::Stream(Direction::Response) | Type::Events(_, Direction::Response)
                ),
            collects: false,
            sensitive: self.is_shown(member),
            boxed: matches!(ty, Type::Structure(_) | Type::Union(_))
                && self.holds_directly(target, member.container),
            context_param: member.traits.get::<ContextParam>().map(|param| param.name),
            constraints: self.constraints(member, default.as_ref()),
            deprecated: deprecation(&member.traits),
            host_label,
            idempotency_token: made_by_client,
            filled: false,
            default: default.filter(|_| !member.traits.has::<AddedDefault>()),
            bare_id: false,
            binding,
            ty,
        };
        match of {
            Use::Input => defaults::of_sent(&mut field),
            Use::Output => defaults::of_received(&mut field),
            // That depends on where the structure is used.
            Use::Nested => {}
        }
        Some(field)
    }

    fn binding(&self, member: &Member<'s>, target: &Shape<'s>, of: Use) -> Binding {
        let traits = &member.traits;
        let top = of != Use::Nested;
        if of == Use::Input && traits.has::<HttpLabel>() {
            return Binding::Label(self.form(member, Carrier::Elsewhere));
        }
        if let Some(HttpHeader(name)) = traits.get().filter(|_| top) {
            return Binding::Header(
                name.to_ascii_lowercase(),
                self.form(member, Carrier::Header),
            );
        }
        if let Some(HttpPrefixHeaders(prefix)) = traits.get().filter(|_| top) {
            return Binding::PrefixHeaders(prefix.to_ascii_lowercase());
        }
        if let Some(HttpQuery(name)) = traits.get().filter(|_| of == Use::Input) {
            return Binding::Query(name, self.form(member, Carrier::Elsewhere));
        }
        if of == Use::Input && traits.has::<HttpQueryParams>() {
            let lists = matches!(&target.kind, ShapeKind::Map(members)
                if matches!(self.model.target(&members.value.target).kind, ShapeKind::List(_)));
            return Binding::QueryParams { lists };
        }
        if of == Use::Output && traits.has::<HttpResponseCode>() {
            return Binding::StatusCode;
        }
        if top && traits.has::<HttpPayload>() {
            return Binding::Payload(self.payload(member, target));
        }
        // An event is read as a response is: its headers are headers, its payload is a body.
        if traits.has::<EventHeader>() {
            let form = self.form(member, Carrier::EventHeader);
            return Binding::Header(member.name.to_owned(), form);
        }
        if traits.has::<EventPayload>() {
            return Binding::Payload(self.payload(member, target));
        }
        if traits.has::<XmlAttribute>() {
            let name = traits.get::<XmlName>();
            let name = name.map_or_else(|| member.name.to_owned(), |name| name.0);
            return Binding::Attribute(name, self.form(member, Carrier::Elsewhere));
        }
        let several = matches!(target.kind, ShapeKind::List(_) | ShapeKind::Map(_));
        Binding::Element(Element {
            tag: tag(traits, member.name),
            flattened: several && traits.has::<XmlFlattened>(),
        })
    }

    /// How a value is written at a place that is no element.
    fn form(&self, member: &Member<'s>, place: Carrier) -> Form {
        match &self.model.target(&member.target).kind {
            ShapeKind::Timestamp => Form::Time(self.timestamp_format(member, place)),
            ShapeKind::List(item) => match self.model.target(&item.target).kind {
                ShapeKind::Timestamp => Form::Times(self.timestamp_format(item, place)),
                _ => Form::List,
            },
            ShapeKind::String | ShapeKind::Enum(_)
                if place == Carrier::Header
                    && self.model.member_trait::<MediaType>(member).is_some() =>
            {
                Form::Base64
            }
            _ => Form::Plain,
        }
    }

    /// A payload's root is named by the member, its target, or the target's own name.
    fn payload(&self, member: &Member<'s>, target: &Shape<'s>) -> Payload {
        let streams = target.traits.has::<Streaming>();
        let (content, media_type) = match target.kind {
            ShapeKind::Blob if streams => (Content::Stream, "application/octet-stream"),
            ShapeKind::Blob => (Content::Bytes, "application/octet-stream"),
            ShapeKind::String | ShapeKind::Enum(_) => (Content::Text, "text/plain"),
            ShapeKind::Union(_) if streams => (Content::Events, "application/xml"),
            _ => {
                let mut tag = self.root(target);
                if let Some(XmlName(name)) = member.traits.get() {
                    tag.name = name;
                }
                if let Some(namespace) = namespace(&member.traits) {
                    tag.namespace = Some(namespace);
                }
                (Content::Document(tag), "application/xml")
            }
        };
        let own = self.model.member_trait::<MediaType>(member);
        Payload {
            content,
            media_type: own.map_or_else(|| media_type.to_owned(), |media| media.0),
        }
    }

    /// The root element of a structure: its own name and namespace, or the service's namespace.
    pub(super) fn root(&self, shape: &Shape<'s>) -> Tag {
        let mut tag = tag(&shape.traits, shape.id.name());
        if tag.namespace.is_none() {
            tag.namespace.clone_from(&self.namespace);
        }
        tag
    }

    /// Whether its type would show a value that is `@sensitive`. Text and structures do not: it is a secret, and they have
    /// members of their own.
    fn is_shown(&self, member: &Member<'s>) -> bool {
        let target = self.model.target(&member.target);
        let sensitive = member.traits.has::<Sensitive>() || target.traits.has::<Sensitive>();
        match &target.kind {
            ShapeKind::String => false,
            ShapeKind::List(item) => sensitive || self.is_shown(item),
            ShapeKind::Map(entry) => {
                sensitive || self.is_shown(&entry.key) || self.is_shown(&entry.value)
            }
            _ => sensitive,
        }
    }

    fn member_type(&mut self, member: &Member<'s>, place: Carrier) -> Option<Type<'s>> {
        let target = self.model.target(&member.target);
        let sensitive = member.traits.has::<Sensitive>() || target.traits.has::<Sensitive>();
        Some(match &target.kind {
            ShapeKind::String if sensitive => Type::Secret,
            ShapeKind::String if target.traits.has::<EnumTrait>() => {
                self.named_type(target.id);
                Type::Enum(target.id)
            }
            // No number of Rust is as long as these may be: they are text, as they are on the wire.
            ShapeKind::String | ShapeKind::BigInteger | ShapeKind::BigDecimal => Type::String,
            ShapeKind::Boolean => Type::Boolean,
            ShapeKind::Byte => Type::Integer(8),
            ShapeKind::Short => Type::Integer(16),
            ShapeKind::Integer => Type::Integer(32),
            ShapeKind::Long => Type::Integer(64),
            ShapeKind::Float => Type::Float(32),
            ShapeKind::Double => Type::Float(64),
            ShapeKind::Timestamp => Type::Timestamp(self.timestamp_format(member, place)),
            ShapeKind::Blob => Type::Blob,
            ShapeKind::Enum(_) | ShapeKind::IntEnum(_) => {
                self.named_type(target.id);
                Type::Enum(target.id)
            }
            ShapeKind::Structure(_) => {
                self.named_type(target.id);
                Type::Structure(target.id)
            }
            ShapeKind::Union(_) => {
                self.named_type(target.id);
                Type::Union(target.id)
            }
            ShapeKind::List(item) => Type::List {
                item: Box::new(self.member_type(item, place)?),
                tag: tag(&item.traits, "member"),
                sparse: target.traits.has::<Sparse>(),
            },
            ShapeKind::Map(members) => Type::Map(Box::new(Map {
                key: self.member_type(&members.key, place)?,
                key_tag: tag(&members.key.traits, "key"),
                value: self.member_type(&members.value, place)?,
                value_tag: tag(&members.value.traits, "value"),
                sparse: target.traits.has::<Sparse>(),
            })),
            kind => {
                let what = kind.tag().with_article();
                self.unsupported(member, &format!("{what} cannot stand here yet"));
                return None;
            }
        })
    }

    /// Whether a structure is the other one or holds it otherwise than in a list.
    fn holds_directly(&self, structure: &Shape<'s>, other: ShapeId<'s>) -> bool {
        let mut seen = vec![structure.id];
        let mut at = 0;
        while let Some(id) = seen.get(at).copied() {
            if id == other {
                return true;
            }
            let members = self.model.get(id).and_then(|shape| shape.fields());
            for member in members.into_iter().flat_map(|members| members.iter()) {
                let target = self.model.target(&member.target);
                if matches!(target.kind, ShapeKind::Structure(_) | ShapeKind::Union(_))
                    && !seen.contains(&target.id)
                {
                    seen.push(target.id);
                }
            }
            at += 1;
        }
        false
    }

    /// What the member, its target or else the place on the wire says.
    fn timestamp_format(&self, member: &Member<'s>, place: Carrier) -> TimestampFormat {
        // Headers of events have a type for times, which the runtime reads as seconds.
        if place == Carrier::EventHeader {
            return TimestampFormat::EpochSeconds;
        }
        match self.model.member_trait::<simple::TimestampFormat>(member) {
            Some(simple::TimestampFormat::DateTime) => TimestampFormat::DateTime,
            Some(simple::TimestampFormat::HttpDate) => TimestampFormat::HttpDate,
            Some(simple::TimestampFormat::EpochSeconds) => TimestampFormat::EpochSeconds,
            None if place == Carrier::Header => TimestampFormat::HttpDate,
            None => TimestampFormat::DateTime,
        }
    }

    fn constraints(&self, member: &Member<'s>, default: Option<&Value>) -> Vec<String> {
        let mut words = Vec::new();
        if let Some(Length { min, max }) = self.model.member_trait(member) {
            words.extend(bounds("Length", min, max));
        }
        if let Some(Range { min, max }) = self.model.member_trait(member) {
            words.extend(bounds("Value", min, max));
        }
        if let Some(Pattern(pattern)) = self.model.member_trait(member) {
            words.push(format!("Pattern {}.", code_span(&pattern)));
        }
        words.extend(default.map(defaults::words));
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

/// What decides how a value is written, where its shape leaves that open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Carrier {
    Header,
    /// A header of an event.
    EventHeader,
    /// The path, the query or the body.
    Elsewhere,
}

impl Carrier {
    fn of(member: &Member<'_>, binding: &Binding) -> Self {
        match binding {
            _ if member.traits.has::<EventHeader>() => Self::EventHeader,
            Binding::Header(..) | Binding::PrefixHeaders(_) => Self::Header,
            _ => Self::Elsewhere,
        }
    }
}

/// The value that stands for a member that is left out.
fn default(member: &Member<'_>, target: &Shape<'_>) -> Option<Value> {
    let traits = &member.traits;
    // A body that is left out is empty, whatever its length would be.
    if traits.has::<ClientOptional>() || target.traits.has::<Streaming>() {
        return None;
    }
    match traits.get::<Default>() {
        Some(Default(Value::Number(number)))
            if matches!(target.kind, ShapeKind::BigInteger | ShapeKind::BigDecimal) =>
        {
            Some(Value::String(number.to_string()))
        }
        Some(Default(value)) => Some(value).filter(|value| !value.is_null()),
        // In Smithy 1.0 these are zero where nothing else is said.
        None if target.span.is_none() && !traits.has::<Boxed>() => {
            let of_zero = target.id.name().strip_prefix("Primitive")?;
            Some(match of_zero {
                "Boolean" => Value::Bool(false),
                _ => Value::from(0),
            })
        }
        None => None,
    }
}

fn tag(traits: &Traits<'_>, default: &str) -> Tag {
    Tag {
        name: traits
            .get::<XmlName>()
            .map_or_else(|| default.to_owned(), |name| name.0),
        namespace: namespace(traits),
    }
}

/// The namespace that a trait declares.
pub(super) fn namespace(traits: &Traits<'_>) -> Option<Namespace> {
    let XmlNamespace { uri, prefix } = traits.get()?;
    Some(Namespace { prefix, uri })
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
