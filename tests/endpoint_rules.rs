//! Endpoint tests of models, run by the runtime's interpreter over tables made here in memory: both forms of
//! the rules, without generating and compiling a crate for each.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use zonal_codegen::api::endpoint::{Expr, Function, Graph, Literal, Outcome, Property, Ref, Step};
use zonal_codegen::lower::rules::{Form, lower};
use zonal_codegen::model::load;
use zonal_codegen::source::{Sources, files_of_model};
use zonal_runtime::endpoint as table;
use zonal_runtime::{ServiceSpec, protocol_test};

#[test]
fn our_rules_answer_what_our_tests_say() {
    let files = files_of_model(&root().join("model")).unwrap();
    assert_eq!(run(&files, Form::RuleSet), 71);
}

#[test]
fn the_official_rules_answer_what_the_official_tests_say_in_both_forms() {
    let official = shared().join("upstream/s3.json");
    if !official.exists() {
        println!(
            "skipped: the official model is not at {}",
            official.display()
        );
        return;
    }
    let files = [official, shared().join("upstream/partitions.json")];
    for form in [Form::RuleSet, Form::Bdd] {
        assert_eq!(run(&files, form), 393, "{form:?}");
    }
}

/// Parameters of operations, ARNs, headers and accounts that are no host labels, as the control plane has them.
#[test]
fn rules_with_arns_and_accounts_answer_what_their_tests_say() {
    let files = ["tests/models/host-prefix.json", "model/partitions.json"];
    let files = files.map(|file| root().join(file));
    assert_eq!(run(&files, Form::RuleSet), 8);
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn shared() -> PathBuf {
    std::env::var_os("ZONAL_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from)
}

/// Runs all tests of the model's service; returns how many there are.
fn run(files: &[PathBuf], form: Form) -> usize {
    let mut sources = Sources::new();
    for path in files {
        sources.add(path.display().to_string(), std::fs::read(path).unwrap());
    }
    let model = load(&sources).unwrap();
    let service = model.services().next().unwrap();
    let graph = lower(service, form, model.partitions()).unwrap().unwrap();
    let spec: &'static ServiceSpec = leak(ServiceSpec {
        sessions: None,
        name: "S3",
        signing_name: "s3",
        rules: leak(rules(&graph)),
    });
    for test in &graph.tests {
        let settings = test.params.iter().map(|(name, value)| {
            let value = match value {
                Literal::Bool(value) => value.to_string(),
                Literal::String(text) => text.clone(),
                Literal::List(texts) => format!("[{}]", texts.join(", ")),
            };
            (name.as_str(), value)
        });
        let settings: Vec<_> = settings.collect();
        let settings: Vec<_> = settings
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let answer = protocol_test::endpoint(spec, &settings);
        assert_eq!(
            answer, test.expect,
            "{form:?}: {} {settings:?}",
            test.documentation
        );
    }
    graph.tests.len()
}

fn rules(graph: &Graph) -> table::Rules {
    let params = graph.params.iter().map(|param| table::Param {
        name: text(&param.name),
        builtin: param.builtin.as_deref().map(|name| match name {
            "AWS::Region" => table::BuiltIn::Region,
            "AWS::UseFIPS" => table::BuiltIn::UseFips,
            "AWS::UseDualStack" => table::BuiltIn::UseDualStack,
            "SDK::Endpoint" => table::BuiltIn::Endpoint,
            other => table::BuiltIn::Other(text(other)),
        }),
        default: param.default.as_ref().map(|default| match default {
            Literal::Bool(value) => table::Expr::Bool(*value),
            Literal::String(value) => table::Expr::Str(text(value)),
            Literal::List(values) => {
                table::Expr::List(list(values.iter().map(|value| text(value))))
            }
        }),
        required: param.required,
    });
    let conditions = graph.conditions.iter().map(|condition| table::Condition {
        test: expr(&condition.test),
        assign: condition.assign.map(small),
    });
    let nodes = graph.nodes.iter().map(|node| {
        table::Node::new(
            small(node.condition),
            reference(node.then),
            reference(node.otherwise),
        )
    });
    let partitions = graph.partitions.iter().map(|partition| table::Partition {
        name: text(&partition.name),
        dns_suffix: text(&partition.dns_suffix),
        dual_stack_dns_suffix: text(&partition.dual_stack_dns_suffix),
        supports_fips: partition.supports_fips,
        supports_dual_stack: partition.supports_dual_stack,
        implicit_global_region: text(&partition.implicit_global_region),
        regions: list(partition.regions.iter().map(|region| text(region))),
        pattern: table::RegionPattern {
            prefixes: list(partition.region_prefixes.iter().map(|prefix| text(prefix))),
        },
    });
    table::Rules {
        params: list(params),
        variables: list(graph.variables.iter().map(|name| text(name))),
        conditions: list(conditions),
        nodes: list(nodes),
        root: reference(graph.root),
        results: list(graph.results.iter().map(outcome)),
        partitions: leak(table::Partitions(list(partitions))),
    }
}

