//! Operations: request, output, errors, examples and tests.

use std::collections::HashSet;

use super::{Lowering, Use, auth, docs, documentation, enums, key, protocol_tests};
use crate::api::endpoint::Literal;
use crate::api::{
    Binding, Checksums, Content, ErrorDef, Example, Field, Http, Operation, Output, PathPart, Tag,
    Type,
};
use crate::model::{Operation as OperationShape, Reference, Shape, ShapeId, ShapeKind, UNIT};
use crate::select::errors_of;
use crate::traits::http::{
    self, HttpChecksumRequired, HttpError, RequestCompression, S3UnwrappedXmlOutput,
    UnsignedPayload,
};
use crate::traits::rules::{ParamValue, StaticContextParams};
use crate::traits::simple::ErrorTrait;
use crate::traits::testing::Examples;
use crate::traits::uri::Segment;

impl<'s> Lowering<'_, 's> {
    pub(super) fn operation(&mut self, shape: &Shape<'s>) -> Operation<'s> {
        // Selection puts operations here and validation insists on their HTTP trait.
        let own = shape.as_operation().expect("an operation");
        let http = shape
            .traits
            .get::<http::Http>()
            .expect("an operation has an HTTP trait");
        let (input, body) = self.input(own);
        let output = self.output(shape, own);
        errors_of(self.service, own).for_each(|error| self.error(error));
        let selected_params = self.selected_params(shape, own);
        Operation {
            id: shape.id,
            documentation: documentation(&shape.traits),
            http: lower_http(&http),
            host_prefix: host_prefix(shape),
            input,
            body,
            output,
            checksums: self.checksums(shape, own),
            readonly: shape.traits.has::<http::Readonly>(),
            assembles: false,
            batch: None,
            echoes: Vec::new(),
            auth: auth::lower(self.service, shape),
            unsigned_payload: shape.traits.has::<UnsignedPayload>(),
            compressed: compressed(shape),
            pages: self.pages(shape),
            waiters: self.waiters(shape),
            errors: self.errors_of(own),
            static_params: static_params(shape),
            selected_params,
            examples: examples(shape),
            request_tests: protocol_tests::request_tests(shape),
            response_tests: self.response_tests(shape, own),
        }
    }

    fn checksums(&self, shape: &Shape<'s>, operation: &OperationShape<'s>) -> Checksums {
        let Some(own) = shape.traits.get::<http::HttpChecksum>() else {
            return Checksums {
                required: shape.traits.has::<HttpChecksumRequired>(),
                // They are MD5.
                others: shape.traits.has::<HttpChecksumRequired>(),
                ..Checksums::default()
            };
        };
        let input = self.model.target(&operation.input);
        let header = |member: Option<String>| {
            let member = input.fields()?.get(&member?)?;
            let http::HttpHeader(name) = member.traits.get()?;
            Some(name.to_ascii_lowercase())
        };
        let algorithm = own.request_algorithm_member.as_ref();
        let algorithm = algorithm.and_then(|name| input.fields()?.get(name));
        let chosen = algorithm.map(|member| self.model.target(&member.target));
        let chosen = chosen.into_iter().flat_map(|target| match &target.kind {
            ShapeKind::Enum(members) => enums::values(members),
            _ => enums::listed(target),
        });
        let mut names = chosen
            .map(|value| value.value)
            .chain(own.response_algorithms);
        let others = names.any(|name| !is_common(&name))
            || algorithm.is_none() && own.request_checksum_required;
        Checksums {
            request: header(own.request_algorithm_member),
            required: own.request_checksum_required,
            response: header(own.request_validation_mode_member),
            others,
        }
    }

    /// The errors of the operation, each once: what tells them apart is their name.
    fn errors_of(&self, operation: &OperationShape<'s>) -> Vec<ShapeId<'s>> {
        let mut names = HashSet::new();
        let errors = errors_of(self.service, operation).map(|error| self.model_id(error.id));
        errors.filter(|id| names.insert(id.name())).collect()
    }

    /// The id as the model holds it.
    fn model_id(&self, id: ShapeId<'s>) -> ShapeId<'s> {
        self.model.get(id).map_or(id, |shape| shape.id)
    }

    /// The members, and the root element of a body that they make up.
    fn input(&mut self, operation: &OperationShape<'s>) -> (Vec<Field<'s>>, Option<Tag>) {
        let shape = self.model.target(&operation.input);
        let members = shape.fields().filter(|_| shape.id != UNIT);
        let members = members.into_iter().flat_map(|members| members.iter());
        let fields: Vec<_> = members
            .filter_map(|member| self.field(member, Use::Input))
            .collect();
        let in_document = |field: &Field<'_>| field.binding.is_in_document();
        let root = fields.iter().any(in_document).then(|| self.root(shape));
        (fields, root)
    }

    fn output(&mut self, shape: &Shape<'s>, operation: &OperationShape<'s>) -> Output<'s> {
        let unwrapped = shape.traits.has::<S3UnwrappedXmlOutput>();
        let shape = self.model.target(&operation.output);
        let members = shape.fields().filter(|_| shape.id != UNIT);
        let fields: Vec<_> = members
            .into_iter()
            .flat_map(|members| members.iter())
            .filter_map(|member| self.field(member, Use::Output))
            .collect();
        let in_body = || {
            fields
                .iter()
                .filter(|field| matches!(field.binding, Binding::Element(_) | Binding::Payload(_)))
        };
        Output {
            id: (shape.id != UNIT).then_some(shape.id),
            documentation: documentation(&shape.traits),
            root: self.root(shape).local().to_owned(),
            unwrapped,
            secret_body: in_body().any(|field| self.holds(&field.ty, |ty| *ty == Type::Secret)),
            bounded_body: !in_body()
                .any(|field| is_text_payload(field) || self.is_unbounded(field)),
            fields,
        }
    }

    /// Whether a type is or holds one that `wanted` says yes to.
    fn holds(&self, ty: &Type<'s>, wanted: impl Fn(&Type<'s>) -> bool) -> bool {
        let mut pending = vec![ty];
        let mut seen = HashSet::new();
        while let Some(ty) = pending.pop() {
            if wanted(ty) {
                return true;
            }
            match ty {
                Type::List { item, .. } => pending.push(item),
                Type::Map(map) => pending.extend([&map.key, &map.value]),
                // A structure may hold itself.
                Type::Structure(id) | Type::Union(id) | Type::Events(id, _) if seen.insert(*id) => {
                    let def = self.types.get(&key(*id)).and_then(Option::as_ref);
                    let fields = def.map(|def| def.kind.fields()).unwrap_or_default();
                    pending.extend(fields.iter().map(|field| &field.ty));
                }
                _ => {}
            }
        }
        false
    }

    /// Whether the member holds a list, a map, bytes or, somewhere, itself.
    fn is_unbounded(&self, field: &Field<'s>) -> bool {
        let held = |ty: &Type<'s>| match ty {
            Type::List { .. } | Type::Map(_) | Type::Blob => true,
            Type::Structure(id) | Type::Union(id) => {
                let def = self.types.get(&key(*id)).and_then(Option::as_ref);
                def.is_some_and(|def| def.kind.fields().iter().any(|field| field.boxed))
            }
            _ => false,
        };
        field.boxed || self.holds(&field.ty, held)
    }

    pub(super) fn error(&mut self, error: &Reference<'s>) {
        let shape = self.model.target(error);
        let fault = match shape.traits.get::<ErrorTrait>() {
            Some(ErrorTrait::Server) => 500,
            _ => 400,
        };
        let status = shape
            .traits
            .get::<HttpError>()
            .map_or(fault, |status| status.0);
        let members = shape
            .fields()
            .into_iter()
            .flat_map(|members| members.iter());
        // The message is part of every error.
        let members = members.filter(|member| !member.name.eq_ignore_ascii_case("message"));
        let fields = members
            .filter_map(|member| self.field(member, Use::Output))
            .collect();
        let def = ErrorDef {
            id: shape.id,
            documentation: documentation(&shape.traits),
            status,
            fields,
        };
        self.errors.insert(key(shape.id), def);
    }
}

