//! Walks the graph of a rule table: a loop over nodes, no recursion but into an expression.

use std::borrow::Cow;
use std::cell::Cell;

use super::functions;
use super::property::PropertyValue;
use super::rules::{Condition, Expr, Property, Ref, Rule, Rules};
use super::url::UrlBuilder;
use super::value::{Arn, Url};
use super::{Endpoint, Params, ResolveError, Value};

/// Resolves the endpoint for these parameters.
pub fn resolve(params: Params<'_>) -> Result<Endpoint, ResolveError> {
    check(&params)?;
    resolve_reading(params).map(|(endpoint, _)| endpoint)
}

/// Whether all is there that must be.
pub(super) fn check(params: &Params<'_>) -> Result<(), ResolveError> {
    for (index, param) in params.rules().params.iter().enumerate() {
        if param.required && !params.is_set(index) {
            return Err(ResolveError::MissingParam(param.name));
        }
    }
    Ok(())
}

/// The endpoint for these parameters, and which of them were looked at, one bit each; `None` where
/// there are too many to say.
pub(super) fn resolve_reading(params: Params<'_>) -> Result<(Endpoint, Option<u64>), ResolveError> {
    let rules = params.rules();
    let mut scope = Scope {
        rules,
        slots: params.into_slots(),
        read: Cell::new(0),
    };
    let endpoint = match scope.walk()? {
        Ref::Result(index) => {
            let rule = rules.results.get(usize::from(index));
            scope.conclude(rule.ok_or(ResolveError::BrokenTable)?)?
        }
        _ => return Err(ResolveError::NoMatch),
    };
    let is_told = rules.params.len() <= 64;
    Ok((endpoint, is_told.then(|| scope.read.get())))
}

/// The variables of one resolution.
struct Scope<'a> {
    rules: &'static Rules,
    slots: Vec<Option<Value<'a>>>,
    /// The first 64 places that were looked at.
    read: Cell<u64>,
}

impl<'a> Scope<'a> {
    /// Follows the nodes to a result.
    fn walk(&mut self) -> Result<Ref, ResolveError> {
        let mut place = self.rules.root;
        // a table without cycles visits no node twice
        for _ in 0..=self.rules.nodes.len() {
            let Ref::Node(index) = place else {
                return Ok(place);
            };
            let node = self.rules.nodes.get(usize::from(index));
            let node = node.ok_or(ResolveError::BrokenTable)?;
            let condition = self.rules.conditions.get(usize::from(node.condition));
            let holds = self.holds(condition.ok_or(ResolveError::BrokenTable)?)?;
            place = if holds { node.then } else { node.otherwise };
        }
        Err(ResolveError::BrokenTable)
    }

    fn holds(&mut self, condition: &'static Condition) -> Result<bool, ResolveError> {
        let value = self.eval(&condition.test)?;
        let holds = !matches!(value, None | Some(Value::Bool(false)));
        if let (Some(variable), Some(value)) = (condition.assign, value) {
            let slot = self.slots.get_mut(usize::from(variable));
            *slot.ok_or(ResolveError::BrokenTable)? = Some(value);
        }
        Ok(holds)
    }

    fn conclude(&self, rule: &'static Rule) -> Result<Endpoint, ResolveError> {
        match rule {
            Rule::Error(text) => Err(ResolveError::Rule(self.text(text)?.into_owned())),
            Rule::Endpoint {
                url,
                properties,
                headers,
            } => {
                let mut builder = UrlBuilder::default();
                self.append(url, &mut builder)?;
                let mut endpoint = builder.finish()?;
                endpoint.properties = self.map(properties)?;
                for (name, values) in *headers {
                    let values = values
                        .iter()
                        .map(|value| Ok(self.text(value)?.into_owned()));
                    let values = values.collect::<Result<_, ResolveError>>()?;
                    endpoint.headers.push((*name, values));
                }
                Ok(endpoint)
            }
        }
    }

    /// Appends the pieces of a URL template one by one, so that each is checked for its place.
    fn append(&self, url: &'static Expr, builder: &mut UrlBuilder) -> Result<(), ResolveError> {
        match url {
            Expr::Template(pieces) => pieces
                .iter()
                .try_for_each(|piece| self.append(piece, builder)),
            Expr::Str(literal) => {
                builder.literal(literal);
                Ok(())
            }
            dynamic => {
                let value = self.eval(dynamic)?.ok_or(ResolveError::Unset)?;
                let is_constant = self.is_from_partition(dynamic);
                builder.value(&value, is_constant)
            }
        }
    }

    /// Whether an expression's value comes out of the partition table, which we wrote.
    fn is_from_partition(&self, expr: &Expr) -> bool {
        let Expr::GetAttr {
            value: Expr::Var(index),
            ..
        } = expr
        else {
            return false;
        };
        matches!(
            self.slots.get(usize::from(*index)),
            Some(Some(Value::Partition(_)))
        )
    }

