//! A Rust source file: header, module documentation, items. Items are formatted one by one.

use proc_macro2::TokenStream;
use quote::quote;

use super::scope::{Place, Scope};
use crate::files::{Files, MARK};
use crate::model::ShapeId;
use crate::name::TypeNames;
pub(super) use crate::name::ident;

/// The width that documentation is wrapped to, its `///` and indent included.
pub(super) const WIDTH: usize = 100;

/// The first line of every Rust file.
pub(super) fn head() -> String {
    format!("// {MARK}; change model/ or codegen/ instead.\n")
}

/// What was written does not parse: a mistake in an emitter, never in a model.
#[derive(Debug)]
pub struct Bug {
    /// The file that was being written.
    pub file: String,
    /// The shape it is about.
    pub shape: String,
    /// What the parser said.
    pub error: String,
    /// The item.
    pub text: String,
}

/// A Rust file in the making.
pub(super) struct RustFile {
    path: String,
    shape: String,
    docs: Vec<String>,
    /// Whether these are comments only: what is included in another file has no documentation of its own.
    is_included: bool,
    uses: TokenStream,
    items: Vec<Item>,
    /// What the names of the items mean.
    scope: Scope,
}

enum Item {
    Tokens(TokenStream),
    Text(String),
    Impl(TokenStream, Vec<TokenStream>),
}

impl RustFile {
    /// A file that says what it holds.
    pub(super) fn new(path: impl Into<String>, shape: impl Into<String>, docs: &str) -> Self {
        let docs = crate::document::Docs::of(docs).lines(WIDTH - 4);
        Self {
            path: path.into(),
            shape: shape.into(),
            docs,
            is_included: false,
            uses: TokenStream::new(),
            items: Vec::new(),
            scope: Scope::new(Place::Crate, []),
        }
    }

    /// The file of a shape in `types`; `what` is said of it, such as "enum".
    pub(super) fn of_type(names: &TypeNames, id: &ShapeId<'_>, what: &str) -> Self {
        let (module, type_name) = (&names.module.file, &names.ty);
        let path = format!("client/src/types/{module}.rs");
        let docs = format!("The {what} `{type_name}`.");
        let own = [type_name, &names.error];
        Self::new(path, id.to_string(), &docs).within(Scope::new(Place::Types, own))
    }

    /// Lets the file be included in another one.
    pub(super) fn included(mut self, is_included: bool) -> Self {
        self.is_included = is_included;
        self
    }

    /// Says what names mean in this file; items that are added follow it.
    pub(super) fn within(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// What names mean in this file.
    pub(super) fn scope(&mut self) -> &mut Scope {
        &mut self.scope
    }

    /// Adds imports of what the [`Scope`] does not know.
    pub(super) fn uses(&mut self, tokens: TokenStream) {
        self.uses.extend(tokens);
    }

    /// Adds an item.
    pub(super) fn item(&mut self, tokens: TokenStream) {
        if !tokens.is_empty() {
            let tokens = self.scope.resolve(tokens);
            self.items.push(Item::Tokens(tokens));
        }
    }

    /// Adds an `impl` block, with an empty line between its items.
    pub(super) fn implementation(&mut self, header: TokenStream, items: Vec<TokenStream>) {
        let header = self.scope.resolve(header);
        let items = items.into_iter().filter(|item| !item.is_empty());
        let items = items.map(|item| self.scope.resolve(item)).collect();
        self.items.push(Item::Impl(header, items));
    }

    /// Adds an item whose layout is ours: the formatter knows nothing of what stands inside a macro.
    pub(super) fn text(&mut self, text: impl Into<String>) {
        let text = self.scope.resolve_text(&text.into());
        if !text.is_empty() {
            self.items.push(Item::Text(text));
        }
    }

    /// Formats the file and puts it where it belongs.
    pub(super) fn finish(self, files: &mut Files) -> Result<(), Bug> {
        let mut out = format!("{}\n", head());
        for line in &self.docs {
            let mark = if self.is_included { "//" } else { "//!" };
            out.push_str(format!("{mark} {line}").trim_end());
            out.push('\n');
        }
        for item in self.imports().iter().chain(&self.items) {
            let text = match item {
                Item::Tokens(tokens) => format(tokens.clone()),
                Item::Text(text) => syn::parse_file(text).map(|_| text.clone()),
                Item::Impl(header, items) => implementation(header, items),
            };
            let text = text.map_err(|error| self.bug(item, &error))?;
            out.push('\n');
            out.push_str(text.trim_end());
            out.push('\n');
        }
        files.insert(self.path, out);
        Ok(())
    }

    /// The imports in three groups: the standard library, other crates, this crate.
    fn imports(&self) -> Vec<Item> {
        let (scope, own) = (self.scope.imports(), &self.uses);
        let Ok(all) = syn::parse2::<syn::File>(quote!(#scope #own)) else {
            // Formatting it will say what is wrong.
            return vec![Item::Tokens(quote!(#scope #own))];
        };
        let group = |item: &syn::Item| match item {
            syn::Item::Use(item) => match &item.tree {
                syn::UseTree::Path(path) if path.ident == "std" => 0,
                syn::UseTree::Path(path) if path.ident == "crate" || path.ident == "super" => 2,
                _ => 1,
            },
            _ => 1,
        };
        let groups = (0..3).map(|wanted| {
            let mut items: Vec<_> = all
                .items
                .iter()
                .filter(|item| group(item) == wanted)
                .collect();
            items.sort_by_key(|item| quote!(#item).to_string());
            items
        });
        groups
            .map(|items| quote!(#(#items)*))
            .filter(|tokens| !tokens.is_empty())
            .map(Item::Tokens)
            .collect()
    }

    fn bug(&self, item: &Item, error: &syn::Error) -> Bug {
        let text = match item {
            Item::Tokens(tokens) => tokens.to_string(),
            Item::Text(text) => text.clone(),
            Item::Impl(header, items) => quote!(#header { #(#items)* }).to_string(),
        };
        Bug {
            file: self.path.clone(),
            shape: self.shape.clone(),
            error: error.to_string(),
            text,
        }
    }
}

/// Formats each item in an `impl` block of its own and puts their insides together.
fn implementation(header: &TokenStream, items: &[TokenStream]) -> syn::Result<String> {
    let mut blocks = Vec::new();
    for item in items.iter().filter(|item| !item.is_empty()) {
        let block = format(quote!(#header { #item }))?;
        let inside = block
            .lines()
            .skip_while(|line| !line.ends_with('{'))
            .skip(1);
        let mut lines: Vec<_> = inside.map(str::to_owned).collect();
        lines.pop();
        blocks.push(lines.join("\n"));
    }
    let empty = format(quote!(#header {}))?;
    let opening = empty.trim_end().trim_end_matches("{}");
    Ok(format!("{opening}{{\n{}\n}}\n", blocks.join("\n\n")))
}

fn format(tokens: TokenStream) -> syn::Result<String> {
    Ok(prettyplease::unparse(&syn::parse2(tokens)?))
}

/// `///` lines for an item at this indent.
pub(super) fn doc_lines(docs: &crate::document::Docs, indent: usize) -> TokenStream {
    doc(&docs.lines(WIDTH - 4 - indent))
}

/// `///` lines as they are, but for tabs, which lints take amiss.
pub(super) fn doc<T: AsRef<str>>(lines: &[T]) -> TokenStream {
    let lines = lines.iter().map(|line| match line.as_ref() {
        "" => String::new(),
        line => format!(" {}", line.replace('\t', "    ")),
    });
    quote!(#(#[doc = #lines])*)
}
