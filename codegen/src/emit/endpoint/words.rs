//! Endpoint rules in words, for the comments beside the tables.

use crate::api::endpoint::{Condition, Expr, Function, Graph, Outcome, Step};

/// Says what rules mean, with the names that parameters and variables have in the model.
pub(crate) struct Words<'g>(pub(crate) &'g Graph);

impl Words<'_> {
    /// What is asked: `Region is set`, `let zone be the last 8 characters of Bucket`.
    pub(crate) fn condition(&self, condition: &Condition) -> String {
        match condition.assign {
            Some(number) => {
                let (name, value) = (self.name(number), self.value(&condition.test));
                format!("let {name} be {value}")
            }
            None => self.clause(&condition.test, true),
        }
    }

    /// The URL that the rules end in; an error says itself what it means.
    pub(super) fn url(&self, outcome: &Outcome) -> Option<String> {
        match outcome {
            Outcome::Error(_) => None,
            Outcome::Endpoint { url, .. } => Some(self.template(url)),
        }
    }

    /// That something holds, or that it does not.
    fn clause(&self, expr: &Expr, holds: bool) -> String {
        let is = if holds { "is" } else { "is not" };
        let Expr::Call(function, arguments) = expr else {
            return self.set(expr, holds);
        };
        match (function, arguments.as_slice()) {
            (Function::Not, [inner]) => self.clause(inner, !holds),
            (Function::IsSet, [value]) => format!("{} {is} set", self.value(value)),
            (Function::StringEquals | Function::BooleanEquals, [left, right]) => {
                format!("{} {is} {}", self.value(left), self.value(right))
            }
            (Function::IsValidHostLabel, [value, dots]) => {
                let dots = self.dots(dots);
                format!("{} {is} a valid host label{dots}", self.value(value))
            }
            (Function::IsVirtualHostableS3Bucket, [value, dots]) => {
                let (value, dots) = (self.value(value), self.dots(dots));
                format!("{value} {is} a bucket name that can be a part of a host name{dots}")
            }
            (Function::Coalesce | Function::Ite, _) => self.set(expr, holds),
            _ => {
                let found = if holds { "can" } else { "cannot" };
                format!("there {found} be {}", self.value(expr))
            }
        }
    }

    /// Values that are tests themselves.
    fn set(&self, expr: &Expr, holds: bool) -> String {
        let state = if holds {
            "is set and not false"
        } else {
            "is not set, or false"
        };
        format!("{} {state}", self.value(expr))
    }

    fn dots(&self, allowed: &Expr) -> String {
        match allowed {
            Expr::Bool(false) => String::new(),
            Expr::Bool(true) => ", or several with dots between".to_owned(),
            other => format!(
                ", or several with dots between if {}",
                self.clause(other, true)
            ),
        }
    }

    /// A value as a noun.
    pub(crate) fn value(&self, expr: &Expr) -> String {
        match expr {
            Expr::Str(text) => format!("{text:?}"),
            Expr::Bool(value) => value.to_string(),
            Expr::Int(number) => number.to_string(),
            Expr::Var(number) => self.name(*number),
            Expr::Template(_) => format!("\"{}\"", self.template(expr)),
            Expr::GetAttr(value, path) => {
                let step = |step: &Step| match step {
                    Step::Field(name) => format!(".{}", name.escape_debug()),
                    Step::Index(index) => format!("[{index}]"),
                };
                self.value(value) + &path.iter().map(step).collect::<String>()
            }
            Expr::Call(function, arguments) => self.call(*function, arguments, expr),
        }
    }

    fn call(&self, function: Function, arguments: &[Expr], whole: &Expr) -> String {
        match (function, arguments) {
            (Function::Substring, [value, Expr::Int(start), Expr::Int(stop), reverse]) => {
                let is_reverse = *reverse == Expr::Bool(true);
                self.substring(value, *start, *stop, is_reverse)
            }
            (Function::ParseUrl, [value]) => format!("the URL in {}", self.value(value)),
            (Function::UriEncode, [value]) => format!("{}, percent-encoded", self.value(value)),
            (Function::Partition, [region]) => format!("the partition of {}", self.value(region)),
            (Function::ParseArn, [value]) => format!("the ARN in {}", self.value(value)),
            (Function::Split, [value, delimiter, limit]) => {
                let limit = match limit {
                    Expr::Int(0) => String::new(),
                    limit => format!(", at most {} of them", self.value(limit)),
                };
                let (value, delimiter) = (self.value(value), self.value(delimiter));
                format!("the pieces of {value} between each {delimiter}{limit}")
            }
            (Function::Coalesce, values) => {
                let values: Vec<_> = values.iter().map(|value| self.value(value)).collect();
                format!("the first that is set of {}", values.join(", "))
            }
            (Function::Ite, [condition, then, otherwise]) => {
                let condition = self.clause(condition, true);
                let (then, otherwise) = (self.value(then), self.value(otherwise));
                format!("{then} if {condition}, else {otherwise}")
            }
            _ => format!("whether {}", self.clause(whole, true)),
        }
    }

    /// Which characters of a text.
    fn substring(&self, value: &Expr, start: i64, stop: i64, is_reverse: bool) -> String {
        let (value, count) = (self.value(value), stop - start);
        let characters = |count: i64| match count {
            1 => "character".to_owned(),
            count => format!("{count} characters"),
        };
        match (is_reverse, start) {
            (true, 0) => format!("the last {} of {value}", characters(count)),
            (true, _) => {
                let (characters, behind) = (characters(count), characters(start));
                format!("the {characters} of {value} before the last {behind}")
            }
            (false, 0) => format!("the first {} of {value}", characters(count)),
            (false, _) => format!("characters {} to {stop} of {value}", start + 1),
        }
    }

    /// Text with the values that stand in it in braces.
    fn template(&self, expr: &Expr) -> String {
        match expr {
            Expr::Str(text) => text.escape_debug().to_string(),
            Expr::Template(parts) => parts.iter().map(|part| self.template(part)).collect(),
            value => format!("{{{}}}", self.value(value)),
        }
    }

    fn name(&self, number: usize) -> String {
        let params = self.0.params.iter().map(|param| &param.name);
        let name = params.chain(&self.0.variables).nth(number);
        name.map_or_else(
            || number.to_string(),
            |name| name.escape_debug().to_string(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(function: Function, arguments: Vec<Expr>) -> Expr {
        Expr::Call(function, arguments)
    }

    #[test]
    fn conditions_are_sentences() {
        let graph = Graph::endpoint_only();
        let words = Words(&graph);
        let (region, text) = (|| Expr::Var(0), |text: &str| Expr::Str(text.to_owned()));
        let not = |inner| call(Function::Not, vec![inner]);
        let end = |start, stop, reverse| {
            let numbers = [Expr::Int(start), Expr::Int(stop), Expr::Bool(reverse)];
            call(
                Function::Substring,
                [vec![region()], numbers.into()].concat(),
            )
        };
        let url_part = Expr::GetAttr(
            Box::new(Expr::Var(2)),
            vec![Step::Field("path".to_owned()), Step::Index(-1)],
        );
        let either = vec![url_part, call(Function::IsSet, vec![region()])];
        for (assign, test, expected) in [
            (None, call(Function::IsSet, vec![region()]), "Region is set"),
            (
                None,
                not(not(call(Function::IsSet, vec![region()]))),
                "Region is set",
            ),
            (
                None,
                not(call(
                    Function::StringEquals,
                    vec![region(), text("a\n\"b\"")],
                )),
                r#"Region is not "a\n\"b\"""#,
            ),
            (
                None,
                not(call(
                    Function::IsValidHostLabel,
                    vec![region(), Expr::Bool(true)],
                )),
                "Region is not a valid host label, or several with dots between",
            ),
            (None, not(Expr::Var(1)), "Endpoint is not set, or false"),
            (
                None,
                end(1, 3, false),
                "there can be characters 2 to 3 of Region",
            ),
            (
                Some(2),
                end(0, 1, true),
                "let url be the last character of Region",
            ),
            (
                Some(2),
                end(7, 16, true),
                "let url be the 9 characters of Region before the last 7 characters",
            ),
            (
                Some(2),
                call(Function::Coalesce, either),
                "let url be the first that is set of url.path[-1], whether Region is set",
            ),
        ] {
            assert_eq!(words.condition(&Condition { test, assign }), expected);
        }
        let parts = vec![text("https://"), region(), text("\u{202e}.a")];
        let endpoint = Outcome::Endpoint {
            url: Expr::Template(parts),
            properties: Vec::new(),
            headers: Vec::new(),
        };
        assert_eq!(
            words.url(&endpoint).as_deref(),
            Some("https://{Region}\\u{202e}.a")
        );
    }
}
