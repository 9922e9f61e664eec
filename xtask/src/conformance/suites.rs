//! The suites, and their expected failures.

use std::collections::BTreeMap;

use super::rules;

/// A test model and the service in it.
pub(super) struct Suite {
    pub(super) name: &'static str,
    /// Below the folder of shared files.
    pub(super) files: &'static [&'static str],
    pub(super) service: &'static str,
    /// The model has no endpoint rules, and its tests expect those of S3.
    pub(super) with_rules: bool,
    /// Only operations with tests are generated, as far as they can be.
    pub(super) tested_only: bool,
    /// Only these operations are generated, if any is named.
    pub(super) operations: &'static [&'static str],
    /// The module of the generated crate in which the tests stand, at some depth.
    pub(super) module: &'static str,
}

/// The suite of the endpoint tests.
pub(super) const ENDPOINTS: &str = "endpoints";

const PLAIN: Suite = Suite {
    name: "",
    files: &[],
    service: "",
    with_rules: false,
    tested_only: false,
    operations: &[],
    module: "operation::",
};

pub(super) const SUITES: &[Suite] = &[
    Suite {
        name: "restxml",
        files: &["conformance/restxml.json"],
        service: "aws.protocoltests.restxml#RestXml",
        ..PLAIN
    },
    Suite {
        name: "restxml-namespace",
        files: &["conformance/restxml-namespace.json"],
        service: "aws.protocoltests.restxml.xmlns#RestXmlWithNamespace",
        ..PLAIN
    },
    Suite {
        name: "restxml-unwrapped-errors",
        files: &["conformance/restxml-unwrapped-errors.json"],
        service: "aws.protocoltests.restxmlunwrapped#RestXmlExtrasUnwrappedErrors",
        ..PLAIN
    },
    Suite {
        name: "restxml-extras",
        files: &[
            "conformance/restxml-extras.json",
            "conformance/restxml.json",
        ],
        service: "aws.protocoltests.restxml#RestXmlExtras",
        ..PLAIN
    },
    Suite {
        name: "restxml-s3",
        files: &["conformance/restxml-s3.json"],
        service: rules::SERVICE,
        with_rules: true,
        ..PLAIN
    },
    Suite {
        name: "s3-tests",
        files: &["conformance/s3-tests.json", rules::OFFICIAL],
        service: rules::SERVICE,
        tested_only: true,
        ..PLAIN
    },
    // Those that the model's endpoint tests call.
    Suite {
        name: ENDPOINTS,
        files: &[rules::OFFICIAL],
        service: rules::SERVICE,
        operations: &[
            "CreateBucket",
            "GetObject",
            "ListBuckets",
            "ListDirectoryBuckets",
            "ListObjects",
            "WriteGetObjectResponse",
        ],
        module: "endpoint::tests::",
        ..PLAIN
    },
];

const NO_XML: &str = "the body in the test is not well-formed: its last tag closes another element than its first \
                      opens";

/// A suite, a part of the names of tests, and why they fail.
type Expected = (&'static str, &'static str, &'static str);

/// The tests that fail, with the reason. The run fails if a listed test passes or does not exist.
const EXPECTED_FAILURES: &[Expected] = &[("restxml-extras", "deser_flat_namespace_maps", NO_XML)];

/// Why a test fails, if it is listed.
pub(super) fn expectation(suite: &Suite, test: &str) -> Option<&'static str> {
    let found = of(suite).find(|(_, part, _)| test.contains(part));
    found.map(|(_, _, reason)| *reason)
}

/// Listed names that are not tests of the suite.
pub(super) fn never_run(
    suite: &Suite,
    outcome: &BTreeMap<String, bool>,
) -> Vec<(&'static str, &'static str)> {
    of(suite)
        .filter(|(_, part, _)| !outcome.keys().any(|test| test.contains(part)))
        .map(|(_, part, reason)| (*part, *reason))
        .collect()
}

fn of(suite: &Suite) -> impl Iterator<Item = &'static Expected> {
    let name = suite.name;
    EXPECTED_FAILURES.iter().filter(move |(of, ..)| *of == name)
}
