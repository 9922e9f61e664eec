//! What the program `zonal` is made of.

mod account;
mod app;
mod args;
mod call;
mod completions;
mod console;
mod debug;
mod download;
mod error_format;
mod exec;
mod extra;
mod failure;
mod files;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod help;
mod input;
mod net;
mod number;
mod others;
pub mod output;
mod pager;
mod pages;
mod progress;
mod prompt;
mod rules;
mod run;
mod session;
mod session_cache;
mod start;
mod stop;
mod version;
mod wait;
mod zone;

pub use start::main;
