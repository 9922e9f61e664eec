//! Files at the prompt: `zonal ls`, `cp`, `mv`, `rm`, `sync`, `du`, `cat` and `presign`, with the words and the exit
//! codes of `aws s3`.

mod attributes;
mod cat;
mod cp;
mod deletions;
mod du;
mod events;
mod filter;
mod landing;
mod ls;
mod mime;
mod options;
mod plan;
mod presign;
mod resume;
mod rm;
mod size;
mod spool;
mod store;
mod sync;
mod target_names;
mod url;
mod walk;
mod work;

use std::pin::Pin;
use std::time::Duration;

use crate::app::App;
use crate::args::OptionSpec;
use crate::failure::Failure;
use crate::progress::{self, Files};
use crate::stop::{self, Signals, Stop};
use crate::{extra, help};
use attributes::PAYER;
use events::Report;
use options::{Options, flag, one_of, value};
use resume::States;
use store::{Halt, Store};

/// How long a program that is to end waits for what its threads do with files.
const CLEANING_UP: Duration = Duration::from_millis(200);

/// A command for files.
pub(crate) struct FileCommand {
    pub(crate) name: &'static str,
    options: &'static [&'static [OptionSpec<'static>]],
    /// How many paths it takes, at least and at most.
    paths: (usize, usize),
    /// Whether `s3://` may be left out.
    takes_bare_urls: bool,
    /// Whether what goes wrong is told as `aws s3` tells it of transfers.
    moves_files: bool,
    check: fn(&Options) -> Result<(), Failure>,
    run: Run,
}

impl FileCommand {
    /// All of its options.
    pub(crate) fn options(&self) -> Vec<OptionSpec<'static>> {
        self.options.concat()
    }
}

type Running<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + 'a>>;
type Run = for<'a> fn(&'a Store, &'a Options, &'a mut Report) -> Running<'a>;

/// Options of `cp`, `mv`, `rm` and `sync`.
const CHANGES: &[OptionSpec<'static>] = &[
    value("exclude"),
    value("include"),
    flag("dryrun"),
    flag("quiet"),
    flag("only-show-errors"),
    flag("json"),
    value("page-size"),
];

/// Options of `cp`, `mv` and `sync`.
const COPIES: &[OptionSpec<'static>] = &[
    flag("no-progress"),
    flag("resume"),
    flag("follow-symlinks"),
    flag("no-follow-symlinks"),
    flag("no-guess-mime-type"),
    one_of("checksum-mode", &["ENABLED"]),
    one_of("case-conflict", &["ignore", "skip", "warn", "error"]),
    value("source-region"),
    flag("ignore-glacier-warnings"),
    flag("force-glacier-transfer"),
];

/// All of them.
pub(crate) const COMMANDS: &[FileCommand] = &[
    FileCommand {
        name: "cat",
        options: &[],
        paths: (1, usize::MAX),
        takes_bare_urls: false,
        moves_files: true,
        check: cat::check,
        run: |store, options, report| Box::pin(cat::run(store, options, report)),
    },
    FileCommand {
        name: "cp",
        options: &[
            &[flag("recursive"), value("expected-size")],
            CHANGES,
            COPIES,
            attributes::OPTIONS,
        ],
        paths: (2, 2),
        takes_bare_urls: false,
        moves_files: true,
        check: cp::check_copy,
        run: |store, options, report| Box::pin(cp::run(store, options, report, false)),
    },
    FileCommand {
        name: "du",
        options: &[&[flag("human-readable"), value("max-depth"), flag("json")]],
        paths: (1, usize::MAX),
        takes_bare_urls: true,
        moves_files: false,
        check: |_| Ok(()),
        run: |store, options, report| Box::pin(du::run(store, options, report)),
    },
    FileCommand {
        name: "ls",
        options: &[&[
            flag("recursive"),
            flag("human-readable"),
            flag("summarize"),
            flag("json"),
            value("bucket-name-prefix"),
            value("page-size"),
            PAYER,
        ]],
        paths: (0, 1),
        takes_bare_urls: true,
        moves_files: false,
        check: |_| Ok(()),
        run: |store, options, report| Box::pin(ls::run(store, options, report)),
    },
    FileCommand {
        name: "mv",
        options: &[
            &[flag("recursive"), flag("validate-same-s3-paths")],
            CHANGES,
            COPIES,
            attributes::OPTIONS,
        ],
        paths: (2, 2),
        takes_bare_urls: false,
        moves_files: true,
        check: cp::check_move,
        run: |store, options, report| Box::pin(cp::run(store, options, report, true)),
    },
    FileCommand {
        name: "presign",
        options: &[&[value("expires-in")]],
        paths: (1, 1),
        takes_bare_urls: true,
        moves_files: false,
        check: presign::check,
        run: |store, options, report| Box::pin(presign::run(store, options, report)),
    },
    FileCommand {
        name: "rm",
        options: &[
            &[
                flag("recursive"),
                flag("uploads"),
                value("older-than"),
                PAYER,
            ],
            CHANGES,
        ],
        paths: (1, 1),
        takes_bare_urls: false,
        moves_files: true,
        check: rm::check,
        run: |store, options, report| Box::pin(rm::run(store, options, report)),
    },
    FileCommand {
        name: "sync",
        options: &[
            &[flag("delete"), flag("size-only"), flag("exact-timestamps")],
            CHANGES,
            COPIES,
            attributes::OPTIONS,
        ],
        paths: (2, 2),
        takes_bare_urls: false,
        moves_files: true,
        check: sync::check,
        run: |store, options, report| Box::pin(sync::run(store, options, report)),
    },
];

