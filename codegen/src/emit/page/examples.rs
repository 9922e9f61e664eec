//! Examples of the model: the call in Rust, the command, and what it prints.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Map, Value};

use super::{Page, shell, syntax};
use crate::api::{Binding, Example, Field, Operation, TimestampFormat, Type};
use crate::document::{Docs, title};
use crate::emit::{Context, value};

impl Page<'_, '_> {
    pub(super) fn examples(&mut self) {
        let mut first = true;
        for example in &self.operation.examples {
            let Some(call) = value::call_of(self.cx, self.operation, &example.input) else {
                continue;
            };
            if std::mem::take(&mut first) {
                self.section("Examples");
            }
            self.heading(3, &title(&example.title));
            let docs = self.linked(&example.documentation);
            self.docs(&docs);
            let code = self.call(example, call);
            self.code("rust", &code);
            if self.cx.options.command_line.is_some() {
                let command = shell::command(self.cx.names, self.operation, example);
                self.code("sh", &command);
                match printed(self.cx, self.operation, example) {
                    Some(output) => {
                        self.docs(&Docs::of("Output:"));
                        self.code("json", &output);
                    }
                    None if self.prints_nothing(example) => {
                        self.docs(&Docs::of("The command prints nothing."));
                    }
                    // the model does not say
                    None => {}
                }
            }
        }
        if let Some(exchange) = syntax::exchange(self.operation) {
            self.section("On the wire");
            self.code("http", &exchange);
        }
    }

    fn prints_nothing(&self, example: &Example) -> bool {
        let fields = &self.operation.output.fields;
        example.output.is_some() || fields.iter().all(Field::is_stream)
    }

    /// The call with its imports, and what is done with its output.
    fn call(&self, example: &Example, (arguments, setters): value::Call) -> String {
        let method = &self.cx.names.operation(&self.operation.id).method;
        let read = self.reading(example);
        let mut scope = self.scope();
        let output = (!read.is_empty()).then(|| quote!(let output =));
        let call = scope.resolve(quote! {
            #output client.#method(#(#arguments),*)#setters.await?;
            #read
        });
        with_imports(scope.imports(), &call)
    }