    fn map(
        &self,
        entries: &'static [(&'static str, Property)],
    ) -> Result<Vec<(&'static str, PropertyValue)>, ResolveError> {
        entries
            .iter()
            .map(|(name, property)| Ok((*name, self.property(property)?)))
            .collect()
    }

    fn property(&self, property: &'static Property) -> Result<PropertyValue, ResolveError> {
        Ok(match property {
            Property::String(Expr::Str(text)) => PropertyValue::String(Cow::Borrowed(text)),
            Property::String(text) => {
                PropertyValue::String(Cow::Owned(self.text(text)?.into_owned()))
            }
            Property::Bool(value) => PropertyValue::Bool(*value),
            Property::Number(value) => PropertyValue::Number(*value),
            Property::List(items) => {
                let items = items.iter().map(|item| self.property(item));
                PropertyValue::List(items.collect::<Result<_, _>>()?)
            }
            Property::Map(entries) => PropertyValue::Map(self.map(entries)?),
        })
    }

    /// A text that must be there.
    fn text(&self, expr: &'static Expr) -> Result<Cow<'a, str>, ResolveError> {
        self.optional_text(expr)?.ok_or(ResolveError::Unset)
    }

    fn optional_text(&self, expr: &'static Expr) -> Result<Option<Cow<'a, str>>, ResolveError> {
        match self.eval(expr)? {
            None => Ok(None),
            Some(Value::Str(text) | Value::UrlPart(_, text)) => Ok(Some(text)),
            Some(_) => Err(ResolveError::WrongType),
        }
    }

    fn boolean(&self, expr: &'static Expr) -> Result<Option<bool>, ResolveError> {
        match self.eval(expr)? {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(value)),
            Some(_) => Err(ResolveError::WrongType),
        }
    }

    /// A function of one text; absent for an absent text.
    fn with_text(
        &self,
        expr: &'static Expr,
        function: impl FnOnce(Cow<'a, str>) -> Option<Value<'a>>,
    ) -> Result<Option<Value<'a>>, ResolveError> {
        Ok(self.optional_text(expr)?.and_then(function))
    }

    /// A test on one text; `false` for an absent text.
    fn test_text(
        &self,
        value: &'static Expr,
        allow_dots: &'static Expr,
        test: fn(&str, bool) -> bool,
    ) -> Result<Option<Value<'a>>, ResolveError> {
        let allow_dots = self.boolean(allow_dots)?.unwrap_or(false);
        let holds = self
            .optional_text(value)?
            .is_some_and(|text| test(&text, allow_dots));
        Ok(Some(Value::Bool(holds)))
    }

    /// The value of an expression; `None` if it is absent.
    fn eval(&self, expr: &'static Expr) -> Result<Option<Value<'a>>, ResolveError> {
        let equal = |equal: bool| Ok(Some(Value::Bool(equal)));
        match expr {
            Expr::Var(index) => {
                let place = 1u64.checked_shl(u32::from(*index)).unwrap_or(0);
                self.read.set(self.read.get() | place);
                let slot = self.slots.get(usize::from(*index));
                Ok(slot.ok_or(ResolveError::BrokenTable)?.clone())
            }
            Expr::Str(text) => Ok(Some(Value::from(*text))),
            Expr::Bool(value) => Ok(Some(Value::Bool(*value))),
            Expr::List(texts) => {
                let texts = texts.iter().map(|text| Cow::Borrowed(*text));
                Ok(Some(Value::List(texts.collect())))
            }
            Expr::Template(pieces) => self.template(pieces),
            Expr::IsSet(value) => Ok(Some(Value::Bool(self.eval(value)?.is_some()))),
            Expr::Not(value) => equal(!self.boolean(value)?.unwrap_or(false)),
            Expr::StringEquals(a, b) => {
                let (a, b) = (self.optional_text(a)?, self.optional_text(b)?);
                equal(a.is_some() && a == b)
            }
            Expr::BooleanEquals(a, b) => {
                let (a, b) = (self.boolean(a)?, self.boolean(b)?);
                equal(a.is_some() && a == b)
            }
            Expr::GetAttr { value, path } => {
                let value = self.eval(value)?;
                Ok(value.and_then(|value| functions::get_attr(&value, path)))
            }
            Expr::Coalesce(values) => {
                for value in *values {
                    if let Some(value) = self.eval(value)? {
                        return Ok(Some(value));
                    }
                }
                Ok(None)
            }
            Expr::Ite(condition, then, otherwise) => match self.boolean(condition)? {
                Some(true) => self.eval(then),
                _ => self.eval(otherwise),
            },
            _ => self.call(expr),
        }
    }

    /// The functions that work on one text.
    fn call(&self, expr: &'static Expr) -> Result<Option<Value<'a>>, ResolveError> {
        match expr {
            Expr::Substring {
                value,
                start,
                stop,
                reverse,
            } => self.with_text(value, |text| {
                functions::substring(&text, *start, *stop, *reverse).map(Value::Str)
            }),
            Expr::ParseUrl(value) => self.with_text(value, |text| {
                Url::parse(&text).map(|url| Value::Url(Box::new(url)))
            }),
            Expr::ParseArn(value) => self.with_text(value, |text| {
                Arn::parse(&text).map(|arn| Value::Arn(Box::new(arn)))
            }),
            Expr::Partition(region) => self.with_text(region, |region| {
                self.rules.partitions.find(&region).map(Value::Partition)
            }),
            Expr::IsValidHostLabel { value, allow_dots } => {
                self.test_text(value, allow_dots, functions::is_valid_host_label)
            }
            Expr::IsVirtualHostableS3Bucket { value, allow_dots } => {
                self.test_text(value, allow_dots, functions::is_virtual_hostable)
            }
            Expr::UriEncode(value) => {
                self.with_text(value, |text| Some(Value::Str(functions::uri_encode(&text))))
            }
            Expr::Split {
                value,
                delimiter,
                limit,
            } => self.with_text(value, |text| {
                Some(Value::List(functions::split(&text, delimiter, *limit)))
            }),
            _ => Err(ResolveError::BrokenTable),
        }
    }

    fn template(&self, pieces: &'static [Expr]) -> Result<Option<Value<'a>>, ResolveError> {
        let mut text = String::new();
        for piece in pieces {
            match self.optional_text(piece)? {
                Some(piece) => text.push_str(&piece),
                None => return Ok(None),
            }
        }
        Ok(Some(Value::from(text)))
    }
}
