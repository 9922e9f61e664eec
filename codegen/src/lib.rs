//! Reads a Smithy model in its JSON form and writes a typed Rust client for it.
//!
//! The passes, in order: [`load`](model::load), [`select`](select::select), [`validate`](validate::validate),
//! [`lower`](lower::lower), [`customize`](customize::customize), [`name`](name::name), [`document`], [`emit`](emit::emit),
//! [`files`]. [`generate()`] runs them. All of them are pure: model files come in as names and bytes, files go
//! out as paths and texts, and what is wrong comes out as [`Diagnostics`](diagnostics::Diagnostics), all of it
//! in one run.
//!
//! The program `zonal-codegen` runs it from the command line, [`build_script`] from a build script, and
//! [`changes`](changes::changes) tells what a change of a model means to users.

#![warn(clippy::print_stderr, clippy::print_stdout)]

pub mod api;
pub mod build_script;
pub mod changes;
pub mod command;
pub mod command_line;
pub mod customize;
pub mod diagnostics;
pub mod diff;
pub mod document;
pub mod emit;
pub mod files;
pub mod generate;
pub mod json;
pub mod lower;
pub mod markdown;
pub mod model;
pub mod name;
pub mod package;
pub mod select;
pub mod show;
pub mod source;
pub mod traits;
pub mod validate;

pub use generate::generate;

/// The code in README.md.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
