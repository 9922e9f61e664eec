//! The endpoint rules of version 2 of the AWS CLI: those of directory buckets, and where other buckets are.

use std::sync::OnceLock;

use zonal::__private::endpoint::Expr::{
    self, Bool, BooleanEquals, GetAttr, IsSet, IsVirtualHostableS3Bucket, ParseArn, ParseUrl,
    Partition, Str, StringEquals, Substring, Template,
};
use zonal::__private::endpoint::{Condition, Node, Property, Ref, Rule, Rules, Step};

/// The parameters that these rules read, which are the first of the client's.
const NAMES: [&str; 8] = [
    "Bucket",
    "Region",
    "UseFIPS",
    "UseDualStack",
    "Endpoint",
    "Accelerate",
    "UseS3ExpressControlEndpoint",
    "DisableS3ExpressSessionAuth",
];
const BUCKET: Expr = Expr::Var(0);
const REGION: Expr = Expr::Var(1);
const USE_FIPS: Expr = Expr::Var(2);
const USE_DUAL_STACK: Expr = Expr::Var(3);
const ENDPOINT: Expr = Expr::Var(4);
const USE_CONTROL: Expr = Expr::Var(6);
const WITHOUT_SESSION: Expr = Expr::Var(7);
/// The variables of these rules take the place of the client's, which are behind the parameters and are assigned anew
/// where its rules go on.
const FIRST: u16 = 12;
const URL: Expr = Expr::Var(FIRST);
const PARTITION: Expr = Expr::Var(FIRST + 1);
const END: Expr = Expr::Var(FIRST + 2);
const LONG_END: Expr = Expr::Var(FIRST + 3);
const ARN: Expr = Expr::Var(FIRST + 4);
const ACCESS_POINT: Expr = Expr::Var(FIRST + 5);

/// Whether a bucket would be taken out of a path on the way. It stands in the path of a request, since no endpoint may
/// have it.
pub(super) fn is_dots(bucket: &str) -> bool {
    matches!(bucket, "." | "..")
}

