//! Values of the model (in examples and protocol tests) as Rust expressions.

mod time;

use std::collections::HashMap;

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;

use super::rust_file::ident;
use super::types::is_plain;
use super::{Context, defaults};
use crate::api::{Direction, Field, Operation, Source, Type, TypeKind, has_default};
use crate::model::ShapeId;
use crate::name::Names;

pub(crate) use time::millis;
pub(super) use time::{http_date, timestamp};

/// A value of this type; none where the JSON does not fit the type.
pub(super) fn value(cx: &Context<'_, '_>, ty: &Type<'_>, json: &Value) -> Option<TokenStream> {
    Some(match ty {
        Type::String => {
            let text = json.as_str()?;
            quote!(#text.to_owned())
        }
        Type::Secret => {
            let text = json.as_str()?;
            quote!(rt::Secret::from(#text))
        }
        Type::Source(kind) => source(*kind, json.as_str()?, None),
        Type::Boolean => {
            let value = json.as_bool()?;
            quote!(#value)
        }
        Type::Integer(bits) => {
            let number = json.as_i64()?;
            // The others are what a literal becomes by itself, or can be made of it.
            let number = match bits {
                8 => Literal::i8_suffixed(i8::try_from(number).ok()?),
                16 => Literal::i16_suffixed(i16::try_from(number).ok()?),
                _ if i32::try_from(number).is_err() => Literal::i64_suffixed(number),
                _ => Literal::i64_unsuffixed(number),
            };
            quote!(#number)
        }
        Type::Float(bits) => float(*bits, json)?,
        Type::Timestamp(_) => timestamp(json)?,
        Type::Enum(id) => enum_value(cx, id, json)?,
        Type::Blob => {
            let text = json.as_str()?;
            quote!(rt::Bytes::from(#text))
        }
        Type::Stream(Direction::Request) => {
            let text = json.as_str()?;
            quote!(rt::Body::from(#text))
        }
        Type::Stream(Direction::Response) => {
            let text = json.as_str()?;
            quote!(rt::ByteStream::from(rt::Bytes::from(#text)))
        }
        // Events are not said in JSON.
        Type::Events(..) => return None,
        Type::Structure(id) | Type::Union(id) => {
            let object = json.as_object()?;
            let ty = cx.names.ty(id);
            let def = cx.api.type_def(id)?;
            match &def.kind {
                // What requests hold has a constructor and setters; the rest is only built in its own crate.
                TypeKind::Structure(fields) if def.is_sent() => {
                    let (arguments, setters) = call(cx, fields, object)?;
                    quote!(types::#ty::new(#(#arguments),*)#setters)
                }
                TypeKind::Structure(fields) => {
                    structure(cx, &quote!(types::#ty), fields, |name| object.get(name))?
                }
                TypeKind::Union(fields) => {
                    let (member, json) = object.iter().next()?;
                    let field = fields.iter().find(|field| field.name == member)?;
                    let variant = cx.names.variant(field);
                    let value = boxed(field, value(cx, &field.ty, json)?);
                    quote!(types::#ty::#variant(#value))
                }
                TypeKind::Events { .. } | TypeKind::Enum(_) | TypeKind::IntEnum(_) => return None,
            }
        }
        Type::Map(map) => {
            let entries = json.as_object()?.iter().map(|(key, json)| {
                let key = value(cx, &map.key, &Value::String(key.clone()))?;
                let value = nullable(cx, &map.value, map.sparse, json)?;
                Some(quote!((#key, #value)))
            });
            let entries = entries.collect::<Option<Vec<_>>>()?;
            quote!(rt::BTreeMap::from([#(#entries),*]))
        }
        Type::List { item, sparse, .. } => {
            let items = items(cx, item, *sparse, json.as_array()?)?;
            quote!(Vec::from(#items))
        }
    })
}

/// An array; unlike `vec![…]` it can be formatted.
fn items(
    cx: &Context<'_, '_>,
    item: &Type<'_>,
    sparse: bool,
    json: &[Value],
) -> Option<TokenStream> {
    let items = json.iter().map(|json| nullable(cx, item, sparse, json));
    let items = items.collect::<Option<Vec<_>>>()?;
    Some(quote!([#(#items),*]))
}

/// An item or value that may be null.
fn nullable(
    cx: &Context<'_, '_>,
    ty: &Type<'_>,
    sparse: bool,
    json: &Value,
) -> Option<TokenStream> {
    Some(match (sparse, json) {
        (true, Value::Null) => quote!(None),
        (true, json) => {
            let value = value(cx, ty, json)?;
            quote!(Some(#value))
        }
        (false, json) => value(cx, ty, json)?,
    })
}

fn boxed(field: &Field<'_>, value: TokenStream) -> TokenStream {
    if field.boxed {
        quote!(Box::new(#value))
    } else {
        value
    }
}

/// A structure with the members that are there.
pub(super) fn structure<'v>(
    cx: &Context<'_, '_>,
    ty: &TokenStream,
    fields: &[Field<'_>],
    member: impl Fn(&str) -> Option<&'v Value>,
) -> Option<TokenStream> {
    let member = |name: &str| member(name).filter(|value| !value.is_null());
    let can_be_left_out = has_default(fields);
    let present = fields
        .iter()
        .filter(|field| !can_be_left_out || member(field.name).is_some());
    let members = present
        .map(|field| {
            let name = cx.names.field(field);
            let value = match member(field.name) {
                Some(json) if !field.is_optional() => boxed(field, value(cx, &field.ty, json)?),
                Some(json) => {
                    let value = boxed(field, value(cx, &field.ty, json)?);
                    quote!(Some(#value))
                }
                None if field.is_stream() && field.required => {
                    value(cx, &field.ty, &Value::String(String::new()))?
                }
                None if field.required => {
                    match defaults::default(cx.names, &field.ty, field.default.as_ref()?) {
                        Some((value, _)) => boxed(field, value),
                        None => quote!(Default::default()),
                    }
                }
                None if field.collects => quote!(Default::default()),
                None => quote!(None),
            };
            Some(quote!(#name: #value))
        })
        .collect::<Option<Vec<_>>>()?;
    if can_be_left_out && members.is_empty() && !fields.is_empty() {
        return Some(quote!(#ty::default()));
    }
    let rest = (members.len() < fields.len()).then(|| quote!(..Default::default()));
    Some(quote!(#ty { #(#members,)* #rest }))
}

/// Arguments, and a chain of setters.
pub(super) type Call = (Vec<TokenStream>, TokenStream);

/// What the method of an operation is given, and a chain of setters; none where [`call`] has none.
pub(super) fn call_of<'v>(
    cx: &Context<'_, '_>,
    operation: &Operation<'_>,
    json: impl IntoIterator<Item = (&'v String, &'v Value)>,
) -> Option<Call> {
    let (mut arguments, setters) = call(cx, &operation.input, json)?;
    if let Some(ty) = &cx.names.operation(&operation.id).required {
        let required = operation.input.iter().filter(|field| field.is_argument());
        let members = required.zip(arguments).map(|(field, value)| {
            let name = cx.names.field(field);
            if is_plain(&field.ty) {
                quote!(#name: #value)
            } else {
                quote!(#name: #value.into())
            }
        });
        arguments = vec![quote!(operation::#ty { #(#members),* })];
    }
    Some((arguments, setters))
}

/// The arguments of an operation's method, each from a variable of its name.
pub(super) fn variables(names: &Names<'_>, operation: &Operation<'_>) -> TokenStream {
    let required = operation.input.iter().filter(|field| field.is_argument());
    let required = required.map(|field| names.field(field));
    match &names.operation(&operation.id).required {
        Some(ty) => quote!(#ty { #(#required),* }),
        None => quote!(#(#required),*),
    }
}

/// Arguments for the required members and a chain of setters for the others; none where the input lacks a
/// required member or holds one that is not there.
pub(super) fn call<'v>(
    cx: &Context<'_, '_>,
    fields: &[Field<'_>],
    json: impl IntoIterator<Item = (&'v String, &'v Value)>,
) -> Option<Call> {
    let given: HashMap<_, _> = json
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.as_str(), value))
        .collect();
    if given
        .keys()
        .any(|name| !fields.iter().any(|field| field.name == *name))
    {
        return None;
    }
    let mut arguments = Vec::new();
    let mut setters = TokenStream::new();
    for field in fields {
        let Some(json) = given.get(field.name) else {
            if field.required {
                return None;
            }
            continue;
        };
        let value = match (&field.ty, *json) {
            (Type::List { item, sparse, .. }, Value::Array(json)) => {
                items(cx, item, *sparse, json)?
            }
            (Type::String | Type::Secret | Type::Stream(_), Value::String(text)) => quote!(#text),
            (Type::Source(kind), Value::String(text)) => {
                let bucket = match kind {
                    Source::Rename { bucket } => given.get(bucket).and_then(|json| json.as_str()),
                    Source::Copy => None,
                };
                source(*kind, text, bucket)
            }
            (ty, json) => boxed(field, value(cx, ty, json)?),
        };
        if field.required {
            arguments.push(value);
        } else {
            let name = cx.names.field(field);
            setters.extend(quote!(.#name(#value)));
        }
    }
    Some((arguments, setters))
}

/// The source that a text names: by its parts, where they are the same as the text.
fn source(kind: Source<'_>, text: &str, bucket: Option<&str>) -> TokenStream {
    match kind {
        Source::Copy => {
            let parts = text.split_once('/').filter(|(bucket, key)| {
                !bucket.is_empty() && !bucket.starts_with("arn:") && !key.is_empty()
            });
            let Some((bucket, key)) = parts else {
                return quote!(rt::CopySource::from_text(#text));
            };
            match key.rsplit_once("?versionId=") {
                Some((key, version)) if !bucket.ends_with("--x-s3") => {
                    quote!(rt::CopySource::new(#bucket, #key).version_id(#version))
                }
                _ => quote!(rt::CopySource::new(#bucket, #key)),
            }
        }
        Source::Rename { .. } => {
            let parts = text.split_once('/');
            match parts.filter(|(first, key)| bucket == Some(*first) && !key.is_empty()) {
                Some((_, key)) => quote!(rt::RenameSource::new(#key)),
                None => quote!(rt::RenameSource::from_text(#text)),
            }
        }
    }
}

/// Statements as they are formatted in the body of a function, without its indent.
pub(super) fn laid_out(statements: &TokenStream) -> String {
    let function = text(quote!(async fn example() { #statements }));
    let body: Vec<_> = function
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .collect();
    body.join("\n")
}

/// An item as text; nothing where it does not parse, which the file it goes to will tell.
pub(super) fn text(item: TokenStream) -> String {
    syn::parse2(item)
        .map(|file| prettyplease::unparse(&file))
        .unwrap_or_default()
}

pub(super) fn float(bits: u8, json: &Value) -> Option<TokenStream> {
    let ty = ident(&format!("f{bits}"));
    Some(match json {
        Value::String(text) => match text.as_str() {
            "NaN" => quote!(#ty::NAN),
            "Infinity" => quote!(#ty::INFINITY),
            "-Infinity" => quote!(#ty::NEG_INFINITY),
            _ => return None,
        },
        json => {
            let number = json.as_f64()?;
            let number = match bits {
                32 => Literal::f32_suffixed(number as f32),
                _ => Literal::f64_unsuffixed(number),
            };
            quote!(#number)
        }
    })
}

fn enum_value(cx: &Context<'_, '_>, id: &ShapeId<'_>, json: &Value) -> Option<TokenStream> {
    let ty = cx.names.ty(id);
    let (values, text, other) = match &cx.api.type_def(id)?.kind {
        TypeKind::Enum(values) => {
            let text = json.as_str()?;
            (values, text.to_owned(), quote!(types::#ty::from(#text)))
        }
        TypeKind::IntEnum(values) => {
            let number = i32::try_from(json.as_i64()?).ok()?;
            let literal = Literal::i32_unsuffixed(number);
            (
                values,
                number.to_string(),
                quote!(types::#ty::from(#literal)),
            )
        }
        _ => return None,
    };
    Some(match values.iter().find(|value| value.value == text) {
        Some(value) => {
            let variant = cx.names.value(id, value);
            quote!(types::#ty::#variant)
        }
        None => other,
    })
}
