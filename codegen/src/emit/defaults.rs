//! Defaults: the values that stand for members that are left out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;

use super::value;
use crate::api::Type;
use crate::name::Names;

/// The value that stands for a member that is left out, and whether it can stand in a constant; none for the
/// one that its type has by default.
pub(super) fn default(
    names: &Names<'_>,
    ty: &Type<'_>,
    json: &Value,
) -> Option<(TokenStream, bool)> {
    match (ty, json) {
        (Type::Enum(id), json) => {
            let ty = names.ty(id);
            return Some(
                match json.as_i64().and_then(|number| i32::try_from(number).ok()) {
                    Some(number) => {
                        let number = Literal::i32_unsuffixed(number);
                        (quote!(types::#ty::from(#number)), false)
                    }
                    None => {
                        let text = json.as_str().unwrap_or_default();
                        (quote!(types::#ty::from(#text)), false)
                    }
                },
            );
        }
        (Type::Secret, _) => {
            let text = json.as_str().unwrap_or_default();
            return Some((quote!(rt::Secret::from(#text)), false));
        }
        (Type::String | Type::Blob, json) if json.as_str().is_none_or(str::is_empty) => {
            return None;
        }
        (Type::Boolean, json) if json.as_bool() == Some(false) => return None,
        (Type::Integer(_) | Type::Float(_), json) if json.as_f64() == Some(0.0) => return None,
        (Type::List { .. } | Type::Map(_), _) => return None,
        _ => {}
    }
    Some(match (ty, json) {
        (Type::String, json) => {
            let text = json.as_str().unwrap_or_default();
            (quote!(#text.to_owned()), false)
        }
        (Type::Blob, json) => {
            // The model has it in base64; validation has read it.
            let bytes = STANDARD.decode(json.as_str().unwrap_or_default());
            let bytes = Literal::byte_string(&bytes.unwrap_or_default());
            (quote!(rt::Bytes::from_static(#bytes)), false)
        }
        (Type::Boolean, json) => {
            let value = json.as_bool().unwrap_or_default();
            (quote!(#value), true)
        }
        (Type::Integer(_), json) => {
            let number = Literal::i64_unsuffixed(json.as_i64().unwrap_or_default());
            (quote!(#number), true)
        }
        (Type::Float(bits), json) => (value::float(*bits, json)?, true),
        (Type::Timestamp(_), json) => (value::timestamp(json)?, false),
        _ => return None,
    })
}

/// `.unwrap_or(…)`, for an option of what may have been left out.
pub(super) fn or_default(names: &Names<'_>, ty: &Type<'_>, json: &Value) -> TokenStream {
    match default(names, ty, json) {
        None => quote!(.unwrap_or_default()),
        Some((value, true)) => quote!(.unwrap_or(#value)),
        Some((value, false)) => quote!(.unwrap_or_else(|| #value)),
    }
}
