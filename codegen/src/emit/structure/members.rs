//! Constructors and setters: `members! { … }`, and the arguments of a client's methods.

use proc_macro2::TokenStream;
use quote::quote;

use super::Definitions;
use crate::api::Field;
use crate::document::Docs;
use crate::emit::defaults;
use crate::emit::rust_file::{WIDTH, doc_lines};
use crate::emit::types::{field_type, is_plain, rust_type, text};
use crate::name::Names;

impl<'s> Definitions<'_, 's> {
    /// `members! { ListParts, Call(bucket: impl Into<String>) { max_parts(i32), … } }`, where what stands before the
    /// arguments is `head`.
    pub(in crate::emit) fn members(&self, head: &str, fields: &[Field<'s>]) -> String {
        self.members_by(head, None, fields)
    }

    /// The same with a structure of the required members, if there is one, in place of the arguments.
    pub(in crate::emit) fn members_by(
        &self,
        head: &str,
        by_name: Option<&syn::Ident>,
        fields: &[Field<'s>],
    ) -> String {
        let (required, optional): (Vec<_>, Vec<_>) =
            fields.iter().partition(|field| field.is_argument());
        let arguments = required.iter().map(|field| {
            let name = self.names.field(field);
            format!("{name}: {}", taken(self.names, field))
        });
        let arguments: Vec<_> = match by_name {
            None => arguments.collect(),
            Some(ty) => {
                let names = required.iter().map(|field| self.names.field(field));
                let names: Vec<_> = names.map(|name| name.to_string()).collect();
                vec![format!("{ty} {{ {} }}", names.join(", "))]
            }
        };
        let line = format!("    {head}({})", arguments.join(", "));
        let line = if width(&line) + 2 > WIDTH && by_name.is_none() {
            format!(
                "    {head}(\n        {},\n    )",
                arguments.join(",\n        ")
            )
        } else {
            line
        };
        let setters: String = optional.iter().map(|field| self.setters(field)).collect();
        let braces = match setters.as_str() {
            "" => "{}".to_owned(),
            setters => format!("{{\n{setters}    }}"),
        };
        format!("rt::members! {{\n{line} {braces}\n}}\n")
    }

    /// `pub struct PutThingRequired { … }`
    pub(in crate::emit) fn required(
        &self,
        ty: &syn::Ident,
        of: &syn::Ident,
        fields: &[Field<'s>],
    ) -> TokenStream {
        let docs = format!(
            " The required members of [`{of}`] by name, because so many arguments are easily confused."
        );
        let members = fields.iter().filter(|field| field.is_argument());
        let by_hand = super::by_hand(self.names, ty, members.clone());
        let debug = by_hand.is_none().then(|| quote!(Debug,));
        let members = members.map(|field| {
            let (name, ty) = (self.names.field(field), field_type(self.names, field));
            let docs = match self.summary(field) {
                docs if docs.is_empty() => Docs::of(format!("The member `{}`.", field.name)),
                docs => docs,
            };
            let docs = doc_lines(&docs, 4);
            quote!(#docs pub #name: #ty)
        });
        quote! {
            #[doc = #docs]
            #[derive(Clone, #debug PartialEq)]
            pub struct #ty { #(#members),* }
            #by_hand
        }
    }

    /// The first sentence of what the model says of a member.
    fn summary(&self, field: &Field<'s>) -> Docs {
        let documentation = if field.documentation.is_empty() {
            &field.type_documentation
        } else {
            &field.documentation
        };
        Docs::of(self.links.docs(documentation).summary())
    }

    /// The setters of a member.
    fn setters(&self, field: &Field<'s>) -> String {
        const INDENT: &str = "        ";
        let lines = self
            .summary(field)
            .lines(WIDTH - INDENT.len() - 4)
            .into_iter();
        let docs: String = lines.map(|line| format!("{INDENT}/// {line}\n")).collect();
        let (name, ty) = (self.names.field(field).to_string(), held(self.names, field));
        let setter = format!("{INDENT}{name}({})", taken(self.names, field));
        let option = format!("{}(Option<{ty}>)", self.names.option_setter(field));
        let raw = name.strip_prefix("r#");
        let raw = raw.map_or_else(String::new, |name| format!(", {name:?}"));
        let start = self.start(field);
        let start = start.map_or_else(String::new, |start| format!(" = {start}"));
        let line = format!("{setter}, {option}{raw}{start};");
        if width(&line) > WIDTH {
            format!("{docs}{setter},\n{INDENT}    {option}{raw}{start};\n")
        } else {
            format!("{docs}{line}\n")
        }
    }

    /// The value of a member that is always there where nobody sets it.
    fn start(&self, field: &Field<'s>) -> Option<String> {
        let json = field.default.as_ref().filter(|_| field.required)?;
        let value = match defaults::default(self.names, &field.ty, json) {
            Some((value, _)) if field.boxed => quote!(Box::new(#value)),
            Some((value, _)) => value,
            None => quote!(Default::default()),
        };
        Some(value.to_string().replace(" :: ", "::").replace(" (", "("))
    }
}

/// What a member holds, as text.
fn held(names: &Names<'_>, field: &Field<'_>) -> String {
    let ty = text(names, &field.ty);
    if field.boxed {
        format!("Box<{ty}>")
    } else {
        ty
    }
}

/// What an argument for a member may be, as text.
pub(in crate::emit) fn taken(names: &Names<'_>, field: &Field<'_>) -> String {
    let ty = held(names, field);
    if is_plain(&field.ty) {
        ty
    } else {
        format!("impl Into<{ty}>")
    }
}

/// `bucket: impl Into<String>`
pub(in crate::emit) fn argument(names: &Names<'_>, field: &Field<'_>) -> TokenStream {
    let (name, mut ty) = (names.field(field), rust_type(names, &field.ty));
    if field.boxed {
        ty = quote!(Box<#ty>);
    }
    if is_plain(&field.ty) {
        quote!(#name: #ty)
    } else {
        quote!(#name: impl Into<#ty>)
    }
}

/// The columns of a line once the file imports what it names.
fn width(line: &str) -> usize {
    let roots = ["types::", "rt::", "client::"];
    let paths = roots.map(|root| line.matches(root).count() * root.len());
    line.chars().count() - paths.iter().sum::<usize>()
}
