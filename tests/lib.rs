//! Black-box tests of Zonal.
