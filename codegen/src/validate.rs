//! The validate pass: everything an emitter relies on, checked beforehand, all of it in one run.

mod auth;
mod bindings;
mod depth;
mod events;
mod http;
mod listed;
mod members;
mod named;
mod pages;
mod parameters;
mod service;
mod shapes;
mod tests;
mod text;
mod traits;
mod values;
mod waiters;

use std::collections::HashSet;
use std::ops::Deref;

use crate::diagnostics::Diagnostics;
use crate::select::Closure;

/// Something that [`validate`] has found no fault with.
#[derive(Debug)]
pub struct Checked<T> {
    value: T,
    /// How deep shapes are nested in each other.
    pub nesting: usize,
    /// Operations whose pages cannot be generated.
    pub without_pages: HashSet<String>,
    /// Waiters that cannot be generated, by operation and name.
    pub without_waiters: HashSet<(String, String)>,
    /// What is not wrong, but perhaps not meant.
    pub warnings: Diagnostics,
}

impl<T> Deref for Checked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Checks the shapes of the closure.
pub fn validate<'m, 'a>(closure: Closure<'m, 'a>) -> Result<Checked<Closure<'m, 'a>>, Diagnostics> {
    let mut diagnostics = Diagnostics::new(closure.model.sources());
    let nesting = depth::check(&closure, &mut diagnostics);
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    service::check(&closure, &mut diagnostics);
    if diagnostics.has_errors() {
        // What is wrong by the rules of one protocol may be right by those of another.
        return Err(diagnostics);
    }
    traits::check(&closure, &mut diagnostics);
    parameters::check(&closure, &mut diagnostics);
    auth::check(&closure, &mut diagnostics);
    text::check(&closure, &mut diagnostics);
    http::check(&closure, &mut diagnostics);
    bindings::check(&closure, &mut diagnostics);
    shapes::check(&closure, &mut diagnostics);
    events::check(&closure, &mut diagnostics);
    listed::check(&closure, &mut diagnostics);
    members::check(&closure, &mut diagnostics);
    let without_pages = pages::check(&closure, &mut diagnostics);
    let without_waiters = waiters::check(&closure, &mut diagnostics);
    tests::check(&closure, &mut diagnostics);
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    Ok(Checked {
        value: closure,
        nesting,
        without_pages,
        without_waiters,
        warnings: diagnostics,
    })
}
