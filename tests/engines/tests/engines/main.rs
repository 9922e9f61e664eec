//! Engines on directory buckets, against the peer, which verifies every signature, lists in no order and keeps to the
//! other rules of directory buckets.

mod ballista;
mod datafusion;
mod delta;
mod slatedb;

/// The program with the other processes.
const PROGRAM: &str = env!("CARGO_BIN_EXE_zonal-engines");

type Outcome = Result<(), zonal_engines::Error>;
