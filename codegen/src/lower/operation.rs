//! Operations: request, output, errors, examples and tests.

use super::{Lowering, documentation};
use crate::api::endpoint::Literal;
use crate::api::protocol_test::{RequestTest, ResponseTest};
use crate::api::{
    Binding, ErrorDef, Example, Field, Http, Operation, Output, PathPart, Type, TypeKind,
};
use crate::model::{Operation as OperationShape, Reference, Shape, ShapeId, UNIT};
use crate::traits::http::{self, HttpError};
use crate::traits::rules::{ParamValue, StaticContextParams};
use crate::traits::simple::{ErrorTrait, XmlName};
use crate::traits::testing::{self, AppliesTo, Examples, HttpRequestTests, HttpResponseTests};
use crate::traits::uri::Segment;

impl<'s> Lowering<'_, 's> {
    pub(super) fn operation(&mut self, shape: &Shape<'s>) -> Operation<'s> {
        // Selection puts operations here and validation insists on their HTTP trait.
        let own = shape.as_operation().expect("an operation");
        let http = shape
            .traits
            .get::<http::Http>()
            .expect("an operation has an HTTP trait");
        let input = self.input(own);
        let output = self.output(own);
        own.errors.iter().for_each(|error| self.error(error));
        Operation {
            id: shape.id,
            documentation: documentation(shape),
            http: lower_http(&http),
            input,
            output,
            errors: own
                .errors
                .iter()
                .map(|error| error.id)
                .map(|id| self.model_id(id))
                .collect(),
            static_params: static_params(shape),
            examples: examples(shape),
            request_tests: request_tests(shape),
            response_tests: self.response_tests(shape, own),
        }
    }

    /// The id as the model holds it.
    fn model_id(&self, id: ShapeId<'s>) -> ShapeId<'s> {
        self.model.get(id).map_or(id, |shape| shape.id)
    }

    fn input(&mut self, operation: &OperationShape<'s>) -> Vec<Field<'s>> {
        let Some(members) = self.model.target(&operation.input).fields() else {
            return Vec::new();
        };
        let mut fields = Vec::new();
        for member in members.iter() {
            let Some(field) = self.field(member) else {
                continue;
            };
            if matches!(field.binding, Binding::Element(_)) {
                self.unsupported(member, "a request body cannot be generated yet");
            }
            fields.push(field);
        }
        fields
    }

    fn output(&mut self, operation: &OperationShape<'s>) -> Output<'s> {
        let shape = self.model.target(&operation.output);
        let members = shape.fields().filter(|_| shape.id != UNIT);
        let fields: Vec<_> = members
            .into_iter()
            .flat_map(|members| members.iter())
            .filter_map(|member| self.field(member))
            .collect();
        let in_body = || {
            fields
                .iter()
                .filter(|field| matches!(field.binding, Binding::Element(_)))
        };
        Output {
            id: (shape.id != UNIT).then_some(shape.id),
            documentation: documentation(shape),
            root: shape
                .traits
                .get::<XmlName>()
                .map_or_else(|| shape.id.name().to_owned(), |name| name.0),
            secret_body: in_body().any(|field| self.holds(&field.ty, &|ty| *ty == Type::Secret)),
            bounded_body: !in_body()
                .any(|field| self.holds(&field.ty, &|ty| matches!(ty, Type::List { .. }))),
            fields,
        }
    }

    /// Whether a type is or holds one that `wanted` says yes to.
    fn holds(&self, ty: &Type<'s>, wanted: &dyn Fn(&Type<'s>) -> bool) -> bool {
        if wanted(ty) {
            return true;
        }
        match ty {
            Type::List { item, .. } => self.holds(item, wanted),
            Type::Structure(id) => match self.types.get(id.name()) {
                Some(Some(def)) => match &def.kind {
                    TypeKind::Structure(fields) => {
                        fields.iter().any(|field| self.holds(&field.ty, wanted))
                    }
                    TypeKind::Enum(_) => false,
                },
                _ => false,
            },
            _ => false,
        }
    }

    fn error(&mut self, error: &Reference<'s>) {
        let shape = self.model.target(error);
        let fault = match shape.traits.get::<ErrorTrait>() {
            Some(ErrorTrait::Server) => 500,
            _ => 400,
        };
        let status = shape
            .traits
            .get::<HttpError>()
            .map_or(fault, |status| status.0);
        let def = ErrorDef {
            id: shape.id,
            documentation: documentation(shape),
            status,
        };
        self.errors.insert(shape.id.name(), def);
    }

    fn response_tests(&self, shape: &Shape<'s>, own: &OperationShape<'s>) -> Vec<ResponseTest<'s>> {
        let mut tests: Vec<_> = tests_of(shape)
            .into_iter()
            .map(|test| response_test(test, None))
            .collect();
        for error in &own.errors {
            let shape = self.model.target(error);
            tests.extend(
                tests_of(shape)
                    .into_iter()
                    .map(|test| response_test(test, Some(shape.id))),
            );
        }
        tests
    }
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
    }
}

fn static_params(shape: &Shape<'_>) -> Vec<(String, Literal)> {
    let params = shape
        .traits
        .get::<StaticContextParams>()
        .map(|params| params.0)
        .unwrap_or_default();
    params
        .into_iter()
        .filter_map(|(name, param)| {
            Some((
                name,
                match param.value {
                    ParamValue::Bool(value) => Literal::Bool(value),
                    ParamValue::String(text) => Literal::String(text),
                    ParamValue::List(_) => return None,
                },
            ))
        })
        .collect()
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
        documentation: example.documentation.unwrap_or_default(),
        input: example.input,
    })
    .collect()
}

fn request_tests(shape: &Shape<'_>) -> Vec<RequestTest> {
    let tests = shape
        .traits
        .get::<HttpRequestTests>()
        .map(|tests| tests.0)
        .unwrap_or_default();
    tests
        .into_iter()
        .filter(|test| test.applies_to != Some(AppliesTo::Server))
        .map(|test| RequestTest {
            id: test.id,
            documentation: test.documentation.unwrap_or_default(),
            params: test.params,
            uri: test.uri,
            resolved_host: test.resolved_host,
            query: test.query_params,
            forbid_query: test.forbid_query_params,
            require_query: test.require_query_params,
            headers: test.headers.into_iter().collect(),
            forbid_headers: test.forbid_headers,
            require_headers: test.require_headers,
            body: test.body,
        })
        .collect()
}

fn tests_of(shape: &Shape<'_>) -> Vec<testing::HttpResponseTest> {
    let tests = shape
        .traits
        .get::<HttpResponseTests>()
        .map(|tests| tests.0)
        .unwrap_or_default();
    tests
        .into_iter()
        .filter(|test| test.applies_to != Some(AppliesTo::Server))
        .collect()
}

fn response_test<'s>(
    test: testing::HttpResponseTest,
    error: Option<ShapeId<'s>>,
) -> ResponseTest<'s> {
    ResponseTest {
        id: test.id,
        documentation: test.documentation.unwrap_or_default(),
        error,
        code: test.code,
        headers: test.headers.into_iter().collect(),
        body: test.body.unwrap_or_default(),
        params: test.params,
    }
}
