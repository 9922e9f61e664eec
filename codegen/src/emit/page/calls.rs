//! How pages are asked for, and what can be waited for: on pages and in rustdoc.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use super::Page;
use super::examples::with_imports;
use crate::api::calls::Pages;
use crate::api::{Field, Operation, Type};
use crate::document::{Docs, code_span};
use crate::emit::rust_file::ident;
use crate::emit::scope::{Place, Scope};
use crate::emit::{Context, path, value, waiter};

impl Page<'_, '_> {
    /// How all pages of the answer are asked for.
    pub(super) fn pages(&mut self) {
        let Some(pages) = &self.operation.pages else {
            return;
        };
        self.section("All pages");
        let mut scope = self.scope();
        let call = self.first_call(&mut scope);
        let call = quote!(#call.paginate());
        let body = match &pages.items {
            Some(_) => quote! {
                let mut items = #call.items();
                while let Some(item) = items.next_item().await? { println!("{item:?}"); }
            },
            None => quote! {
                let mut pages = #call;
                while let Some(page) = pages.next_page().await? { println!("{page:?}"); }
            },
        };
        self.code("rust", &with_imports(scope.imports(), &body));
        let mut text = about(pages, |member| format!("`{member}`"));
        if let Some(items) = items(self.operation, |path| code_span(&path.join("."))) {
            text.push_str(&format!(" The items are the {items}."));
        }
        self.docs(&Docs::of(text));
    }

    /// The states that calls of the operation show.
    pub(super) fn waiters(&mut self) {
        let Some(first) = self.operation.waiters.first() else {
            return;
        };
        self.section("Waiters");
        let mut scope = self.scope();
        let call = self.first_call(&mut scope);
        let state = self.cx.names.waiter(&self.operation.id, &first.name);
        let krate = ident(&self.cx.crate_ident());
        let imports = scope.imports();
        let uses = quote!(use #krate::waiter::#state; #imports);
        let code = with_imports(uses, &quote!(#call.wait_until(#state).await?;));
        self.code("rust", &code);
        let items = self.operation.waiters.iter().map(|waiter| {
            let head = format!(
                "`{}`, with a request every {}",
                self.cx.names.waiter(&self.operation.id, &waiter.name),
                waiter::delays(waiter)
            );
            super::list_item(&head, &self.linked(&waiter.documentation))
        });
        let items: Vec<_> = items.collect();
        self.docs(&Docs::of(items.join("\n")));
    }
}

impl Page<'_, '_> {
    /// The scope of code on a page.
    pub(super) fn scope(&self) -> Scope {
        Scope::new(Place::Outside(ident(&self.cx.crate_ident())), [])
    }

    /// The call of the first example, up to what is done with it; with variables where there is no example.
    fn first_call(&self, scope: &mut Scope) -> TokenStream {
        let method = &self.cx.names.operation(&self.operation.id).method;
        let mut examples = self.operation.examples.iter();
        let call = examples.find_map(|it| value::call_of(self.cx, self.operation, &it.input));
        scope.resolve(match call {
            Some((arguments, setters)) => quote!(client.#method(#(#arguments),*)#setters),
            None => {
                let arguments = value::variables(self.cx.names, self.operation);
                quote!(client.#method(#arguments))
            }
        })
    }
}

/// What is to know about the pages; `link` makes a link of the name of an input member.
fn about(pages: &Pages, link: impl Fn(&str) -> String) -> String {
    let size = pages.page_size.as_ref().map_or_else(String::new, |size| {
        format!(" of at most {} items", link(size))
    });
    format!(
        "The answer comes in pages{size}. To begin at a later page, set {} to the token of that page.",
        link(&pages.input_token)
    )
}

/// Which items the pages have, and which other lists of theirs are none; `link` makes a link of a path into the
/// output.
fn items(operation: &Operation<'_>, link: impl Fn(&[String]) -> String) -> Option<String> {
    let path = operation.pages.as_ref()?.items.as_ref()?;
    let lists = operation.output.fields.iter().filter(|field| {
        matches!(field.ty, Type::List { .. }) && path.first().is_none_or(|name| name != field.name)
    });
    let others: Vec<_> = lists.map(|field| link(&[field.name.to_owned()])).collect();
    let items = link(path);
    Some(if others.is_empty() {
        format!("{items} of all pages")
    } else {
        format!("{items} of all pages, without their {}", listed(&others))
    })
}

/// `a, b and c`
fn listed(words: &[String]) -> String {
    match words {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        words => words.concat(),
    }
}

/// A link to the field at the end of a path of names; into a field there is none.
fn link<'s>(cx: &Context<'_, 's>, ty: &Ident, fields: &[Field<'s>], path: &[String]) -> String {
    let path = path::fields(cx, fields, path).into_iter();
    let path: Vec<_> = path
        .map(|field| cx.names.field(field).to_string())
        .collect();
    match path.as_slice() {
        [field] => {
            let field = field.trim_start_matches("r#");
            format!("[`{field}`]({ty}::{field})")
        }
        path => code_span(&path.join(".")),
    }
}

/// The same about pages and waiters for the documentation of a request.
pub(in crate::emit) fn rustdoc(cx: &Context<'_, '_>, operation: &Operation<'_>) -> String {
    let names = cx.names.operation(&operation.id);
    let mut sections = Vec::new();
    if let Some(pages) = &operation.pages {
        let items = items(operation, |path| {
            link(cx, &names.output, &operation.output.fields, path)
        });
        let items =
            items.map(|items| format!("; its [`items`](crate::Paginator::items) are the {items}"));
        sections.push(format!(
            "# All pages\n\n{} [`paginate`](crate::Call::paginate) asks for all of them{}.",
            about(pages, |member| {
                link(cx, &names.request, &operation.input, &[member.to_owned()])
            }),
            items.unwrap_or_default()
        ));
    }
    let states: Vec<_> = operation
        .waiters
        .iter()
        .map(|waiter| cx.names.waiter(&operation.id, &waiter.name))
        .map(|state| format!("[`{state}`](crate::waiter::{state})"))
        .collect();
    if !states.is_empty() {
        sections.push(format!(
            "# Waiters\n\n[`wait_until`](crate::Call::wait_until) waits for {}.",
            listed(&states)
        ));
    }
    sections.join("\n\n")
}
