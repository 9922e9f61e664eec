//! Endpoint parameters that come from somewhere within an input.

use super::Lowering;
use crate::api::endpoint::{ParamKind, Select, Selected};
use crate::diagnostics::{Code, Diagnostic};
use crate::json::Json;
use crate::model::{Model, Operation, Shape, ShapeKind};
use crate::source::Span;
use crate::traits::TraitValue;
use crate::traits::jmespath::{Path, PathStep};
use crate::traits::rules::OperationContextParams;
use crate::traits::simple::{Sensitive, Sparse};

impl<'s> Lowering<'_, 's> {
    /// The parameters of `smithy.rules#operationContextParams`.
    pub(super) fn selected_params(
        &mut self,
        shape: &Shape<'s>,
        operation: &Operation<'s>,
    ) -> Vec<Selected<'s>> {
        let Some(OperationContextParams(params)) = shape.traits.get() else {
            return Vec::new();
        };
        let input = self.model.target(&operation.input);
        let mut selected = Vec::new();
        for (name, param) in params {
            let path = Path::parse(&param.path).map_err(|error| error.to_string());
            let found = path.and_then(|path| {
                Walk::new(self.model, At::Shape(input), true)
                    .follow(&path)?
                    .end()
            });
            match found {
                Ok((path, kind)) => selected.push(Selected { name, kind, path }),
                Err(why) => {
                    let message =
                        format!("the path `{}` of `{name}` cannot be followed", param.path);
                    let error = Diagnostic::error(Code::BadTraitValue, message);
                    let span = place(shape, &name);
                    let help = "a path leads to a string, a boolean or a list of strings by names of members, \
                                `[*]`, `[]`, `[a, b]` and `keys(…)`";
                    self.diagnostics
                        .push(error.at_opt(span, why).of(shape.id).help(help));
                }
            }
        }
        selected
    }
}

/// Where in the file the path of this parameter stands.
fn place(shape: &Shape<'_>, param: &str) -> Option<Span> {
    let found = shape.traits.find(OperationContextParams::ID)?;
    let path = [param, "path"].iter().try_fold(found.value, |at, key| {
        let entries = at.object().ok()?;
        let mut entries = entries.into_iter();
        entries
            .find(|entry| entry.key == *key)
            .map(|entry| entry.value)
    });
    path.map(Json::span)
}

/// What a path has come to.
#[derive(Clone, Copy)]
enum At<'m, 's> {
    /// A value of this shape.
    Shape(&'m Shape<'s>),
    /// A string, out of a list of them that no shape describes.
    Text,
    /// Such a list.
    Texts,
}

/// A path on its way through the shapes.
struct Walk<'m, 's> {
    model: &'m Model<'s>,
    /// Whether it starts at the input itself.
    from_input: bool,
    steps: Vec<Select<'s>>,
    at: At<'m, 's>,
    /// Whether there are several of it.
    many: bool,
}

impl<'m, 's> Walk<'m, 's> {
    fn new(model: &'m Model<'s>, at: At<'m, 's>, from_input: bool) -> Self {
        Self {
            model,
            from_input,
            steps: Vec::new(),
            at,
            many: false,
        }
    }

    /// Whether no step was taken from the input yet.
    fn is_at_input(&self) -> bool {
        self.from_input && self.steps.is_empty()
    }

    fn follow(mut self, path: &Path) -> Result<Self, String> {
        for step in &path.0 {
            match step {
                PathStep::Member(name) => self.member(name)?,
                PathStep::Items => self.items(false)?,
                PathStep::Flatten => self.items(true)?,
                PathStep::Keys => self.keys()?,
                PathStep::Each(paths) => self.each(paths)?,
            }
        }
        Ok(self)
    }

