//! What the program `zonal` is made of.

mod app;
mod args;
mod call;
mod completions;
mod console;
mod debug;
mod download;
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
pub mod output;
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
