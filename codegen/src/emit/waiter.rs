//! What can be waited for: `waiter.rs`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::Context;
use super::links::Links;
use super::path::Value;
use super::rust_file::{Bug, RustFile, doc_lines, ident};
use super::scope::{Place, Scope};
use crate::api::Operation;
use crate::api::calls::{
    Acceptor, Comparator, Comparison, Expression, Matcher, Path, PathStep, Waiter, WaiterState,
};
use crate::files::Files;
use crate::name::reserved;

pub(super) fn emit(cx: &Context<'_, '_>, files: &mut Files) -> Result<(), Bug> {
    if !cx.api.has_waiters() {
        return Ok(());
    }
    let service = cx.api.service.id.to_string();
    let docs = "What can be waited for: see [`Call::wait_until`](crate::Call::wait_until).";
    let mut file = RustFile::new("client/src/waiter.rs", service, docs);
    let waiters = cx.api.operations.iter().flat_map(|operation| {
        let waiters = operation.waiters.iter();
        waiters.map(|waiter| cx.names.waiter(&operation.id, &waiter.name).clone())
    });
    let exported = reserved::WAITERS.iter().map(|name| ident(name));
    let exported: Vec<_> = exported.collect();
    let own: Vec<_> = waiters.chain(exported.iter().cloned()).collect();
    file = file.within(Scope::new(Place::Crate, &own));
    file.item(quote!(
        pub use zonal_runtime::waiter::{#(#exported),*};
    ));
    for operation in &cx.api.operations {
        for waiter in &operation.waiters {
            file.item(definition(cx, operation, waiter));
            let ty = cx.names.waiter(&operation.id, &waiter.name);
            file.implementation(
                quote!(impl rt::Waiter for #ty),
                constants(cx, operation, waiter),
            );
        }
    }
    file.finish(files)
}

fn definition(cx: &Context<'_, '_>, operation: &Operation<'_>, waiter: &Waiter) -> TokenStream {
    let ty = cx.names.waiter(&operation.id, &waiter.name);
    let mut docs = Links::new(cx).docs(&waiter.documentation);
    let request = cx.names.operation(&operation.id).request.to_string();
    docs = docs.and(&format!(
        "The state `{}`, which the answers of [`{request}`](crate::operation::{request}) show. The wait between two calls is {}.",
        waiter.name,
        delays(waiter),
    ));
    if waiter.deprecated {
        docs = docs.and("Deprecated.");
    }
    let docs = doc_lines(&docs, 0);
    quote! {
        #docs
        #[derive(Clone, Copy, Debug)]
        pub struct #ty;
    }
}

/// The pause between two calls, in words.
pub(super) fn delays(waiter: &Waiter) -> String {
    match (waiter.min_delay, waiter.max_delay) {
        (min, max) if min == max => format!("{min} s"),
        (min, max) => format!("{min} to {max} s"),
    }
}

fn constants(cx: &Context<'_, '_>, operation: &Operation<'_>, waiter: &Waiter) -> Vec<TokenStream> {
    let request = &cx.names.operation(&operation.id).request;
    let acceptors = waiter.acceptors.iter();
    let acceptors = acceptors.filter_map(|acceptor| {
        let written = self::acceptor(cx, operation, acceptor);
        cx.noted(
            operation.id,
            "acceptor of the waiter",
            &waiter.name,
            written,
        )
    });
    let name = &waiter.name;
    let (min, max) = (u64::from(waiter.min_delay), u64::from(waiter.max_delay));
    let (min, max) = (Literal::u64_unsuffixed(min), Literal::u64_unsuffixed(max));
    vec![
        quote!(type Operation = operation::#request;),
        quote! {
            const NAME: &'static str = #name;
            const MIN_DELAY: rt::Duration = rt::Duration::from_secs(#min);
            const MAX_DELAY: rt::Duration = rt::Duration::from_secs(#max);
            const ACCEPTORS: &'static [rt::Acceptor<operation::#request>] = &[#(#acceptors),*];
        },
    ]
}

fn acceptor(
    cx: &Context<'_, '_>,
    operation: &Operation<'_>,
    acceptor: &Acceptor,
) -> Option<TokenStream> {
    let state = match acceptor.state {
        WaiterState::Success => quote!(rt::State::Success),
        WaiterState::Failure => quote!(rt::State::Failure),
        WaiterState::Retry => quote!(rt::State::Retry),
    };
    let (request, output) = (
        &cx.names.operation(&operation.id).request,
        &cx.names.operation(&operation.id).output,
    );
    Some(match &acceptor.matcher {
        Matcher::Success(yes) => quote!(rt::Acceptor::success(#state, #yes)),
        Matcher::Error(code) => quote!(rt::Acceptor::error(#state, #code)),
        Matcher::Output(comparison) => {
            let holds = Comparing {
                cx,
                operation,
                both: false,
            }
            .holds(comparison)?;
            quote!(rt::Acceptor::output(#state, |output: &operation::#output| #holds))
        }
        Matcher::InputOutput(comparison) => {
            let holds = Comparing {
                cx,
                operation,
                both: true,
            }
            .holds(comparison)?;
            let reads = |side: &str| {
                comparison
                    .expression
                    .paths()
                    .iter()
                    .any(|path| starts_with(path, side))
            };
            let name = |side: &str| {
                if reads(side) {
                    ident(side)
                } else {
                    ident(&format!("_{side}"))
                }
            };
            let (from, to) = (name("input"), name("output"));
            quote!(rt::Acceptor::input_output(#state, |#from: &operation::#request, #to: &operation::#output| #holds))
        }
    })
}

fn starts_with(path: &Path, name: &str) -> bool {
    matches!(path.0.first(), Some(PathStep::Member(first)) if first == name)
}

struct Comparing<'c, 'a, 's> {
    cx: &'c Context<'a, 's>,
    operation: &'a Operation<'s>,
    /// Whether paths begin with `input` or `output`.
    both: bool,
}

impl<'a, 's> Comparing<'_, 'a, 's> {
    /// `Option<bool>`
    fn holds(&self, comparison: &Comparison) -> Option<TokenStream> {
        let expected = &comparison.expected;
        let is_true = expected == "true";
        let path = match &comparison.expression {
            Expression::Path(path) => path,
            Expression::Equal(left, right) => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                let (left, right) = if left.optional || right.optional {
                    (left.reference(), right.reference())
                } else {
                    (left.tokens, right.tokens)
                };
                let operator = if is_true { quote!(==) } else { quote!(!=) };
                return Some(quote!(Some(#left #operator #right)));
            }
        };
        let value = self.value(path)?;
        let place = &value.tokens;
        Some(match comparison.comparator {
            Comparator::StringEquals => {
                let text = value.text();
                quote!(Some(#text == #expected))
            }
            Comparator::BooleanEquals => match (value.optional, is_true) {
                (true, true) => quote!(#place),
                (true, false) => quote!(#place.map(|is| !is)),
                (false, true) => quote!(Some(#place)),
                (false, false) => quote!(Some(!#place)),
            },
            Comparator::AllStringEquals => quote!(Some(rt::all_equal(#place, #expected))),
            Comparator::AnyStringEquals => quote!(Some(rt::any_equal(#place, #expected))),
        })
    }

    fn value(&self, path: &Path) -> Option<Value<'a, 's>> {
        let output = &self.operation.output.fields;
        let (fields, variable, steps) = match &path.0[..] {
            [_, steps @ ..] if self.both && starts_with(path, "input") => {
                (&self.operation.input, "input", steps)
            }
            [_, steps @ ..] if self.both => (output, "output", steps),
            steps => (output, "output", steps),
        };
        Value::at(self.cx, variable, fields, steps)
    }
}
