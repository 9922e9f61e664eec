//! Options and positional arguments as the AWS CLI takes them: anywhere on the line, by any unambiguous
//! beginning of their name, with the value behind `=` or in the next word. What a parser does not know it
//! hands on, for there is one parser for the options of all commands and one for those of each.

use std::collections::VecDeque;

use crate::number::quoted;
use crate::version;

/// What an option is followed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Takes {
    /// Nothing.
    Nothing,
    /// A value.
    Value,
    /// A value, or nothing.
    Optional,
    /// Values, as many as there are.
    Many,
}

/// An option of a parser.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OptionSpec<'a> {
    /// Its name, without dashes.
    pub(crate) name: &'a str,
    pub(crate) takes: Takes,
    /// The only values it can have, if these are few.
    pub(crate) choices: &'a [&'a str],
}

/// A word of the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word<'a> {
    /// An option and its value.
    Option(usize, Option<&'a str>),
    /// A positional argument.
    Positional(&'a str),
}

/// What a parser makes of a line.
#[derive(Debug, Default)]
pub(crate) struct Parsed<'a> {
    /// Options by their place in the list of the parser, in the order of the line.
    pub(crate) options: Vec<(usize, Option<&'a str>)>,
    /// The positional arguments it was asked for.
    pub(crate) positionals: Vec<&'a str>,
    /// Everything else.
    pub(crate) rest: Vec<&'a str>,
}

/// Why a line makes no sense to a parser; the text comes behind `error: `.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Senseless(pub(crate) String);

impl Senseless {
    /// Something required is not there.
    pub(crate) fn missing(what: &str) -> Self {
        Self(format!("the following arguments are required: {what}"))
    }
}

/// Reads a line with these options and at most so many positional arguments.
///
/// `seen` is told each word that was recognised, in order, and may stop the run.
pub(crate) fn parse<'a, E: From<Senseless>>(
    line: &[&'a str],
    options: &[OptionSpec<'_>],
    positionals: usize,
    mut seen: impl FnMut(&Word<'a>) -> Result<(), E>,
) -> Result<Parsed<'a>, E> {
    let mut words = classify(line, options)?;
    let mut parsed = Parsed::default();
    while let Some(word) = words.pop_front() {
        match word {
            // the parser of the command has to know where its options end
            Class::Dashes if parsed.rest.is_empty() => {}
            Class::Dashes => parsed.rest.push("--"),
            Class::Plain(text) if parsed.positionals.len() < positionals => {
                seen(&Word::Positional(text))?;
                parsed.positionals.push(text);
            }
            Class::Plain(text) | Class::Unknown(text) => parsed.rest.push(text),
            Class::Known(at, None) if options[at].takes == Takes::Many => {
                // a mention without a value, which takes back what was given before
                parsed.options.push((at, None));
                while let Some(Class::Plain(value)) = words.front() {
                    parsed.options.push((at, Some(value)));
                    words.pop_front();
                }
            }
            Class::Known(at, inline) => {
                let value = value_of(&options[at], inline, &mut words)?;
                seen(&Word::Option(at, value))?;
                parsed.options.push((at, value));
            }
        }
    }
    Ok(parsed)
}

/// What a word looks like before its neighbours are known.
#[derive(Clone, Copy, Debug)]
enum Class<'a> {
    Plain(&'a str),
    Unknown(&'a str),
    Known(usize, Option<&'a str>),
    /// `--`: what follows is plain, whatever it looks like.
    Dashes,
}

fn classify<'a>(
    line: &[&'a str],
    options: &[OptionSpec<'_>],
) -> Result<VecDeque<Class<'a>>, Senseless> {
    let mut words = VecDeque::with_capacity(line.len());
    let mut after_dashes = false;
    for &word in line {
        if after_dashes {
            words.push_back(Class::Plain(word));
        } else if word == "--" {
            after_dashes = true;
            words.push_back(Class::Dashes);
        } else {
            words.push_back(class_of(word, options)?);
        }
    }
    Ok(words)
}

fn class_of<'a>(word: &'a str, options: &[OptionSpec<'_>]) -> Result<Class<'a>, Senseless> {
    let Some(name) = word.strip_prefix("--") else {
        let plain = !word.starts_with('-')
            || word.len() == 1
            || is_negative_number(word)
            || word.contains(' ');
        return Ok(if plain {
            Class::Plain(word)
        } else {
            Class::Unknown(word)
        });
    };
    if let Some(at) = options.iter().position(|option| option.name == name) {
        return Ok(Class::Known(at, None));
    }
    let (name, value) = match name.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (name, None),
    };
    if let Some(at) = options.iter().position(|option| option.name == name) {
        return Ok(Class::Known(at, value));
    }
    let matches: Vec<_> = (0..options.len())
        .filter(|at| options[*at].name.starts_with(name))
        .collect();
    match matches.as_slice() {
        [] if word.contains(' ') => Ok(Class::Plain(word)),
        [] => Ok(Class::Unknown(word)),
        [at] => Ok(Class::Known(*at, value)),
        several => {
            let names: Vec<_> = several
                .iter()
                .map(|at| format!("--{}", options[*at].name))
                .collect();
            let names = names.join(", ");
            Err(Senseless(format!(
                "ambiguous option: --{name} could match {names}"
            )))
        }
    }
}

/// `-1`, `-.5`: a value rather than an option.
fn is_negative_number(word: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let Some(number) = word.strip_prefix('-') else {
        return false;
    };
    match number.split_once('.') {
        None => !number.is_empty() && digits(number),
        Some((whole, fraction)) => digits(whole) && !fraction.is_empty() && digits(fraction),
    }
}

fn value_of<'a>(
    option: &OptionSpec<'_>,
    inline: Option<&'a str>,
    words: &mut VecDeque<Class<'a>>,
) -> Result<Option<&'a str>, Senseless> {
    let name = option.name;
    let value = match (option.takes, inline, words.front()) {
        (Takes::Nothing, None, _) => return Ok(None),
        (Takes::Nothing, Some(_), _) => {
            return Err(Senseless(format!(
                "argument --{name}: takes no value: write it without ="
            )));
        }
        (_, Some(value), _) => value,
        (_, None, Some(Class::Plain(value))) => {
            let value = *value;
            words.pop_front();
            value
        }
        (Takes::Optional | Takes::Many, None, _) => return Ok(None),
        (Takes::Value, None, _) => {
            return Err(Senseless(format!(
                "argument --{name}: expected one argument"
            )));
        }
    };
    if option.choices.is_empty() || option.choices.contains(&value) {
        return Ok(Some(value));
    }
    Err(invalid_choice(&format!("--{name}"), value, option.choices))
}

/// Commands of the AWS CLI, and which ones do that on directory buckets.
const OTHERS: &[(&str, &str)] = &[
    ("list-buckets", "list-directory-buckets"),
    ("mb", "create-bucket"),
    ("rb", "delete-bucket"),
];

/// The error of a value that is none of the few there are, with those that look alike. Version 2 of the AWS CLI lists no
/// others; here it lists a few.
pub(crate) fn invalid_choice(argument: &str, value: &str, choices: &[&str]) -> Senseless {
    const FEW: usize = 10;
    let mut text = format!("argument {argument}: Invalid choice, valid choices are:\n\n");
    for pair in choices.chunks(2) {
        let row: Vec<_> = pair.iter().map(|choice| format!("{choice:<40}")).collect();
        text.push_str(&row.join(" | "));
        text.push('\n');
    }
    let near = choices.iter().filter(|choice| is_near(value, choice));
    let others = OTHERS.iter().filter(|(theirs, _)| *theirs == value);
    let near: Vec<_> = near
        .chain(others.map(|(_, ours)| ours))
        .map(|choice| format!("  * {choice}"))
        .collect();
    let near = near.join("\n");
    if version::is_two() {
        text = format!(
            "argument {argument}: Found invalid choice {}",
            quoted(value)
        );
        match choices {
            _ if !near.is_empty() => text.push_str(&format!("\n\nMaybe you meant:\n\n{near}")),
            few if few.len() <= FEW => {
                text.push_str(&format!("; valid choices are: {}", few.join(", ")))
            }
            _ => {}
        }
    } else if near.is_empty() {
        text.pop();
    } else {
        text.push_str(&format!(
            "\n\nInvalid choice: {}, maybe you meant:\n\n{near}",
            quoted(value)
        ));
    }
    Senseless(text)
}

/// Whether two words share nearly all of their letters, in order.
pub(crate) fn is_near(left: &str, right: &str) -> bool {
    let fold = |text: &str| {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|c| c.to_ascii_lowercase()).collect::<Vec<_>>()
    };
    let (left, right) = (fold(left), fold(right));
    let total = left.len() + right.len();
    let mut row = vec![0_usize; right.len() + 1];
    for l in &left {
        let mut diagonal = 0;
        for (at, r) in right.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if l == r {
                diagonal + 1
            } else {
                above.max(row[at])
            };
            diagonal = above;
        }
    }
    let common = row.last().copied().unwrap_or_default();
    total > 0 && 10 * common >= 4 * total
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: &[OptionSpec<'static>] = &[
        OptionSpec {
            name: "bucket",
            takes: Takes::Value,
            choices: &[],
        },
        OptionSpec {
            name: "bucket-key-enabled",
            takes: Takes::Nothing,
            choices: &[],
        },
        OptionSpec {
            name: "color",
            takes: Takes::Value,
            choices: &["on", "off", "auto"],
        },
        OptionSpec {
            name: "skeleton",
            takes: Takes::Optional,
            choices: &["input", "output"],
        },
        OptionSpec {
            name: "words",
            takes: Takes::Many,
            choices: &[],
        },
    ];

    fn run<'a>(line: &[&'a str]) -> Result<Parsed<'a>, Senseless> {
        parse(line, OPTIONS, 1, |_| Ok::<(), Senseless>(()))
    }

    #[test]
    fn options_stand_anywhere_and_may_be_shortened() {
        let parsed = run(&["--col", "on", "do", "--bucket=a=b", "--skel", "--x", "more"]).unwrap();
        assert_eq!(
            parsed.options,
            [(2, Some("on")), (0, Some("a=b")), (3, None)]
        );
        assert_eq!(parsed.positionals, ["do"]);
        assert_eq!(parsed.rest, ["--x", "more"]);
    }

    #[test]
    fn an_option_may_take_several_values() {
        let parsed = run(&["--words", "a", "b", "--color", "on", "--words=c"]).unwrap();
        assert_eq!(
            parsed.options,
            [
                (4, None),
                (4, Some("a")),
                (4, Some("b")),
                (2, Some("on")),
                (4, Some("c"))
            ]
        );
    }

    #[test]
    fn a_value_may_look_like_a_number_but_not_like_an_option() {
        assert_eq!(run(&["--bucket", "-1"]).unwrap().options, [(0, Some("-1"))]);
        for (line, message) in [
            (
                &["--bucket", "--x-s3"][..],
                "argument --bucket: expected one argument",
            ),
            (
                &["--buck", "x"],
                "ambiguous option: --buck could match --bucket, --bucket-key-enabled",
            ),
            (
                &["--bucket-key-enabled=true"],
                "argument --bucket-key-enabled: takes no value: write it without =",
            ),
        ] {
            assert_eq!(run(line).unwrap_err().0, message);
        }
        assert_eq!(run(&["-h", "--"]).unwrap().rest, ["-h", "--"]);
        let dashes = run(&["--bucket", "--", "x"]).unwrap_err();
        assert_eq!(dashes.0, "argument --bucket: expected one argument");
    }

    #[test]
    fn a_wrong_choice_shows_the_right_ones() {
        let text = run(&["--color", "maybe"]).unwrap_err().0;
        let list = format!("{:<40} | {:<40}\n{:<40}", "on", "off", "auto");
        assert_eq!(
            text,
            format!("argument --color: Invalid choice, valid choices are:\n\n{list}")
        );
        let Senseless(text) = invalid_choice("operation", "create-sesion", &["create-session"]);
        assert!(
            text.ends_with("maybe you meant:\n\n  * create-session"),
            "{text}"
        );
    }
}