    /// Reads what an output is asked for: the content, a member that is always there, or the first that the example
    /// has.
    fn reading(&self, example: &Example) -> TokenStream {
        let fields = &self.operation.output.fields;
        let has = |field: &&Field<'_>| {
            let output = example.output.as_ref();
            output.is_some_and(|output| output.contains_key(field.name))
        };
        let stream = fields
            .iter()
            .find(|field| matches!(field.ty, Type::Stream(_)));
        if let Some(field) = stream.filter(|field| field.required) {
            let name = self.cx.names.field(field);
            return quote!(let bytes = output.#name.collect().await?;);
        }
        let mut plain = fields.iter().filter(|field| !field.is_stream());
        let pages = self.operation.pages.as_ref();
        let items = pages.and_then(|pages| pages.items.as_ref()?.first());
        let items = items.and_then(|items| plain.clone().find(|field| field.name == items));
        let always = plain.clone().find(|field| field.required);
        let told = items.filter(has).or_else(|| always.filter(has));
        let Some(field) = told.or_else(|| plain.find(has)) else {
            return TokenStream::new();
        };
        let name = self.cx.names.field(field);
        match &field.ty {
            Type::Structure(id) if field.required => {
                let fields = self.cx.api.type_def(id).map(|ty| ty.kind.fields());
                let fields = fields.unwrap_or_default().iter();
                let lines = fields.map(|field| {
                    let member = self.cx.names.field(field);
                    match field.ty {
                        Type::Secret if field.required => {
                            quote!(let #member = #name.#member.expose();)
                        }
                        _ => quote!(println!("{:?}", #name.#member);),
                    }
                });
                quote!(let #name = output.#name; #(#lines)*)
            }
            Type::List { .. } if field.collects => quote! {
                for item in &output.#name { println!("{item:?}"); }
            },
            _ => quote!(println!("{:?}", output.#name);),
        }
    }
}

/// Statements behind their imports.
pub(super) fn with_imports(imports: TokenStream, statements: &TokenStream) -> String {
    let uses = value::text(imports);
    let separator = if uses.is_empty() { "" } else { "\n" };
    format!("{uses}{separator}{}", value::laid_out(statements))
}

/// What the command prints, as JSON; none where it prints nothing.
pub(in crate::emit) fn printed(
    cx: &Context<'_, '_>,
    operation: &Operation<'_>,
    example: &Example,
) -> Option<String> {
    let output = example.output.clone()?;
    let output: Map<_, _> = output.into_iter().collect();
    let member = |field: &Field<'_>| {
        let value = output.get(field.name)?;
        Some((field.name.to_owned(), member(cx, field, value)))
    };
    let printed: Map<_, _> = match of_pages(cx, operation, example) {
        None => {
            let fields = operation.output.fields.iter();
            let fields = fields.filter(|field| !field.is_stream());
            fields.filter_map(member).collect()
        }
        Some((lists, kept)) => {
            // what is kept of the first page is printed where it is missing, too
            let kept = kept.iter().map(|name| {
                let value = output.get(name).cloned().unwrap_or_default();
                (name.clone(), value)
            });
            lists.into_iter().filter_map(member).chain(kept).collect()
        }
    };
    if printed.is_empty() {
        None
    } else {
        Some(shell::laid_out(&Value::Object(printed)))
    }
}

/// The lists that the command puts together from all pages, and the names of what it prints besides; none where it
/// prints one answer as it is.
fn of_pages<'a, 's>(
    cx: &'a Context<'_, 's>,
    operation: &'a Operation<'s>,
    example: &Example,
) -> Option<(Vec<&'a Field<'s>>, &'a [String])> {
    let pages = operation.pages.as_ref()?;
    let size = pages.page_size.as_ref()?;
    let mut manual = [&pages.input_token, size].into_iter();
    if manual.any(|name| example.input.contains_key(name)) {
        return None;
    }
    let items = pages.items.as_ref().and_then(|items| items.first());
    let lists = operation.output.fields.iter();
    let lists = lists.filter(|field| matches!(field.ty, Type::List { .. }));
    let mut lists: Vec<_> = lists.collect();
    lists.sort_by_key(|field| items.is_some_and(|items| items != field.name));
    let command_line = cx.options.command_line.as_ref()?;
    let kept = command_line.kept.get(operation.id.name());
    Some((lists, kept.map_or(&[], Vec::as_slice)))
}

/// A member with its own members in the order of the model, and moments in the form of the wire.
fn member(cx: &Context<'_, '_>, field: &Field<'_>, value: &Value) -> Value {
    match (&field.ty, &field.binding, value) {
        (Type::Timestamp(TimestampFormat::HttpDate), Binding::Header(..), Value::String(text)) => {
            value::http_date(text).map_or_else(|| value.clone(), Value::from)
        }
        (Type::String, _, Value::String(text)) if is_number(cx, field) => {
            let number = text.parse::<i64>();
            number.map_or_else(|_| value.clone(), Value::from)
        }
        (ty, _, value) => ordered(cx, ty, value),
    }
}

/// Whether the command line prints a text as a number.
fn is_number(cx: &Context<'_, '_>, field: &Field<'_>) -> bool {
    let numbers = cx.options.command_line.as_ref().map(|it| &it.numbers);
    numbers.is_some_and(|numbers| numbers.iter().any(|name| name == field.name))
}

fn ordered(cx: &Context<'_, '_>, ty: &Type<'_>, value: &Value) -> Value {
    match (ty, value) {
        (Type::Structure(id) | Type::Union(id), Value::Object(members)) => {
            let fields = cx.api.type_def(id).map(|ty| ty.kind.fields());
            let fields = fields.unwrap_or_default().iter();
            let present = fields.filter_map(|field| {
                let value = members.get(field.name)?;
                Some((field.name.to_owned(), member(cx, field, value)))
            });
            Value::Object(present.collect())
        }
        (Type::List { item, .. }, Value::Array(items)) => {
            items.iter().map(|value| ordered(cx, item, value)).collect()
        }
        (Type::Map(map), Value::Object(entries)) => {
            let entries = entries.iter();
            let entries = entries.map(|(key, value)| (key.clone(), ordered(cx, &map.value, value)));
            Value::Object(entries.collect())
        }
        (_, value) => value.clone(),
    }
}
