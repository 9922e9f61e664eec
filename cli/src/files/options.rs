//! The options of the commands for files.

use super::FileCommand;
use super::attributes::{self, Attributes};
use super::filter::Filters;
use super::url::Place;
use crate::app::App;
use crate::args::{OptionSpec, Senseless, Takes, parse};
use crate::extra::{self, Extra};
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
    /// What objects are to have, if anything was said of it.
    pub(super) attributes: Option<Attributes>,
    pub(super) no_guess: bool,
    pub(super) delete: bool,
    pub(super) size_only: bool,
    pub(super) exact_timestamps: bool,
    pub(super) human_readable: bool,
    pub(super) summarize: bool,
    /// What the names of buckets begin with.
    pub(super) name_prefix: String,
    pub(super) max_depth: Option<usize>,
    pub(super) expires_in: Option<u64>,
    pub(super) uploads: bool,
    pub(super) resume: bool,
    pub(super) no_progress: bool,
    /// In seconds.
    pub(super) older_than: Option<u64>,
}

pub(super) const fn flag(name: &'static str) -> OptionSpec<'static> {
    OptionSpec {
        name,
        takes: Takes::Nothing,
        choices: &[],
    }
}

pub(super) const fn value(name: &'static str) -> OptionSpec<'static> {
    OptionSpec {
        name,
        takes: Takes::Value,
        choices: &[],
    }
}

pub(super) const fn one_of(
    name: &'static str,
    choices: &'static [&'static str],
) -> OptionSpec<'static> {
    OptionSpec {
        choices,
        ..value(name)
    }
}

impl Options {
    pub(super) fn read(command: &FileCommand, words: &[&str], app: &App) -> Result<Self, Failure> {
        let (least, most) = command.paths;
        let all = command.options();
        let parsed = parse::<Failure>(words, &all, most, |_| Ok(()))?;
        if parsed.positionals.len() < least {
            let what = if command.takes_bare_urls {
                "path"
            } else {
                "paths"
            };
            let forms = extra::find(command.name).map_or("", Extra::forms);
            let forms = forms.replace('\n', "\n  ");
            let what = format!("{what}, as in:\n\n  {forms}");
            return Err(Senseless::missing(&what).into());
        }
        if !parsed.rest.is_empty() {
            let known: Vec<_> = all.iter().map(|option| option.name).collect();
            return Err(Failure::unknown_options(&parsed.rest, &known));
        }
        let mut options = Self::default();
        let is_attribute = |name| attributes::OPTIONS.iter().any(|option| option.name == name);
        let mut attributes = Vec::new();
        for (at, value) in parsed.options {
            match all[at].name {
                name if is_attribute(name) => attributes.push((name, value)),
                name => options.set(name, value.unwrap_or_default())?,
            }
        }
        if !attributes.is_empty() {
            options.attributes = Some(Attributes::read(&attributes, app)?);
        }
        for path in parsed.positionals {
            if !command.takes_bare_urls {
                options.places.push(Place::read(path)?);
            } else if path != "s3://" {
                // as the AWS CLI has it: s3:// may be left out
                options
                    .places
                    .push(Place::Bucket(super::url::Url::read(path)?));
            }
        }
        Ok(options)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), Failure> {
        let number = |least: u64, most: u64| {
            let number = u64::try_from(whole(&format!("--{name}"), value)?).ok();
            let number = number.filter(|number| (least..=most).contains(number));
            number.ok_or_else(|| {
                let name = format!("--{name}");
                Failure::parameter(&name, format!("give a number from {least} to {most}"))
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
            "no-guess-mime-type" => self.no_guess = true,
            "delete" => self.delete = true,
            "size-only" => self.size_only = true,
            "exact-timestamps" => self.exact_timestamps = true,
            "human-readable" => self.human_readable = true,
            "summarize" => self.summarize = true,
            "max-depth" => self.max_depth = usize::try_from(number(0, 1024)?).ok(),
            "uploads" => self.uploads = true,
            "resume" => self.resume = true,
            "no-progress" => self.no_progress = true,
            "older-than" => self.older_than = Some(number(0, 10_000_000_000)?),
            "expires-in" => self.expires_in = Some(number(1, 604_800)?),
            "bucket-name-prefix" => value.clone_into(&mut self.name_prefix),
            "page-size" => drop(whole("--page-size", value)?),
            // accepted for scripts that have them: parts grow by themselves, checksums are always compared, …
            _ => {}
        }
        Ok(())
    }
}
