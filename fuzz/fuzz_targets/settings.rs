#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| zonal_config::fuzz_file(text));
