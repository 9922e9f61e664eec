//! The generator against the official model of S3, where it is given: in the folder that `ZONAL_SHARED` names
//! or in `../shared`, seen from the repository.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use zonal_codegen::diagnostics::Code;
use zonal_codegen::diff::{Deviations, Reviewed, diff};
use zonal_codegen::files::Files;
use zonal_codegen::generate;
use zonal_codegen::model::{Model, load};
use zonal_codegen::select::{Selection, select};
use zonal_codegen::source::Sources;

use crate::{on_its_own, own_model, read, root};

/// What the generator says of operations that it cannot generate yet.
const UNSUPPORTED: &[Code] = &[Code::UnsupportedShape];

fn path() -> PathBuf {
    let shared = std::env::var_os("ZONAL_SHARED");
    shared
        .map_or_else(|| root().join("../shared"), PathBuf::from)
        .join("upstream/s3.json")
}

/// The official model and our partitions; none where it is not there, which is said.
fn official(what: &str) -> Option<Sources> {
    let path = path();
    if !path.is_file() {
        // Not by `eprintln!`, which is shown for failed tests only.
        let line = format!("skipped: {what}: there is no {}\n", path.display());
        std::io::stderr().write_all(line.as_bytes()).unwrap();
        return None;
    }
    Some(read([&path, &root().join("model/partitions.json")]))
}

/// All operations of the service.
fn operations(model: &Model<'_>) -> Vec<String> {
    let closure = select(model, &Selection::all()).unwrap_or_else(|problems| panic!("{problems}"));
    let names = closure
        .operations
        .iter()
        .map(|operation| operation.id.name().to_owned());
    names.collect()
}

/// The operations that can be generated, and those that cannot with the codes of what is said of them.
fn supported(model: &Model<'_>) -> (Vec<String>, Vec<(String, Vec<Code>)>) {
    let (mut good, mut refused) = (Vec::new(), Vec::new());
    for operation in operations(model) {
        let selection = Selection::named([operation.clone()]);
        match generate(model, &selection, &on_its_own("official")) {
            Ok(_) => good.push(operation),
            Err(problems) => {
                let mut codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
                codes.sort();
                codes.dedup();
                let others: Vec<_> = codes
                    .iter()
                    .filter(|code| !UNSUPPORTED.contains(code))
                    .collect();
                assert!(others.is_empty(), "{operation}: {others:?}\n{problems}");
                refused.push((operation, codes));
            }
        }
    }
    (good, refused)
}

/// One crate of all operations that can be generated.
pub(crate) fn output_of_all_supported() -> Option<Files> {
    let sources = official("a crate of the official model")?;
    let model = load(&sources).unwrap_or_else(|problems| panic!("{problems}"));
    let (good, _) = supported(&model);
    let generated = generate(&model, &Selection::named(good), &on_its_own("official"));
    Some(
        generated
            .unwrap_or_else(|problems| panic!("{problems}"))
            .files,
    )
}

/// Which operations can be generated: the snapshot is the list of what is left to do.
#[test]
fn operations_are_generated_or_refused_as_unsupported() {
    let Some(sources) = official("which operations of the official model are generated") else {
        return;
    };
    let model = load(&sources).unwrap_or_else(|problems| panic!("{problems}"));
    let (good, refused) = supported(&model);
    assert!(good.iter().any(|name| name == "CreateSession"));
    let codes = |codes: &[Code]| {
        codes
            .iter()
            .map(|code| code.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut lines = vec![format!("generated: {}", good.len())];
    lines.push(format!("refused: {}", refused.len()));
    lines.extend(
        refused
            .iter()
            .map(|(name, why)| format!("  {name}: {}", codes(why))),
    );
    crate::assert_snapshot("official-operations", &lines.join("\n"));
}

#[test]
fn our_model_differs_only_where_it_says_so() {
    let Some(theirs) = official("the comparison of model/ with the official model") else {
        return;
    };
    let ours = read(&own_model());
    let (ours, theirs) = (load(&ours).unwrap(), load(&theirs).unwrap());
    let closure = select(&ours, &Selection::all()).unwrap();
    let deviations = fs::read(root().join("model/deviations.json")).unwrap();
    let deviations = Deviations::read("deviations.json", deviations).unwrap();
    let reviewed = fs::read(root().join("model/deviations.lock")).unwrap();
    let reviewed = Reviewed::read("deviations.lock", reviewed).unwrap();
    let report = diff(&closure, &theirs, &deviations, Some(&reviewed));
    assert!(report.is_clean(), "{report}");
}
