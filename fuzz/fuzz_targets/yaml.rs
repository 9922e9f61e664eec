#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| zonal_cli::fuzzing::yaml(text));