/// The client's rules with those of other buckets in front; as they are if their parameters are others.
pub(super) fn with_other_buckets(own: &'static Rules) -> &'static Rules {
    static RULES: OnceLock<&'static Rules> = OnceLock::new();
    let names = own.params.iter().take(NAMES.len()).map(|param| param.name);
    if own.params.len() != usize::from(FIRST) || own.variables.len() < 6 || !names.eq(NAMES) {
        return own;
    }
    RULES.get_or_init(|| Box::leak(Box::new(rules(own))))
}

fn rules(own: &'static Rules) -> Rules {
    let (conditions, nodes, results) = (own.conditions.len(), own.nodes.len(), own.results.len());
    let moved = |place: Ref| match place {
        Ref::Node(at) => Ref::Node(at + nodes as u16),
        Ref::Result(at) => Ref::Result(at + results as u16),
        // the client's rules follow where these have nothing to say
        Ref::NoMatch => own.root,
    };
    let here = NODES.iter().map(|node| {
        let (then, otherwise) = (moved(node.then), moved(node.otherwise));
        Node::new(node.condition + conditions as u16, then, otherwise)
    });
    Rules {
        params: own.params,
        variables: own.variables,
        conditions: [own.conditions, CONDITIONS].concat().leak(),
        nodes: own
            .nodes
            .iter()
            .copied()
            .chain(here)
            .collect::<Vec<_>>()
            .leak(),
        root: moved(Ref::Node(0)),
        results: [own.results, RESULTS].concat().leak(),
        partitions: own.partitions,
    }
}

const fn part(of: &'static Expr, path: &'static [Step]) -> Expr {
    GetAttr { value: of, path }
}

const fn end(length: usize) -> Expr {
    Substring {
        value: &BUCKET,
        start: 0,
        stop: length,
        reverse: true,
    }
}

const fn node(condition: u16, then: Ref, otherwise: Ref) -> Node {
    Node::new(condition, then, otherwise)
}

const SCHEME: Expr = part(&URL, &[Step::Member("scheme")]);
const AUTHORITY: Expr = part(&URL, &[Step::Member("authority")]);
const PATH: Expr = part(&URL, &[Step::Member("path")]);
const FILLED_PATH: Expr = part(&URL, &[Step::Member("normalizedPath")]);
const IS_IP: Expr = part(&URL, &[Step::Member("isIp")]);
const SUFFIX: Expr = part(&PARTITION, &[Step::Member("dnsSuffix")]);
const ACCOUNT: Expr = part(&ARN, &[Step::Member("accountId")]);
const ARN_REGION: Expr = part(&ARN, &[Step::Member("region")]);
const ARN_SERVICE: Expr = part(&ARN, &[Step::Member("service")]);
const ARN_KIND: Expr = part(&ARN, &[Step::Member("resourceId"), Step::Index(0)]);
const ARN_NAME: Expr = part(&ARN, &[Step::Member("resourceId"), Step::Index(1)]);

static CONDITIONS: &[Condition] = &[
    // 0
    Condition::test(IsSet(&BUCKET)),
    // 1
    Condition::assign(FIRST + 2, end(6)),
    // 2
    Condition::test(StringEquals(&END, &Str("--x-s3"))),
    // 3
    Condition::assign(FIRST + 3, end(7)),
    // 4
    Condition::test(StringEquals(&LONG_END, &Str("--xa-s3"))),
    // 5
    Condition::test(IsSet(&ENDPOINT)),
    // 6
    Condition::assign(FIRST, ParseUrl(&ENDPOINT)),
    // 7
    Condition::test(BooleanEquals(&IS_IP, &Bool(true))),
    // 8
    Condition::test(BooleanEquals(&USE_CONTROL, &Bool(true))),
    // 9
    Condition::test(BooleanEquals(&WITHOUT_SESSION, &Bool(true))),
    // 10
    Condition::test(StringEquals(&BUCKET, &Str("."))),
    // 11
    Condition::test(StringEquals(&BUCKET, &Str(".."))),
    // 12
    Condition::assign(FIRST + 1, Partition(&REGION)),
    // 13
    Condition::test(IsVirtualHostableS3Bucket {
        value: &BUCKET,
        allow_dots: &Bool(false),
    }),
    // 14
    Condition::test(BooleanEquals(&USE_FIPS, &Bool(true))),
    // 15
    Condition::test(BooleanEquals(&USE_DUAL_STACK, &Bool(true))),
    // 16
    Condition::assign(FIRST + 4, ParseArn(&BUCKET)),
    // 17
    Condition::test(StringEquals(&ARN_SERVICE, &Str("s3"))),
    // 18
    Condition::test(StringEquals(&ARN_KIND, &Str("accesspoint"))),
    // 19
    Condition::assign(FIRST + 5, ARN_NAME),
    // 20
    Condition::test(IsSet(&USE_CONTROL)),
    // 21
    Condition::test(IsSet(&WITHOUT_SESSION)),
];

/// `NoMatch` is the beginning of the client's rules.
const OWN: Ref = Ref::NoMatch;

static NODES: &[Node] = &[
    // is it a directory bucket?
    node(0, Ref::Node(1), OWN),
    node(1, Ref::Node(2), Ref::Node(3)),
    node(2, Ref::Node(5), Ref::Node(3)),
    node(3, Ref::Node(4), Ref::Node(11)),
    node(4, Ref::Node(5), Ref::Node(11)),
    // a directory bucket at an address: the path of the endpoint comes behind the bucket
    node(5, Ref::Node(6), OWN),
    node(6, Ref::Node(7), OWN),
    node(7, Ref::Node(8), OWN),
    node(20, Ref::Node(9), Ref::Node(10)),
    node(8, Ref::Result(0), Ref::Node(10)),
    node(21, Ref::Node(25), Ref::Result(1)),
    // an access point of another bucket
    node(16, Ref::Node(12), Ref::Node(16)),
    node(17, Ref::Node(13), OWN),
    node(18, Ref::Node(14), OWN),
    node(19, Ref::Node(15), OWN),
    node(12, Ref::Node(26), OWN),
    // another bucket, at an endpoint of the user's own or of the Region
    node(5, Ref::Node(17), Ref::Node(19)),
    node(6, Ref::Node(18), OWN),
    node(10, Ref::Result(2), Ref::Node(28)),
    node(12, Ref::Node(20), OWN),
    node(13, Ref::Node(21), Ref::Node(23)),
    node(14, Ref::Node(22), Ref::Node(29)),
    node(15, Ref::Result(4), Ref::Result(5)),
    node(10, Ref::Node(30), Ref::Node(24)),
    node(11, Ref::Node(30), Ref::Node(33)),
    node(9, Ref::Result(0), Ref::Result(1)),
    // 26: with an endpoint of one's own, an access point is left to the client's rules
    node(5, OWN, Ref::Node(27)),
    node(14, Ref::Result(17), Ref::Result(16)),
    node(11, Ref::Result(2), Ref::Result(3)),
    node(15, Ref::Result(6), Ref::Result(7)),
    // 30: without a bucket, which stands in the request
    node(14, Ref::Node(31), Ref::Node(32)),
    node(15, Ref::Result(12), Ref::Result(13)),
    node(15, Ref::Result(14), Ref::Result(15)),
    // 33: in the path
    node(14, Ref::Node(34), Ref::Node(35)),
    node(15, Ref::Result(8), Ref::Result(9)),
    node(15, Ref::Result(10), Ref::Result(11)),
];

static RESULTS: &[Rule] = &[
    // 0 and 1: directory buckets
    at(
        EXPRESS,
        &Template(&[SCHEME, Str("://"), AUTHORITY, Str("/"), BUCKET, PATH]),
    ),
    at(
        IN_SESSION,
        &Template(&[SCHEME, Str("://"), AUTHORITY, Str("/"), BUCKET, PATH]),
    ),
    // 2 and 3: an endpoint of the user's own
    at(SIGNED, &Template(&[SCHEME, Str("://"), AUTHORITY, PATH])),
    at(
        SIGNED,
        &Template(&[SCHEME, Str("://"), AUTHORITY, FILLED_PATH, BUCKET]),
    ),
    // 4 to 7: the bucket in the name of the host
    at(
        SIGNED,
        &Template(&[
            Str("https://"),
            BUCKET,
            Str(".s3-fips.dualstack."),
            REGION,
            Str("."),
            SUFFIX,
        ]),
    ),
    at(
        SIGNED,
        &Template(&[
            Str("https://"),
            BUCKET,
            Str(".s3-fips."),
            REGION,
            Str("."),
            SUFFIX,
        ]),
    ),
    at(
        SIGNED,
        &Template(&[
            Str("https://"),
            BUCKET,
            Str(".s3.dualstack."),
            REGION,
            Str("."),
            SUFFIX,
        ]),
    ),
    at(
        SIGNED,
        &Template(&[
            Str("https://"),
            BUCKET,
            Str(".s3."),
            REGION,
            Str("."),
            SUFFIX,
        ]),
    ),
    // 8 to 11: in the path
    at(
        SIGNED,
        &Template(&[
            Str("https://s3-fips.dualstack."),
            REGION,
            Str("."),
            SUFFIX,
            Str("/"),
            BUCKET,
        ]),
    ),
    at(
        SIGNED,
        &Template(&[
            Str("https://s3-fips."),
            REGION,
            Str("."),
            SUFFIX,
            Str("/"),
            BUCKET,
        ]),
    ),
    at(
        SIGNED,
        &Template(&[
            Str("https://s3.dualstack."),
            REGION,
            Str("."),
            SUFFIX,
            Str("/"),
            BUCKET,
        ]),
    ),
    at(
        SIGNED,
        &Template(&[
            Str("https://s3."),
            REGION,
            Str("."),
            SUFFIX,
            Str("/"),
            BUCKET,
        ]),
    ),
    // 12 to 15: without it
    at(
        SIGNED,
        &Template(&[Str("https://s3-fips.dualstack."), REGION, Str("."), SUFFIX]),
    ),
    at(
        SIGNED,
        &Template(&[Str("https://s3-fips."), REGION, Str("."), SUFFIX]),
    ),
    at(
        SIGNED,
        &Template(&[Str("https://s3.dualstack."), REGION, Str("."), SUFFIX]),
    ),
    at(
        SIGNED,
        &Template(&[Str("https://s3."), REGION, Str("."), SUFFIX]),
    ),
    // 16 and 17: access points
    at(
        OF_ARN,
        &Template(&[
            Str("https://"),
            ACCESS_POINT,
            Str("-"),
            ACCOUNT,
            Str(".s3-accesspoint."),
            ARN_REGION,
            Str("."),
            SUFFIX,
        ]),
    ),
    at(
        OF_ARN,
        &Template(&[
            Str("https://"),
            ACCESS_POINT,
            Str("-"),
            ACCOUNT,
            Str(".s3-accesspoint-fips."),
            ARN_REGION,
            Str("."),
            SUFFIX,
        ]),
    ),
];

const fn at(properties: &'static [(&'static str, Property)], url: &'static Expr) -> Rule {
    Rule::Endpoint {
        url,
        properties,
        headers: &[],
    }
}

/// Signed so, for S3 or for directory buckets.
macro_rules! signed {
    ($scheme:literal, $service:literal, $region:expr $(, $more:expr)?) => {
        &[
            $($more,)?
            (
                "authSchemes",
                Property::List(&[Property::Map(&[
                    ("name", Property::String(Str($scheme))),
                    ("signingName", Property::String(Str($service))),
                    ("signingRegion", Property::String($region)),
                    ("disableDoubleEncoding", Property::Bool(true)),
                ])]),
            ),
        ]
    };
}

const BACKEND: (&str, Property) = ("backend", Property::String(Str("S3Express")));
static SIGNED: &[(&str, Property)] = signed!("sigv4", "s3", REGION);
static OF_ARN: &[(&str, Property)] = signed!("sigv4", "s3", ARN_REGION);
static EXPRESS: &[(&str, Property)] = signed!("sigv4", "s3express", REGION, BACKEND);
static IN_SESSION: &[(&str, Property)] = signed!("sigv4-s3express", "s3express", REGION, BACKEND);