/// A text or enum that is the whole body has no bounds.
fn is_text_payload(field: &Field<'_>) -> bool {
    matches!(&field.binding, Binding::Payload(payload) if payload.content == Content::Text)
}

/// Whether one of the ways in which a body may be compressed is ours.
fn compressed(shape: &Shape<'_>) -> bool {
    let compression = shape.traits.get::<RequestCompression>();
    compression.is_some_and(|compression| compression.encodings.iter().any(|name| name == "gzip"))
}

/// `foo.{label}.`, taken apart.
fn host_prefix(shape: &Shape<'_>) -> Vec<PathPart> {
    let Some(http::Endpoint { host_prefix }) = shape.traits.get() else {
        return Vec::new();
    };
    let mut parts = Vec::new();
    let mut rest = host_prefix.as_str();
    while let Some((literal, (label, tail))) = rest
        .split_once('{')
        .and_then(|(literal, after)| Some((literal, after.split_once('}')?)))
    {
        parts.push(PathPart::Literal(literal.to_owned()));
        parts.push(PathPart::Label {
            member: label.to_owned(),
            greedy: false,
        });
        rest = tail;
    }
    parts.push(PathPart::Literal(rest.to_owned()));
    parts.retain(|part| *part != PathPart::Literal(String::new()));
    parts
}

