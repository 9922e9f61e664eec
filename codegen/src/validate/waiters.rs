//! `smithy.waiters#waitable` can be followed: paths lead to what is compared, and a wait can end.

use std::collections::HashSet;

use super::named::{Found, Named};
use super::values::{did_you_mean, is_slip};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::model::{Kind, Shape};
use crate::select::{Closure, errors_of};
use crate::traits::TraitValue;
use crate::traits::http::{Comparator, Matcher, PathMatcher, Waitable, Waiter, WaiterState};
use crate::traits::jmespath::{Expression, Path, PathStep};

/// Checks the waiters; gives back those that cannot be generated, by operation and name.
pub(super) fn check(
    closure: &Closure<'_, '_>,
    diagnostics: &mut Diagnostics,
) -> HashSet<(String, String)> {
    let mut left_out = HashSet::new();
    for operation in &closure.operations {
        let (Some(Waitable(waiters)), Some(found)) =
            (operation.traits.get(), operation.traits.find(Waitable::ID))
        else {
            continue;
        };
        let entries = found.value.object().unwrap_or_default();
        for ((name, waiter), entry) in waiters.iter().zip(entries) {
            let mut named = Named {
                model: closure.model,
                operation,
                span: entry.key_span,
                severity: Severity::Error,
                diagnostics,
            };
            let before = named.diagnostics.len();
            check_waiter(&mut named, closure.service, name, waiter);
            if diagnostics.len() > before {
                left_out.insert((operation.id.to_string(), name.clone()));
            }
        }
    }
    left_out
}

fn check_waiter(named: &mut Named<'_, '_>, service: &Shape<'_>, name: &str, waiter: &Waiter) {
    let mut refuse = |message: &str| named.report(Code::BadWaiter, message, "of this waiter", None);
    if !crate::model::is_identifier(name) {
        refuse("the name of a waiter is an identifier");
    }
    if waiter.min_delay == 0 || waiter.min_delay > waiter.max_delay {
        refuse(
            "the delays are in the wrong order: `minDelay` is at least 1 and at most `maxDelay`",
        );
    }
    let succeeds = |state| state == WaiterState::Success;
    if !waiter
        .acceptors
        .iter()
        .any(|acceptor| succeeds(acceptor.state))
    {
        refuse("no acceptor leads to `success`: the wait would never end well");
    }
    for acceptor in &waiter.acceptors {
        match &acceptor.matcher {
            Matcher::Success(_) => {}
            Matcher::ErrorType(id) => check_error(named, service, id),
            Matcher::Output(matcher) => check_matcher(named, matcher, false),
            Matcher::InputOutput(matcher) => check_matcher(named, matcher, true),
        }
    }
}

/// The code of an error may be one that the model does not have, but not one that is mistyped.
fn check_error(named: &mut Named<'_, '_>, service: &Shape<'_>, id: &str) {
    let name = id.rsplit('#').next().unwrap_or_default();
    let operation = named.operation.as_operation().into_iter();
    let errors = operation.flat_map(|operation| errors_of(service, operation));
    let known: Vec<_> = errors.map(|error| error.id.name()).collect();
    if known.contains(&name) || !known.iter().any(|known| is_slip(name, known)) {
        return;
    }
    let message = format!("`{name}` is not an error of this operation");
    let error = Diagnostic::error(Code::UnknownName, message).at(named.span, "waits for it");
    let error = did_you_mean(error, name, &known, named.diagnostics);
    named.diagnostics.push(error.of(named.operation.id));
}

