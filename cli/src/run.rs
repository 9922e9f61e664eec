//! One operation, from its arguments to its output.

use std::time::Duration;

use serde_json::Value;
use zonal::Client;
use zonal::runtime::Body;
use zonal_commands::{Command, Kind, Structure};
use zonal_config::{Given, Sources, Values};

use crate::account::Account;
use crate::app::App;
use crate::args::{Arguments, Globals, Output, is_session};
use crate::call::{Caller, upload};
use crate::failure::Failure;
use crate::input::{Source, Unknown, gather, kind_of, validate};
use crate::net::Network;
use crate::output::{Format, skeleton};
use crate::pages::{self, Paging, Spec};
use crate::rules::{retry_rules, rules, timestamp_format};
use crate::session_cache::Folder;
use crate::stop::Signals;
use crate::version::behaviour;
use crate::wait::Wait;
use crate::{console, download, others, session, session_cache, stop, version, zone};

/// How long a program that is to end waits for what its threads do with files.
const CLEANING_UP: Duration = Duration::from_millis(200);

/// Runs an operation; the exit code.
pub(crate) fn operation(
    app: &App,
    command: &'static Command,
    arguments: &Arguments<'_>,
    wait: Option<&'static Wait>,
) -> Result<u8, Failure> {
    let (mut input, body) = gather(command, arguments, &app.env)?;
    let paging = match Spec::of(command) {
        Some(_) if !app.globals.no_paginate => arguments.paging.with_json(&mut input)?,
        _ => arguments.paging.clone(),
    };
    let names_page = |spec: Spec| {
        let mut members = input.as_object().into_iter().flatten();
        members.any(|(name, _)| spec.is_manual(name))
    };
    // with version 1, JSON names a page to begin with
    let is_manual =
        arguments.is_manual || version::is_two() && Spec::of(command).is_some_and(names_page);
    let sources = sources(app)?;
    if arguments.skeleton == Some("input") {
        return console::print(&form(&skeleton::input(&command.input)));
    }
    if arguments.skeleton == Some("yaml-input") {
        return console::print(&skeleton::input_as_yaml(&command.input));
    }
    let job = Job {
        app,
        command,
        arguments,
        wait,
        paging,
        is_manual,
        iso8601: timestamp_format(sources.profile)?,
        settings: settings(app, sources)?,
        output: app.output(sources.profile.get("output"))?,
    };
    job.run(input, &body)
}

/// Where settings are looked for.
pub(crate) fn sources(app: &App) -> Result<Sources<'_>, Failure> {
    let named = app.globals.profile.as_deref();
    Ok(Sources {
        env: &app.env,
        profiles: &app.profiles,
        profile: app.profiles.chosen(named, &app.env, rules().profile)?,
        rules: rules(),
    })
}

/// The settings of the client.
pub(crate) fn settings(app: &App, sources: Sources<'_>) -> Result<Values, Failure> {
    Ok(Values::read(sources, &given(&app.globals))?)
}

/// How servers are reached. Says so where what is sent can be read on the way.
pub(crate) fn network(app: &App, settings: &Values) -> Result<Network, Failure> {
    let read = app.timeouts.read.map(|seconds| limit(seconds, "read"));
    let network = Network::new(
        settings,
        &app.env,
        !app.globals.no_verify_ssl,
        limit(app.timeouts.connect, "connect")?,
        read.transpose()?,
    );
    if let Some(host) = settings.open_host() {
        console::warn(&format!(
            "{host} is asked over plain http: what is sent and answered, the keys of sessions too, can be read \
             on the way"
        ));
    }
    Ok(network)
}

/// A client for these buckets, which have to be in the same region, and its settings. It keeps its sessions there.
pub(crate) async fn client(
    app: &App,
    buckets: &[String],
    kept: Option<Folder>,
) -> Result<(Client, Values), Failure> {
    let sources = sources(app)?;
    let settings = settings(app, sources)?;
    let network = network(app, &settings)?;
    let region = zone::region_of_all(&settings, buckets, app.globals.no_sign_request)?;
    let account = Account::find(app, &settings, &network).await?;
    let caller = Caller {
        settings: &settings,
        region,
        retries: settings.retries.rules(),
        account,
        transport: network.transport(),
        body: None,
        kept,
        client: None,
    };
    Ok((caller.build()?, settings.clone()))
}

/// What runs tasks on several threads: two send and receive, the disk has others.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.map_err(|error| Failure::new(format!("the program cannot start: {error}")))
}