fn lower_http(http: &http::Http) -> Http {
    let mut path = vec![PathPart::Literal("/".to_owned())];
    for (index, segment) in http.uri.segments.iter().enumerate() {
        let slash = if index > 0 { "/" } else { "" };
        let text = match segment {
            Segment::Literal(text) => format!("{slash}{text}"),
            Segment::Label { .. } => slash.to_owned(),
        };
        match path.last_mut() {
            Some(PathPart::Literal(last)) => last.push_str(&text),
            _ if text.is_empty() => {}
            _ => path.push(PathPart::Literal(text)),
        }
        if let Segment::Label { name, greedy } = segment {
            path.push(PathPart::Label {
                member: name.clone(),
                greedy: *greedy,
            });
        }
    }
    let query = http.uri.query.iter().map(|(name, value)| match value {
        Some(value) => format!("{name}={value}"),
        None => name.clone(),
    });
    Http {
        method: http.method.clone(),
        uri: http.uri.as_str().to_owned(),
        path,
        query: query.collect(),
        success: http.code,
        host: None,
        endpoint_in_path: false,
    }
}

fn static_params(shape: &Shape<'_>) -> Vec<(String, Literal)> {
    let params = shape
        .traits
        .get::<StaticContextParams>()
        .map(|params| params.0)
        .unwrap_or_default();
    let params = params
        .into_iter()
        .map(|(name, param)| (name, literal(param.value)));
    params.collect()
}

/// The value of a parameter.
pub(super) fn literal(value: ParamValue) -> Literal {
    match value {
        ParamValue::Bool(value) => Literal::Bool(value),
        ParamValue::String(text) => Literal::String(text),
        ParamValue::List(texts) => Literal::List(texts),
    }
}

fn examples(shape: &Shape<'_>) -> Vec<Example> {
    let examples = shape
        .traits
        .get::<Examples>()
        .map(|examples| examples.0)
        .unwrap_or_default();
    let good = examples
        .into_iter()
        .filter(|example| example.error.is_none());
    good.map(|example| Example {
        title: example.title,
        documentation: docs(example.documentation),
        input: example.input,
        output: example.output,
    })
    .collect()
}

/// Whether a checksum is one that directory buckets know.
fn is_common(name: &str) -> bool {
    matches!(
        name.to_ascii_uppercase().as_str(),
        "CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256"
    )
}
