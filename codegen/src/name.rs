//! The name pass: every name in Rust, on the command line and of a file is decided here, once.
//!
//! Names that differ in the model can be the same in Rust (`ETag` and `Etag` as `etag`), and some are taken
//! already: keywords, the prelude, the methods that every request has. Each name is claimed in the `Scope` that it
//! stands in, so that two of them are never the same. Emitters look names up and make none.

mod case;
mod lookup;
pub mod reserved;
mod scope;

use std::collections::{HashMap, HashSet};

use syn::Ident;

use crate::api::{Api, Field, Operation, TypeDef, TypeKind};
use crate::model::ShapeId;
use scope::{Scope, Style};

pub(crate) use case::kebab;
pub use scope::ident;

/// The names of everything that is emitted.
#[derive(Debug, Default)]
pub struct Names<'s> {
    types: HashMap<ShapeId<'s>, TypeNames>,
    /// Structures of errors: an error may be the type of a member as well, which is another type.
    error_types: HashMap<ShapeId<'s>, TypeNames>,
    operations: HashMap<ShapeId<'s>, OperationNames>,
    members: HashMap<ShapeId<'s>, HashMap<&'s str, MemberNames>>,
    /// By enum and name of the value.
    values: HashMap<ShapeId<'s>, HashMap<String, Ident>>,
    /// The variants of error types, by operation or stream and the name that the error has there.
    errors: HashMap<ShapeId<'s>, HashMap<&'s str, Ident>>,
    waiters: HashMap<ShapeId<'s>, HashMap<String, Ident>>,
    params: HashMap<String, ParamNames>,
    /// Parameters of the rules, then their variables, by number.
    rules: Vec<Ident>,
}

/// The names of a type in `types`.
#[derive(Debug)]
pub struct TypeNames {
    /// The type: `SessionMode`.
    pub ty: Ident,
    /// What ends a stream of events of this type.
    pub error: Ident,
    /// Where it stands.
    pub module: Module,
    /// What it is called in the table of the command line: `SESSION_MODE`.
    pub table: Ident,
}

/// The names of an operation.
#[derive(Debug)]
pub struct OperationNames {
    /// The request: `CreateSession`.
    pub request: Ident,
    /// What it answers: `CreateSessionOutput`.
    pub output: Ident,
    /// The errors that the model lists: `CreateSessionError`.
    pub error: Ident,
    /// What the request cannot do without, where that is given by name: `CreateSessionRequired`.
    pub required: Option<Ident>,
    /// Where they stand.
    pub module: Module,
    /// The client's method: `create_session`.
    pub method: Ident,
    /// The command, and the page without its ending: `create-session`.
    pub command: String,
    /// The functions that test requests, as the model lists the tests.
    pub request_tests: Vec<Ident>,
    /// The functions that test responses.
    pub response_tests: Vec<Ident>,
}

/// A module that has a file of its own.
#[derive(Debug)]
pub struct Module {
    /// In Rust: `r#match`.
    pub ident: Ident,
    /// The file without its ending: `match`.
    pub file: String,
}

/// The names of a member.
#[derive(Debug)]
struct MemberNames {
    /// The field and its setter.
    field: Ident,
    /// The setter that takes an option: `set_` and the name of the field.
    option_setter: Ident,
    /// The variable of a decoder or encoder.
    variable: Ident,
    /// The variant, where it is the member of a union.
    variant: Ident,
    /// The option on the command line.
    flag: String,
}

/// The names of an endpoint parameter.
#[derive(Debug)]
struct ParamNames {
    /// `USE_FIPS`
    constant: Ident,
    /// The setting of a client: `use_fips`.
    setting: Ident,
}

/// Decides all names.
pub fn name<'s>(api: &Api<'s>) -> Names<'s> {
    let mut names = Names::default();
    names.operations(api);
    names.types(api);
    names.waiters(api);
    names.endpoint(api);
    for operation in &api.operations {
        names.members(&operation.input, &[reserved::MEMBERS, reserved::OPTIONS]);
        names.members(&operation.output.fields, &[reserved::MEMBERS]);
        let errors = operation.errors.iter();
        names.errors(operation.id, errors.map(|error| error.name()));
    }
    for error in &api.errors {
        names.members(&error.fields, &[reserved::MEMBERS]);
    }
    for ty in &api.types {
        names.members(ty.kind.fields(), &[reserved::MEMBERS]);
        names.values(ty);
        if let TypeKind::Events { errors, .. } = &ty.kind {
            names.errors(ty.id, errors.iter().map(|(name, _)| *name));
        }
    }
    names
}

