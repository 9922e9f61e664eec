//! `zonal exec`: runs a command for which an endpoint on this machine signs requests, in sessions where they go in
//! such. So tools that know nothing of sessions work with directory buckets.

mod body;
mod chunks;
mod endpoint;
mod keys;
mod refusal;
mod target;
mod verify;

use std::ffi::OsString;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;
use zonal::__private::signing::KeyCache;

use crate::app::App;
use crate::args::{Senseless, parse};
use crate::failure::Failure;
use crate::stop::{Signals, Stop};
use crate::{session, session_cache};
use endpoint::Endpoint;
use keys::Keys;

/// How many connections the command may have open; more wait.
const CONNECTIONS: usize = 256;

/// Variables that the command must not have: credentials, and what would lead around the endpoint.
const REMOVED: &[&str] = &[
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_DEFAULT_PROFILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_TOKEN",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
];

/// Runs the command behind `--`; the exit code is its own.
pub(crate) fn run(app: &App, words: &[&str]) -> Result<u8, Failure> {
    let parsed = parse::<Failure>(words, &[], usize::MAX, |_| Ok(()))?;
    // the options of a program for which -- is missing are its own
    let is_program = words.first().is_some_and(|word| !word.starts_with('-'));
    if !parsed.rest.is_empty() && !is_program {
        return Err(Failure::unknown_options(&parsed.rest, &[]));
    }
    let child = app
        .child
        .split_first()
        .filter(|_| parsed.positionals.is_empty());
    let Some((program, arguments)) = child else {
        let what = format!("a program behind --, as in: zonal exec -- {}", meant(words));
        return Err(Senseless::missing(&what).into());
    };
    let runtime = crate::run::runtime()?;
    let code = runtime.block_on(serve(app, program, arguments));
    // requests that nobody waits for any more
    runtime.shutdown_background();
    code
}

/// The command that `exec` was meant to run, up to its options, which may hold a secret, and to a word that needs quotes.
fn meant(words: &[&str]) -> String {
    let is_plain = |word: &&str| {
        let mut bytes = word.bytes();
        !word.starts_with('-')
            && bytes.all(|b| b.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&b))
    };
    let plain: Vec<_> = words.iter().copied().take_while(is_plain).collect();
    match (plain.is_empty(), plain.len() == words.len()) {
        (true, _) => "aws s3 ls s3://NAME".to_owned(),
        (_, true) => plain.join(" "),
        _ => format!("{} …", plain.join(" ")),
    }
}

async fn serve(app: &App, program: &OsString, arguments: &[OsString]) -> Result<u8, Failure> {
    let fail = |error: io::Error| Failure::new(format!("No endpoint for the command: {error}"));
    let (client, _) = crate::run::client(app, &[], session_cache::chosen(app)?).await?;
    let region = zonal::__private::Core::from(client.clone())
        .region()
        .to_owned();
    let keys = Keys::new().map_err(|error| fail(io::Error::other(error.to_string())))?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .map_err(fail)?;
    let url = format!("http://{}", listener.local_addr().map_err(fail)?);
    let mut command = Command::new(program);
    command.args(arguments);
    prepare(&mut command, app, &url, &region, &keys);
    let endpoint = Arc::new(Endpoint {
        client,
        keys,
        cache: KeyCache::default(),
    });
    let mut signals = Signals::new().map_err(fail)?;
    let mut child = command
        .spawn()
        .map_err(|error| session::cannot_run(program, &error))?;
    tokio::spawn(accept(listener, endpoint));
    loop {
        tokio::select! {
            status = child.wait() => return status.map(session::code).map_err(fail),
            stop = signals.next() => hand_on(stop, &child),
        }
    }
}

/// The environment of the command.
fn prepare(command: &mut Command, app: &App, url: &str, region: &str, keys: &Keys) {
    for name in REMOVED {
        command.env_remove(name);
    }
    let key = keys.account();
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", &*key.id),
        ("AWS_SECRET_ACCESS_KEY", key.secret.expose()),
        ("AWS_REGION", region),
        ("AWS_DEFAULT_REGION", region),
        ("AWS_ENDPOINT_URL", url),
        ("AWS_ENDPOINT_URL_S3", url),
        // of s5cmd
        ("S3_ENDPOINT_URL", url),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ] {
        command.env(name, value);
    }
    for name in ["NO_PROXY", "no_proxy"] {
        let others = app.env.filled(name).map(|hosts| format!("{hosts},"));
        let others = others.unwrap_or_default();
        command.env(name, format!("{others}127.0.0.1,localhost"));
    }
}

/// Takes connections until the program ends.
async fn accept(listener: TcpListener, endpoint: Arc<Endpoint>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let Ok((stream, _)) = listener.accept().await else {
            // too many files are open: one may be closed by then
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        drop(stream.set_nodelay(true));
        let endpoint = Arc::clone(&endpoint);
        tokio::spawn(async move {
            let _place = place;
            let answer = |request| {
                let answer = Arc::clone(&endpoint).answer(request);
                async move { Ok::<_, std::convert::Infallible>(answer.await) }
            };
            let served = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service_fn(answer))
                .await;
            // the command sees what goes wrong with its connection
            drop(served);
        });
    }
}

/// Gives a signal to the command. What the keyboard sends has reached it already.
#[cfg(unix)]
fn hand_on(stop: Stop, child: &Child) {
    use rustix::process::{Pid, Signal, kill_process};
    let signal = match stop {
        Stop::Interrupted if io::IsTerminal::is_terminal(&io::stdin()) => return,
        Stop::Interrupted => Some(Signal::INT),
        Stop::Signal(number) => Signal::from_named_raw(number),
    };
    let pid = child
        .id()
        .and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    if let (Some(pid), Some(signal)) = (pid, signal) {
        // it may have ended
        let _ = kill_process(pid, signal);
    }
}

#[cfg(not(unix))]
fn hand_on(_: Stop, _: &Child) {}
