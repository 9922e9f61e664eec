//! The endpoint rules as constant tables: `endpoint.rs` and `endpoint/partitions.rs`.

mod params;
mod partitions;
mod tests;
mod words;

use quote::quote;

pub(crate) use words::Words;

use super::Context;
use super::rust_file::{Bug, RustFile};
use crate::api::endpoint::{
    Condition, Expr, Function, Graph, Node, Outcome, Param, Property, Ref, Step,
};
use crate::files::Files;
use crate::name::Names;

pub(super) fn emit(cx: &Context<'_, '_>, files: &mut Files) -> Result<(), Bug> {
    let graph = &cx.api.service.endpoint;
    let mut file = RustFile::new(
        "client/src/endpoint.rs",
        cx.api.service.id.to_string(),
        "Which host a request goes to: the endpoint rules of the service as a decision graph. Every node asks a \
         condition and says what follows if it holds and if it does not. Numbers are those of the rows; beside each \
         row stands in words what it means. A condition that says `let` gives a value a name, and holds where there \
         is one.",
    );
    let tables = Tables {
        graph,
        names: cx.names,
        properties: property_sets(graph),
    };
    let mut texts = vec![
        tables.rules(),
        tables.params(),
        tables.conditions(),
        tables.nodes(),
        tables.results(),
    ];
    for (number, set) in tables.properties.iter().enumerate() {
        texts.push(format!(
            "static PROPERTIES_{number}: &[(&str, ep::Property)] = {};\n",
            tables.entries(set)
        ));
    }
    let test_module = if graph.tests.is_empty() || cx.is_module() {
        ""
    } else {
        "#[cfg(test)]\nmod tests;\n"
    };
    file.text(format!("mod partitions;\n{test_module}"));
    texts.insert(0, tables.variables(&texts.concat()));
    texts.insert(0, tables.param_ids(cx));
    file.uses(quote!(
        use zonal_runtime::endpoint as rules;
    ));
    texts.into_iter().for_each(|text| file.text(text));
    file.finish(files)?;
    tests::emit(cx, graph, files)?;
    partitions::emit(cx, graph, files)
}

/// The distinct sets of properties: most endpoints share one of a few.
fn property_sets(graph: &Graph) -> Vec<Vec<(String, Property)>> {
    let mut sets: Vec<Vec<_>> = Vec::new();
    for outcome in &graph.results {
        if let Outcome::Endpoint { properties, .. } = outcome
            && !properties.is_empty()
            && !sets.contains(properties)
        {
            sets.push(properties.clone());
        }
    }
    sets
}

/// The tables, one row a line: the formatter would spread each row over several.
struct Tables<'a> {
    graph: &'a Graph,
    names: &'a Names<'a>,
    properties: Vec<Vec<(String, Property)>>,
}