impl<'s> Names<'s> {
    fn operations(&mut self, api: &Api<'s>) {
        let mut types = Scope::of_types();
        let mut methods = Scope::new(Style::Snake, &[reserved::CLIENT], "_");
        let mut modules = Scope::new(Style::Snake, &[reserved::MODULES], "_");
        let mut commands = Scope::new(Style::Kebab, &[], "");
        let mut tests = Scope::new(Style::Snake, &[], "");
        let all = in_order(api, api.operations.iter().map(|operation| operation.id));
        // A request has the name of its operation, whatever the others are called.
        let requests: HashMap<_, _> = all.iter().map(|id| (*id, types.claim(id.name()))).collect();
        let places: HashMap<_, _> = all.iter().zip(0..).collect();
        let mut operations: Vec<_> = api.operations.iter().collect();
        operations.sort_by_key(|operation| places.get(&operation.id).copied());
        for operation in operations {
            let name = operation.id.name();
            let request = requests[&operation.id].clone();
            let module = Module::claim(&mut modules, name);
            let (requests, responses) = tests_of(operation, &module.file, &mut tests);
            let found = OperationNames {
                output: types.claim_exactly(&format!("{request}Output")),
                error: types.claim_exactly(&format!("{request}Error")),
                required: operation
                    .names_arguments()
                    .then(|| types.claim_exactly(&format!("{request}Required"))),
                request,
                module,
                method: methods.claim(name),
                command: commands.claim_text(name),
                request_tests: requests,
                response_tests: responses,
            };
            self.operations.insert(operation.id, found);
        }
    }

    /// Named types, errors with members, and aliases.
    fn types(&mut self, api: &Api<'s>) {
        let mut types = Scope::of_types();
        let mut modules = Scope::new(Style::Snake, &[reserved::MODULES], "_");
        let mut tables = Scope::new(Style::Upper, &[reserved::TABLE], "_SHAPE");
        let named = api.types.iter().map(|ty| ty.id);
        let aliases = api.all_fields();
        let aliases = aliases.filter_map(|field| field.simple_type.filter(|_| field.aliased));
        let named: HashSet<_> = named.chain(aliases).collect();
        let errors = api.errors.iter();
        let errors = errors.filter(|error| !error.fields.is_empty());
        let errors: HashSet<_> = errors.map(|error| error.id).collect();
        for id in in_order(api, named.iter().chain(&errors).copied()) {
            let mut claim = || {
                let name = api.name_of(&id);
                let ty = types.claim(name);
                TypeNames {
                    module: Module::claim(&mut modules, name),
                    table: tables.claim(name),
                    // Taken below, once all types have their names.
                    error: ty.clone(),
                    ty,
                }
            };
            if errors.contains(&id) {
                self.error_types.insert(id, claim());
            }
            if named.contains(&id) {
                self.types.insert(id, claim());
            }
        }
        let streams = api.types.iter();
        for ty in streams.filter(|ty| matches!(ty.kind, TypeKind::Events { .. })) {
            if let Some(found) = self.types.get_mut(&ty.id) {
                found.error = types.claim_exactly(&format!("{}Error", found.ty));
            }
        }
    }

    fn waiters(&mut self, api: &Api<'s>) {
        let mut scope = Scope::new(
            Style::Camel,
            &[reserved::WAITERS, reserved::TYPES],
            "Waiter",
        );
        for operation in &api.operations {
            let waiters = operation.waiters.iter();
            let waiters = waiters.map(|waiter| (waiter.name.clone(), scope.claim(&waiter.name)));
            let waiters = waiters.collect();
            self.waiters.insert(operation.id, waiters);
        }
    }

