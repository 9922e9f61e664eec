//! [`members!`](crate::members): how requests and structures are made.

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
/// }
///
/// members! {
///     ListParts(bucket: impl Into<String>) {
///         /// The most parts of a page.
///         max_parts(i32), set_max_parts(Option<i32>);
///         prefix(impl Into<String>), set_prefix(Option<String>);
///         r#type(impl Into<String>), set_type(Option<String>), "type";
///     }
/// }
///
/// let request = ListParts::new("b").max_parts(5).set_prefix(None);
/// assert_eq!(request.max_parts, Some(5));
/// ```
///
/// A name after that of the structure, `ListParts, Call(…)`, is a type `Call<ListParts>` with a field `request`
/// that is given the same setters. A setter's documentation ends in a link to the field. The text behind the setters
/// is the field's name where that is a raw identifier, which no link can name.
#[macro_export]
macro_rules! members {
    (
        $name:ident, $($call:ident)::+($($required:ident: $needed:ty),* $(,)?) {
            $($(#[$doc:meta])* $member:ident($taken:ty), $set:ident($option:ty) $(, $text:literal)?;)*
        }
    ) => {
        $crate::members! {
            $name($($required: $needed),*) {
                $($(#[$doc])* $member($taken), $set($option) $(, $text)?;)*
            }
        }

        #[allow(clippy::should_implement_trait, clippy::useless_conversion)]
        impl $($call)::+<$name> {
            $(
                $(#[$doc])*
                #[doc = ""]
                #[doc = $crate::members!(@link "Sets", $name, $member $(, $text)?)]
                pub fn $member(mut self, value: $taken) -> Self {
                    self.request.$member = ::core::option::Option::Some(value.into());
                    self
                }

                #[doc = $crate::members!(@link "Sets or, with `None`, clears", $name, $member $(, $text)?)]
                pub fn $set(mut self, value: $option) -> Self {
                    self.request.$member = value;
                    self
                }
            )*
        }
    };
    (
        $name:ident($($required:ident: $needed:ty),* $(,)?) {
            $($(#[$doc:meta])* $member:ident($taken:ty), $set:ident($option:ty) $(, $text:literal)?;)*
        }
    ) => {
        // Members are called as the model calls them. A number is taken as it is, anything else converted.
        #[allow(
            clippy::self_named_constructors,
            clippy::should_implement_trait,
            clippy::useless_conversion,
        )]
        impl $name {
            /// One with its required members; the others are not set.
            pub fn new($($required: $needed),*) -> Self {
                Self {
                    $($required: $required.into(),)*
                    $($member: ::core::option::Option::None,)*
                }
            }

            $(
                $(#[$doc])*
                #[doc = ""]
                #[doc = $crate::members!(@link "Sets", $name, $member $(, $text)?)]
                pub fn $member(mut self, value: $taken) -> Self {
                    self.$member = ::core::option::Option::Some(value.into());
                    self
                }

                #[doc = $crate::members!(@link "Sets or, with `None`, clears", $name, $member $(, $text)?)]
                pub fn $set(mut self, value: $option) -> Self {
                    self.$member = value;
                    self
                }
            )*
        }
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
