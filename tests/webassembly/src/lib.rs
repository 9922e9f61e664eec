//! A client that is given everything by its host: `run.mjs` sends what it is handed, waits, and tells the time.
//!
//! The host is asked for something with a number for it, and says with [`end`] what came of it. There is one task, which
//! is polled whenever something has come.

mod host;
mod task;

use host::Host;
use zonal::{Client, Credentials, RenameSource};

/// What the host is asked to send is signed with these.
const KEYS: [&str; 2] = ["AKIDEXAMPLE", "secret"];
const BUCKET: &str = "demo--usw2-az1--x-s3";

/// Puts, gets and lists, and says what it saw.
async fn run(url: String) -> Result<String, Box<dyn std::error::Error>> {
    let [id, secret] = KEYS;
    let client = Client::builder()
        .region("us-west-2")
        .endpoint_url(url)
        .credentials(Credentials::new(id, secret, None, None, "test"))
        .transport(Host)
        .clock(Host)
        .random(Host)
        .build()?;
    client.put_object(BUCKET, "a b").body("from WebAssembly").await?;
    let object = client.get_object(BUCKET, "a b").await?;
    let body = object.body.collect().await?;
    let list = client.list_objects_v2(BUCKET).await?;
    let keys: Vec<_> = list.contents.iter().filter_map(|object| object.key.as_deref()).collect();
    let missing = client.get_object(BUCKET, "missing").await.unwrap_err();
    // a token that is made here
    client.rename_object(BUCKET, "c", RenameSource::new("a b")).await?;
    Ok(format!(
        "{} {keys:?} {}",
        String::from_utf8_lossy(&body),
        missing.code().unwrap_or_default()
    ))
}

/// What is missing where the host gives nothing.
fn what_is_missing() -> String {
    let builder = || Client::builder().region("us-west-2").transport(Host);
    let without = [
        Client::builder().region("us-west-2").build().map(drop),
        builder().build().map(drop),
        builder().clock(Host).build().map(drop),
    ];
    without.map(|built| built.unwrap_err().to_string()).join("\n")
}

/// Begins the task; its input stands at `text`.
#[unsafe(no_mangle)]
pub extern "C" fn begin(text: *mut u8, length: usize) {
    let url = host::text_at(text, length);
    task::begin(async move {
        host::say(&what_is_missing());
        match run(url).await {
            Ok(said) => host::say(&said),
            Err(error) => host::say(&format!("failed: {error}")),
        }
        host::done();
    });
}
