//! What generated code imports, and nothing else. Applications have no use for it.

mod members;

pub use crate::batch_items::Unreported;
pub use crate::body::{Body, ByteStream};
pub use crate::credentials::ProvideCredentials;
pub use crate::endpoint::{Expr, ParamId, Params, Property, Ref, Rule, Step};
pub use crate::error::{DecodeError, EncodeError, ErrorBody};
#[cfg(feature = "event-streams")]
pub use crate::event_stream::{EventStream, EventWriter, SentEvent, StreamEvent};
pub use crate::header_field::HeaderField;
pub use crate::operation::{ModeledError, NoModeledError, Operation, OperationSpec};
pub use crate::paginate::{Paginated, PaginatedItems};
pub use crate::presign::Presignable;
pub use crate::request::Request;
pub use crate::response::Response;
pub use crate::secret::Secret;
pub use crate::session::{NewSession, SessionOperation, SessionParts};
pub use crate::source::{CopySource, RenameSource};
pub use crate::text::{FromText, TextError, TimestampFormat, ToText};
pub use crate::waiter::{Acceptor, State, Waiter, all_equal, any_equal};
pub use crate::xml::{BatchTags, Document, Element, Encode, Slot, Tag, Xml};
pub use crate::{DateTime, header, int_enum, members, string_enum};
pub use bytes::Bytes;
pub use http::Method;
pub use members::Field;

/// A header that answers are looked through for: `header!("etag")`. It is made while the program is compiled.
#[macro_export]
macro_rules! header {
    ($name:literal) => {{
        static FIELD: $crate::codegen::HeaderField = $crate::codegen::HeaderField::new($name);
        &FIELD
    }};
}

/// Gives an enum of texts its conversions: `string_enum!(Mode { Read = "READ", });`.
///
/// The type needs a variant `Unknown(String)` besides those that are listed. The macro adds
/// `VALUES`, `as_str`, `Display`, `From<&str>`, `From<String>`, `FromStr`, `AsRef<str>`,
/// [`ToText`](crate::text::ToText), [`FromText`](crate::text::FromText) and, under the calling
/// crate's feature `serde`, both serde traits.
#[macro_export]
macro_rules! string_enum {
    ($name:ident { $($variant:ident = $value:literal,)* }) => {
        impl $name {
            /// The values this version knows, as they are sent.
            pub const VALUES: &[&str] = &[$($value),*];

            /// The value as it is sent.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Unknown(value) => value,
                }
            }
        }

        impl ::core::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($value => Self::$variant,)*
                    other => Self::Unknown(::std::borrow::ToOwned::to_owned(other)),
                }
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::core::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;

            fn from_str(
                text: &str,
            ) -> ::core::result::Result<Self, ::core::convert::Infallible> {
                ::core::result::Result::Ok(Self::from(text))
            }
        }

        impl ::core::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl $crate::codegen::ToText for $name {
            fn to_text(&self) -> ::std::borrow::Cow<'_, str> {
                ::std::borrow::Cow::Borrowed(self.as_str())
            }
        }

        impl $crate::codegen::FromText for $name {
            fn from_text(
                text: ::std::borrow::Cow<'_, str>,
            ) -> ::core::result::Result<Self, $crate::codegen::TextError> {
                ::core::result::Result::Ok(Self::from(&*text))
            }
        }

        #[cfg(feature = "serde")]
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                <::std::string::String as ::serde::Deserialize>::deserialize(deserializer)
                    .map(Self::from)
            }
        }
    };
}

/// Gives an enum of integers its conversions: `int_enum!(Level { Low = 1, });`.
///
/// The type needs a variant `Unknown(i32)` besides those that are listed. The macro adds `VALUES`,
/// `as_i32`, `Display`, `From` from and into the integer, [`ToText`](crate::text::ToText),
/// [`FromText`](crate::text::FromText) and, under the calling crate's feature `serde`, both serde
/// traits.
#[macro_export]
macro_rules! int_enum {
    ($name:ident { $($variant:ident = $value:literal,)* }) => {
        impl $name {
            /// The values this version knows, as they are sent.
            pub const VALUES: &[i32] = &[$($value),*];

            /// The value as it is sent.
            pub fn as_i32(self) -> i32 {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Unknown(value) => value,
                }
            }
        }

        impl ::core::convert::From<i32> for $name {
            fn from(value: i32) -> Self {
                match value {
                    $($value => Self::$variant,)*
                    other => Self::Unknown(other),
                }
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.as_i32(), f)
            }
        }

        impl ::core::convert::From<$name> for i32 {
            fn from(value: $name) -> Self {
                value.as_i32()
            }
        }

        impl $crate::codegen::ToText for $name {
            fn to_text(&self) -> ::std::borrow::Cow<'_, str> {
                ::std::borrow::Cow::Owned(::std::string::ToString::to_string(&self.as_i32()))
            }
        }

        impl $crate::codegen::FromText for $name {
            fn from_text(
                text: ::std::borrow::Cow<'_, str>,
            ) -> ::core::result::Result<Self, $crate::codegen::TextError> {
                <i32 as $crate::codegen::FromText>::from_text(text).map(Self::from)
            }
        }

        #[cfg(feature = "serde")]
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_i32(self.as_i32())
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                <i32 as ::serde::Deserialize>::deserialize(deserializer).map(Self::from)
            }
        }
    };
}
