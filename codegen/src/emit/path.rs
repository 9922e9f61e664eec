//! Ways through structures to a member, as Rust expressions.

use proc_macro2::TokenStream;
use quote::quote;

use super::Context;
use super::rust_file::ident;
use crate::api::calls::PathStep;
use crate::api::{Field, Type};

/// What stands at the end of a path, as an expression that borrows it. Where members on the way may be
/// missing, it returns `None` from the function around it.
pub(super) struct Value<'a, 's> {
    /// The expression: a place, or an iterator over references.
    pub(super) tokens: TokenStream,
    /// What a value is.
    pub(super) ty: &'a Type<'s>,
    /// Whether the place holds an `Option`.
    pub(super) optional: bool,
    /// Whether it is an iterator.
    pub(super) many: bool,
    /// The same iterator over the items of the lists that it gives.
    flat: Option<TokenStream>,
}

impl<'a, 's> Value<'a, 's> {
    /// Follows the steps from a variable that holds a structure with these fields.
    pub(super) fn at(
        cx: &Context<'a, 's>,
        variable: &str,
        fields: &'a [Field<'s>],
        steps: &[PathStep],
    ) -> Option<Self> {
        let (PathStep::Member(first), rest) = steps.split_first()? else {
            return None;
        };
        let variable = ident(variable);
        let mut value = Self::of(cx, quote!(#variable), field(fields, first)?);
        for step in rest {
            value = value.step(cx, step)?;
        }
        Some(value)
    }

    fn of(cx: &Context<'a, 's>, place: TokenStream, field: &'a Field<'s>) -> Self {
        let name = cx.names.field(field);
        Self {
            tokens: quote!(#place.#name),
            ty: &field.ty,
            optional: field.is_optional(),
            many: false,
            flat: None,
        }
    }

    fn step(self, cx: &Context<'a, 's>, step: &PathStep) -> Option<Self> {
        let place = self.there();
        match (step, self.ty) {
            (PathStep::Member(name), Type::Structure(id)) => {
                let ty = cx.api.type_def(id)?;
                let field = field(ty.kind.fields(), name)?;
                if !self.many {
                    return Some(Self::of(cx, place, field));
                }
                let name = cx.names.field(field);
                let (next, flat) = if field.is_optional() {
                    (quote!(#place.filter_map(|item| item.#name.as_ref())), None)
                } else {
                    (
                        quote!(#place.map(|item| &item.#name)),
                        Some(quote!(#place.flat_map(|item| &item.#name))),
                    )
                };
                Some(Self {
                    tokens: next,
                    flat,
                    ty: &field.ty,
                    ..self
                })
            }
            (PathStep::Items | PathStep::Flatten, Type::List { item, .. }) => {
                let tokens = match (self.many, self.flat) {
                    (true, Some(flat)) => flat,
                    (true, None) => quote!(#place.flatten()),
                    (false, _) => quote!(#place.iter()),
                };
                Some(Self {
                    tokens,
                    flat: None,
                    ty: item,
                    optional: false,
                    many: true,
                })
            }
            _ => None,
        }
    }

    /// The place itself, not an `Option`.
    fn there(&self) -> TokenStream {
        let place = &self.tokens;
        if self.optional && !self.many {
            quote!(#place.as_ref()?)
        } else {
            quote!(#place)
        }
    }

    /// A reference to what is there.
    pub(super) fn reference(&self) -> TokenStream {
        let place = self.there();
        if self.optional {
            place
        } else {
            quote!(&#place)
        }
    }

    /// The text of a string or enum.
    pub(super) fn text(&self) -> TokenStream {
        let place = self.there();
        quote!(#place.as_str())
    }

    /// `Option<&T>`
    pub(super) fn as_option(&self) -> TokenStream {
        let place = &self.tokens;
        if self.optional {
            quote!(#place.as_ref())
        } else {
            quote!(Some(&#place))
        }
    }
}

/// The member at the end of a path of names, and the expression that moves it out of a variable:
/// nothing in it is what it has by default.
pub(super) fn take<'a, 's>(
    cx: &Context<'a, 's>,
    variable: &str,
    fields: &'a [Field<'s>],
    names: &[String],
) -> Option<(&'a Field<'s>, TokenStream)> {
    let (first, rest) = names.split_first()?;
    let mut found = field(fields, first)?;
    let (place, member) = (ident(variable), cx.names.field(found));
    let mut tokens = quote!(#place.#member);
    let mut optional = found.is_optional();
    for step in rest {
        let Type::Structure(id) = &found.ty else {
            return None;
        };
        let ty = cx.api.type_def(id)?;
        found = field(ty.kind.fields(), step)?;
        let member = cx.names.field(found);
        tokens = match (optional, found.is_optional()) {
            (false, _) => quote!(#tokens.#member),
            (true, false) => quote!(#tokens.map(|inner| inner.#member)),
            (true, true) => quote!(#tokens.and_then(|inner| inner.#member)),
        };
        optional |= found.is_optional();
    }
    if optional {
        tokens = quote!(#tokens.unwrap_or_default());
    }
    Some((found, tokens))
}

/// The members on a path of names, as far as it can be followed.
pub(super) fn fields<'a, 's>(
    cx: &'a Context<'_, 's>,
    mut fields: &'a [Field<'s>],
    names: &[String],
) -> Vec<&'a Field<'s>> {
    let mut found = Vec::new();
    for name in names {
        let Some(field) = field(fields, name) else {
            break;
        };
        found.push(field);
        fields = match &field.ty {
            Type::Structure(id) => cx.api.type_def(id),
            _ => None,
        }
        .map_or(&[], |ty| ty.kind.fields());
    }
    found
}

fn field<'a, 's>(fields: &'a [Field<'s>], name: &str) -> Option<&'a Field<'s>> {
    fields.iter().find(|field| field.name == name)
}
