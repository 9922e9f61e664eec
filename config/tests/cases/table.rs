//! The cases. In variables and files `{home}`, `{url}` and `{secret}` stand for the home directory, the scripted services
//! and the secret of every key.

pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// The profile that the program itself chooses.
    pub(crate) profile: Option<&'static str>,
    pub(crate) variables: &'static [(&'static str, &'static str)],
    /// Paths below the home directory.
    pub(crate) files: &'static [(&'static str, &'static str)],
    /// Whether the call goes in a session.
    pub(crate) sessions: bool,
    /// What the services are asked, in this order.
    pub(crate) asked: &'static [&'static str],
    pub(crate) outcome: Outcome,
}

#[derive(Clone, Copy)]
pub(crate) enum Outcome {
    /// The bucket is listed with the key of this id.
    Key(&'static str),
    /// Nothing is sent to S3, and the error says all of this.
    Says(&'static [&'static str]),
}

use Outcome::{Key, Says};

pub(crate) const CONFIG: &str = ".aws/config";
pub(crate) const CREDENTIALS: &str = ".aws/credentials";
/// Where the AWS CLI keeps the token of the SSO session `corp`: the name is the SHA-1 of that.
const SSO_TOKEN: &str = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

const METADATA: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";

pub(crate) const ENV_KEYS: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "AKIAENV"),
    ("AWS_SECRET_ACCESS_KEY", "{secret}"),
];
pub(crate) const FILE_KEYS: &str = "[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = {secret}\n\
                         [base]\naws_access_key_id = AKIABASE\naws_secret_access_key = {secret}\n";

/// All that the peer knows.
pub(crate) const KEYS: [&str; 11] = [
    "AKIAENV",
    "AKIAFILE",
    "AKIABASE",
    "AKIACONFIG",
    "AKIAPROCESS",
    "ASIAINNER",
    "ASIAOUTER",
    "ASIAWEB",
    "ASIACONTAINER",
    "ASIAMACHINE",
    "ASIASSO",
];

pub(crate) const NONE: Case = Case {
    name: "nothing is set up",
    profile: None,
    variables: &[("AWS_EC2_METADATA_DISABLED", "true")],
    files: &[],
    sessions: true,
    asked: &[],
    outcome: Says(&[
        "Unable to locate credentials",
        "aws configure",
        "AWS_ACCESS_KEY_ID",
        "{home}/.aws/config",
        "AWS_EC2_METADATA_DISABLED is true",
    ]),
};

