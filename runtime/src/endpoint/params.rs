//! The parameters of one resolution.

use std::borrow::Cow;
use std::fmt;

use super::partitions::Partition;
use super::rules::Rules;
use super::value::{Arn, Url, UrlPart};

/// A parameter of the rules, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParamId(u16);

impl ParamId {
    /// The parameter at `index` in [`Rules::params`].
    pub const fn new(index: u16) -> Self {
        Self(index)
    }
}

impl Rules {
    /// The parameter with this name or built-in name.
    pub fn param(&self, name: &str) -> Option<ParamId> {
        let is_it = |param: &super::Param| {
            param.name == name || param.builtin.is_some_and(|builtin| builtin.name() == name)
        };
        let index = self.params.iter().position(is_it)?;
        u16::try_from(index).ok().map(ParamId)
    }
}

/// A value that rules work with. Those that take much room are rare, and boxed.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// A truth value.
    Bool(bool),
    /// A text.
    Str(Cow<'a, str>),
    /// A list of texts.
    List(Vec<Cow<'a, str>>),
    #[doc(hidden)]
    Url(Box<Url<'a>>),
    #[doc(hidden)]
    UrlPart(UrlPart, Cow<'a, str>),
    #[doc(hidden)]
    Arn(Box<Arn<'a>>),
    #[doc(hidden)]
    Partition(&'static Partition),
}

impl Value<'_> {
    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) | Self::UrlPart(_, text) => Some(text),
            _ => None,
        }
    }
}

impl Value<'_> {
    fn borrowed(&self) -> Value<'_> {
        match self {
            Self::Bool(value) => Value::Bool(*value),
            Self::Str(text) => Value::Str(Cow::Borrowed(text)),
            other => other.clone(),
        }
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Str(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Str(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Str(Cow::Owned(text))
    }
}

impl<'a> From<Vec<Cow<'a, str>>> for Value<'a> {
    fn from(texts: Vec<Cow<'a, str>>) -> Self {
        Self::List(texts)
    }
}

/// The parameters of one call: client settings first, then what the operation sets.
pub struct Params<'a> {
    rules: &'static Rules,
    values: Vec<Option<Value<'a>>>,
}

impl<'a> Params<'a> {
    /// Parameters of these rules, all at their defaults.
    pub fn new(rules: &'static Rules) -> Self {
        let values = rules.params.iter().map(|param| match &param.default {
            Some(super::Expr::Bool(value)) => Some(Value::Bool(*value)),
            Some(super::Expr::Str(text)) => Some(Value::from(*text)),
            Some(super::Expr::List(texts)) => Some(Value::List(
                texts.iter().map(|text| Cow::Borrowed(*text)).collect(),
            )),
            _ => None,
        });
        let values = values.collect();
        Self { rules, values }
    }

    /// The same values for one call, which sets others beside them.
    pub(crate) fn borrowed(&self) -> Params<'_> {
        let values = self.values.iter();
        let values = values.map(|value| value.as_ref().map(Value::borrowed));
        Params {
            rules: self.rules,
            values: values.collect(),
        }
    }

    /// Sets a parameter.
    pub fn set(&mut self, param: ParamId, value: impl Into<Value<'a>>) {
        if let Some(place) = self.values.get_mut(usize::from(param.0)) {
            *place = Some(value.into());
        }
    }

    /// The value of a parameter.
    pub(crate) fn get(&self, param: ParamId) -> Option<&Value<'a>> {
        self.values.get(usize::from(param.0))?.as_ref()
    }

    /// Sets a parameter if there is a value.
    pub fn set_optional(&mut self, param: ParamId, value: Option<impl Into<Value<'a>>>) {
        if let Some(value) = value {
            self.set(param, value);
        }
    }

    /// Sets a parameter to a list of texts, if there is one.
    pub fn set_list(&mut self, param: ParamId, texts: Option<impl IntoIterator<Item = &'a str>>) {
        if let Some(texts) = texts {
            let texts = texts.into_iter().map(Cow::Borrowed);
            self.set(param, texts.collect::<Vec<_>>());
        }
    }

    /// Sets the parameter with this name or built-in name; `false` if there is none.
    pub fn set_named(&mut self, name: &str, value: impl Into<Value<'a>>) -> bool {
        match self.rules.param(name) {
            Some(param) => {
                self.set(param, value);
                true
            }
            None => false,
        }
    }

    /// Takes the value of a parameter away.
    pub fn unset(&mut self, param: ParamId) {
        if let Some(place) = self.values.get_mut(usize::from(param.0)) {
            *place = None;
        }
    }

    /// The rules.
    pub fn rules(&self) -> &'static Rules {
        self.rules
    }

    /// The parameters' values, followed by room for the variables.
    pub(super) fn into_slots(self) -> Vec<Option<Value<'a>>> {
        let mut slots = self.values;
        slots.resize(self.rules.params.len() + self.rules.variables.len(), None);
        slots
    }

    pub(super) fn values(&self) -> &[Option<Value<'a>>] {
        &self.values
    }

    pub(super) fn is_set(&self, index: usize) -> bool {
        self.values[index].is_some()
    }
}

impl fmt::Debug for Params<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = self.rules.params.iter().zip(&self.values);
        f.debug_map()
            .entries(named.filter_map(|(param, value)| Some((param.name, value.as_ref()?))))
            .finish()
    }
}