    fn endpoint(&mut self, api: &Api<'s>) {
        let graph = &api.service.endpoint;
        let mut constants = Scope::new(Style::Upper, &[reserved::RULES], "_PARAM");
        let mut settings = Scope::new(Style::Snake, &[reserved::BUILDER], "_");
        // The emitter numbers the sets of properties, of which there are no more than results.
        for number in 0..graph.results.len() {
            constants.claim_exactly(&format!("PROPERTIES_{number}"));
        }
        let of_rules = graph.params.iter().map(|param| &param.name);
        let of_client = api.service.settings.iter().map(|setting| &setting.name);
        for name in of_rules.chain(of_client) {
            if !self.params.contains_key(name) {
                let found = ParamNames {
                    constant: constants.claim(name),
                    setting: settings.claim(name),
                };
                self.params.insert(name.clone(), found);
            }
        }
        let mut variables = Scope::new(Style::Upper, &[], "");
        let names = graph.params.iter().map(|param| &param.name);
        let names = names.chain(&graph.variables);
        self.rules = names.map(|name| variables.claim(name)).collect();
    }

    /// The members of one structure or union, beside the functions that it has.
    fn members(&mut self, fields: &[Field<'s>], functions: &'static [&'static [&'static str]]) {
        let mut scopes = (
            Scope::new(Style::Snake, functions, "_"),
            Scope::new(Style::Snake, &[reserved::VARIABLES], "_"),
            Scope::new(Style::Camel, &[reserved::VARIANTS], "Value"),
            Scope::new(Style::Kebab, &[], ""),
        );
        // A member that is called `set_…` itself keeps its name.
        let idents = fields.iter().map(|field| scopes.0.claim(field.name));
        let idents: Vec<_> = idents.collect();
        for (field, ident) in fields.iter().zip(idents) {
            let known = self.members.entry(field.of).or_default();
            if known.contains_key(field.name) {
                continue;
            }
            let option_setter = format!("set_{}", case::snake(field.name));
            let found = MemberNames {
                option_setter: scopes.0.claim_exactly(&option_setter),
                variable: scopes.1.claim_exactly(&ident.to_string()),
                field: ident,
                variant: scopes.2.claim(field.name),
                flag: scopes.3.claim_text(field.name),
            };
            known.insert(field.name, found);
        }
    }

    fn errors(&mut self, of: ShapeId<'s>, errors: impl Iterator<Item = &'s str>) {
        let mut scope = Scope::new(Style::Camel, &[reserved::VARIANTS], "Value");
        for name in errors {
            let known = self.errors.entry(of).or_default();
            known.entry(name).or_insert_with(|| scope.claim(name));
        }
    }

    fn values(&mut self, ty: &TypeDef<'s>) {
        if let TypeKind::Enum(values) | TypeKind::IntEnum(values) = &ty.kind {
            let mut scope = Scope::new(Style::Camel, &[reserved::VARIANTS], "Value");
            let values = values.iter();
            let values = values.map(|value| (value.name.clone(), scope.claim(&value.name)));
            let values = values.collect();
            self.values.insert(ty.id, values);
        }
    }
}

impl Module {
    fn claim(scope: &mut Scope, name: &str) -> Self {
        let ident = scope.claim(name);
        Self {
            file: ident.to_string().trim_start_matches("r#").to_owned(),
            ident,
        }
    }
}

/// Shapes by name. Of those whose names are the same in Rust, the one that is called so in the model comes first.
fn in_order<'s>(api: &Api<'s>, ids: impl Iterator<Item = ShapeId<'s>>) -> Vec<ShapeId<'s>> {
    let mut ids: Vec<_> = ids.collect();
    let key = |id: &ShapeId<'s>| {
        let name = api.name_of(id);
        (case::camel(name) != name, name.to_owned(), *id)
    };
    ids.sort_by_cached_key(key);
    ids.dedup();
    ids
}

/// Functions for the model's tests of an operation. An id stands once among the requests or responses of an
/// operation; errors belong to several.
fn tests_of(
    operation: &Operation<'_>,
    module: &str,
    scope: &mut Scope,
) -> (Vec<Ident>, Vec<Ident>) {
    // An underscore that makes the name of a file would be one too many here.
    let module = module.trim_end_matches('_');
    let mut named = |kind: &str, id: &str| {
        let id = case::snake(id);
        scope.claim_exactly(&if id.starts_with(module) {
            format!("{kind}_{id}")
        } else {
            format!("{kind}_{module}_{id}")
        })
    };
    let requests = operation.request_tests.iter();
    let requests = requests.map(|test| named("request", &test.id)).collect();
    let responses = operation.response_tests.iter();
    let responses = responses.map(|test| named("response", &test.id)).collect();
    (requests, responses)
}