/// The settings that stand on the command line.
fn given(globals: &Globals) -> Given<'_> {
    Given {
        region: globals.region.as_deref(),
        endpoint_url: globals.endpoint_url.as_deref(),
        ca_bundle: globals.ca_bundle.as_deref(),
        verify: !globals.no_verify_ssl,
        ..Given::default()
    }
}

/// A skeleton of an input: always JSON.
fn form(value: &Value) -> String {
    let mut text = Vec::new();
    let style = crate::output::Style::new(Format::Json, "");
    match crate::output::write(value, &style, &mut text) {
        Ok(()) => String::from_utf8_lossy(&text).into_owned(),
        Err(_) => String::new(),
    }
}

/// An operation with its settings.
struct Job<'a> {
    app: &'a App,
    command: &'static Command,
    arguments: &'a Arguments<'a>,
    /// The operation only shows whether something is so.
    wait: Option<&'static Wait>,
    paging: Paging,
    /// What is given says by itself which page is wanted.
    is_manual: bool,
    settings: Values,
    /// Whether moments are printed in one form whatever the service sends.
    iso8601: bool,
    output: Output,
}

impl Job<'_> {
    fn run(&self, mut input: Value, body: &Source) -> Result<u8, Failure> {
        self.check_output()?;
        self.check_query()?;
        self.check_pages()?;
        let unknown = if self.app.globals.allow_unknown_values || behaviour().sends_any_value {
            Unknown::Allowed
        } else {
            Unknown::Refused
        };
        validate(&mut input, &self.command.input, unknown)?;
        if self.arguments.skeleton.is_some() {
            let format = self.format();
            let value = skeleton::output(&self.command.output, format);
            return self.app.show(&value, self.command.operation, format);
        }
        let network = network(self.app, &self.settings)?;
        let region = zone::region(&self.settings, &input, self.app.globals.no_sign_request);
        let region = match region {
            // version 2 finds this out with the request
            Err(failure) if behaviour().any_region => Err(failure),
            region => Ok(region?),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::new(format!("the program cannot start: {error}")))?;
        let ended = runtime.block_on(async {
            let mut signals = Signals::new()
                .map_err(|error| Failure::new(format!("signals cannot be listened to: {error}")))?;
            tokio::select! {
                biased;
                stop = signals.next() => Ok(Err(stop)),
                result = self.exchange(input, body, network, region) => result.map(Ok),
            }
        });
        match ended {
            // a file that is just being created is to be removed; a write to a pipe may never end
            Ok(Err(_)) => runtime.shutdown_timeout(CLEANING_UP),
            _ => runtime.shutdown_background(),
        }
        match ended? {
            Ok(Some(value)) => self.finish(&value),
            Ok(None) => Ok(0),
            Err(stop) => {
                if stop.is_from_keyboard() && self.arguments.outfile != Some("-") {
                    console::print("\n")?;
                }
                Ok(stop.code())
            }
        }
    }

    /// Who asks for one page cannot ask for a part of all.
    fn check_pages(&self) -> Result<(), Failure> {
        let options = self.paging.used();
        if self.is_paged() || options.is_empty() {
            if self.paging.max_items == Some(0) {
                console::warn("--max-items 0 prints no items");
            }
            return Ok(());
        }
        Err(pages::is_one_page(&options))
    }

    /// Sessions alone have credentials to export.
    fn check_output(&self) -> Result<(), Failure> {
        if self.output == Output::Env && !is_session(self.command) {
            Err(Failure::new(format!(
                "The output format env is for create-session, not for {}.",
                self.command.name
            )))
        } else {
            Ok(())
        }
    }

    /// A query chooses from what is printed.
    fn check_query(&self) -> Result<(), Failure> {
        let instead = match self.output {
            _ if self.arguments.exec => "--exec runs a command with the whole session",
            Output::Env => "--output env prints the whole session",
            _ if self.arguments.outfile == Some("-") => "with - only the body is printed",
            _ => return Ok(()),
        };
        match &self.app.query {
            None => Ok(()),
            Some(_) => Err(Failure::new(format!(
                "--query has nothing to choose from: {instead}. Leave one of the two out."
            ))),
        }
    }

    /// What is to be printed, if that has not been done.
    async fn exchange(
        &self,
        input: Value,
        body: &Source,
        network: Network,
        region: Result<String, Failure>,
    ) -> Result<Option<Value>, Failure> {
        let transport = network.transport();
        let account = Account::find(self.app, &self.settings, &network).await?;
        let body = match body {
            Source::Nowhere => None,
            Source::File(path) => Some(upload::open(path, &self.app.env.expand(path)).await?),
            Source::Text(text) => Some(Body::from(text.clone())),
        };
        let mut caller = Caller {
            settings: &self.settings,
            region: region?,
            retries: retry_rules(self.settings.retries),
            account,
            transport,
            body,
            kept: session_cache::chosen(self.app)?,
            client: None,
        };
        if let Some(wait) = self.wait {
            wait.run(&mut caller, self.command, &input).await?;
            return Ok(None);
        }
        let mut value = match (Spec::of(self.command), self.is_paged()) {
            (Some(spec), true) => return self.pages(&mut caller, input, &spec).await,
            _ => {
                let answer = caller.call(self.command, &input).await?;
                if let (Some(stream), Some(path)) = (answer.stream, self.arguments.outfile) {
                    download::save(stream, path, &self.app.env).await?;
                    if path == "-" {
                        // the body has standard output for itself
                        return Ok(None);
                    }
                }
                answer.value
            }
        };
        self.adjust(&mut value);
        Ok(Some(value))
    }

    fn is_paged(&self) -> bool {
        !self.app.globals.no_paginate && !self.is_manual
    }

    /// Text is printed page by page, the other formats when all is there.
    async fn pages(
        &self,
        caller: &mut Caller<'_>,
        input: Value,
        spec: &Spec,
    ) -> Result<Option<Value>, Failure> {
        let mut show = |page: &Value| {
            let mut page = page.clone();
            self.adjust(&mut page);
            self.finish(&page).map(|_| ())
        };
        let each: Option<pages::Each<'_>> = match self.format() {
            Format::Text | Format::YamlStream => Some(&mut show),
            _ => None,
        };
        let is_shown = each.is_some();
        let are_whole = self.format() == Format::YamlStream;
        let which = (spec, &self.paging, are_whole);
        let mut value = pages::call(caller, self.command, input, which, each).await?;
        self.adjust(&mut value);
        Ok((!is_shown).then_some(value))
    }

    fn adjust(&self, value: &mut Value) {
        if self.iso8601 {
            iso8601(value, &self.command.output);
        }
    }

    fn finish(&self, value: &Value) -> Result<u8, Failure> {
        stop::blocking(|| self.print(value))
    }

    fn print(&self, value: &Value) -> Result<u8, Failure> {
        if self.arguments.exec {
            return session::exec(value, &self.app.child);
        }
        match self.output {
            Output::Off => Ok(0),
            Output::Env => console::print(&session::exports(value)?),
            Output::Table => {
                let code = self
                    .app
                    .show(value, self.command.operation, Format::Table)?;
                session::tell_time_left(value);
                Ok(code)
            }
            _ => self.app.show(value, self.command.operation, self.format()),
        }
    }

    fn format(&self) -> Format {
        self.output.format()
    }
}

