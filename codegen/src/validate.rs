//! The validate pass: everything an emitter relies on, checked beforehand, all of it in one run.

mod auth;
mod bindings;
mod events;
mod http;
mod listed;
mod members;
mod named;
mod pages;
mod parameters;
mod service;
mod shapes;
mod text;
mod traits;
mod waiters;

use std::ops::Deref;

use crate::diagnostics::Diagnostics;
use crate::select::Closure;

/// Something that [`validate`] has found no fault with.
#[derive(Debug)]
pub struct Checked<T>(T);

impl<T> Deref for Checked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// Checks the shapes of the closure.
pub fn validate<'m, 'a>(closure: Closure<'m, 'a>) -> Result<Checked<Closure<'m, 'a>>, Diagnostics> {
    let mut diagnostics = Diagnostics::new(closure.model.sources());
    traits::check(&closure, &mut diagnostics);
    service::check(&closure, &mut diagnostics);
    parameters::check(&closure, &mut diagnostics);
    auth::check(&closure, &mut diagnostics);
    text::check(&closure, &mut diagnostics);
    http::check(&closure, &mut diagnostics);
    bindings::check(&closure, &mut diagnostics);
    shapes::check(&closure, &mut diagnostics);
    events::check(&closure, &mut diagnostics);
    listed::check(&closure, &mut diagnostics);
    members::check(&closure, &mut diagnostics);
    pages::check(&closure, &mut diagnostics);
    waiters::check(&closure, &mut diagnostics);
    diagnostics.into_result(Checked(closure))
}