pub(crate) const CASES: &[Case] = &[
    NONE,
    Case {
        name: "keys in the environment go ahead of the profile",
        variables: &ENV_KEYS,
        files: &[(CREDENTIALS, FILE_KEYS)],
        outcome: Key("AKIAENV"),
        ..NONE
    },
    Case {
        name: "a profile that the program chooses goes ahead of keys in the environment",
        profile: Some("base"),
        variables: &ENV_KEYS,
        files: &[(CREDENTIALS, FILE_KEYS)],
        outcome: Key("AKIABASE"),
        ..NONE
    },
    Case {
        name: "half of the keys in the environment",
        variables: &[ENV_KEYS[0]],
        files: &[(CREDENTIALS, FILE_KEYS)],
        outcome: Says(&["missing: AWS_SECRET_ACCESS_KEY", "unset AWS_ACCESS_KEY_ID"]),
        ..NONE
    },
    Case {
        name: "half of the keys in a file",
        variables: &[("AWS_PROFILE", "half")],
        files: &[(CREDENTIALS, "[half]\naws_access_key_id = AKIAFILE\n")],
        outcome: Says(&["missing: aws_secret_access_key", "profile half"]),
        ..NONE
    },
    Case {
        name: "a profile that does not exist",
        variables: &[("AWS_PROFILE", "produktion")],
        files: &[(CREDENTIALS, FILE_KEYS)],
        outcome: Says(&[
            "The config profile (produktion) could not be found",
            "default, base",
        ]),
        ..NONE
    },
    Case {
        name: "a profile where there are no files",
        variables: &[("AWS_PROFILE", "any")],
        outcome: Says(&[
            "(any) could not be found",
            "no profiles in {home}/.aws/config",
        ]),
        ..NONE
    },
    Case {
        name: "a file that is no file of settings",
        files: &[(CONFIG, "[default]\nregion\n")],
        outcome: Says(&["Unable to parse config file: {home}/.aws/config", "line 2"]),
        ..NONE
    },
    Case {
        name: "the credentials file goes ahead of the configuration",
        files: &[
            (CREDENTIALS, FILE_KEYS),
            (
                CONFIG,
                "[default]\naws_access_key_id = AKIACONFIG\naws_secret_access_key = x\n",
            ),
        ],
        outcome: Key("AKIAFILE"),
        ..NONE
    },
    Case {
        name: "keys in the configuration file",
        files: &[(
            CONFIG,
            "[default]\naws_access_key_id = AKIACONFIG\naws_secret_access_key = {secret}\n",
        )],
        outcome: Key("AKIACONFIG"),
        ..NONE
    },
    Case {
        name: "a program that prints keys",
        files: &[
            (
                CONFIG,
                "[default]\ncredential_process = /bin/sh \"{home}/my keys.sh\" now\n",
            ),
            (
                "my keys.sh",
                "test \"$1\" = now && echo '{\"Version\":1,\"AccessKeyId\":\"AKIAPROCESS\",\"SecretAccessKey\":\"{secret}\"}'",
            ),
        ],
        outcome: Key("AKIAPROCESS"),
        ..NONE
    },
    Case {
        name: "a program that fails",
        files: &[
            (
                CONFIG,
                "[default]\ncredential_process = /bin/sh {home}/keys.sh\n",
            ),
            (
                "keys.sh",
                "echo '{\"SecretAccessKey\":\"{secret}\"}'; echo the vault is sealed >&2; exit 3",
            ),
        ],
        outcome: Says(&[
            "the vault is sealed",
            "credential_process of the profile default",
            "exit status: 3",
        ]),
        ..NONE
    },
    Case {
        name: "a program that is not there",
        files: &[(CONFIG, "[default]\ncredential_process = ~/bin/keys\n")],
        outcome: Says(&["~/bin/keys", "without a shell", "profile default"]),
        ..NONE
    },
    Case {
        name: "a program that prints no keys",
        files: &[(
            CONFIG,
            "[default]\ncredential_process = /bin/echo {secret}\n",
        )],
        outcome: Says(&["custom-process", "its output is not JSON"]),
        ..NONE
    },
    Case {
        name: "a program that prints without end",
        files: &[(
            CONFIG,
            "[default]\ncredential_process = /usr/bin/yes {secret}\n",
        )],
        outcome: Says(&["/usr/bin/yes", "profile default", "more than 1048576 bytes"]),
        ..NONE
    },
    Case {
        name: "a program that says much beside its keys",
        files: &[
            (
                CONFIG,
                "[default]\ncredential_process = /bin/sh {home}/keys.sh\n",
            ),
            (
                "keys.sh",
                "head -c 3000000 /dev/zero >&2; echo '{\"Version\":1,\"AccessKeyId\":\"AKIAPROCESS\",\"SecretAccessKey\":\"{secret}\"}'",
            ),
        ],
        outcome: Key("AKIAPROCESS"),
        ..NONE
    },
    Case {
        name: "a program that leaves another one behind",
        files: &[
            (
                CONFIG,
                "[default]\ncredential_process = /bin/sh {home}/keys.sh\n",
            ),
            (
                "keys.sh",
                "sleep 60 >/dev/null & echo '{\"Version\":1,\"AccessKeyId\":\"AKIAPROCESS\",\"SecretAccessKey\":\"{secret}\"}'",
            ),
        ],
        outcome: Key("AKIAPROCESS"),
        ..NONE
    },
    Case {
        name: "a program that prints keys where the version goes",
        files: &[
            (
                CONFIG,
                "[default]\ncredential_process = /bin/sh {home}/keys.sh\n",
            ),
            (
                "keys.sh",
                "echo '{\"Version\":{\"SecretAccessKey\":\"{secret}\"}}'",
            ),
        ],
        outcome: Says(&["Unsupported version '<not a number>'"]),
        ..NONE
    },
    Case {
        name: "keys that have expired",
        files: &[
            (
                CONFIG,
                "[default]\ncredential_process = /bin/sh {home}/keys.sh\n",
            ),
            (
                "keys.sh",
                "echo '{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"S\",\"Expiration\":\"2001-01-01T00:00:00Z\"}'",
            ),
        ],
        outcome: Says(&["still expired"]),
        ..NONE
    },
    Case {
        name: "a role on the keys of another profile",
        files: &[
            (CREDENTIALS, FILE_KEYS),
            (
                CONFIG,
                "[default]\nrole_arn = arn:aws:iam::111122223333:role/outer\nsource_profile = base\n\
                 external_id = partner\nrole_session_name = nightly\n",
            ),
        ],
        asked: &["Action=AssumeRole&"],
        outcome: Key("ASIAOUTER"),
        ..NONE
    },
    Case {
        name: "a role on a role, with a session token",
        files: &[
            (CREDENTIALS, FILE_KEYS),
            (
                CONFIG,
                "[profile inner]\nrole_arn = arn:aws:iam::111122223333:role/inner\nsource_profile = base\n\
                 [default]\nrole_arn = arn:aws:iam::111122223333:role/outer\nsource_profile = inner\n",
            ),
        ],
        asked: &["role%2Finner", "token-of-ASIAINNER"],
        outcome: Key("ASIAOUTER"),
        ..NONE
    },
    Case {
        name: "a role on keys of the environment",
        profile: Some("audit"),
        variables: &ENV_KEYS,
        files: &[(
            CONFIG,
            "[profile audit]\nrole_arn = arn:aws:iam::111122223333:role/outer\ncredential_source = Environment\n",
        )],
        asked: &["AKIAENV"],
        outcome: Key("ASIAOUTER"),
        ..NONE
    },
    Case {
        name: "a role on the keys of the container",
        variables: &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "{url}/container")],
        files: &[(
            CONFIG,
            "[default]\nrole_arn = arn:aws:iam::111122223333:role/outer\ncredential_source = EcsContainer\n",
        )],
        asked: &["GET /container ", "ASIACONTAINER"],
        outcome: Key("ASIAOUTER"),
        ..NONE
    },
    Case {
        name: "a role on the keys of the machine",
        variables: &[(METADATA, "{url}")],
        files: &[(
            CONFIG,
            "[default]\nrole_arn = arn:aws:iam::111122223333:role/outer\ncredential_source = Ec2InstanceMetadata\n",
        )],
        asked: &["PUT /latest/api/token", "ASIAMACHINE"],
        outcome: Key("ASIAOUTER"),
        ..NONE
    },
    Case {
        name: "a role that STS refuses",
        files: &[
            (CREDENTIALS, FILE_KEYS),
            (
                CONFIG,
                "[default]\nrole_arn = arn:aws:iam::111122223333:role/denied\nsource_profile = base\n",
            ),
        ],
        asked: &["role%2Fdenied"],
        outcome: Says(&[
            "(AccessDenied) when calling the AssumeRole operation: You may not assume it.",
        ]),
        ..NONE
    },
    Case {
        name: "a role on a profile that does not exist",
        files: &[(
            CONFIG,
            "[default]\nrole_arn = arn:aws:iam::111122223333:role/outer\nsource_profile = gone\n",
        )],
        outcome: Says(&["source_profile \"gone\"", "profile \"default\""]),
        ..NONE
    },
    Case {
        name: "roles in a circle",
        files: &[(
            CONFIG,
            "[default]\nrole_arn = arn:aws:iam::111122223333:role/outer\nsource_profile = b\n\
             [profile b]\nrole_arn = arn:aws:iam::111122223333:role/inner\nsource_profile = default\n",
        )],
        outcome: Says(&["Infinite loop", "default, b"]),
        ..NONE
    },
    Case {
        name: "a role without a source",
        files: &[(
            CONFIG,
            "[default]\nrole_arn = arn:aws:iam::111122223333:role/outer\n",
        )],
        outcome: Says(&["source_profile or credential_source", "profile default"]),
        ..NONE
    },
    Case {
        name: "a web identity that the environment names",
        variables: &[
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "{home}/token"),
            ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/web"),
        ],
        files: &[("token", "a.web.token"), (CREDENTIALS, FILE_KEYS)],
        asked: &["a.web.token"],
        outcome: Key("ASIAWEB"),
        ..NONE
    },
    Case {
        name: "a web identity that the profile names",
        files: &[
            ("token", "a.web.token"),
            (
                CONFIG,
                "[default]\nrole_arn = arn:aws:iam::111122223333:role/web\nweb_identity_token_file = {home}/token\n",
            ),
        ],
        asked: &["Action=AssumeRoleWithWebIdentity"],
        outcome: Key("ASIAWEB"),
        ..NONE
    },
    Case {
        name: "a web identity without its file",
        variables: &[
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "{home}/none"),
            ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/web"),
        ],
        outcome: Says(&["No such file", "{home}/none"]),
        ..NONE
    },
    Case {
        name: "single sign-on with a session",
        files: &[(CONFIG, SSO_CONFIG), (SSO_TOKEN, SSO_CACHE)],
        asked: &["/federation/credentials?"],
        outcome: Key("ASIASSO"),
        ..NONE
    },
    Case {
        name: "single sign-on without a sign-on",
        files: &[(CONFIG, SSO_CONFIG)],
        outcome: Says(&["from sso", "aws sso login --profile default"]),
        ..NONE
    },
    Case {
        name: "single sign-on with a session that is not there",
        files: &[(
            CONFIG,
            "[default]\nsso_session = other\nsso_account_id = 1\nsso_role_name = r\n",
        )],
        outcome: Says(&[
            "sso-session does not exist: \"other\"",
            "[sso-session other]",
        ]),
        ..NONE
    },
    Case {
        name: "the agent of a container, with a token",
        variables: &[
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "{url}/container"),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "MARKER-agent"),
        ],
        asked: &["MARKER-agent"],
        outcome: Key("ASIACONTAINER"),
        ..NONE
    },
    Case {
        name: "an agent of a container that is far away",
        variables: &[(
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "http://192.0.2.1/container",
        )],
        outcome: Says(&["Unsupported host '192.0.2.1'"]),
        ..NONE
    },
    Case {
        name: "an agent of a container that fails",
        variables: &[(
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "{url}/container/broken",
        )],
        outcome: Says(&["container-role", "AWS_CONTAINER_CREDENTIALS_FULL_URI"]),
        ..NONE
    },
    Case {
        name: "the metadata of the machine",
        variables: &[(METADATA, "{url}")],
        asked: &["PUT /latest/api/token", "GET /latest/meta-data/iam"],
        outcome: Key("ASIAMACHINE"),
        ..NONE
    },
    Case {
        name: "a metadata service that forbids it",
        variables: &[(METADATA, "{url}/forbidden")],
        asked: &["PUT /forbidden/latest/api/token"],
        outcome: Says(&[
            "Unable to locate credentials",
            "metadata service",
            "request forbidden",
        ]),
        ..NONE
    },
    Case {
        name: "a machine without a role",
        variables: &[(METADATA, "{url}/none")],
        asked: &["GET /none/latest/meta-data/iam"],
        outcome: Says(&["Unable to locate credentials", "received 404"]),
        ..NONE
    },
    Case {
        name: "a machine whose role does not trust it",
        variables: &[(METADATA, "{url}/untrusted")],
        outcome: Says(&["AssumeRoleUnauthorizedAccess", "not trusted"]),
        ..NONE
    },
    Case {
        name: "a metadata service that fails",
        variables: &[(METADATA, "{url}/busy")],
        outcome: Says(&["Unable to locate credentials", "status 500"]),
        ..NONE
    },
    Case {
        name: "a machine without a metadata service",
        variables: &[(METADATA, "http://127.0.0.1:1")],
        outcome: Says(&[
            "Unable to locate credentials",
            "metadata service",
            "refused",
        ]),
        ..NONE
    },
    Case {
        name: "a role on the keys of a machine that forbids it",
        variables: &[(METADATA, "{url}/forbidden")],
        files: &[(
            CONFIG,
            "[default]\nrole_arn = arn:aws:iam::111122223333:role/outer\ncredential_source = Ec2InstanceMetadata\n",
        )],
        outcome: Says(&[
            "\"Ec2InstanceMetadata\"",
            "request forbidden",
            "profile default",
        ]),
        ..NONE
    },
    Case {
        name: "a role on what `aws login` leaves behind",
        files: &[(
            CONFIG,
            "[default]\nrole_arn = arn:aws:iam::111122223333:role/outer\nsource_profile = b\n\
             [profile b]\nlogin_session = arn:aws:iam::111122223333:user/me\n",
        )],
        outcome: Says(&[
            "login_session",
            "aws configure export-credentials --profile b",
        ]),
        ..NONE
    },
    Case {
        name: "what `aws login` leaves behind",
        files: &[(
            CONFIG,
            "[default]\nlogin_session = arn:aws:iam::111122223333:user/me\n",
        )],
        outcome: Says(&[
            "login_session",
            "aws configure export-credentials --profile default",
        ]),
        ..NONE
    },
    Case {
        name: "a server that the services section of the profile names",
        variables: &[("AWS_ENDPOINT_URL_S3", ""), ENV_KEYS[0], ENV_KEYS[1]],
        files: &[(
            CONFIG,
            "[default]\nservices = local\n[services local]\ns3 =\n  endpoint_url = {peer}\n",
        )],
        outcome: Key("AKIAENV"),
        ..NONE
    },
    Case {
        name: "a server that the profile names",
        variables: &[("AWS_ENDPOINT_URL_S3", ""), ENV_KEYS[0], ENV_KEYS[1]],
        files: &[(CONFIG, "[default]\nendpoint_url = {peer}\n")],
        outcome: Key("AKIAENV"),
        ..NONE
    },
    Case {
        name: "a services section that is not there",
        variables: &[("AWS_ENDPOINT_URL_S3", ""), ENV_KEYS[0], ENV_KEYS[1]],
        files: &[(CONFIG, "[default]\nservices = local\n")],
        outcome: Says(&["[services local]", "profile default"]),
        ..NONE
    },
    Case {
        name: "a region of the profile",
        variables: &[("AWS_REGION", ""), ENV_KEYS[0], ENV_KEYS[1]],
        files: &[(CONFIG, "[default]\nregion = us-west-2\n")],
        outcome: Key("AKIAENV"),
        ..NONE
    },
    Case {
        name: "a region that can be none",
        variables: &[("AWS_REGION", "us west 2"), ENV_KEYS[0], ENV_KEYS[1]],
        outcome: Says(&["'us west 2'", "as in us-west-2"]),
        ..NONE
    },
    Case {
        name: "no sessions",
        variables: &ENV_KEYS,
        files: &[(
            CONFIG,
            "[default]\ns3_disable_express_session_auth = true\n",
        )],
        sessions: false,
        outcome: Key("AKIAENV"),
        ..NONE
    },
    Case {
        name: "a mode of defaults that does not exist",
        variables: &[("AWS_DEFAULTS_MODE", "fast"), ENV_KEYS[0], ENV_KEYS[1]],
        outcome: Says(&["defaults_mode", "in-region", "fast"]),
        ..NONE
    },
    Case {
        name: "attempts that are no number",
        variables: &[("AWS_MAX_ATTEMPTS", "few"), ENV_KEYS[0], ENV_KEYS[1]],
        outcome: Says(&["'few'", "max_attempts"]),
        ..NONE
    },
    Case {
        name: "a switch that is neither on nor off",
        variables: &[("AWS_USE_FIPS_ENDPOINT", "maybe"), ENV_KEYS[0], ENV_KEYS[1]],
        outcome: Says(&["AWS_USE_FIPS_ENDPOINT", "true or false"]),
        ..NONE
    },
    Case {
        name: "certificates to trust in a file without a name",
        variables: &[("AWS_CA_BUNDLE", ""), ENV_KEYS[0], ENV_KEYS[1]],
        outcome: Says(&["AWS_CA_BUNDLE", "is empty"]),
        ..NONE
    },
    Case {
        name: "certificates to trust in a file without a name, of the profile",
        variables: &ENV_KEYS,
        files: &[(CONFIG, "[default]\nca_bundle =\n")],
        outcome: Says(&["ca_bundle", "is empty"]),
        ..NONE
    },
    Case {
        name: "a proxy that is not UTF-8",
        variables: &[("https_proxy", "{not utf-8}"), ENV_KEYS[0], ENV_KEYS[1]],
        outcome: Says(&["https_proxy is not UTF-8"]),
        ..NONE
    },
    Case {
        name: "a profile that is not UTF-8",
        variables: &[("AWS_PROFILE", "{not utf-8}"), ENV_KEYS[0], ENV_KEYS[1]],
        outcome: Says(&["AWS_PROFILE is not UTF-8"]),
        ..NONE
    },
];

const SSO_CONFIG: &str = "[default]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Reader\n\
                          [sso-session corp]\nsso_region = us-west-2\nsso_start_url = https://corp.awsapps.com/start\n";
const SSO_CACHE: &str = r#"{"accessToken": "token-of-sso", "expiresAt": "2999-01-01T00:00:00Z", "region": "us-west-2",
    "startUrl": "https://corp.awsapps.com/start"}"#;
