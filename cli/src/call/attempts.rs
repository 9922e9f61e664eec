//! [`Caller`]: sends a request as often as it takes.

use std::time::Duration;

use serde_json::Value;
use zonal::runtime::{Body, ByteStream};
use zonal::{Checksums, Client, Credentials};
use zonal_commands::{Command, Request, Visit, visit};
use zonal_config::Values;

use super::keys;
use super::raw::{Kept, Raw};
use super::wire;
use super::wording::{Trouble, trouble};
use crate::debug;
use crate::failure::Failure;
use crate::input::write_as_modelled;
use crate::net::NetworkTransport;
use crate::version;

/// What sends requests.
pub(crate) struct Caller<'a> {
    pub(crate) settings: &'a Values,
    pub(crate) region: String,
    /// None signs nothing.
    pub(crate) credentials: Option<Credentials>,
    pub(crate) transport: NetworkTransport,
    pub(crate) body: Option<Body>,
    /// Made for the first call. All calls of a command share it, with its session and its connections.
    pub(crate) client: Option<Client>,
}

/// An answer.
pub(crate) struct Answer {
    /// The members of the output.
    pub(crate) value: Value,
    /// The body, where it streams.
    pub(crate) stream: Option<ByteStream>,
}

impl Caller<'_> {
    /// Sends a request; asks again where that may help, the way the AWS CLI does: up to a random part of 1, 2, 4,
    /// … seconds later.
    pub(crate) async fn call(
        &mut self,
        command: &Command,
        input: &Value,
    ) -> Result<Answer, Failure> {
        let attempts = self.settings.attempts;
        let (mut attempt, mut moved, mut doubt) = (1, false, false);
        let mut input = input.clone();
        let decodes = keys::ask(command, &mut input);
        write_as_modelled(&mut input, &command.input);
        if version::is_two() && self.settings.request_checksums != Some(Checksums::WhenRequired) {
            checksum_of_two(command, &mut input);
        }
        let mut client = self.client()?;
        loop {
            let once = Once {
                command,
                client: &client,
                input: &input,
                body: self.body.as_ref(),
                settings: self.settings,
                attempt,
            };
            let run = visit(command.operation, once)
                .ok_or_else(|| Failure::new(format!("there is no {}", command.operation)))?;
            let trouble = match run.await {
                Ok(mut answer) => {
                    if decodes {
                        keys::decode(&mut answer.value);
                    }
                    return Ok(answer);
                }
                Err(trouble) => trouble,
            };
            match trouble.region {
                // once and at once, even where no attempt is left
                Some(region) if !moved => {
                    debug::say(format_args!("asking again in the region {region}"));
                    moved = true;
                    attempt += 1;
                    doubt |= trouble.doubt;
                    self.region = region;
                    self.client = None;
                    client = self.client()?;
                }
                _ if trouble.again && attempt < attempts => {
                    let pause = pause(attempt);
                    let text = trouble.failure.text.trim().to_owned();
                    debug::say(format_args!(
                        "attempt {attempt}: {text}; again in {pause:?}"
                    ));
                    tokio::time::sleep(pause).await;
                    attempt += 1;
                    doubt |= trouble.doubt;
                }
                _ => return Err(trouble.last(doubt)),
            }
        }
    }

    fn client(&mut self) -> Result<Client, Failure> {
        match &self.client {
            Some(client) => Ok(client.clone()),
            None => Ok(self.client.insert(self.build(1)?).clone()),
        }
    }

    /// A client that tries each call so often.
    pub(crate) fn build(&self, attempts: u32) -> Result<Client, Failure> {
        let mut builder = Client::builder()
            .region(&self.region)
            .use_fips(self.settings.use_fips)
            .use_dual_stack(self.settings.use_dual_stack)
            .max_attempts(attempts)
            .retry_rules(self.settings.retries.rules())
            .session_auth(!self.settings.no_sessions)
            .transport(self.transport.clone());
        if let Some(limit) = self.transport.read_timeout() {
            builder = builder.read_timeout(limit);
        }
        if let Some(url) = &self.settings.endpoint_url {
            // who names a server says how it is asked; a warning has been given
            builder = builder.endpoint_url(url).allow_http(true);
        }
        if let Some(when) = self.settings.request_checksums {
            builder = builder.request_checksums(when);
        }
        if let Some(when) = self.settings.response_checksums {
            builder = builder.response_checksums(when);
        }
        builder = match &self.credentials {
            Some(credentials) => builder.credentials(credentials.clone()),
            None => builder.anonymous(),
        };
        builder
            .build()
            .map_err(|error| Failure::new(error.to_string()))
    }
}

/// Version 2 of the AWS CLI checks what it sends with CRC-64/NVME, where nothing is said of it.
fn checksum_of_two(command: &Command, input: &mut Value) {
    const MEMBER: &str = "ChecksumAlgorithm";
    // these say what S3 is to do later, and send nothing that could be checked
    const SENDS_NOTHING: [&str; 2] = ["CopyObject", "CreateMultipartUpload"];
    let has_it = command
        .input
        .members
        .iter()
        .any(|member| member.name == MEMBER);
    if let Value::Object(input) = input
        && has_it
        && !SENDS_NOTHING.contains(&command.operation)
        && !input.keys().any(|name| name.starts_with("Checksum"))
    {
        input.insert(MEMBER.to_owned(), Value::from("CRC64NVME"));
    }
}

/// A random part of a span that doubles.
fn pause(attempt: u32) -> Duration {
    let nanos = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |now| now.subsec_nanos());
    let part = f64::from(nanos % 1_000_000) / 1_000_000.0;
    let span = f64::from(1_u32 << (attempt - 1).min(5));
    Duration::from_secs_f64((part * span).min(20.0))
}

/// One attempt.
struct Once<'a> {
    command: &'a Command,
    client: &'a Client,
    input: &'a Value,
    body: Option<&'a Body>,
    settings: &'a Values,
    attempt: u32,
}

type Run<'a> = std::pin::Pin<Box<dyn Future<Output = Result<Answer, Trouble>> + 'a>>;

impl<'a> Visit for Once<'a> {
    type Output = Run<'a>;

    fn visit<O: Request>(self) -> Self::Output {
        Box::pin(self.run::<O>())
    }
}

impl Once<'_> {
    async fn run<O: Request>(self) -> Result<Answer, Trouble> {
        let mut request: O = serde_json::from_value(self.input.clone())
            .map_err(|error| self.fail(&format!("the input does not fit: {error}")))?;
        if let Some(body) = self.body {
            request.set_body(body.clone());
        }
        let kept = self.client.send(Raw(request)).await;
        let kept: Kept<O::Output> =
            kept.map_err(|error| trouble(&error, self.attempt, self.settings))?;
        let mut value = wire::read(
            self.command,
            kept.status.as_u16(),
            &kept.headers,
            &kept.body,
        )
        .map_err(|error| self.fail(&error.to_string()))?;
        wire::report(self.command, &kept.left_out, &mut value);
        Ok(Answer {
            value,
            stream: O::take_stream(kept.output),
        })
    }

    fn fail(&self, message: &str) -> Trouble {
        let operation = self.command.operation;
        Trouble {
            failure: Failure::new(format!("{operation}: {message}")),
            again: false,
            region: None,
            doubt: false,
        }
    }
}
