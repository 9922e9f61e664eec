//! `smithy.waiters#waitable` can be followed: paths lead to what is compared, and a wait can end.

use super::named::{Found, Named};
use crate::diagnostics::{Code, Diagnostics};
use crate::model::{Kind, Shape};
use crate::select::Closure;
use crate::traits::TraitValue;
use crate::traits::http::{Comparator, Matcher, PathMatcher, Waitable, Waiter, WaiterState};
use crate::traits::jmespath::{Expression, Path, Step};

pub(super) fn check(closure: &Closure<'_, '_>, diagnostics: &mut Diagnostics) {
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
                diagnostics,
            };
            check_waiter(&mut named, name, waiter);
        }
    }
}

fn check_waiter(named: &mut Named<'_, '_>, name: &str, waiter: &Waiter) {
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
            Matcher::Success(_) | Matcher::ErrorType(_) => {}
            Matcher::Output(matcher) => check_matcher(named, matcher, false),
            Matcher::InputOutput(matcher) => check_matcher(named, matcher, true),
        }
    }
}

fn check_matcher(named: &mut Named<'_, '_>, matcher: &PathMatcher, both: bool) {
    let is_boolean = matcher.comparator == Comparator::BooleanEquals;
    if is_boolean && !matches!(&*matcher.expected, "true" | "false") {
        let message = format!("a boolean is never `{}`", matcher.expected.escape_debug());
        named.report(Code::BadWaiter, message, "expects it", None);
    }
    let found: Option<Vec<_>> = matcher
        .path
        .paths()
        .into_iter()
        .map(|path| follow(named, path, both))
        .collect();
    let Some(found) = found else { return };
    match (&matcher.path, &found[..]) {
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
        [Step::Member(from), steps @ ..] if from == "output" && !steps.is_empty() => {
            named.follow(output, steps)
        }
        [Step::Member(from), steps @ ..] if from == "input" && !steps.is_empty() => {
            named.follow(model.target(&content.input), steps)
        }
        _ => {
            let message = format!("`{path}` begins with neither `input.` nor `output.`");
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
