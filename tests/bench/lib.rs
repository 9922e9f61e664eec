//! Benchmarks of Zonal: `cargo bench -p zonal-bench`.
