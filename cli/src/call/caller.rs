//! [`Caller`]: sends the requests of a command.

use std::time::Duration;

use serde_json::Value;
use zonal::runtime::retry::RetryRules;
use zonal::runtime::session::SessionSettings;
use zonal::runtime::{Body, ByteStream};
use zonal::{Checksums, Client};
use zonal_commands::{COMMANDS, Command, Request, Visit, visit};
use zonal_config::Values;

use super::endpoints::{is_dots, with_other_buckets};
use super::keys;
use super::raw::{Kept, Raw};
use super::wire;
use super::wording::{Trouble, trouble};
use crate::account::Account;
use crate::args::is_session;
use crate::debug;
use crate::failure::Failure;
use crate::input::write_as_modelled;
use crate::net::NetworkTransport;
use crate::others::Sent;
use crate::rules::rules;
use crate::session_cache::Folder;
use crate::version::{self, behaviour};

/// The AWS CLI waits for a random time up to 1, 2, 4, … seconds before it tries again.
pub(crate) const FIRST_WAIT: Duration = Duration::from_secs(1);
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(20);
/// How long opening a session may take, for each of its attempts.
const SESSION_LIMIT: Duration = Duration::from_secs(10);

/// Sends requests.
pub(crate) struct Caller<'a> {
    pub(crate) settings: &'a Values,
    pub(crate) region: String,
    /// What is asked again.
    pub(crate) retries: &'static RetryRules,
    /// `None` sends requests without a signature.
    pub(crate) account: Option<Account>,
    pub(crate) transport: NetworkTransport,
    pub(crate) body: Option<Body>,
    /// The session cache, which is for the next run.
    pub(crate) kept: Option<Folder>,
    /// The client of all calls of a command, with their session and connections. The first call creates it.
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
    /// Sends a request. The client retries it by the rules of the AWS CLI. If the service names another region, this
    /// sends it once more there.
    pub(crate) async fn call(
        &mut self,
        command: &Command,
        input: &Value,
    ) -> Result<Answer, Failure> {
        let mut input = input.clone();
        let decodes = keys::ask(command, &mut input);
        keys::tell_source(&input);
        write_as_modelled(&mut input, &command.input);
        if version::is_two() && self.settings.request_checksums != Some(Checksums::WhenRequired) {
            checksum_of_two(command, &mut input);
        }
        let client = self.client()?;
        let mut result = self.send(command, &client, &input, 0).await;
        if let Err(trouble) = &mut result
            && trouble.is_lost
            && behaviour().asks_for_regions
        {
            trouble.region = self.region_of(&client, &input).await;
        }
        if let Err(trouble) = &mut result
            && let Some(region) = trouble.region.take()
        {
            debug::say(format_args!("asking again in the region {region}"));
            let (made, doubt) = (trouble.attempts, trouble.doubt);
            self.region = region;
            self.client = None;
            let client = self.client()?;
            result = self.send(command, &client, &input, made).await;
            if let Err(trouble) = &mut result {
                trouble.doubt |= doubt;
            }
        }
        let mut answer = result.map_err(Trouble::last)?;
        if decodes {
            keys::decode(&mut answer.value);
        }
        Ok(answer)
    }

    /// Sends a request with a client; `made` attempts were made before, with another.
    async fn send(
        &self,
        command: &Command,
        client: &Client,
        input: &Value,
        made: u32,
    ) -> Result<Answer, Trouble> {
        let call = Call {
            command,
            client,
            input,
            body: self.body.as_ref(),
            settings: self.settings,
            made,
        };
        match visit(command.operation, call) {
            Some(answer) => answer.await,
            None => Err(Trouble::new(format!("there is no {}", command.operation))),
        }
    }

    /// The region that the bucket of a request says it is in, if that is another.
    async fn region_of(&self, client: &Client, input: &Value) -> Option<String> {
        let mut commands = COMMANDS.iter();
        let command = commands.find(|command| command.operation == "HeadBucket")?;
        let input = serde_json::json!({ "Bucket": input.get("Bucket")? });
        let found = match self.send(command, client, &input, 0).await {
            Ok(answer) => answer.value.get("BucketRegion")?.as_str()?.to_owned(),
            Err(trouble) => trouble.region?,
        };
        (found != self.region).then_some(found)
    }

    fn client(&mut self) -> Result<Client, Failure> {
        match &self.client {
            Some(client) => Ok(client.clone()),
            None => Ok(self.client.insert(self.build()?).clone()),
        }
    }

    /// A client with the settings.
    pub(crate) fn build(&self) -> Result<Client, Failure> {
        let attempts = self.settings.attempts;
        let mut builder = Client::builder()
            .region(&self.region)
            .use_fips(self.settings.use_fips)
            .use_dual_stack(self.settings.use_dual_stack)
            .max_attempts(attempts)
            .retry_rules(self.retries)
            .retry_wait(FIRST_WAIT, LONGEST_WAIT)
            .session_settings(SessionSettings::default().open_timeout(SESSION_LIMIT * attempts))
            .session_auth(!self.settings.no_sessions)
            .transport(self.transport.clone());
        if behaviour().asks_other_buckets {
            builder = builder.endpoint_rules(with_other_buckets);
        }
        if let Some(folder) = &self.kept {
            builder = builder.session_store(folder.clone());
        }
        if debug::is_on() {
            builder = builder.hook(debug::Attempts);
        }
        if let Some(limit) = self.transport.read_timeout() {
            builder = builder.read_timeout(limit);
        }
        if let Some(url) = &self.settings.endpoint_url {
            // a user who sets an endpoint chooses its scheme; the program has printed a warning
            builder = builder.endpoint_url(url).allow_http(true);
        }
        if let Some(when) = self.settings.request_checksums {
            builder = builder.request_checksums(when);
        }
        if let Some(when) = self.settings.response_checksums {
            builder = builder.response_checksums(when);
        }
        builder = match &self.account {
            Some(account) => {
                let builder = builder.credentials(account.provider());
                builder.credentials_timeout(rules().process_limit)
            }
            None => builder.anonymous(),
        };
        builder
            .build()
            .map_err(|error| Failure::new(error.to_string()))
    }
}

