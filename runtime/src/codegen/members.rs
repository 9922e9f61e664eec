//! [`members!`](crate::members): how requests and structures are made.

use std::collections::BTreeMap;

/// The field of a member, which a setter fills with a value of this type or with none.
pub trait Field<T> {
    /// The field where the member has this value.
    fn of(value: Option<T>) -> Self;
}

impl<T> Field<T> for Option<T> {
    fn of(value: Self) -> Self {
        value
    }
}

impl<T> Field<Self> for Vec<T> {
    fn of(value: Option<Self>) -> Self {
        value.unwrap_or_default()
    }
}

impl<K, V> Field<Self> for BTreeMap<K, V> {
    fn of(value: Option<Self>) -> Self {
        value.unwrap_or_default()
    }
}

/// Gives a structure `new` with its required members, and two setters for each other member: one that
/// takes a value, and one named `set_…` that takes an option.
///
/// ```
/// # use zonal_runtime::codegen::members;
/// #[derive(Debug, PartialEq)]
/// pub struct ListParts {
///     bucket: String,
///     max_parts: Option<i32>,
///     prefix: Option<String>,
///     r#type: Option<String>,
///     tags: Vec<String>,
///     depth: i32,
/// }
///
/// members! {
///     ListParts(bucket: impl Into<String>) {
///         /// The most parts of a page.
///         max_parts(i32), set_max_parts(Option<i32>);
///         prefix(impl Into<String>), set_prefix(Option<String>);
///         r#type(impl Into<String>), set_type(Option<String>), "type";
///         tags(impl Into<Vec<String>>), set_tags(Option<Vec<String>>);
///         depth(i32), set_depth(Option<i32>) = 1;
///     }
/// }
///
/// let request = ListParts::new("b").max_parts(5).set_prefix(None);
/// assert_eq!(request.max_parts, Some(5));
/// assert_eq!(request.depth, 1);
/// ```
///
/// A name after that of the structure, `ListParts, Call(…)`, is a type `Call<ListParts>` with a field `request`
/// that is given the same setters. A setter's documentation ends in a link to the field. The text behind the setters
/// is the field's name where that is a raw identifier, which no link can name. What follows `=` is the value of a
/// field that is no option, where nobody sets it.
///
/// In place of arguments, `ListParts(ListPartsRequired { bucket, key })` has `new` take a structure of that name with
/// these fields.
#[macro_export]
macro_rules! members {
    ($name:ident, $($call:ident)::+($($arguments:tt)*) { $($setters:tt)* }) => {
        $crate::members! { $name($($arguments)*) { $($setters)* } }

        #[allow(clippy::should_implement_trait, clippy::useless_conversion)]
        impl $($call)::+<$name> {
            $crate::members! { @setters $name [request] $($setters)* }
        }
    };
    ($name:ident($($arguments:tt)*) { $($setters:tt)* }) => {
        // Members are called as the model calls them. A number is taken as it is, anything else converted.
        #[allow(
            clippy::self_named_constructors,
            clippy::should_implement_trait,
            clippy::useless_conversion,
        )]
        impl $name {
            $crate::members! { @new ($($arguments)*) $($setters)* }
            $crate::members! { @setters $name [] $($setters)* }
        }
    };
    (
        @new ($all:ident { $($required:ident),* $(,)? })
        $(
            $(#[$doc:meta])*
            $member:ident($taken:ty), $set:ident($option:ty) $(, $text:literal)? $(= $start:expr)?;
        )*
    ) => {
        /// One with its required members; the others are not set.
        pub fn new(required: $all) -> Self {
            Self {
                $($required: required.$required,)*
                $($member: $crate::members!(@start $($start)?),)*
            }
        }
    };
    (
        @new ($($required:ident: $needed:ty),* $(,)?)
        $(
            $(#[$doc:meta])*
            $member:ident($taken:ty), $set:ident($option:ty) $(, $text:literal)? $(= $start:expr)?;
        )*
    ) => {
        /// One with its required members; the others are not set.
        pub fn new($($required: $needed),*) -> Self {
            Self {
                $($required: $required.into(),)*
                $($member: $crate::members!(@start $($start)?),)*
            }
        }
    };
    (
        @setters $name:ident $place:tt
        $(
            $(#[$doc:meta])*
            $member:ident($taken:ty), $set:ident($option:ty) $(, $text:literal)? $(= $start:expr)?;
        )*
    ) => {
        $(
            $(#[$doc])*
            #[doc = ""]
            #[doc = $crate::members!(@link "Sets", $name, $member $(, $text)?)]
            pub fn $member(mut self, value: $taken) -> Self {
                $crate::members!(@set self $place $member, value.into() $(, $start)?);
                self
            }

            #[doc = $crate::members!(@link "Sets or, with `None`, clears", $name, $member $(, $text)?)]
            pub fn $set(mut self, value: $option) -> Self {
                $crate::members!(@option self $place $member, value $(, $start)?);
                self
            }
        )*
    };
    (@start) => {
        ::core::default::Default::default()
    };
    (@start $start:expr) => {
        $start
    };
    (@set $it:ident [$($place:ident)?] $member:ident, $value:expr) => {
        $it.$($place.)? $member = $crate::codegen::Field::of(::core::option::Option::Some($value))
    };
    (@set $it:ident [$($place:ident)?] $member:ident, $value:expr, $start:expr) => {
        $it.$($place.)? $member = $value
    };
    (@option $it:ident [$($place:ident)?] $member:ident, $value:expr) => {
        $it.$($place.)? $member = $crate::codegen::Field::of($value)
    };
    (@option $it:ident [$($place:ident)?] $member:ident, $value:expr, $start:expr) => {
        $it.$($place.)? $member = $value.unwrap_or_else(|| $start)
    };
    (@link $does:literal, $name:ident, $member:ident) => {
        concat!(
            $does, " [`", stringify!($name), "::", stringify!($member), "`](field@",
            stringify!($name), "::", stringify!($member), ").",
        )
    };
    (@link $does:literal, $name:ident, $member:ident, $text:literal) => {
        concat!(
            $does, " [`", stringify!($name), "::", $text, "`](field@",
            stringify!($name), "::", $text, ").",
        )
    };
}
