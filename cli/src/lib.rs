//! What the program `zonal` is made of.

mod args;
mod config;
mod env;
mod failure;
mod number;
pub mod output;