fn outcome(outcome: &Outcome) -> table::Rule {
    match outcome {
        Outcome::Error(error) => table::Rule::Error(boxed(error)),
        Outcome::Endpoint {
            url,
            properties,
            headers,
        } => table::Rule::Endpoint {
            url: boxed(url),
            properties: list(
                properties
                    .iter()
                    .map(|(name, value)| (text(name), property(value))),
            ),
            headers: list(
                headers
                    .iter()
                    .map(|(name, values)| (text(name), list(values.iter().map(expr)))),
            ),
        },
    }
}

fn property(value: &Property) -> table::Property {
    match value {
        Property::Text(value) => table::Property::String(expr(value)),
        Property::Bool(value) => table::Property::Bool(*value),
        Property::List(items) => table::Property::List(list(items.iter().map(property))),
        Property::Map(entries) => table::Property::Map(list(
            entries
                .iter()
                .map(|(name, value)| (text(name), property(value))),
        )),
    }
}

fn expr(value: &Expr) -> table::Expr {
    match value {
        Expr::Str(value) => table::Expr::Str(text(value)),
        Expr::Bool(value) => table::Expr::Bool(*value),
        Expr::Int(number) => panic!("the number {number} stands alone"),
        Expr::Var(number) => table::Expr::Var(small(*number)),
        Expr::Template(parts) => table::Expr::Template(list(parts.iter().map(expr))),
        Expr::GetAttr(value, path) => table::Expr::GetAttr {
            value: boxed(value),
            path: list(path.iter().map(|step| match step {
                Step::Field(name) => table::Step::Member(text(name)),
                Step::Index(index) => table::Step::Index(i32::try_from(*index).unwrap()),
            })),
        },
        Expr::Call(function, arguments) => call(*function, arguments),
    }
}

fn call(function: Function, arguments: &[Expr]) -> table::Expr {
    let argument = |at: usize| boxed(&arguments[at]);
    let number = |at: usize| match &arguments[at] {
        Expr::Int(number) => usize::try_from(*number).unwrap(),
        other => panic!("{other:?} is no number"),
    };
    match function {
        Function::IsSet => table::Expr::IsSet(argument(0)),
        Function::Not => table::Expr::Not(argument(0)),
        Function::StringEquals => table::Expr::StringEquals(argument(0), argument(1)),
        Function::BooleanEquals => table::Expr::BooleanEquals(argument(0), argument(1)),
        Function::ParseUrl => table::Expr::ParseUrl(argument(0)),
        Function::ParseArn => table::Expr::ParseArn(argument(0)),
        Function::Partition => table::Expr::Partition(argument(0)),
        Function::UriEncode => table::Expr::UriEncode(argument(0)),
        Function::Coalesce => table::Expr::Coalesce(list(arguments.iter().map(expr))),
        Function::Ite => table::Expr::Ite(argument(0), argument(1), argument(2)),
        Function::IsValidHostLabel => table::Expr::IsValidHostLabel {
            value: argument(0),
            allow_dots: argument(1),
        },
        Function::IsVirtualHostableS3Bucket => table::Expr::IsVirtualHostableS3Bucket {
            value: argument(0),
            allow_dots: argument(1),
        },
        Function::Substring => table::Expr::Substring {
            value: argument(0),
            start: number(1),
            stop: number(2),
            reverse: matches!(arguments[3], Expr::Bool(true)),
        },
        Function::Split => table::Expr::Split {
            value: argument(0),
            delimiter: match &arguments[1] {
                Expr::Str(delimiter) => text(delimiter),
                other => panic!("{other:?} is no delimiter"),
            },
            limit: number(2),
        },
    }
}

fn reference(reference: Ref) -> table::Ref {
    match reference {
        Ref::Node(number) => table::Ref::Node(small(number)),
        Ref::Result(number) => table::Ref::Result(small(number)),
        Ref::NoMatch => table::Ref::NoMatch,
    }
}

/// Tables are static; a test may leak what it makes of them.
fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn list<T>(items: impl Iterator<Item = T>) -> &'static [T] {
    items.collect::<Vec<_>>().leak()
}

fn text(text: &str) -> &'static str {
    text.to_owned().leak()
}

fn boxed(value: &Expr) -> &'static table::Expr {
    leak(expr(value))
}

fn small(number: usize) -> u16 {
    u16::try_from(number).unwrap()
}