/// The command of this name.
pub(crate) fn find(name: &str) -> Option<&'static FileCommand> {
    COMMANDS.iter().find(|command| command.name == name)
}

/// Runs a command; the exit code.
pub(crate) fn run(app: &App, command: &FileCommand, words: &[&str]) -> Result<u8, Failure> {
    let asks_for_help = matches!(words, ["help"]);
    if asks_for_help || words.iter().any(|word| matches!(*word, "--help" | "-h")) {
        return match extra::find(command.name) {
            Some(extra) => help::extra(extra),
            None => Ok(0),
        };
    }
    let options = Options::read(command, words, app)?;
    (command.check)(&options)?;
    // what is wrong with settings is told as for the other commands, what happens later as of transfers
    crate::run::settings(app, crate::run::sources(app)?)?;
    progress::disable();
    let runtime = crate::run::runtime()?;
    let shown = !(options.no_progress || options.dryrun || options.json || options.quiet);
    let files = Files::new(command.moves_files && shown && !options.only_show_errors);
    let mut report = Report::new(&options, files.clone());
    runtime.spawn(stop::watch());
    if files.is_shown() {
        runtime.spawn(files.clone().appear());
    }
    let ended = runtime.block_on(until_stopped(app, command, &options, files, &mut report));
    match &ended {
        Ok(Some(_)) => runtime.shutdown_timeout(CLEANING_UP),
        // standard input may be waited for
        _ => runtime.shutdown_background(),
    }
    match ended {
        Ok(Some(stop)) if stop.is_from_keyboard() => {
            report.interrupted();
            report.finish().map(|_| 1)
        }
        Ok(Some(stop)) => Ok(stop.code()),
        Ok(None) => report.finish(),
        Err(failure) => Err(failure),
    }
}

/// Does the work, or ends it cleanly where a signal asks for that. A second signal ends it at once.
async fn until_stopped(
    app: &App,
    command: &FileCommand,
    options: &Options,
    files: Files,
    report: &mut Report,
) -> Result<Option<Stop>, Failure> {
    let mut signals = Signals::new()
        .map_err(|error| Failure::new(format!("signals cannot be listened to: {error}")))?;
    let (stopper, halt) = Halt::new();
    let work = work(app, command, options, files, report, halt);
    tokio::pin!(work);
    let stop = tokio::select! {
        biased;
        stop = signals.next() => stop,
        done = &mut work => return done.map(|()| None),
    };
    let _ = stopper.send(true);
    tokio::select! {
        biased;
        stop = signals.next() => Ok(Some(stop)),
        done = &mut work => done.map(|()| Some(stop)),
    }
}

async fn work(
    app: &App,
    command: &FileCommand,
    options: &Options,
    files: Files,
    report: &mut Report,
    halt: Halt,
) -> Result<(), Failure> {
    let states = options.resume.then(|| States::open(app)).transpose()?;
    let urls = options.places.iter().filter_map(url::Place::url);
    let buckets: Vec<_> = urls.map(|url| url.bucket.clone()).collect();
    let opened = halt.unless(Store::open(app, &buckets, halt.clone())).await;
    let store = match opened {
        None => return Ok(()),
        Some(Ok(store)) => Store {
            files,
            states,
            ..store
        },
        Some(Err(failure)) if command.moves_files => return report.fatal(failure.text.trim()),
        Some(Err(failure)) => return Err(failure),
    };
    (command.run)(&store, options, report).await
}

#[cfg(fuzzing)]
pub(crate) fn fuzz_matches(pattern: &str, name: &str) -> bool {
    let mut filters = filter::Filters::default();
    filters.add(false, "*");
    filters.add(true, pattern);
    filters.allow(name, None)
}
