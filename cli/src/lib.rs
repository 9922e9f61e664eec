//! What the program `zonal` is made of.

pub mod output;
