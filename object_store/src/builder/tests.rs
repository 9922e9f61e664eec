use super::*;
use crate::config_key::Effect;

const BUCKET: &str = "demo--usw2-az1--x-s3";
const SECRET: &str = "secret/MARKER";

fn builder() -> ZonalStoreBuilder {
    ZonalStoreBuilder::new()
        .with_bucket_name(BUCKET)
        .with_region("us-west-2")
        .with_access_key_id("AKID")
        .with_secret_access_key(SECRET)
        .with_token(SECRET)
}

fn error(builder: ZonalStoreBuilder) -> String {
    match builder.build() {
        Ok(store) => panic!("{store:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn no_secret_is_shown() {
    let builder = builder().with_config(ConfigKey::KmsKeyId, SECRET);
    let store = builder.clone().build();
    let shown = format!("{builder:?} {builder:#?} {store:?} {store:#?}");
    assert!(
        shown.contains("AKID") && !shown.contains("MARKER"),
        "{shown}"
    );
    let errors = [
        error(
            builder
                .clone()
                .with_config(ConfigKey::ServerSideEncryption, SECRET),
        ),
        error(builder.clone().with_config(ConfigKey::CustomerKey, SECRET)),
        error(builder.with_config(ConfigKey::Endpoint, "https://user:MARKER@host")),
    ];
    assert!(!errors.concat().contains("MARKER"), "{errors:?}");
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let cases = [
        (ZonalStoreBuilder::new(), "`aws_bucket`"),
        (
            ZonalStoreBuilder::new().with_bucket_name(BUCKET),
            "`aws_region`",
        ),
        (builder().with_region("not a region"), "region"),
        (
            builder().with_config(ConfigKey::AllowHttp, "maybe"),
            "`aws_allow_http`",
        ),
        (
            builder().with_config(ConfigKey::Timeout, "soon"),
            "`aws_timeout`",
        ),
        (
            builder().with_config(ConfigKey::MaxAttempts, "-1"),
            "`aws_max_attempts`",
        ),
        (
            builder().with_config(ConfigKey::Checksum, "md5"),
            "crc64nvme",
        ),
        (
            builder().with_config(ConfigKey::RequestPayer, "requester"),
            "Requester Pays",
        ),
        (
            builder().with_config(ConfigKey::ProxyUrl, "http://proxy"),
            "HTTPS_PROXY",
        ),
        (
            builder().with_config(ConfigKey::CaBundle, "/no/such/file"),
            "/no/such/file",
        ),
        (
            ZonalStoreBuilder::new()
                .with_bucket_name(BUCKET)
                .with_region("us-west-2")
                .with_config(ConfigKey::RoleArn, "arn"),
            "zonal-config",
        ),
    ];
    for (builder, named) in cases {
        let error = error(builder);
        assert!(error.contains(named), "{error}");
    }
}

#[test]
fn options_that_ask_for_nothing_are_accepted() {
    let mut builder = builder();
    for key in ConfigKey::ALL {
        builder = match key.effect() {
            Effect::Set => builder,
            _ => builder.with_config(*key, "false"),
        };
    }
    assert!(builder.build().is_ok());
}

#[test]
fn the_environment_is_read_by_the_names_of_options() {
    let variables = [
        ("AWS_BUCKET", BUCKET),
        ("AWS_DEFAULT_REGION", "us-west-2"),
        ("AWS_ACCESS_KEY_ID", "AKID"),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_ENDPOINT", ""),
        ("AWS_SOMETHING_ELSE", "1"),
        ("REGION", "nowhere"),
        ("TIMEOUT", "nothing of ours"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let builder = ZonalStoreBuilder::from_variables(variables.into_iter());
    assert_eq!(builder.values.len(), 4, "{builder:?}");
    let store = builder.build().map(|store| store.to_string());
    assert_eq!(store, Ok(format!("ZonalStore({BUCKET})")));
}

#[test]
fn an_endpoint_may_name_the_bucket() {
    for (url, expected) in [
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("https://demo--usw2-az1--x-s3.host:1", "https://host:1"),
        (
            "https://host/demo--usw2-az1--x-s3.",
            "https://host/demo--usw2-az1--x-s3.",
        ),
    ] {
        assert_eq!(without_bucket(url, BUCKET), expected);
    }
}

#[test]
fn a_url_names_bucket_and_region() {
    let host = format!("https://{BUCKET}.s3express-usw2-az1.us-west-2.amazonaws.com/a/b");
    for url in [&*host, "s3://demo--usw2-az1--x-s3/a"] {
        let built = ZonalStoreBuilder::new()
            .with_region("us-west-2")
            .with_url(url);
        let store = built.and_then(ZonalStoreBuilder::build);
        assert_eq!(
            store.map(|store| store.bucket().to_owned()),
            Ok(BUCKET.to_owned())
        );
    }
    for url in ["s3://bucket/", "nothing", "https://user:MARKER@host/"] {
        let error = ZonalStoreBuilder::new()
            .with_url(url)
            .map_err(|it| it.to_string());
        assert!(error.is_err_and(|it| it.contains("s3://demo") && !it.contains("MARKER")));
    }
}

#[test]
fn options_go_ahead_of_defaults() {
    let defaults = |client: Builder<Client>| client.region("eu-north-1").max_attempts(0);
    let builder = ZonalStoreBuilder::new()
        .with_bucket_name(BUCKET)
        .with_config(ConfigKey::Profile, "production")
        .with_client_defaults(defaults);
    // the region is there, and the attempts are not
    assert!(error(builder.clone()).contains("attempt"));
    assert!(
        builder
            .with_config(ConfigKey::MaxAttempts, "1")
            .build()
            .is_ok()
    );
    let nothing = ZonalStoreBuilder::new()
        .with_bucket_name(BUCKET)
        .with_client_defaults(|client| client);
    assert!(error(nothing).contains("region"));
}
