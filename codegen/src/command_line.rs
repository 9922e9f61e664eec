//! What the pages and the table of the command line tell besides the model: options that the program has, and where it
//! differs from the AWS CLI on purpose. Both come as bytes of files beside the program.

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::diff::Deviations;
use crate::json::Json;
use crate::model::ShapeId;
use crate::source::{SourceId, Sources, Span};

/// What the program of a command line says of itself.
#[derive(Debug, Clone)]
pub struct CommandLine {
    /// The options that do not depend on the model, in the order of the help.
    pub(crate) options: Vec<GlobalOption>,
    /// By operation, the members that are printed with a list that was put together from its pages.
    pub(crate) kept: IndexMap<String, Vec<String>>,
    /// Text members that are printed as numbers: the AWS CLI has an older form of them.
    pub(crate) numbers: Vec<String>,
    /// The variables of the environment that are read.
    pub(crate) environment: Vec<Entry>,
    /// The settings of a profile that are read.
    pub(crate) settings: Vec<Entry>,
    /// Which of several sources counts, for each thing that has several.
    pub(crate) precedence: Vec<Entry>,
    /// The exit codes.
    pub(crate) exit: Vec<Entry>,
    /// Where it differs from the AWS CLI on purpose.
    pub(crate) differences: Vec<Difference>,
    /// What the model leaves out of the official one, which the AWS CLI has.
    left_out: Deviations,
}

/// An option that does not depend on the model.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GlobalOption {
    pub(crate) name: String,
    pub(crate) of: Of,
    /// What its value is called; empty if it has none.
    pub(crate) value: String,
    pub(crate) choices: Vec<String>,
    pub(crate) docs: String,
}

impl GlobalOption {
    /// `--region <name>`
    pub(crate) fn head(&self) -> String {
        match self.value.as_str() {
            "" => format!("--{}", self.name),
            value => format!("--{} <{value}>", self.name),
        }
    }
}

/// A name and what it means.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) docs: String,
}

/// Something in which the program differs from the AWS CLI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The section of the page that it is in.
    pub(crate) section: String,
    pub(crate) aws: String,
    pub(crate) ours: String,
    pub(crate) why: String,
    /// The version of the AWS CLI as which it does, if it is but one.
    pub(crate) version: Option<char>,
}

impl Difference {
    /// Whether another says the same.
    fn is_same(&self, other: &Self) -> bool {
        let parts = |it: &Self| [&it.section, &it.aws, &it.ours, &it.why].map(String::clone);
        parts(self) == parts(other)
    }
}

/// The file about all that is no option.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reference {
    kept: IndexMap<String, Vec<String>>,
    numbers: Vec<String>,
    environment: Vec<Entry>,
    settings: Vec<Entry>,
    precedence: Vec<Entry>,
    exit: Vec<Entry>,
}

/// The commands that have an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Of {
    All,
    Commands,
    Pages,
    Session,
}

impl CommandLine {
    /// Reads three files, each given with its name: the options, a JSON list of `{ "name", "of", "value", "choices",
    /// "docs" }`; the reference, a JSON object with `kept` (lists of members by operation), `numbers` (names of members), and `environment`,
    /// `settings`, `precedence` and `exit` (lists of `{ "name", "docs" }`); and the differences, TOML with a text
    /// `reason` of three lines in each of its tables, and a comment `## TITLE` where a section begins.
    ///
    /// # Errors
    ///
    /// Where a file is not of that form.
    pub fn read(
        options: (&str, Vec<u8>),
        reference: (&str, Vec<u8>),
        differences: (&str, Vec<u8>),
    ) -> Result<Self, Diagnostics> {
        let mut sources = Sources::new();
        let [options, reference, differences] =
            [options, reference, differences].map(|(name, bytes)| sources.add(name, bytes));
        let mut diagnostics = Diagnostics::new(&sources);
        let options = parsed(&sources, options, "list of options", &mut diagnostics);
        let reference: Reference = parsed(&sources, reference, "reference", &mut diagnostics);
        let text = sources.get(differences).text();
        let differences = contrasts(differences, text, &mut diagnostics);
        let Reference {
            kept,
            numbers,
            environment,
            settings,
            precedence,
            exit,
        } = reference;
        diagnostics.into_result(Self {
            options,
            kept,
            numbers,
            environment,
            settings,
            precedence,
            exit,
            differences,
            left_out: Deviations::default(),
        })
    }

    /// The same, with what the model leaves out on purpose: options of the AWS CLI for it are then refused with the
    /// reason.
    #[must_use]
    pub fn leaving_out(mut self, deviations: Deviations) -> Self {
        self.left_out = deviations;
        self
    }

    /// Members of an operation's input that the AWS CLI has an option for, each with the reason why the model has it
    /// not.
    pub(crate) fn refused(&self, operation: ShapeId<'_>) -> Vec<(&str, &str)> {
        let input = format!("{operation}Request");
        let of_it = self.left_out.of(&input);
        let members = of_it.filter_map(|(path, reason)| {
            let member = path.strip_prefix("members.")?;
            (!member.contains('.')).then_some((member, reason))
        });
        members.collect()
    }
}

