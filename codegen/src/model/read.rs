//! One statement of a model file: a shape, or traits applied to one.

use super::id::{MemberId, ShapeId, is_identifier};
use super::mixins;
use super::reader::{Properties, Reader};
use super::shape::{
    Kind, MapMembers, Member, Members, Operation, Reference, Resource, Service, Shape, ShapeKind,
};
use crate::json::{Entry, Json};
use crate::source::Span;
use crate::traits::{Trait, Traits};

/// What an entry of `shapes` says.
pub(super) enum Statement<'a> {
    /// There is this shape, written as this value, with these mixins.
    Define(Shape<'a>, Json<'a>, Vec<Reference<'a>>),
    /// The shape or member has these traits as well.
    Apply(ApplyTarget<'a>, Span, Traits<'a>, Origin),
}

/// What applies traits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// An `apply` statement.
    Json,
    /// A section of a Markdown file, which is the only place for what it says.
    Markdown,
}

/// What traits are applied to.
pub(super) enum ApplyTarget<'a> {
    Shape(ShapeId<'a>),
    Member(MemberId<'a>),
}

impl Reader<'_> {
    /// Reads an entry of `shapes`; none where so much is wrong that nothing is left.
    pub(super) fn statement<'a>(&mut self, entry: &Entry<'a>) -> Option<Statement<'a>> {
        let id = self.own_text(entry.key_span, &entry.key)?;
        let entries = self.object(entry.value, "a shape")?;
        let (shape_id, member) = self.statement_id(id, entry.key_span)?;
        let mut properties = Properties {
            of: shape_id,
            span: entry.key_span,
            entries,
        };
        let kind = properties.take("type");
        let Some(kind) = kind else {
            self.missing(
                &properties,
                "type",
                "a shape says what it is: `\"type\": \"structure\"`",
            );
            return None;
        };
        let kind_name = self.string(kind, "`type`")?;
        if kind_name == "apply" {
            let traits = self.traits(&mut properties);
            self.reject_rest(&properties, "an `apply` statement", &["type", "traits"]);
            let target = match member {
                Some(name) => ApplyTarget::Member(shape_id.member(name)),
                None => ApplyTarget::Shape(shape_id),
            };
            return Some(Statement::Apply(
                target,
                entry.key_span,
                traits,
                Origin::Json,
            ));
        }
        if member.is_some() {
            self.bad_id(
                id,
                entry.key_span,
                "only an `apply` statement can name a member",
            );
            return None;
        }
        let mixins = self.references(&mut properties, "mixins");
        let shape = self.shape(&kind_name, kind.span(), properties, !mixins.is_empty())?;
        Some(Statement::Define(shape, entry.value, mixins))
    }

    fn statement_id<'a>(
        &mut self,
        id: &'a str,
        span: Span,
    ) -> Option<(ShapeId<'a>, Option<&'a str>)> {
        let (shape, member) = id
            .split_once('$')
            .map_or((id, None), |(shape, member)| (shape, Some(member)));
        match ShapeId::parse(shape) {
            Some(shape) if member.is_none_or(is_identifier) => Some((shape, member)),
            _ => {
                self.bad_id(id, span, "not a shape id");
                None
            }
        }
    }

    fn shape<'a>(
        &mut self,
        kind: &str,
        kind_span: Span,
        mut properties: Properties<'a>,
        mixes: bool,
    ) -> Option<Shape<'a>> {
        let (id, span) = (properties.of, properties.span);
        // Smithy 1.0 has `set`; 2.0 reads it as a list.
        let kind = if kind == "set" { "list" } else { kind };
        let Some(kind) = Kind::ALL.iter().find(|known| known.as_str() == kind) else {
            self.unknown_kind(kind, kind_span, id);
            return None;
        };
        let traits = self.traits(&mut properties);
        let content = self.content(*kind, &mut properties, mixes);
        self.reject_rest(&properties, &kind.with_article(), properties_of(*kind));
        Some(Shape {
            id,
            kind: content?,
            traits,
            span: Some(span),
        })
    }

    fn content<'a>(
        &mut self,
        kind: Kind,
        properties: &mut Properties<'a>,
        mixes: bool,
    ) -> Option<ShapeKind<'a>> {
        Some(match kind {
            Kind::Blob => ShapeKind::Blob,
            Kind::Boolean => ShapeKind::Boolean,
            Kind::String => ShapeKind::String,
            Kind::Byte => ShapeKind::Byte,
            Kind::Short => ShapeKind::Short,
            Kind::Integer => ShapeKind::Integer,
            Kind::Long => ShapeKind::Long,
            Kind::Float => ShapeKind::Float,
            Kind::Double => ShapeKind::Double,
            Kind::BigInteger => ShapeKind::BigInteger,
            Kind::BigDecimal => ShapeKind::BigDecimal,
            Kind::Timestamp => ShapeKind::Timestamp,
            Kind::Document => ShapeKind::Document,
            Kind::Enum => ShapeKind::Enum(self.members(properties)?),
            Kind::IntEnum => ShapeKind::IntEnum(self.members(properties)?),
            Kind::Structure => ShapeKind::Structure(self.members(properties)?),
            Kind::Union => ShapeKind::Union(self.members(properties)?),
            Kind::List => {
                let member = self.single_member(properties, "member", mixes);
                ShapeKind::List(Box::new(member?))
            }
            Kind::Map => {
                let key = self.single_member(properties, "key", mixes);
                let value = self.single_member(properties, "value", mixes);
                ShapeKind::Map(Box::new(MapMembers {
                    key: key?,
                    value: value?,
                }))
            }
            Kind::Service => ShapeKind::Service(Box::new(self.service(properties))),
            Kind::Resource => ShapeKind::Resource(Box::new(self.resource(properties))),
            Kind::Operation => ShapeKind::Operation(Box::new(self.operation(properties))),
        })
    }

    fn service<'a>(&mut self, properties: &mut Properties<'a>) -> Service<'a> {
        let version = properties
            .take("version")
            .and_then(|json| self.string(json, "`version`"));
        let rename = properties
            .take("rename")
            .and_then(|json| self.object(json, "`rename`"))
            .unwrap_or_default();
        let rename = rename.iter().filter_map(|entry| {
            let id = self.id(entry.key_span, &entry.key)?;
            let name = self.string(entry.value, "a name in `rename`")?;
            Some((
                Reference {
                    id,
                    span: entry.key_span,
                },
                name,
            ))
        });
        let rename = rename.collect();
        Service {
            version: version.unwrap_or_default(),
            operations: self.references(properties, "operations"),
            resources: self.references(properties, "resources"),
            errors: self.references(properties, "errors"),
            rename,
        }
    }

    fn resource<'a>(&mut self, properties: &mut Properties<'a>) -> Resource<'a> {
        let mut operations = Vec::new();
        for lifecycle in ["create", "put", "read", "update", "delete", "list"] {
            operations.extend(
                properties
                    .take(lifecycle)
                    .and_then(|json| self.reference(json, properties.of)),
            );
        }
        operations.extend(self.references(properties, "operations"));
        operations.extend(self.references(properties, "collectionOperations"));
        // Properties say which members of operations belong to the resource, which a client does not need.
        properties.take("properties");
        let identifiers = properties
            .take("identifiers")
            .and_then(|json| self.object(json, "`identifiers`"));
        let identifiers = identifiers.unwrap_or_default();
        let identifiers = identifiers
            .iter()
            .filter_map(|entry| self.reference(entry.value, properties.of))
            .collect();
        Resource {
            operations,
            resources: self.references(properties, "resources"),
            identifiers,
        }
    }

    fn operation<'a>(&mut self, properties: &mut Properties<'a>) -> Operation<'a> {
        let unit = Reference {
            id: super::UNIT,
            span: properties.span,
        };
        let mut reference = |key: &str, reader: &mut Self| {
            properties
                .take(key)
                .and_then(|json| reader.reference(json, properties.of))
                .unwrap_or(unit)
        };
        let (input, output) = (reference("input", self), reference("output", self));
        Operation {
            input,
            output,
            errors: self.references(properties, "errors"),
        }
    }

    fn references<'a>(&mut self, properties: &mut Properties<'a>, key: &str) -> Vec<Reference<'a>> {
        let Some(json) = properties.take(key) else {
            return Vec::new();
        };
        let items = self.array(json, &format!("`{key}`")).unwrap_or_default();
        items
            .into_iter()
            .filter_map(|item| self.reference(item, properties.of))
            .collect()
    }

    /// Reads `{ "target": "namespace#Name" }`.
    fn reference<'a>(&mut self, json: Json<'a>, of: ShapeId<'a>) -> Option<Reference<'a>> {
        let entries = self.object(json, "a reference to a shape")?;
        let mut properties = Properties {
            of,
            span: json.span(),
            entries,
        };
        let target = self.target(&mut properties);
        self.reject_rest(&properties, "a reference to a shape", &["target"]);
        target
    }

    fn target<'a>(&mut self, properties: &mut Properties<'a>) -> Option<Reference<'a>> {
        let Some(json) = properties.take("target") else {
            self.missing(
                properties,
                "target",
                "name the shape that is meant: `\"target\": \"namespace#Name\"`",
            );
            return None;
        };
        if json.kind() != "a string" {
            self.unexpected(json, "`target`", "a string");
            return None;
        }
        let text = &json.text()[1..json.text().len() - 1];
        Some(Reference {
            id: self.plain_id(json.span(), text)?,
            span: json.span(),
        })
    }

    fn members<'a>(&mut self, properties: &mut Properties<'a>) -> Option<Members<'a>> {
        let Some(json) = properties.take("members") else {
            return Some(Members::default());
        };
        let entries = self.object(json, "`members`")?;
        let mut members = Vec::with_capacity(entries.len());
        for entry in &entries {
            let Some(name) = self.own_text(entry.key_span, &entry.key) else {
                continue;
            };
            if !is_identifier(name) {
                self.bad_id(name, entry.key_span, "not a member name");
                continue;
            }
            members.extend(self.member(name, entry.key_span, entry.value, properties.of));
        }
        Some(Members(members))
    }

    /// Reads the member of a list, the key or the value of a map. One that a mixin brings may be left out.
    fn single_member<'a>(
        &mut self,
        properties: &mut Properties<'a>,
        name: &'static str,
        mixes: bool,
    ) -> Option<Member<'a>> {
        match properties.take(name) {
            Some(json) => self.member(name, json.span(), json, properties.of),
            None if mixes => Some(mixins::awaited(properties.of, name, properties.span)),
            None => {
                let help = format!(
                    "say what it holds: `\"{name}\": {{ \"target\": \"namespace#Name\" }}`"
                );
                self.missing(properties, name, &help);
                None
            }
        }
    }

    fn member<'a>(
        &mut self,
        name: &'a str,
        span: Span,
        json: Json<'a>,
        of: ShapeId<'a>,
    ) -> Option<Member<'a>> {
        let entries = self.object(json, "a member")?;
        let mut properties = Properties { of, span, entries };
        let target = self.target(&mut properties);
        let traits = self.traits(&mut properties);
        self.reject_rest(&properties, "a member", &["target", "traits"]);
        Some(Member {
            container: of,
            name,
            target: target?,
            traits,
            span,
        })
    }

    fn traits<'a>(&mut self, properties: &mut Properties<'a>) -> Traits<'a> {
        let mut traits = Traits::default();
        let Some(json) = properties.take("traits") else {
            return traits;
        };
        for entry in self.object(json, "`traits`").unwrap_or_default() {
            if let Some(id) = self.id(entry.key_span, &entry.key) {
                traits.push(Trait {
                    id,
                    span: entry.key_span,
                    value: entry.value,
                });
            }
        }
        traits
    }
}

/// The properties a shape of this kind can have, for the one who has mistyped one.
fn properties_of(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Enum | Kind::IntEnum | Kind::Structure | Kind::Union => {
            &["type", "members", "traits"]
        }
        Kind::List => &["type", "member", "traits"],
        Kind::Map => &["type", "key", "value", "traits"],
        Kind::Service => &[
            "type",
            "version",
            "operations",
            "resources",
            "errors",
            "rename",
            "traits",
        ],
        Kind::Operation => &["type", "input", "output", "errors", "traits"],
        Kind::Resource => &[
            "type",
            "identifiers",
            "create",
            "read",
            "list",
            "operations",
            "resources",
            "traits",
        ],
        _ => &["type", "traits"],
    }
}
