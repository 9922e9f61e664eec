#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| zonal_runtime::fuzzing::address(text));
