//! The settings are read and checked.

use super::*;
use crate::transport::CaBundleError;

#[test]
fn the_environment_is_read_strictly() {
    let from = |variables: &'static [(&str, &str)]| {
        builder().with_variables(|wanted| {
            let found = variables.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| OsString::from(value))
        })
    };
    let built = from(&[
        ("AWS_REGION", "us-west-2"),
        ("AWS_DEFAULT_REGION", "eu-north-1"),
        ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:2"),
        ("AWS_MAX_ATTEMPTS", "7"),
    ])
    .unwrap();
    assert_eq!(built.retries.max_attempts, 7);
    assert_eq!(built.region.as_deref(), Some("us-west-2"));
    assert_eq!(built.endpoint_url.as_deref(), Some("http://127.0.0.1:1"));
    assert!(from(&[("AWS_REGION", "")]).unwrap().region.is_none());
    const RESPONSE: &str = "AWS_RESPONSE_CHECKSUM_VALIDATION";
    let built = from(&[("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")]).unwrap();
    let both = (built.request_checksums, built.response_checksums);
    assert_eq!(both, (Checksums::WhenRequired, Checksums::WhenSupported));
    assert!(from(&[(RESPONSE, "WHEN_SUPPORTED")]).is_ok());
    let error = from(&[(RESPONSE, "sometimes")]).unwrap_err();
    assert!(error.to_string().contains(RESPONSE), "{error}");
    for (path, problem) in [("", "is empty"), ("no/such/file", "cannot be read")] {
        let variable = OsString::from(path);
        let error =
            builder().with_variables(|name| (name == "AWS_CA_BUNDLE").then(|| variable.clone()));
        let error = error.unwrap_err().to_string();
        assert!(
            error.contains("AWS_CA_BUNDLE") && error.contains(problem),
            "{error}"
        );
    }
    // a file, but none with certificates
    let other = from(&[("AWS_REGION", "r"), ("AWS_CA_BUNDLE", "Cargo.toml")]).unwrap();
    let error = other.build().unwrap_err();
    assert_eq!(error, BuildError::CaBundle(CaBundleError::Empty));
    let error = from(&[("AWS_ACCESS_KEY_ID", "AKID")]).unwrap_err();
    assert!(
        error.to_string().contains("AWS_SECRET_ACCESS_KEY"),
        "{error}"
    );
    for bad in [
        "0",
        "-1",
        "+3",
        " 3",
        "3.0",
        "three",
        "1_0",
        "٣",
        "99999999999",
    ] {
        let variables = vec![("AWS_MAX_ATTEMPTS", bad)];
        let error = from(variables.leak()).unwrap_err().to_string();
        assert!(error.contains("AWS_MAX_ATTEMPTS must be"), "{error}");
    }
}

pub(super) fn builder() -> Builder<Core> {
    Builder::new(&SERVICE)
}

static SERVICE: ServiceSpec = ServiceSpec {
    name: "S3",
    signing_name: "s3",
    sessions: None,
    rules: &Rules {
        params: &[],
        variables: &[],
        conditions: &[],
        nodes: &[],
        root: crate::endpoint::Ref::NoMatch,
        results: &[],
        partitions: &crate::endpoint::Partitions(&[]),
    },
};

#[test]
fn credentials_that_are_elsewhere_are_an_error_that_says_what_reads_them() {
    let with = |name: &'static str, value: &'static str| {
        let all = [("AWS_REGION", "us-west-2"), (name, value)];
        let get = |it: &str| {
            let found = all.iter().find(|(name, _)| *name == it);
            found.map(|(_, value)| OsString::from(value))
        };
        let builder = builder().with_variables(get);
        builder.unwrap()
    };
    for name in [
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ] {
        let error = with(name, "x").build().map(drop).unwrap_err();
        assert_eq!(error, BuildError::CredentialsElsewhere(name));
        let error = error.to_string();
        assert!(error.contains(name), "{error}");
        assert!(
            error.contains("settings(zonal_config::load().await?)"),
            "{error}"
        );
        // an empty variable is none, and whoever gives credentials has them
        assert!(with(name, "").build().is_ok());
        assert!(with(name, "x").anonymous().build().is_ok());
        let credentials = Credentials::new("AK", "SK", None, None, "test");
        assert!(with(name, "x").credentials(credentials).build().is_ok());
    }
}

#[test]
fn endpoint_urls_are_checked() {
    let check = |url: &str| check_endpoint_url(url.to_owned()).map_err(|error| error.to_string());
    assert_eq!(
        check("HTTP://LocalHost:8080/Base").unwrap(),
        "http://localhost:8080/Base"
    );
    assert_eq!(check("https://[::1]:9000").unwrap(), "https://[::1]:9000");
    for (url, says) in [
        ("localhost:8080", "must start with"),
        ("ftp://localhost", "must start with"),
        (" http://localhost", "must start with"),
        ("https://user:PASS@h", "user name or password"),
        ("https://h/?x=1", "query"),
        ("https://h:99999", "not well-formed"),
        ("https://h\n", "not well-formed"),
    ] {
        let error = check(url).unwrap_err();
        assert!(error.contains(says), "{url}: {error}");
        assert!(!error.contains("PASS"), "{error}");
    }
}
