//! `zonal-codegen generate`, `cargo xtask codegen`

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Instant;

use lexopt::prelude::*;

use super::arguments::Chosen;
use super::files::{load_with_partitions, shown, sources};
use super::paths::{absolute, from_manifest};
use super::{Failure, Program, Result};
use crate::emit::{Options, Runtime};
use crate::files::Changes;
use crate::generate::{Generated, generate};

struct Arguments {
    chosen: Chosen,
    check: bool,
    all: bool,
    out: Option<PathBuf>,
    module: Option<PathBuf>,
    module_path: Option<String>,
    crate_name: Option<String>,
    runtime_path: Option<PathBuf>,
}

/// Where the output goes.
struct Target<'p> {
    program: &'p Program,
    folder: PathBuf,
    options: Options,
}

pub(super) fn run(program: &Program, parser: lexopt::Parser) -> Result<String> {
    let start = Instant::now();
    let arguments = parse(parser)?;
    let target = Target::new(program, &arguments)?;
    let mut sources = sources(program, &arguments.chosen.models)?;
    let model = load_with_partitions(&mut sources, program.root.as_deref())?;
    let generated = generate(&model, &arguments.chosen.selection(), &target.options)?;
    let fail = |error: std::io::Error| Failure::Failed(format!("error: {error}"));
    if arguments.check {
        let changes = generated.files.compare(&target.folder).map_err(fail)?;
        return target.check(&generated, &changes);
    }
    let changes = generated.files.write(&target.folder).map_err(fail)?;
    Ok(target.summary(&generated, &changes, start))
}