impl Tables<'_> {
    /// Constants for the parameters that operations set.
    fn param_ids(&self, cx: &Context<'_, '_>) -> String {
        let is_set = |param: &Param| {
            cx.api.operations.iter().any(|operation| {
                let context = operation
                    .input
                    .iter()
                    .filter_map(|field| field.context_param.as_ref());
                context
                    .chain(operation.static_params.iter().map(|(name, _)| name))
                    .chain(operation.selected_params.iter().map(|param| &param.name))
                    .any(|name| *name == param.name)
            }) || cx
                .api
                .service
                .settings
                .iter()
                .any(|setting| setting.name == param.name)
        };
        let ids = self
            .graph
            .params
            .iter()
            .enumerate()
            .filter(|(_, param)| is_set(param))
            .filter_map(|(number, param)| {
                let name = self.names.param(&param.name)?;
                Some(format!(
                    "pub(crate) const {name}: ep::ParamId = ep::ParamId::new({number});\n"
                ))
            });
        ids.collect()
    }

    /// Parameters and variables that the tables mention, by name, for the tables to read well.
    fn variables(&self, tables: &str) -> String {
        let mut constants = String::new();
        for (number, name) in self.names.rules().enumerate() {
            let mention = format!("var::{name}");
            let is_mentioned = tables.match_indices(&mention).any(|(at, _)| {
                !tables[at + mention.len()..]
                    .starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            });
            if is_mentioned {
                constants.push_str(&format!(
                    "    pub(super) const {name}: Expr = Expr::Var({number});\n"
                ));
            }
        }
        if constants.is_empty() {
            return constants;
        }
        format!("mod var {{\n    use zonal_runtime::endpoint::Expr;\n\n{constants}}}\n")
    }

    fn rules(&self) -> String {
        let variables: Vec<_> = self
            .graph
            .variables
            .iter()
            .map(|name| format!("{name:?}"))
            .collect();
        format!(
            "pub(crate) static RULES: ep::Rules = ep::Rules {{\n    params: PARAMS,\n    variables: &[{}],\n    \
             conditions: CONDITIONS,\n    nodes: NODES,\n    root: {},\n    results: RESULTS,\n    \
             partitions: &partitions::PARTITIONS,\n}};\n",
            variables.join(", "),
            reference(self.graph.root),
        )
    }

    fn params(&self) -> String {
        table(
            "PARAMS",
            "ep::Param",
            self.graph.params.iter().map(params::param),
        )
    }

    fn conditions(&self) -> String {
        let words = Words(self.graph);
        let rows = self.graph.conditions.iter().enumerate();
        table(
            "CONDITIONS",
            "ep::Condition",
            rows.map(|(number, condition)| {
                let (words, row) = (words.condition(condition), self.condition(condition));
                format!("// {number}: {words}\n    {row}")
            }),
        )
    }

    /// Each with its condition in words behind it.
    fn nodes(&self) -> String {
        let words = Words(self.graph);
        let rows: Vec<_> = self.graph.nodes.iter().map(node).collect();
        let width = rows.iter().map(String::len).max().unwrap_or_default();
        let rows = rows.iter().zip(&self.graph.nodes).enumerate();
        let rows: String = rows
            .map(|(number, (row, node))| {
                let condition = &self.graph.conditions[node.condition];
                let (blank, words) = (width - row.len(), words.condition(condition));
                format!("    {row},{:blank$} // {number}: {words}\n", "")
            })
            .collect();
        format!("static NODES: &[rules::Node] = &[\n{rows}];\n")
    }

    fn results(&self) -> String {
        let words = Words(self.graph);
        let rows = self.graph.results.iter().enumerate();
        table(
            "RESULTS",
            "ep::Rule",
            rows.map(|(number, outcome)| {
                let url = words.url(outcome).map(|url| format!(": {url}"));
                let (url, row) = (url.unwrap_or_default(), self.outcome(outcome));
                format!("// {number}{url}\n    {row}")
            }),
        )
    }

    fn condition(&self, condition: &Condition) -> String {
        let test = self.expr(&condition.test);
        match condition.assign {
            Some(number) => format!("ep::Condition::assign({number}, {test})"),
            None => format!("ep::Condition::test({test})"),
        }
    }

    fn outcome(&self, outcome: &Outcome) -> String {
        match outcome {
            Outcome::Error(text) => format!("ep::Rule::Error(&{})", self.expr(text)),
            Outcome::Endpoint {
                url,
                properties,
                headers,
            } => {
                let properties = match self.properties.iter().position(|set| set == properties) {
                    Some(number) => format!("PROPERTIES_{number}"),
                    None => "&[]".to_owned(),
                };
                let headers: Vec<_> = headers
                    .iter()
                    .map(|(name, values)| format!("({name:?}, &[{}])", self.list(values)))
                    .collect();
                let (url, headers) = (self.expr(url), headers.join(", "));
                format!(
                    "ep::Rule::Endpoint {{ url: &{url}, properties: {properties}, headers: &[{headers}] }}"
                )
            }
        }
    }

    fn entries(&self, entries: &[(String, Property)]) -> String {
        let entries: Vec<_> = entries
            .iter()
            .map(|(name, value)| format!("({name:?}, {})", self.property(value)))
            .collect();
        format!("&[{}]", entries.join(", "))
    }

    fn property(&self, property: &Property) -> String {
        match property {
            Property::Text(text) => format!("ep::Property::String({})", self.expr(text)),
            Property::Bool(value) => format!("ep::Property::Bool({value})"),
            Property::List(items) => {
                let items: Vec<_> = items.iter().map(|item| self.property(item)).collect();
                format!("ep::Property::List(&[{}])", items.join(", "))
            }
            Property::Map(entries) => format!("ep::Property::Map({})", self.entries(entries)),
        }
    }

    fn list(&self, items: &[Expr]) -> String {
        items
            .iter()
            .map(|item| self.expr(item))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn expr(&self, expr: &Expr) -> String {
        match expr {
            Expr::Str(text) => format!("expr::Str({text:?})"),
            Expr::Bool(value) => format!("expr::Bool({value})"),
            // Numbers stand in `substring` and `split` alone, which take them as they are.
            Expr::Int(number) => number.to_string(),
            Expr::Var(number) => format!("var::{}", self.names.rule(*number)),
            Expr::Template(parts) => format!("expr::Template(&[{}])", self.list(parts)),
            Expr::GetAttr(value, path) => {
                let path: Vec<_> = path
                    .iter()
                    .map(|step| match step {
                        Step::Field(name) => format!("ep::Step::Member({name:?})"),
                        Step::Index(index) => format!("ep::Step::Index({index})"),
                    })
                    .collect();
                format!(
                    "expr::GetAttr {{ value: &{}, path: &[{}] }}",
                    self.expr(value),
                    path.join(", ")
                )
            }
            Expr::Call(function, arguments) => self.call(*function, arguments),
        }
    }

    fn call(&self, function: Function, arguments: &[Expr]) -> String {
        let argument = |at: usize| {
            arguments
                .get(at)
                .map(|argument| self.expr(argument))
                .unwrap_or_default()
        };
        let plain = |at: usize| match arguments.get(at) {
            Some(Expr::Bool(value)) => value.to_string(),
            Some(Expr::Str(text)) => format!("{text:?}"),
            _ => argument(at),
        };
        let name = match function {
            Function::Substring => {
                let (value, start, stop, reverse) = (argument(0), plain(1), plain(2), plain(3));
                return format!(
                    "expr::Substring {{ value: &{value}, start: {start}, stop: {stop}, reverse: {reverse} }}"
                );
            }
            Function::Split => {
                let (value, delimiter, limit) = (argument(0), plain(1), plain(2));
                return format!(
                    "expr::Split {{ value: &{value}, delimiter: {delimiter}, limit: {limit} }}"
                );
            }
            Function::IsValidHostLabel | Function::IsVirtualHostableS3Bucket => {
                let (value, allow_dots) = (argument(0), argument(1));
                return format!(
                    "expr::{function:?} {{ value: &{value}, allow_dots: &{allow_dots} }}"
                );
            }
            Function::Coalesce => return format!("expr::Coalesce(&[{}])", self.list(arguments)),
            // The variants of the runtime have the names of ours.
            name => name,
        };
        let arguments: Vec<_> = arguments
            .iter()
            .map(|argument| format!("&{}", self.expr(argument)))
            .collect();
        format!("expr::{name:?}({})", arguments.join(", "))
    }
}

pub(super) fn table(name: &str, row_type: &str, rows: impl Iterator<Item = String>) -> String {
    let rows: String = rows.map(|row| format!("    {row},\n")).collect();
    format!("static {name}: &[{row_type}] = &[\n{rows}];\n")
}

fn node(node: &Node) -> String {
    let (then, otherwise) = (reference(node.then), reference(node.otherwise));
    format!("rules::Node::new({}, {then}, {otherwise})", node.condition)
}

fn reference(reference: Ref) -> String {
    match reference {
        Ref::Node(number) => format!("next::Node({number})"),
        Ref::Result(number) => format!("next::Result({number})"),
        Ref::NoMatch => "next::NoMatch".to_owned(),
    }
}
