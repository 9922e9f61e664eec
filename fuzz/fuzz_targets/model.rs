//! A model is refused with a reason, or its client is generated.

#![no_main]

use zonal_codegen::emit::{Options, Runtime};
use zonal_codegen::model::load;
use zonal_codegen::select::Selection;
use zonal_codegen::source::Sources;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut sources = Sources::new();
    sources.add("model.json".to_owned(), text.to_owned());
    let options = Options {
        crate_name: "demo".to_owned(),
        runtime: Runtime::Path("runtime".to_owned()),
        command_line: None,
        package: None,
    };
    match load(&sources) {
        Ok(model) => {
            if let Err(problems) = zonal_codegen::generate(&model, &Selection::all(), &options) {
                assert!(!problems.to_string().is_empty());
            }
        }
        Err(problems) => assert!(!problems.to_string().is_empty()),
    }
});
