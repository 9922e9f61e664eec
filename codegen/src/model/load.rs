//! The load pass: files in, one model out. Everything that is wrong with any file is told at once.

use super::merge::{Merge, dangling};
use super::partitions::Partitions;
use super::reader::{Reader, json_error};
use super::shape::{Kind, Reference, Shape, ShapeKind};
use super::{Model, documentation, prelude};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::json::{Entry, Json};
use crate::source::{Fault, MAX_FILE_SIZE, Source, SourceId, Sources, Span};

/// Reads all files into one model.
pub fn load(sources: &Sources) -> Result<Model<'_>, Diagnostics> {
    let mut diagnostics = Diagnostics::new(sources);
    let mut merge = Merge::default();
    let mut partitions = Vec::new();
    for (id, source) in sources.iter() {
        if let Some(markdown) = source.markdown().filter(|_| source.fault().is_none()) {
            documentation::read(id, source.text(), markdown, &mut merge, &mut diagnostics);
            continue;
        }
        let Some(file) = open(id, source, &mut diagnostics) else {
            continue;
        };
        let mut reader = Reader {
            diagnostics: &mut diagnostics,
        };
        let Some(entries) = reader.object(file, "a model file") else {
            continue;
        };
        if is_partitions(&entries) {
            partitions.extend(read_partitions(file, &mut diagnostics).map(|read| (read, file)));
        } else {
            read_file(&entries, file.span(), &mut merge, &mut diagnostics);
        }
    }
    let partitions = only_one(partitions, &mut diagnostics);
    let shapes = merge.finish(&mut diagnostics);
    let model = Model {
        sources,
        shapes,
        prelude: prelude::shapes(),
        partitions,
    };
    // After other errors a missing shape is often only one that could not be read.
    if !diagnostics.has_errors() {
        check_references(&model, &mut diagnostics);
    }
    diagnostics.into_result(model)
}

fn open<'a>(id: SourceId, source: &'a Source, diagnostics: &mut Diagnostics) -> Option<Json<'a>> {
    match source.fault() {
        Some(Fault::TooLarge(bytes)) => {
            let mib = MAX_FILE_SIZE / (1024 * 1024);
            let message = format!(
                "{} has {bytes} bytes; files of up to {mib} MiB are read",
                source.name()
            );
            diagnostics.push(Diagnostic::error(Code::FileTooLarge, message));
            return None;
        }
        Some(Fault::NotUtf8(at)) => {
            let message = format!("the byte at offset {at} is not UTF-8");
            let error = Diagnostic::error(Code::NotUtf8, message).at(Span::new(id, at, at + 1), "");
            diagnostics.push(error.help("save the file as UTF-8"));
            return None;
        }
        None => {}
    }
    if source.name().ends_with(".smithy") {
        let name = source.name();
        let message = format!("{name} is in Smithy's own language; models are read as JSON");
        let error = Diagnostic::error(Code::NotAModel, message);
        let help =
            format!("convert it with Smithy's command line: `smithy ast {name} > model.json`");
        diagnostics.push(error.help(help));
        return None;
    }
    Json::of_file(id, source)
        .map_err(|error| diagnostics.push(json_error(error)))
        .ok()
}

