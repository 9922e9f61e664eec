//! Stores with the settings of a profile, read by `zonal-config`.

use std::path::Path;
use std::process::{Command, Output};

use zonal_object_store::ZonalStoreBuilder;
use zonal_object_store::v0_14::object_store::ObjectStoreExt;

use crate::lab::{BUCKET, Lab, SECRET};

/// The variable that names the profile.
const PROFILE: &str = "STORE_PROFILE";

#[tokio::test]
#[ignore = "runs in a process of its own, for the test below"]
async fn reader() {
    let Ok(profile) = std::env::var(PROFILE) else {
        return;
    };
    let settings = zonal_config::Loader::new().profile(profile).load().await;
    let settings = settings.unwrap();
    let store = ZonalStoreBuilder::new()
        .with_client_defaults(move |client| client.settings(settings.clone()))
        .with_bucket_name(BUCKET)
        .build()
        .unwrap();
    assert!(!format!("{store:?}").contains("MARKER"));
    let read = store.get(&"a".into()).await.unwrap();
    assert_eq!(read.bytes().await.unwrap(), "content");
}

fn read_with(profile: &str, folder: &Path) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "--nocapture", "profile::reader"]);
    command
        .env_clear()
        .env(PROFILE, profile)
        .env("AWS_CONFIG_FILE", folder.join("config"))
        .env("AWS_SHARED_CREDENTIALS_FILE", folder.join("credentials"))
        .env("AWS_EC2_METADATA_DISABLED", "true");
    command.output().unwrap()
}

#[test]
fn a_profile_gives_region_endpoint_and_keys() {
    let lab = Lab::new();
    lab.put(BUCKET, "a", "content");
    let folder = tempfile::tempdir().unwrap();
    let endpoint = lab.endpoint_url();
    let config = format!(
        "[profile good]\nregion = us-west-2\nendpoint_url = {endpoint}\n\
         [profile elsewhere]\nregion = eu-north-1\nendpoint_url = {endpoint}\n"
    );
    let keys = |secret| format!("aws_access_key_id = AKID\naws_secret_access_key = {secret}\n");
    let credentials = format!("[good]\n{0}[elsewhere]\n{0}", keys(SECRET));
    std::fs::write(folder.path().join("config"), config).unwrap();
    std::fs::write(folder.path().join("credentials"), credentials).unwrap();

    let good = read_with("good", folder.path());
    let said = String::from_utf8_lossy(&good.stdout).into_owned();
    assert!(good.status.success() && said.contains("1 passed"), "{said}");
    // the region of the profile is the one that is signed for: the peer refuses another
    let elsewhere = read_with("elsewhere", folder.path());
    assert!(!elsewhere.status.success());
    assert!(!String::from_utf8_lossy(&elsewhere.stderr).contains("MARKER"));
}