/// A file of JSON; nothing where it is not what it should be.
fn parsed<T: DeserializeOwned + Default>(
    sources: &Sources,
    id: SourceId,
    what: &str,
    diagnostics: &mut Diagnostics,
) -> T {
    let parsed = Json::of_file(id, sources.get(id)).and_then(Json::parse);
    parsed.unwrap_or_else(|error| {
        let message = format!("this is not a {what}: {}", error.message);
        diagnostics.push(Diagnostic::error(Code::UnexpectedValue, message).at(error.span, ""));
        T::default()
    })
}

/// How the lines of a reason begin.
const LINES: [&str; 3] = ["AWS CLI: ", "zonal: ", "why: "];

/// The reason in each table; the same reason counts once. The rest is for the tool that compares runs.
fn contrasts(id: SourceId, text: &str, diagnostics: &mut Diagnostics) -> Vec<Difference> {
    let mut differences: Vec<Difference> = Vec::new();
    let mut section = "";
    let mut open: Option<(Span, &str, Vec<String>, Option<char>)> = None;
    let mut next = 0;
    for line in text.split_inclusive('\n').chain(["[["]) {
        let span = Span::new(id, next, (next + line.trim_end().len()).min(text.len()));
        next += line.len();
        section = line.strip_prefix("## ").map_or(section, str::trim_end);
        if line.starts_with("[[")
            && let Some((table, section, lines, version)) =
                open.replace((span, section, Vec::new(), None))
        {
            match <[String; 3]>::try_from(lines) {
                Ok([aws, ours, why]) => {
                    let section = section.to_owned();
                    let difference = Difference {
                        section,
                        aws,
                        ours,
                        why,
                        version,
                    };
                    let same = differences.iter_mut().find(|it| it.is_same(&difference));
                    match same {
                        Some(same) if same.version != version => same.version = None,
                        Some(_) => {}
                        None => differences.push(difference),
                    }
                }
                Err(_) => diagnostics.push(no_reason(table)),
            }
        }
        let Some((_, _, lines, version)) = &mut open else {
            continue;
        };
        if let Some(number) = line.strip_prefix("aws_cli = ") {
            *version = number.chars().next();
        }
        let begin = LINES.get(lines.len());
        if let Some(words) = begin.and_then(|begin| line.strip_prefix(begin)) {
            lines.push(words.trim_end().trim_end_matches("'''").to_owned());
        }
    }
    differences
}

fn no_reason(table: Span) -> Diagnostic {
    Diagnostic::error(Code::MissingProperty, "this difference has no reason")
        .at(table, "has no `reason` of three lines")
        .help("write `reason = '''`, then three lines: `AWS CLI: …`, `zonal: …` and `why: …'''`")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: &str =
        r#"[{ "name": "region", "of": "all", "value": "name", "choices": [], "docs": "Where." }]"#;
    const REFERENCE: &str = r#"{ "kept": { "List": ["Prefix"] }, "numbers": [], "environment": [], "settings": [], "precedence": [],
        "exit": [{ "name": "0", "docs": "Done." }] }"#;
    const DIFFERENCES: &str = "# Why

## Output

[[difference]]
cases = \"a\"
reason = '''
AWS CLI: It is \"b\".
zonal: It is c.
why: Better.'''
rc = 0

## Other

[[difference]]
cases = \"b\"
aws_cli = 2
reason = '''
AWS CLI: A.
zonal: B.
why: C.'''

[[further]]
reason = '''
AWS CLI: D.
zonal: E.
why: F.'''
";

    fn read(options: &str, differences: &str) -> Result<CommandLine, Diagnostics> {
        let bytes = |text: &str| text.as_bytes().to_vec();
        let differences = ("differences.toml", bytes(differences));
        let reference = ("reference.json", bytes(REFERENCE));
        CommandLine::read(("options.json", bytes(options)), reference, differences)
    }

    #[test]
    fn all_files_are_read() {
        let read = read(OPTIONS, DIFFERENCES).unwrap();
        assert_eq!(read.options[0].name, "region");
        assert_eq!(read.kept["List"], ["Prefix"]);
        assert_eq!(read.exit[0].docs, "Done.");
        let differences = read.differences.iter();
        let told: Vec<_> = differences
            .map(|it| ([&*it.section, &*it.aws, &*it.ours, &*it.why], it.version))
            .collect();
        let expected = [
            (["Output", "It is \"b\".", "It is c.", "Better."], None),
            (["Other", "A.", "B.", "C."], Some('2')),
            (["Other", "D.", "E.", "F."], None),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_mistake_is_an_error_with_its_place() {
        let error = read(r#"[{ "name": "x", "of": "some" }]"#, DIFFERENCES).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("options.json:1:23") && text.contains("some"),
            "{text}"
        );
        let bare = "[[difference]]\ncases = \"a\"\n[[further]]\nreason = '''\nAWS CLI: A.\nzonal: B.\nwhy: C.'''\n[[further]]\n";
        let text = read(OPTIONS, bare).unwrap_err().to_string();
        assert!(text.contains("differences.toml:1:1"), "{text}");
        assert!(!text.contains("differences.toml:3:1"), "{text}");
        assert!(text.contains("differences.toml:8:1"), "{text}");
    }
}