fn is_partitions(entries: &[Entry<'_>]) -> bool {
    let has = |key: &str| entries.iter().any(|entry| entry.key == key);
    has("partitions") && !has("smithy") && !has("shapes")
}

fn read_partitions(file: Json<'_>, diagnostics: &mut Diagnostics) -> Option<Partitions> {
    let unexpected = |error: crate::json::JsonError| {
        let message = format!("this is not the partition data of AWS: {}", error.message);
        Diagnostic::error(Code::UnexpectedValue, message).at(error.span, "")
    };
    file.parse()
        .map_err(|error| diagnostics.push(unexpected(error)))
        .ok()
}

fn only_one(
    read: Vec<(Partitions, Json<'_>)>,
    diagnostics: &mut Diagnostics,
) -> Option<Partitions> {
    let mut read = read.into_iter();
    let (partitions, first) = read.next()?;
    for (other, json) in read {
        if other != partitions {
            let error = Diagnostic::error(
                Code::DuplicateShape,
                "two files hold partition data, differently",
            )
            .at(json.span(), "again here")
            .also(first.span(), "first here")
            .help("give one file with partitions only");
            diagnostics.push(error);
        }
    }
    Some(partitions)
}

fn read_file<'a>(
    entries: &[Entry<'a>],
    file: Span,
    merge: &mut Merge<'a>,
    diagnostics: &mut Diagnostics,
) {
    let mut reader = Reader { diagnostics };
    let mut has_version = false;
    for entry in entries {
        match &*entry.key {
            "smithy" => {
                has_version = true;
                check_version(entry, &mut reader);
            }
            // Validators and suppressions are for Smithy's own tools.
            "metadata" => drop(reader.object(entry.value, "`metadata`")),
            "shapes" => {
                for shape in reader.object(entry.value, "`shapes`").unwrap_or_default() {
                    if let Some(statement) = reader.statement(&shape) {
                        merge.add(statement, reader.diagnostics);
                    }
                }
            }
            key => {
                let message = format!("a model file has no property `{key}`");
                let error = Diagnostic::error(Code::UnknownProperty, message)
                    .at(entry.key_span, "unknown property");
                reader
                    .diagnostics
                    .push(error.help("it can have `smithy`, `metadata` or `shapes`"));
            }
        }
    }
    if !has_version {
        let error = Diagnostic::error(Code::NotAModel, "this file does not say that it is a Smithy model")
            .at(Span::new(file.source, file.start(), file.start() + 1), "has no `smithy`")
            .help("a model begins with `\"smithy\": \"2.0\"`; partition data has `partitions` and `version`");
        diagnostics.push(error);
    }
}

fn check_version(entry: &Entry<'_>, reader: &mut Reader<'_>) {
    let Some(version) = reader.string(entry.value, "`smithy`") else {
        return;
    };
    if !matches!(&*version, "1" | "1.0" | "2" | "2.0") {
        let error = Diagnostic::error(
            Code::SmithyVersion,
            format!("models of Smithy {version} are not read"),
        )
        .at(entry.value.span(), "unknown version")
        .help("write it in Smithy 2.0; 1.0 is read as well");
        reader.diagnostics.push(error);
    }
}

/// Reports every mention of a shape that is not there or not of the right kind.
fn check_references(model: &Model<'_>, diagnostics: &mut Diagnostics) {
    for shape in model.shapes() {
        for (reference, role) in references(shape) {
            let Some(target) = model.get(reference.id) else {
                let known = model.shapes().map(|shape| shape.id);
                let error = dangling(
                    reference.id,
                    reference.span,
                    role.verb(),
                    known,
                    diagnostics,
                );
                diagnostics.push(error.of(shape.id));
                continue;
            };
            if !role.accepts(target) {
                let found = target.kind.tag().with_article();
                let message = format!(
                    "`{}` is {found}; {} {}",
                    reference.id,
                    role.owner(),
                    role.needs()
                );
                let error = Diagnostic::error(Code::WrongTarget, message)
                    .at(reference.span, format!("this is {found}"))
                    .also(target.span, "defined here")
                    .of(shape.id);
                diagnostics.push(error);
            }
        }
    }
}

/// Why one shape mentions another.
#[derive(Clone, Copy)]
enum Role {
    Member,
    Identifier,
    InputOrOutput,
    Error,
    Operation,
    Resource,
    Rename,
}

impl Role {
    fn verb(self) -> &'static str {
        match self {
            Self::Member | Self::Identifier => "targets",
            Self::InputOrOutput => "takes or gives",
            Self::Error => "can answer",
            Self::Operation | Self::Resource => "lists",
            Self::Rename => "renames",
        }
    }

    fn owner(self) -> &'static str {
        match self {
            Self::Member => "a member",
            Self::Identifier => "an identifier",
            Self::InputOrOutput => "the input and output of an operation",
            Self::Error => "`errors`",
            Self::Operation => "`operations`",
            Self::Resource => "`resources`",
            Self::Rename => "`rename`",
        }
    }

    fn needs(self) -> &'static str {
        match self {
            Self::Member | Self::Rename => "can only be data",
            Self::Identifier => "must be a string",
            Self::InputOrOutput => "must be structures",
            Self::Error => "must list structures with `smithy.api#error`",
            Self::Operation => "must list operations",
            Self::Resource => "must list resources",
        }
    }

    fn accepts(self, target: &Shape<'_>) -> bool {
        let kind = target.kind.tag();
        match self {
            Self::Member | Self::Rename => kind.is_data(),
            Self::Identifier => matches!(kind, Kind::String | Kind::Enum),
            Self::InputOrOutput => kind == Kind::Structure,
            Self::Error => {
                kind == Kind::Structure && target.traits.has::<crate::traits::simple::ErrorTrait>()
            }
            Self::Operation => kind == Kind::Operation,
            Self::Resource => kind == Kind::Resource,
        }
    }
}

fn references<'m, 'a>(shape: &'m Shape<'a>) -> Vec<(&'m Reference<'a>, Role)> {
    let all =
        |list: &'m [Reference<'a>], role: Role| list.iter().map(move |reference| (reference, role));
    match &shape.kind {
        ShapeKind::Operation(operation) => [&operation.input, &operation.output]
            .into_iter()
            .map(|reference| (reference, Role::InputOrOutput))
            .chain(all(&operation.errors, Role::Error))
            .collect(),
        ShapeKind::Service(service) => all(&service.operations, Role::Operation)
            .chain(all(&service.resources, Role::Resource))
            .chain(all(&service.errors, Role::Error))
            .chain(
                service
                    .rename
                    .iter()
                    .map(|(reference, _)| (reference, Role::Rename)),
            )
            .collect(),
        ShapeKind::Resource(resource) => all(&resource.operations, Role::Operation)
            .chain(all(&resource.resources, Role::Resource))
            .chain(all(&resource.identifiers, Role::Identifier))
            .collect(),
        _ => shape
            .members()
            .map(|member| (&member.target, Role::Member))
            .collect(),
    }
}