fn parse(mut parser: lexopt::Parser) -> Result<Arguments> {
    let mut arguments = Arguments {
        chosen: Chosen::default(),
        check: false,
        all: false,
        out: None,
        module: None,
        module_path: None,
        crate_name: None,
        runtime_path: None,
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Long("check") => arguments.check = true,
            Long("runtime-path") => arguments.runtime_path = Some(runtime_path(parser.value()?)?),
            Long("all") => arguments.all = true,
            Long("out") => arguments.out = Some(absolute(parser.value()?)?),
            Long("module") => arguments.module = Some(absolute(parser.value()?)?),
            Long("module-path") => arguments.module_path = Some(parser.value()?.string()?),
            Long("crate-name") => {
                arguments.crate_name = Some(crate_name(parser.value()?.string()?)?);
            }
            Long(option) => {
                let option = option.to_owned();
                if !arguments.chosen.take(&option, &mut parser)? {
                    return Err(Long(&option).unexpected().into());
                }
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let usage = |message: &str| Err(Failure::Usage(message.to_owned()));
    if arguments.all && !arguments.chosen.operations.is_empty() {
        return usage("--all and --operation exclude each other");
    }
    if arguments.module.is_none() && arguments.module_path.is_some() {
        return usage("--module-path is for a module: name its folder with --module");
    }
    let of_crate = [
        arguments.out.is_some(),
        arguments.crate_name.is_some(),
        arguments.runtime_path.is_some(),
    ];
    if arguments.module.is_some() && of_crate.contains(&true) {
        return usage(
            "--out, --crate-name and --runtime-path are for a crate, --module is for none",
        );
    }
    Ok(arguments)
}

impl<'p> Target<'p> {
    fn new(program: &'p Program, arguments: &Arguments) -> Result<Self> {
        if let Some(folder) = &arguments.module {
            let path = module_path(folder, arguments.module_path.as_deref())?;
            let name = path.rsplit("::").next().unwrap_or(&path);
            let options = Options {
                crate_name: name.to_owned(),
                runtime: Runtime::Module(path),
                command_line: None,
                package: None,
            };
            let folder = folder.clone();
            return Ok(Self {
                program,
                folder,
                options,
            });
        }
        let own = program.root.as_ref().map(|root| root.join("generated"));
        let Some(folder) = arguments.out.clone().or_else(|| own.clone()) else {
            let message = "say with --out where a crate goes, or with --module where a module goes";
            return Err(Failure::Usage(message.to_owned()));
        };
        let is_own = own.is_some_and(|own| same(&own, &folder));
        if arguments.runtime_path.is_some() && is_own {
            let message = "--runtime-path is for a crate outside of this repository: name its folder with --out";
            return Err(Failure::Usage(message.to_owned()));
        }
        let default = if program.root.is_some() {
            "zonal"
        } else {
            "client"
        };
        let options = Options {
            crate_name: arguments
                .crate_name
                .clone()
                .unwrap_or_else(|| default.to_owned()),
            runtime: match &arguments.runtime_path {
                // Inside the repository the crate belongs to the workspace.
                _ if is_own => Runtime::Workspace,
                Some(path) => Runtime::Path(from_manifest(path, &folder.join("client"))?),
                None => Runtime::Version(env!("CARGO_PKG_VERSION").to_owned()),
            },
            command_line: match program.command_line.filter(|_| is_own) {
                Some(read) => Some(read()?),
                None => None,
            },
            package: match program.package.filter(|_| is_own) {
                Some(read) => Some(read()?),
                None => None,
            },
        };
        Ok(Self {
            program,
            folder,
            options,
        })
    }

    fn shown(&self) -> String {
        shown(&self.folder, self.program.root.as_deref())
    }

    fn check(&self, generated: &Generated, changes: &Changes) -> Result<String> {
        let out = self.shown();
        if changes.is_empty() {
            return Ok(format!(
                "{out} is up to date: {} files\n",
                generated.files.len()
            ));
        }
        let mut text = format!("error: {out} is not what the model gives\n");
        for (what, paths) in [
            ("changed", &changes.changed),
            ("missing", &changes.new),
            ("stale", &changes.stale),
        ] {
            for path in paths {
                text.push_str(&format!("  {what:8} {out}/{path}\n"));
            }
        }
        let Program { name, generate, .. } = self.program;
        text.push_str(&format!(
            "help: run `{name} {generate}` with the same arguments and commit what it writes"
        ));
        Err(Failure::Failed(text))
    }

    fn summary(&self, generated: &Generated, changes: &Changes, start: Instant) -> String {
        let operations = match generated.operations.len() {
            1 => "1 operation".to_owned(),
            count => format!("{count} operations"),
        };
        let pages = generated.files.lines_below("docs/");
        let code = generated.files.lines() - pages;
        let mut text = warnings(generated);
        text.push_str(&format!(
            "{}: {operations}, {} files, {code} lines of code and {pages} of pages; {} changed, {} new, {} removed; {} ms\n",
            self.shown(),
            generated.files.len(),
            changes.changed.len(),
            changes.new.len(),
            changes.stale.len(),
            start.elapsed().as_millis(),
        ));
        for (sign, paths) in [
            ("~", &changes.changed),
            ("+", &changes.new),
            ("-", &changes.stale),
        ] {
            for path in paths {
                text.push_str(&format!("  {sign} {path}\n"));
            }
        }
        if matches!(self.options.runtime, Runtime::Module(_))
            && changes.new.iter().any(|path| path == "mod.rs")
        {
            text.push_str(&format!(
                "help: write `#[rustfmt::skip] pub mod {};` in the file around it; what the manifest needs stands at the \
                 head of {}/mod.rs\n",
                self.options.crate_name,
                self.shown(),
            ));
        }
        if let Runtime::Version(version) = &self.options.runtime
            && changes.new.iter().any(|path| path == "client/Cargo.toml")
        {
            text.push_str(&format!(
                "help: the crate takes zonal-runtime {version} from crates.io; to take it from a checkout of the repository \
                 of Zonal, add --runtime-path DIR, such as ../zonal/runtime\n"
            ));
        }
        text
    }
}

/// The folder of the runtime; cargo's own error for a wrong one would come only when the crate is built.
fn runtime_path(path: OsString) -> Result<PathBuf> {
    let found = absolute(&path)?;
    let manifest = std::fs::read_to_string(found.join("Cargo.toml"));
    if manifest.is_ok_and(|text| text.contains("name = \"zonal-runtime\"")) {
        return Ok(path.into());
    }
    Err(Failure::Usage(format!(
        "--runtime-path {}: there is no crate `zonal-runtime` in {}",
        path.display(),
        found.display(),
    )))
}

/// Whether both are the same folder, however it is written.
fn same(own: &Path, out: &Path) -> bool {
    match (own.canonicalize(), out.canonicalize()) {
        (Ok(own), Ok(out)) => own == out,
        _ => own == out,
    }
}

/// What cargo takes for a name and Rust for an identifier.
fn crate_name(name: String) -> Result<String> {
    let good = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'));
    if good {
        return Ok(name);
    }
    Err(Failure::Usage(format!(
        "`{name}` is not a valid name for a crate: use a to z, 0 to 9, `-` and `_`"
    )))
}

/// What the module of this folder is called in its crate, such as `aws::s3`.
fn module_path(folder: &Path, named: Option<&str>) -> Result<String> {
    let path = match named {
        Some(named) => named.trim_start_matches("crate::").to_owned(),
        None => {
            let mut crates = folder.ancestors().skip(1);
            let krate = crates.find(|folder| folder.join("Cargo.toml").is_file());
            let below = krate.and_then(|krate| folder.strip_prefix(krate.join("src")).ok());
            let names = below.into_iter().flat_map(Path::components);
            let names = names.map(|name| name.as_os_str().to_string_lossy().into_owned());
            names.collect::<Vec<_>>().join("::")
        }
    };
    if path.is_empty() {
        return Err(Failure::Usage(format!(
            "--module {}: this is no folder below the src/ of a crate; if the module is called in another way, say with \
             --module-path how, such as aws::s3",
            folder.display()
        )));
    }
    for name in path.split("::") {
        if syn::parse_str::<syn::Ident>(name).is_err() {
            return Err(Failure::Usage(format!(
                "`{name}` in `{path}` is not a valid name for a module"
            )));
        }
    }
    Ok(path)
}

/// What was left out, drawn before all else.
fn warnings(generated: &Generated) -> String {
    if generated.warnings.is_empty() {
        String::new()
    } else {
        format!("{}\n\n", generated.warnings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_called_as_their_folders() {
        let own = Path::new(env!("CARGO_MANIFEST_DIR"));
        let path = |folder: &str, named| {
            module_path(&own.join(folder), named).map_err(|it| it.to_string())
        };
        assert_eq!(path("src/s3", None).as_deref(), Ok("s3"));
        assert_eq!(path("src/aws/s3", None).as_deref(), Ok("aws::s3"));
        assert_eq!(
            path("elsewhere", Some("crate::a::b")).as_deref(),
            Ok("a::b")
        );
        for (folder, named, expected) in [
            ("elsewhere", None, "no folder below the src/ of a crate"),
            ("src", None, "no folder below the src/ of a crate"),
            (
                "src/s-3",
                None,
                "`s-3` in `s-3` is not a valid name for a module",
            ),
            ("src/s3", Some("a::match"), "`match` in `a::match`"),
            ("src/s3", Some("a::"), "`` in `a::`"),
        ] {
            let error = path(folder, named).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }
}
