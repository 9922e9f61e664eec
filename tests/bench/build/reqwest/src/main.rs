//! The same as on `zonal`, on `reqwest`: opens a session, signs, and reads XML. It retries nothing, renews no session and
//! verifies no checksum.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use reqwest::{Client, Method, Response};
use serde::Deserialize;

const HOST: &str = "https://demo--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com";

type Error = Box<dyn std::error::Error>;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateSessionResult {
    credentials: Session,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Session {
    access_key_id: String,
    secret_access_key: String,
    session_token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListBucketResult {
    #[serde(default)]
    contents: Vec<Object>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Object {
    key: String,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let client = Client::new();
    let variable = std::env::var;
    let account = Credentials::new(
        variable("AWS_ACCESS_KEY_ID")?,
        variable("AWS_SECRET_ACCESS_KEY")?,
        variable("AWS_SESSION_TOKEN").ok(),
        None,
        "environment",
    );
    let answer = send(&client, &account, None, Method::GET, "/?session", "").await?;
    let result: CreateSessionResult = quick_xml::de::from_str(&answer.text().await?)?;
    let session = result.credentials;
    let (id, secret) = (session.access_key_id, session.secret_access_key);
    let keys = Credentials::new(id, secret, None, None, "session");
    let token = Some(&*session.session_token);
    send(&client, &keys, token, Method::PUT, "/notes/a.txt", "hello").await?;
    let object = send(&client, &keys, token, Method::GET, "/notes/a.txt", "").await?;
    println!("{} bytes", object.bytes().await?.len());
    let query = "/?list-type=2&prefix=notes%2F";
    let list = send(&client, &keys, token, Method::GET, query, "").await?;
    let list: ListBucketResult = quick_xml::de::from_str(&list.text().await?)?;
    for object in list.contents {
        println!("{}", object.key);
    }
    Ok(())
}

async fn send(
    client: &Client,
    credentials: &Credentials,
    token: Option<&str>,
    method: Method,
    path: &str,
    body: &'static str,
) -> Result<Response, Error> {
    let identity = credentials.clone().into();
    let parameters = SigningParams::builder()
        .identity(&identity)
        .region("us-west-2")
        .name("s3express")
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()?;
    let url = format!("{HOST}{path}");
    let headers = token.map(|token| ("x-amz-s3session-token", token));
    let signable = SignableBody::Bytes(body.as_bytes());
    let signable = SignableRequest::new(method.as_str(), &*url, headers.into_iter(), signable)?;
    let (signed, _) = sign(signable, &parameters.into())?.into_parts();
    let mut request = client.request(method, &url).body(body);
    for (name, value) in signed.headers().chain(headers) {
        request = request.header(name, value);
    }
    Ok(request.send().await?.error_for_status()?)
}
