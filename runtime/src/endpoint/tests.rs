//! Hand-written tables through the interpreter.

use super::Expr::{
    Bool, Coalesce, GetAttr, IsSet, Ite, ParseUrl, Str, StringEquals, Substring, Template, Var,
};
use super::*;

static PARTITIONS: Partitions = Partitions(&[
    Partition {
        name: "aws",
        dns_suffix: "amazonaws.com",
        dual_stack_dns_suffix: "api.aws",
        supports_fips: true,
        supports_dual_stack: true,
        implicit_global_region: "us-east-1",
        regions: &["us-west-2", "aws-global"],
        pattern: RegionPattern {
            prefixes: &["us", "eu"],
        },
    },
    Partition {
        name: "aws-cn",
        dns_suffix: "amazonaws.com.cn",
        dual_stack_dns_suffix: "api.amazonwebservices.com.cn",
        supports_fips: true,
        supports_dual_stack: true,
        implicit_global_region: "cn-northwest-1",
        regions: &["cn-north-1"],
        pattern: RegionPattern { prefixes: &["cn"] },
    },
]);

const BUCKET: ParamId = ParamId::new(0);
const REGION: ParamId = ParamId::new(1);
const ENDPOINT: ParamId = ParamId::new(2);

const fn text(name: &'static str, required: bool) -> Param {
    Param {
        name,
        builtin: None,
        default: None,
        required,
    }
}

/// Directory buckets on their own endpoint or on a custom one; all else is refused.
static RULES: Rules = Rules {
    params: &[
        text("Bucket", false),
        Param {
            name: "Region",
            builtin: Some(BuiltIn::Region),
            default: None,
            required: true,
        },
        text("Endpoint", false),
        Param {
            name: "UseFIPS",
            builtin: Some(BuiltIn::UseFips),
            default: Some(Bool(false)),
            required: true,
        },
    ],
    variables: &["suffix", "partition", "url", "zone", "fips"],
    conditions: &[
        Condition {
            test: IsSet(&Var(2)),
            assign: None,
        },
        Condition {
            test: ParseUrl(&Var(2)),
            assign: Some(6),
        },
        Condition {
            test: GetAttr {
                value: &Var(6),
                path: &[Step::Member("isIp")],
            },
            assign: None,
        },
        Condition {
            test: Coalesce(&[
                Substring {
                    value: &Var(0),
                    start: 0,
                    stop: 6,
                    reverse: true,
                },
                Str(""),
            ]),
            assign: Some(4),
        },
        Condition {
            test: StringEquals(&Var(4), &Str("--x-s3")),
            assign: None,
        },
        Condition {
            test: GetAttr {
                value: &Expr::Split {
                    value: &Var(0),
                    delimiter: "--",
                    limit: 0,
                },
                path: &[Step::Index(-2)],
            },
            assign: Some(7),
        },
        Condition {
            test: Expr::Partition(&Var(1)),
            assign: Some(5),
        },
        Condition {
            test: Ite(&Var(3), &Str("-fips"), &Str("")),
            assign: Some(8),
        },
    ],
    nodes: &[
        node(0, Ref::Node(1), Ref::Node(3)),
        node(1, Ref::Node(2), Ref::Result(0)),
        node(2, Ref::Result(1), Ref::Result(2)),
        node(3, Ref::Node(4), Ref::NoMatch),
        node(4, Ref::Node(5), Ref::Result(3)),
        node(5, Ref::Node(6), Ref::NoMatch),
        node(6, Ref::Node(7), Ref::NoMatch),
        node(7, Ref::Result(4), Ref::NoMatch),
    ],
    root: Ref::Node(0),
    results: &[
        Rule::Error(&Template(&[
            Str("Custom endpoint `"),
            Var(2),
            Str("` was not a valid URI"),
        ])),
        endpoint(&Template(&[
            SCHEME,
            Str("://"),
            AUTHORITY,
            Str("/"),
            Var(0),
            PATH,
        ])),
        endpoint(&Template(&[
            SCHEME,
            Str("://"),
            Var(0),
            Str("."),
            AUTHORITY,
            PATH,
        ])),
        Rule::Error(&Str("Unrecognized S3Express bucket name format.")),
        endpoint(&Template(&[
            Str("https://"),
            Var(0),
            Str(".s3express"),
            Var(8),
            Str("-"),
            Var(7),
            Str("."),
            Var(1),
            Str("."),
            GetAttr {
                value: &Var(5),
                path: &[Step::Member("dnsSuffix")],
            },
        ])),
    ],
    partitions: &PARTITIONS,
};

const SCHEME: Expr = url_member(&[Step::Member("scheme")]);
const AUTHORITY: Expr = url_member(&[Step::Member("authority")]);
const PATH: Expr = url_member(&[Step::Member("path")]);

const fn url_member(path: &'static [Step]) -> Expr {
    GetAttr {
        value: &Var(6),
        path,
    }
}

const fn node(condition: u16, then: Ref, otherwise: Ref) -> Node {
    Node {
        condition,
        then,
        otherwise,
    }
}

const fn endpoint(url: &'static Expr) -> Rule {
    Rule::Endpoint {
        url,
        properties: &[
            ("backend", Property::String(Str("S3Express"))),
            (
                "authSchemes",
                Property::List(&[Property::Map(&[
                    ("name", Property::String(Str("sigv4"))),
                    ("signingName", Property::String(Str("s3express"))),
                    ("signingRegion", Property::String(Var(1))),
                    ("disableDoubleEncoding", Property::Bool(true)),
                ])]),
            ),
        ],
        headers: &[("x-amz-region", &[Var(1)])],
    }
}

