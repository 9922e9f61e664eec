//! Where credentials come from: one table for the library and for the program. Each case runs a process with an
//! environment, a home directory and scripted services of its own, which lists a bucket of the peer.

mod service;
pub(crate) mod table;

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt as _;
use std::path::Path;
use std::process::Command;

use service::Service;
use table::{Case, Outcome};
use zonal_peer::{CredentialKind, Operation, Peer};

pub(crate) const BUCKET: &str = "demo--usw2-az1--x-s3";
/// The secret of every key, which nobody may print.
const SECRET: &str = "MARKER/secret/key/of/every/account/00000";

/// Runs cases. `command` makes the process that is tried; the name is that of the profile which the program itself
/// chooses, if it does.
pub(crate) fn run(cases: &[Case], command: impl Fn(Option<&str>) -> Command) {
    let peer = Peer::builder().bucket(BUCKET).region("us-west-2");
    let peer = peer.start_blocking().unwrap();
    for id in table::KEYS {
        if id.starts_with("AKIA") {
            peer.add_credentials(id, SECRET)
        } else {
            peer.add_temporary_credentials(id, SECRET, &service::token(id))
        }
    }
    for case in cases {
        try_one(case, &peer, command(case.profile));
    }
}

fn try_one(case: &Case, peer: &Peer, mut command: Command) {
    let name = case.name;
    let home = tempfile::tempdir().unwrap();
    let (services, proxy) = (Service::start(), Service::start());
    let fill = |text: &str| {
        let text = text.replace("{home}", home.path().to_str().unwrap());
        let text = text.replace("{url}", &services.url);
        let text = text.replace("{peer}", &peer.endpoint_url());
        text.replace("{secret}", SECRET)
    };
    for (path, text) in case.files {
        write(&home.path().join(path), &fill(text));
    }
    let base = [
        ("PATH", "/usr/bin:/bin".to_owned()),
        ("HOME", fill("{home}")),
        ("AWS_REGION", "us-west-2".to_owned()),
        ("AWS_MAX_ATTEMPTS", "1".to_owned()),
        ("AWS_ENDPOINT_URL_S3", peer.endpoint_url()),
        ("AWS_ENDPOINT_URL_STS", fill("{url}")),
        ("AWS_ENDPOINT_URL_SSO", fill("{url}")),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", fill("{url}/none")),
        // a busy machine may take longer than the second that it has
        ("AWS_METADATA_SERVICE_TIMEOUT", "60".to_owned()),
        ("HTTP_PROXY", proxy.url.clone()),
        ("HTTPS_PROXY", proxy.url.clone()),
    ];
    command.env_clear().envs(base);
    for (name, value) in case.variables {
        match *value {
            "{not utf-8}" => command.env(name, OsString::from_vec(vec![b'h', 0xff])),
            value => command.env(name, fill(value)),
        };
    }
    peer.take_requests();
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let all = format!("{said}{}", String::from_utf8_lossy(&output.stdout));
    for secret in [SECRET, "token-of-", "MARKER"] {
        assert!(!all.contains(secret), "{name}: {all}");
    }
    match case.outcome {
        Outcome::Key(id) => {
            assert!(output.status.success(), "{name}: {said}");
            let requests = peer.take_requests();
            let mut signed = requests.iter().map(|request| &request.credentials);
            let is_it = |kind: &CredentialKind| matches!(kind, CredentialKind::Base { access_key_id } if access_key_id == id);
            assert!(signed.any(is_it), "{name}: {requests:?}");
            let operations = requests.iter().map(|request| request.operation);
            let sessions = operations.filter(|it| *it == Operation::CreateSession);
            assert_eq!(sessions.count(), usize::from(case.sessions), "{name}");
        }
        Outcome::Says(words) => {
            assert!(!output.status.success(), "{name}");
            for word in words {
                let word = fill(word);
                assert!(said.contains(&word), "{name}: no {word:?} in {said}");
            }
            assert!(peer.take_requests().is_empty(), "{name}");
        }
    }
    let asked = services.requests();
    let mut rest = asked.iter();
    for word in case.asked {
        assert!(
            rest.any(|request| request.contains(word)),
            "{name}: no {word:?} in {asked:#?}"
        );
    }
    assert!(proxy.requests().is_empty(), "{name}: a proxy was asked");
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