fn check_matcher(named: &mut Named<'_, '_>, matcher: &PathMatcher, both: bool) {
    named.severity = Severity::Error;
    let is_boolean = matcher.comparator == Comparator::BooleanEquals;
    if is_boolean && !matches!(&*matcher.expected, "true" | "false") {
        let message = format!("a boolean is never `{}`", matcher.expected.escape_debug());
        named.report(Code::BadWaiter, message, "expects it", None);
    }
    let path = match Expression::parse(&matcher.path) {
        Ok(path) => path,
        Err(error) => {
            if error.is_beyond() {
                named.severity = Severity::Warning;
            }
            let message = format!("`{}` cannot be followed: {error}", matcher.path);
            return named.report(Code::BadWaiter, message, "of this waiter", None);
        }
    };
    // What cannot be expressed in Rust is left out, however good it is in the model.
    named.severity = Severity::Warning;
    let found: Option<Vec<_>> = path
        .paths()
        .into_iter()
        .map(|path| follow(named, path, both))
        .collect();
    let Some(found) = found else { return };
    match (&path, &found[..]) {
        (Expression::Equal(left, right), _) if left == right => {
            let message = format!("`{left}` is compared with itself");
            named.report(Code::BadWaiter, message, "of this waiter", None);
        }
        (Expression::Equal(..), [left, right]) => {
            if !is_boolean {
                let message = "whether two values are equal is compared by `booleanEquals`";
                named.report(Code::BadWaiter, message, "compares it otherwise", None);
            } else if !comparable(left) || comparison_key(left) != comparison_key(right) {
                let message = "only strings, integers and booleans of the same type can be equal";
                named.report(Code::BadWaiter, message, "compares it", Some(right));
            }
        }
        (_, [value]) if !fits(matcher.comparator, value) => {
            let needs = match matcher.comparator {
                Comparator::StringEquals => "`stringEquals` needs a string",
                Comparator::BooleanEquals => "`booleanEquals` needs a boolean",
                Comparator::AllStringEquals => "`allStringEquals` needs a list of strings",
                Comparator::AnyStringEquals => "`anyStringEquals` needs a list of strings",
            };
            let which = if value.is_sensitive() {
                ", and none that is sensitive"
            } else {
                ""
            };
            named.report(
                Code::BadWaiter,
                format!("{needs}{which}"),
                "compares it",
                Some(value),
            );
        }
        _ => {}
    }
}

/// Where the path leads from the output, or from that of input and output which it names first.
fn follow<'n, 'a>(named: &mut Named<'n, 'a>, path: &Path, both: bool) -> Option<Found<'n, 'a>> {
    let content = named.operation.as_operation()?;
    let model = named.model;
    let output: &Shape<'_> = model.target(&content.output);
    if !both {
        return named.follow(output, &path.0);
    }
    match &path.0[..] {
        [PathStep::Member(from), steps @ ..] if from == "output" && !steps.is_empty() => {
            named.follow(output, steps)
        }
        [PathStep::Member(from), steps @ ..] if from == "input" && !steps.is_empty() => {
            named.follow(model.target(&content.input), steps)
        }
        [PathStep::Member(from), ..] if from != "output" && from != "input" => {
            let message = format!("`{path}` begins with neither `input` nor `output`");
            named.severity = Severity::Error;
            named.report(Code::BadWaiter, message, "of this waiter", None);
            None
        }
        _ => {
            let message = format!("`{path}` leads to no member of the input or output");
            named.report(Code::BadWaiter, message, "of this waiter", None);
            None
        }
    }
}

fn fits(comparator: Comparator, value: &Found<'_, '_>) -> bool {
    let kind = value.target.kind.tag();
    let is_text = matches!(kind, Kind::String | Kind::Enum) && !value.is_sensitive();
    match comparator {
        Comparator::StringEquals => is_text && !value.many,
        Comparator::BooleanEquals => kind == Kind::Boolean && !value.many,
        Comparator::AllStringEquals | Comparator::AnyStringEquals => is_text && value.many,
    }
}

fn comparable(value: &Found<'_, '_>) -> bool {
    let kind = value.target.kind.tag();
    let is_number = matches!(kind, Kind::Byte | Kind::Short | Kind::Integer | Kind::Long);
    !value.many && (is_number || matches!(kind, Kind::String | Kind::Boolean))
}

fn comparison_key(value: &Found<'_, '_>) -> (Kind, bool, bool) {
    (value.target.kind.tag(), value.is_sensitive(), value.many)
}