/// A time limit as the user gave it; 0 is none.
fn limit(seconds: i128, name: &str) -> Result<Duration, Failure> {
    /// As good as no limit, and within what clocks can add.
    const EVER: u64 = 1_000_000_000;
    match u64::try_from(seconds) {
        Ok(0) => Ok(Duration::from_secs(EVER)),
        Err(_) if seconds < 0 => Err(Failure::new(format!(
            "Attempted to set {name} timeout to {seconds}, but the timeout cannot be set to a value less than or \
             equal to 0."
        ))),
        seconds => Ok(Duration::from_secs(seconds.unwrap_or(EVER).min(EVER))),
    }
}

/// Writes all moments in one form.
fn iso8601(value: &mut Value, structure: &Structure) {
    let Value::Object(members) = value else {
        return;
    };
    for member in others::members(structure) {
        if let Some(value) = members.get_mut(member.name) {
            moments(value, kind_of(member));
        }
    }
}

fn moments(value: &mut Value, kind: &Kind) {
    match (kind, value) {
        (Kind::Structure(structure), value) => iso8601(value, structure),
        (Kind::List { item, .. }, Value::Array(items)) => {
            items.iter_mut().for_each(|value| moments(value, item));
        }
        (Kind::Timestamp(_), Value::String(text)) => {
            if let Some(better) = crate::input::iso8601(text) {
                *text = better;
            }
        }
        _ => {}
    }
}
