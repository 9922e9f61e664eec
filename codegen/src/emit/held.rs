//! What an encoder has of a member: the member itself, or a variable with what stands for it where it is left out.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::defaults;
use crate::api::{Field, Type};
use crate::name::Names;

/// Where the value of a member is.
pub(super) enum Held {
    /// In the member, which is always there: `self.bucket`.
    Always(TokenStream),
    /// In a variable: the member, or else its default or a token that the client makes.
    Made(TokenStream),
    /// In the member, as an option: `self.prefix`.
    Perhaps(TokenStream),
}

impl Held {
    pub(super) fn of(names: &Names<'_>, field: &Field<'_>) -> Self {
        let member = names.field(field);
        if is_made(field) {
            let variable = names.variable(field);
            Self::Made(quote!(#variable))
        } else if field.required {
            Self::Always(quote!(self.#member))
        } else {
            Self::Perhaps(quote!(self.#member))
        }
    }

    /// An option of a reference to it.
    pub(super) fn option(&self) -> TokenStream {
        match self {
            Self::Always(value) | Self::Made(value) => quote!(Some(&#value)),
            Self::Perhaps(value) => quote!(#value.as_ref()),
        }
    }

    /// The items of a list or the entries of a map; none where it is not there.
    pub(super) fn items(&self) -> TokenStream {
        match self {
            Self::Always(value) | Self::Made(value) => quote!(&#value),
            Self::Perhaps(value) => quote!(#value.iter().flatten()),
        }
    }

    /// The items of a list as a header that may be missing takes them. A list that the caller left out is no header,
    /// one that the caller gave without items an empty one. A default is sent if it has items.
    pub(super) fn header_items(&self) -> TokenStream {
        match self {
            Self::Always(value) | Self::Made(value) => {
                quote!(Some(&#value).filter(|list| !list.is_empty()))
            }
            Self::Perhaps(value) => quote!(#value.as_ref()),
        }
    }
}

/// Whether something stands for the member where the caller leaves it out.
fn is_made(field: &Field<'_>) -> bool {
    field.idempotency_token || (field.default.is_some() && !field.required)
}

/// The variables: `let count = self.count.unwrap_or(5);`.
pub(super) fn variables(names: &Names<'_>, fields: &[Field<'_>]) -> TokenStream {
    let made = fields.iter().filter(|field| is_made(field));
    let variables = made.map(|field| {
        let (member, variable) = (names.field(field), names.variable(field));
        let Some(json) = field.default.as_ref().filter(|_| !field.idempotency_token) else {
            return quote!(let #variable = request.idempotency_token(&self.#member););
        };
        let or_default = defaults::or_default(names, &field.ty, json);
        let clone = (!is_copy(&field.ty, json)).then(|| quote!(.clone()));
        quote!(let #variable = self.#member #clone #or_default;)
    });
    quote!(#(#variables)*)
}

/// Whether values of the type, which has this default, are copied rather than cloned. Enums are where they are of
/// integers.
fn is_copy(ty: &Type<'_>, default: &Value) -> bool {
    match ty {
        Type::Boolean | Type::Integer(_) | Type::Float(_) | Type::Timestamp(_) => true,
        Type::Enum(_) => default.is_number(),
        _ => false,
    }
}