fn ask(bucket: &str, region: &str, custom: Option<&str>) -> Result<Endpoint, ResolveError> {
    let mut params = Params::new(&RULES);
    params.set(BUCKET, bucket);
    params.set(REGION, region);
    params.set_optional(ENDPOINT, custom);
    resolve(params)
}

#[test]
fn a_table_gives_url_properties_and_headers() {
    let endpoint = ask("demo--usw2-az1--x-s3", "us-west-2", None).unwrap();
    assert_eq!(
        endpoint.url(),
        "https://demo--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com"
    );
    let schemes: Vec<_> = endpoint.auth_schemes().collect();
    assert_eq!(schemes[0].signing_name, Some("s3express"));
    assert_eq!(schemes[0].signing_region, Some("us-west-2"));
    assert!(schemes[0].disable_double_encoding);
    assert_eq!(
        endpoint.property("authSchemes").unwrap().to_string(),
        r#"[{"name":"sigv4","signingName":"s3express","signingRegion":"us-west-2","disableDoubleEncoding":true}]"#
    );
    assert_eq!(
        endpoint.headers,
        [("x-amz-region", vec!["us-west-2".to_owned()])]
    );
    let china = ask("demo--cnn1-pkx1-az1--x-s3", "cn-north-1", None).unwrap();
    assert_eq!(
        china.host(),
        "demo--cnn1-pkx1-az1--x-s3.s3express-cnn1-pkx1-az1.cn-north-1.amazonaws.com.cn"
    );
}

#[test]
fn settings_are_found_by_name_and_built_in_name() {
    let mut params = Params::new(&RULES);
    assert!(params.set_named("Bucket", "demo--usw2-az1--x-s3"));
    assert!(params.set_named("AWS::Region", "us-west-2"));
    assert!(params.set_named("AWS::UseFIPS", true));
    assert!(!params.set_named("Nothing", true));
    assert!(
        resolve(params)
            .unwrap()
            .host()
            .contains(".s3express-fips-usw2-az1.")
    );
}

#[test]
fn custom_endpoints_keep_port_and_path() {
    let url =
        |bucket, custom| ask(bucket, "us-west-2", Some(custom)).map(|endpoint| endpoint.url());
    assert_eq!(
        url("b--x-s3", "http://127.0.0.1:80/base").unwrap(),
        "http://127.0.0.1/b--x-s3/base"
    );
    assert_eq!(
        url("b--x-s3", "http://localhost:8080").unwrap(),
        "http://b--x-s3.localhost:8080"
    );
    assert_eq!(
        url("b", "https://[::1]:9000").unwrap(),
        "https://[::1]:9000/b"
    );
    for custom in ["http://127.0.0.1:1", "http://localhost:1"] {
        for evil in [
            "x@evil.com/#",
            "evil.com/#--x-s3",
            "..",
            "a/b",
            "a?b",
            "a\\b",
            "a\nb",
            "",
        ] {
            let error = url(evil, custom).unwrap_err();
            assert!(
                matches!(error, ResolveError::Unsafe { .. }),
                "{evil:?} on {custom}: {error}"
            );
        }
    }
}

#[test]
fn an_unsafe_region_never_gets_into_a_host() {
    for region in [
        "x@attacker.com:443/#",
        "us-west-2\n",
        "a/b",
        "evil.com#",
        "us west",
    ] {
        let error = ask("demo--usw2-az1--x-s3", region, None).unwrap_err();
        assert!(
            matches!(
                error,
                ResolveError::Unsafe {
                    place: "host name",
                    ..
                }
            ),
            "{region:?}: {error}"
        );
    }
}

#[test]
fn refusals_are_in_the_words_of_the_rules() {
    let error = |bucket, custom| ask(bucket, "us-west-2", custom).unwrap_err();
    assert_eq!(
        error("plain", None),
        ResolveError::Rule("Unrecognized S3Express bucket name format.".into())
    );
    assert_eq!(
        error("b", Some("ftp://x")),
        ResolveError::Rule("Custom endpoint `ftp://x` was not a valid URI".into())
    );
    let mut params = Params::new(&RULES);
    params.set(BUCKET, "b");
    assert_eq!(resolve(params), Err(ResolveError::MissingParam("Region")));
}

#[test]
fn paths_are_joined_as_s3_clients_do() {
    let at = |base: &str| Endpoint::new("http", "127.0.0.1:1", base).unwrap();
    assert_eq!(at("").join("/").concat(), "/");
    assert_eq!(at("/bucket").join("/").concat(), "/bucket");
    assert_eq!(at("/bucket/").join("/").concat(), "/bucket/");
    assert_eq!(at("/bucket").join("/a//b").concat(), "/bucket/a//b");
    assert_eq!(at("/bucket/").join("/a").concat(), "/bucket/a");
}

#[test]
fn loopback_is_this_machine_only() {
    for host in [
        "localhost",
        "b.localhost",
        "LOCALHOST.",
        "127.0.0.1",
        "127.9.9.9",
        "[::1]",
    ] {
        assert!(is_loopback_host(host), "{host}");
    }
    for host in [
        "localhost.evil.com",
        "xlocalhost",
        "128.0.0.1",
        "[::2]",
        "10.0.0.1",
        "",
    ] {
        assert!(!is_loopback_host(host), "{host}");
    }
}