/// Version 2 of the AWS CLI uses CRC-64/NVME by default.
fn checksum_of_two(command: &Command, input: &mut Value) {
    const MEMBER: &str = "ChecksumAlgorithm";
    // these requests have no body that could have a checksum
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

/// A request, on its way to a client.
struct Call<'a> {
    command: &'a Command,
    client: &'a Client,
    input: &'a Value,
    body: Option<&'a Body>,
    settings: &'a Values,
    made: u32,
}

type Run<'a> = std::pin::Pin<Box<dyn Future<Output = Result<Answer, Trouble>> + 'a>>;

impl<'a> Visit for Call<'a> {
    type Output = Run<'a>;

    fn visit<O: Request>(self) -> Self::Output {
        Box::pin(self.run::<O>())
    }
}

impl Call<'_> {
    async fn run<O: Request>(self) -> Result<Answer, Trouble> {
        let mut input = self.input.clone();
        let others = Sent::take(self.command, &mut input);
        let bucket = input.get("Bucket").and_then(Value::as_str);
        let bucket = bucket.map(str::to_owned);
        let mut request: O = serde_json::from_value(input)
            .map_err(|error| self.fail(&format!("the input does not fit: {error}")))?;
        if let Some(body) = self.body {
            request.set_body(body.clone());
        }
        let has = |name: &str| {
            let mut members = self.command.input.members.iter();
            members.any(|member| member.name == name)
        };
        if bucket.as_deref().is_some_and(is_dots) && has("Key") {
            // a server that takes the dots out would do it to an object of another bucket
            return Err(
                self.fail("the bucket is called `.` or `..`, which servers take out of a path")
            );
        }
        let raw = Raw {
            request,
            bucket,
            is_elsewhere: self.settings.endpoint_url.is_some(),
            is_of_bucket: !has("Key") && !is_session(self.command),
            is_typed: has("ContentType"),
            others,
        };
        // once in another region, even where no attempt is left
        let left = self.settings.attempts.saturating_sub(self.made).max(1);
        let kept = self.client.call(raw).max_attempts(left).await;
        let kept: Kept<O::Output> =
            kept.map_err(|error| trouble(&error, self.made, self.settings))?;
        let mut value = wire::read(
            self.command,
            kept.status.as_u16(),
            &kept.headers,
            &kept.body,
        )
        .map_err(|error| self.fail(&error.to_string()))?;
        wire::report(self.command, &kept.unreported, &mut value);
        wire::tell_strangers(&kept.strangers);
        Ok(Answer {
            value,
            stream: O::take_stream(kept.output),
        })
    }

    fn fail(&self, message: &str) -> Trouble {
        Trouble::new(format!("{}: {message}", self.command.operation))
    }
}