    fn member(&mut self, name: &str) -> Result<(), String> {
        let shape = self
            .shape()
            .filter(|shape| matches!(shape.kind, ShapeKind::Structure(_)));
        let shape =
            shape.ok_or_else(|| format!("`{name}` is used on a value that is not a structure"))?;
        let member = shape.fields().and_then(|members| members.get(name));
        let member =
            member.ok_or_else(|| format!("`{}` has no member `{name}`", shape.id.name()))?;
        self.steps.push(Select::Member {
            of: (!self.is_at_input()).then_some(shape.id),
            name: member.name,
        });
        self.at = At::Shape(self.model.target(&member.target));
        Ok(())
    }

    fn items(&mut self, flatten: bool) -> Result<(), String> {
        match self.at {
            // Lists of lists become one.
            At::Texts if flatten || !self.many => self.at = At::Text,
            At::Texts => return Err("there is a list of lists: use `[]`".to_owned()),
            At::Text => {}
            At::Shape(shape) => match &shape.kind {
                ShapeKind::List(_) if self.many && !flatten => {
                    return Err("there is a list of lists: use `[]`".to_owned());
                }
                ShapeKind::List(_) => {
                    let mut inner = self.enter_list(shape);
                    if flatten && !self.many && matches!(inner.kind, ShapeKind::List(_)) {
                        inner = self.enter_list(inner);
                    }
                    self.at = At::Shape(inner);
                }
                _ if self.many && flatten => {}
                _ => return Err(format!("`{}` is not a list", shape.id.name())),
            },
        }
        self.many = true;
        Ok(())
    }

    /// Adds a step into a list; gives back what its items are.
    fn enter_list(&mut self, list: &'m Shape<'s>) -> &'m Shape<'s> {
        let ShapeKind::List(item) = &list.kind else {
            return list;
        };
        self.steps.push(Select::Items {
            sparse: list.traits.has::<Sparse>(),
        });
        self.model.target(&item.target)
    }

    fn keys(&mut self) -> Result<(), String> {
        if !self
            .shape()
            .is_some_and(|shape| matches!(shape.kind, ShapeKind::Map(_)))
        {
            return Err("only maps have keys".to_owned());
        }
        self.steps.push(Select::Keys);
        self.at = At::Texts;
        Ok(())
    }

    fn each(&mut self, paths: &[Path]) -> Result<(), String> {
        let here = self.shape().ok_or("only a structure has several members")?;
        let mut ways = Vec::new();
        for path in paths {
            let walk = Self::new(self.model, At::Shape(here), self.is_at_input());
            let (way, kind) = walk.follow(path)?.end()?;
            if kind != ParamKind::String {
                return Err("each of several members must be a string".to_owned());
            }
            ways.push(way);
        }
        self.steps.push(Select::Each(ways));
        self.at = At::Texts;
        Ok(())
    }

    /// The one shape, or the shape of each of several.
    fn shape(&self) -> Option<&'m Shape<'s>> {
        match self.at {
            At::Shape(shape) => Some(shape),
            At::Text | At::Texts => None,
        }
    }

    /// The path, and what it leads to.
    fn end(mut self) -> Result<(Vec<Select<'s>>, ParamKind), String> {
        let is_text = |shape: &Shape<'_>| {
            matches!(shape.kind, ShapeKind::String | ShapeKind::Enum(_))
                && !shape.traits.has::<Sensitive>()
        };
        let kind = match (self.at, self.many) {
            (At::Text, _) | (At::Texts, false) => ParamKind::Strings,
            (At::Shape(shape), true) if is_text(shape) => ParamKind::Strings,
            (At::Shape(shape), false) if is_text(shape) => ParamKind::String,
            (At::Shape(shape), false) => match &shape.kind {
                ShapeKind::Boolean => ParamKind::Boolean,
                ShapeKind::List(item) if is_text(self.model.target(&item.target)) => {
                    self.enter_list(shape);
                    ParamKind::Strings
                }
                _ => return Err(format!("`{}` cannot be a parameter", shape.id.name())),
            },
            (At::Texts | At::Shape(_), true) => {
                return Err("it leads to a list of other things than strings".to_owned());
            }
        };
        Ok((self.steps, kind))
    }
}
