//! [`Service`]: STS, SSO, the agent of a container and the metadata of a machine, at one address of this machine.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use super::SECRET;

/// The services, and what they were asked.
pub(super) struct Service {
    pub(super) url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Service {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // a client that goes away has been answered
                let _ = serve(stream, &seen);
            }
        });
        Self { url, requests }
    }

    /// Head and body of each request, in order.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn serve(stream: TcpStream, seen: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    while !request.ends_with("\r\n\r\n") {
        if reader.read_line(&mut request)? == 0 {
            return Ok(());
        }
    }
    let lower = request.to_ascii_lowercase();
    let mut lengths = lower
        .lines()
        .filter_map(|line| line.strip_prefix("content-length: "));
    let length = lengths.next().map_or(0, |length| length.parse().unwrap());
    reader.by_ref().take(length).read_to_string(&mut request)?;
    let (status, body) = answer(&request);
    seen.lock().unwrap().push(request);
    let head = format!(
        "HTTP/1.1 {status} x\r\nconnection: close\r\nx-aws-ec2-metadata-token-ttl-seconds: 21600\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    reader
        .get_mut()
        .write_all(format!("{head}{body}").as_bytes())
}

fn answer(request: &str) -> (u16, String) {
    let path = request.split(' ').nth(1).unwrap_or_default();
    match path.split('?').next().unwrap_or_default() {
        "/" => sts(request),
        "/container" => (200, json("ASIACONTAINER", "Token")),
        "/container/broken" => (
            500,
            r#"{"code": "Busy", "message": "no role yet"}"#.to_owned(),
        ),
        "/forbidden/latest/api/token" => (403, String::new()),
        path if path.ends_with("/latest/api/token") => (200, "token-of-metadata".to_owned()),
        "/latest/meta-data/placement/region" => (200, "us-west-2".to_owned()),
        "/latest/meta-data/iam/security-credentials/"
        | "/busy/latest/meta-data/iam/security-credentials/"
        | "/untrusted/latest/meta-data/iam/security-credentials/" => (200, "machine".to_owned()),
        "/busy/latest/meta-data/iam/security-credentials/machine" => (500, SECRET.to_owned()),
        "/untrusted/latest/meta-data/iam/security-credentials/machine" => {
            let code = r#"{"Code": "AssumeRoleUnauthorizedAccess", "Message": "not trusted"}"#;
            (200, code.to_owned())
        }
        "/latest/meta-data/iam/security-credentials/machine" => (200, json("ASIAMACHINE", "Token")),
        "/federation/credentials" if request.contains("token-of-sso") => {
            (200, format!(r#"{{"roleCredentials": {}}}"#, sso("ASIASSO")))
        }
        "/federation/credentials" => (401, r#"{"message": "Session token not found"}"#.to_owned()),
        _ => (404, String::new()),
    }
}

/// The keys of the role that is asked for: its name, in capitals, behind `ASIA`.
fn sts(request: &str) -> (u16, String) {
    let form = request.rsplit("\r\n\r\n").next().unwrap_or_default();
    let value = |name: &str| {
        let mut pairs = form.split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(it, _)| *it == name)
            .map_or("", |(_, value)| value)
    };
    let action = value("Action");
    let role = value("RoleArn").rsplit("%2F").next().unwrap_or_default();
    if role == "denied" {
        let error = "<Code>AccessDenied</Code><Message>You may not assume it.</Message>";
        return (
            403,
            format!("<ErrorResponse><Error><Type>Sender</Type>{error}</Error></ErrorResponse>"),
        );
    }
    let id = format!("ASIA{}", role.to_ascii_uppercase());
    let token = token(&id);
    let credentials = format!(
        "<Credentials><AccessKeyId>{id}</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>\
         <SessionToken>{token}</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>"
    );
    let result = format!("<{action}Result>{credentials}</{action}Result>");
    (
        200,
        format!("<{action}Response>{result}</{action}Response>"),
    )
}

/// The token of temporary keys.
pub(super) fn token(id: &str) -> String {
    format!("token-of-{id}")
}

fn json(id: &str, name: &str) -> String {
    let token = token(id);
    format!(
        r#"{{"Code": "Success", "AccessKeyId": "{id}", "SecretAccessKey": "{SECRET}", "{name}": "{token}", "Expiration": "2999-01-01T00:00:00Z"}}"#
    )
}

fn sso(id: &str) -> String {
    let token = token(id);
    format!(
        r#"{{"accessKeyId": "{id}", "secretAccessKey": "{SECRET}", "sessionToken": "{token}", "expiration": 32472144000000}}"#
    )
}
