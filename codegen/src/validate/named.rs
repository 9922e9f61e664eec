//! Members that the traits of an operation name.

use super::values::did_you_mean;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::model::{Member, Model, Shape, ShapeKind};
use crate::source::Span;
use crate::traits::jmespath::PathStep;
use crate::traits::simple::Sensitive;

/// A trait of an operation that names members.
pub(super) struct Named<'n, 'a> {
    pub(super) model: &'n Model<'a>,
    pub(super) operation: &'n Shape<'a>,
    /// The trait's value.
    pub(super) span: Span,
    /// How bad it is that a path cannot be followed. A name that is not there is always an error.
    pub(super) severity: Severity,
    pub(super) diagnostics: &'n mut Diagnostics,
}

/// Where a path leads.
pub(super) struct Found<'n, 'a> {
    /// The last member on it.
    pub(super) member: &'n Member<'a>,
    /// What a value is; of a list that the path goes through, what an item is.
    pub(super) target: &'n Shape<'a>,
    /// Whether the path goes through a list.
    pub(super) many: bool,
}

impl Found<'_, '_> {
    pub(super) fn is_sensitive(&self) -> bool {
        self.member.traits.has::<Sensitive>() || self.target.traits.has::<Sensitive>()
    }
}

impl<'n, 'a> Named<'n, 'a> {
    /// The member of this name; what is wrong is reported.
    pub(super) fn member(&mut self, from: &'n Shape<'a>, name: &str) -> Option<Found<'n, 'a>> {
        self.follow(from, &[PathStep::Member(name.to_owned())])
    }

    /// Where a path such as `DistributionList.Items` leads.
    pub(super) fn path(&mut self, from: &'n Shape<'a>, path: &str) -> Option<Found<'n, 'a>> {
        let steps: Vec<_> = path
            .split('.')
            .map(|name| PathStep::Member(name.to_owned()))
            .collect();
        self.follow(from, &steps)
    }

    /// Where the steps lead.
    pub(super) fn follow(
        &mut self,
        from: &'n Shape<'a>,
        steps: &[PathStep],
    ) -> Option<Found<'n, 'a>> {
        let mut found: Option<Found<'n, 'a>> = None;
        for step in steps {
            let at = found.as_ref().map_or(from, |found| found.target);
            let many = found.as_ref().is_some_and(|found| found.many);
            found = Some(match (step, &at.kind) {
                (PathStep::Member(name), ShapeKind::Structure(members)) => {
                    let Some(member) = members.get(name) else {
                        self.unknown(at, name);
                        return None;
                    };
                    let target = self.model.target(&member.target);
                    Found {
                        member,
                        target,
                        many,
                    }
                }
                (PathStep::Items | PathStep::Flatten, ShapeKind::List(item)) => Found {
                    member: item,
                    target: self.model.target(&item.target),
                    many: true,
                },
                (step, kind) => {
                    let kind = kind.tag().with_article();
                    let message = match step {
                        PathStep::Member(name) => format!("`{name}` cannot be a member of {kind}"),
                        PathStep::Items | PathStep::Flatten => {
                            format!("`[]` needs a list, and this is {kind}")
                        }
                        // waiters refuse these, and the paths of pages have names alone
                        PathStep::Keys | PathStep::Each(_) => {
                            "this path cannot be followed".to_owned()
                        }
                    };
                    self.report(Code::BadPath, message, "leads there", found.as_ref());
                    return None;
                }
            });
        }
        found
    }

    /// Reports what is wrong with the member that was found.
    pub(super) fn report(
        &mut self,
        code: Code,
        message: impl Into<String>,
        label: &str,
        about: Option<&Found<'_, '_>>,
    ) {
        let error = Diagnostic {
            severity: self.severity,
            ..Diagnostic::error(code, message).at(self.span, label)
        };
        let error = match about {
            Some(found) => error.also(
                found.member.span,
                format!("this is {}", found.target.kind.tag().with_article()),
            ),
            None => error,
        };
        let error = error.of(self.operation.id);
        self.diagnostics.push(match self.severity {
            Severity::Error => error,
            Severity::Warning => error.note("what needs it is left out; all else is generated"),
        });
    }

    /// Reports what is not wrong with the member, but cannot be generated.
    pub(super) fn leave_out(
        &mut self,
        code: Code,
        message: impl Into<String>,
        label: &str,
        about: Option<&Found<'_, '_>>,
    ) {
        let before = std::mem::replace(&mut self.severity, Severity::Warning);
        self.report(code, message, label, about);
        self.severity = before;
    }

    fn unknown(&mut self, shape: &Shape<'_>, name: &str) {
        let names: Vec<&str> = shape.members().map(|member| member.name).collect();
        let message = format!("`{}` has no member `{name}`", shape.id.name());
        let error = Diagnostic::error(Code::UnknownMember, message)
            .at(self.span, format!("names `{name}`"))
            .also(shape.span, "defined here")
            .of(self.operation.id);
        let error = did_you_mean(error, name, &names, self.diagnostics);
        self.diagnostics.push(error);
    }
}
