//! Calls that follow each other: pages and waits.

use super::{Lowering, docs};
use crate::api::calls::{Acceptor, Comparison, Expression, Matcher, Pages, Waiter};
use crate::model::Shape;
use crate::traits::http::{self, Paginated, PathMatcher, Waitable};

impl Lowering<'_, '_> {
    /// The pages, where validation has not left them out.
    pub(super) fn pages(&self, shape: &Shape<'_>) -> Option<Pages> {
        if self.without_pages.contains(shape.id.as_str()) {
            return None;
        }
        let pages = shape.traits.get::<Paginated>()?.or(self.pages.clone());
        let path = |path: String| path.split('.').map(str::to_owned).collect();
        Some(Pages {
            input_token: pages.input_token?,
            output_token: pages.output_token.map(path)?,
            items: pages.items.map(path),
            page_size: pages.page_size,
            more: None,
        })
    }

    /// The waiters that validation has not left out.
    pub(super) fn waiters(&self, shape: &Shape<'_>) -> Vec<Waiter> {
        let waiters = shape.traits.get::<Waitable>().map(|waiters| waiters.0);
        let waiters = waiters.unwrap_or_default().into_iter();
        let operation = shape.id.to_string();
        let key = |name: &String| (operation.clone(), name.clone());
        waiters
            .filter(|(name, _)| !self.without_waiters.contains(&key(name)))
            .map(|(name, waiter)| Waiter {
                name,
                documentation: docs(waiter.documentation),
                deprecated: waiter.deprecated,
                min_delay: waiter.min_delay,
                max_delay: waiter.max_delay,
                acceptors: waiter.acceptors.into_iter().map(acceptor).collect(),
            })
            .collect()
    }
}

fn acceptor(acceptor: http::Acceptor) -> Acceptor {
    Acceptor {
        state: acceptor.state,
        matcher: match acceptor.matcher {
            http::Matcher::Success(yes) => Matcher::Success(yes),
            // the code of an error is the name of its shape
            http::Matcher::ErrorType(id) => {
                Matcher::Error(id.rsplit('#').next().unwrap_or_default().to_owned())
            }
            http::Matcher::Output(matcher) => Matcher::Output(comparison(matcher)),
            http::Matcher::InputOutput(matcher) => Matcher::InputOutput(comparison(matcher)),
        },
    }
}

fn comparison(matcher: PathMatcher) -> Comparison {
    Comparison {
        // what does not parse is in a waiter that is left out
        expression: Expression::parse(&matcher.path)
            .expect("validation leaves out waiters with other paths"),
        comparator: matcher.comparator,
        expected: matcher.expected,
    }
}
