//! The files that every client and command table has as they are, compiled from where they stand: what `codegen/included` holds is
//! formatted and linted like all other code.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    unused_macros,
    reason = "a client makes all of this public, or uses it"
)]

#[path = "../../codegen/included/client.rs"]
mod client;
#[path = "../../codegen/included/options.rs"]
mod options;
#[path = "../../codegen/included/pages.rs"]
mod pages;
#[path = "../../codegen/included/cli/request.rs"]
mod request;
#[path = "../../codegen/included/sessions.rs"]
mod sessions;
#[path = "../../codegen/included/waits.rs"]
mod waits;

/// What the generator writes of a model.
mod service {
    use zonal_runtime::ServiceSpec;
    use zonal_runtime::endpoint::{Partitions, Ref, Rules};

    static RULES: Rules = Rules {
        params: &[],
        variables: &[],
        conditions: &[],
        nodes: &[],
        root: Ref::NoMatch,
        results: &[],
        partitions: &Partitions(&[]),
    };

    pub(crate) static SERVICE: ServiceSpec = ServiceSpec {
        name: "Included",
        signing_name: "included",
        rules: &RULES,
        sessions: None,
    };
}

/// The same: the states that are waited for.
mod waiter {}

use std::fs;

use zonal_runtime as runtime;

use crate::{own_output, root};

#[test]
fn clients_have_them_as_they_are() {
    let files = own_output().files;
    for (from, to) in [
        ("codegen/included", "client/src"),
        ("codegen/included/cli", "cli/src"),
    ] {
        let entries = fs::read_dir(root().join(from)).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        for path in paths.filter(|path| path.is_file()) {
            let name = path.file_name().unwrap().to_str().unwrap();
            let text = fs::read_to_string(&path).unwrap();
            let generated = files.get(&format!("{to}/{name}")).unwrap();
            assert!(generated.ends_with(&text), "{name}");
        }
    }
}
