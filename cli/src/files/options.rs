//! The options of the commands for files.

use super::FileCommand;
use super::filter::Filters;
use super::url::Place;
use crate::args::{Option_, Senseless, Takes, parse};
use crate::failure::Failure;
use crate::number::whole;

/// What stands on the command line.
#[derive(Debug, Default)]
pub(super) struct Options {
    pub(super) places: Vec<Place>,
    pub(super) recursive: bool,
    pub(super) filters: Filters,
    pub(super) dryrun: bool,
    pub(super) quiet: bool,
    pub(super) only_show_errors: bool,
    pub(super) json: bool,
    pub(super) no_follow_symlinks: bool,
    pub(super) content_type: Option<String>,
    pub(super) no_guess: bool,
    pub(super) delete: bool,
    pub(super) size_only: bool,
    pub(super) exact_timestamps: bool,
    pub(super) human_readable: bool,
    pub(super) summarize: bool,
    pub(super) max_depth: Option<usize>,
    pub(super) expires_in: Option<u64>,
    pub(super) uploads: bool,
    pub(super) resume: bool,
    pub(super) no_progress: bool,
    /// In seconds.
    pub(super) older_than: Option<u64>,
}

pub(super) const fn flag(name: &'static str) -> Option_<'static> {
    Option_ {
        name,
        takes: Takes::Nothing,
        choices: &[],
    }
}

pub(super) const fn value(name: &'static str) -> Option_<'static> {
    Option_ {
        name,
        takes: Takes::Value,
        choices: &[],
    }
}

impl Options {
    pub(super) fn read(command: &FileCommand, words: &[&str]) -> Result<Self, Failure> {
        let (least, most) = command.paths;
        let parsed = parse::<Failure>(words, command.options, most, |_| Ok(()))?;
        if !parsed.rest.is_empty() {
            let known: Vec<_> = command.options.iter().map(|option| option.name).collect();
            return Err(Failure::unknown_options(&parsed.rest, &known));
        }
        if parsed.positionals.len() < least {
            let text = "the following arguments are required: paths";
            return Err(Senseless(text.to_owned()).into());
        }
        let mut options = Self::default();
        for (at, value) in parsed.options {
            options.set(command.options[at].name, value.unwrap_or_default())?;
        }
        for path in parsed.positionals {
            options.places.push(match command.takes_bare_urls {
                // as the AWS CLI has it: s3:// may be left out
                true if path == "s3://" => continue,
                true => Place::Bucket(super::url::Url::read(path)?),
                false => Place::read(path)?,
            });
        }
        Ok(options)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), Failure> {
        let number = |most: i128| {
            let number = whole(&format!("--{name}"), value)?;
            let refuse = |_| Failure::parameter(name, format!("it is from 0 to {most}"));
            u64::try_from(number.min(most + 1))
                .map_err(refuse)
                .and_then(|number| match i128::from(number) > most {
                    true => Err(Failure::parameter(name, format!("it is from 0 to {most}"))),
                    false => Ok(number),
                })
        };
        match name {
            "recursive" => self.recursive = true,
            "exclude" => self.filters.add(false, value),
            "include" => self.filters.add(true, value),
            "dryrun" => self.dryrun = true,
            "quiet" => self.quiet = true,
            "only-show-errors" => self.only_show_errors = true,
            "json" => self.json = true,
            "follow-symlinks" => self.no_follow_symlinks = false,
            "no-follow-symlinks" => self.no_follow_symlinks = true,
            "content-type" => self.content_type = Some(value.to_owned()),
            "no-guess-mime-type" => self.no_guess = true,
            "delete" => self.delete = true,
            "size-only" => self.size_only = true,
            "exact-timestamps" => self.exact_timestamps = true,
            "human-readable" => self.human_readable = true,
            "summarize" => self.summarize = true,
            "max-depth" => self.max_depth = usize::try_from(number(1024)?).ok(),
            "uploads" => self.uploads = true,
            "resume" => self.resume = true,
            "no-progress" => self.no_progress = true,
            "older-than" => self.older_than = Some(number(10_000_000_000)?),
            "expires-in" => self.expires_in = Some(number(604_800)?),
            // parts grow by themselves
            _ => {}
        }
        Ok(())
    }
}
