//! Unusual keys: the object has the requested key.

use zonal::Error;
use zonal::types::EncodingType;

use crate::lab::{BUCKET, Lab, source};
use crate::odd;

/// Whether a server can keep a key at all.
type Takes = fn(&str) -> bool;

/// Keys are paths of a file system to it: it takes out empty segments and turns backslashes, a name has at
/// most 255 bytes and no NUL.
pub(crate) const SEAWEEDFS: Takes = |key| {
    let is_name = |name: &str| !name.is_empty() && name.len() <= 255;
    key.split('/').all(is_name) && !key.contains(['\\', '\0'])
};

/// It finds no route for a line feed.
pub(crate) const MOTO: Takes = |key| !key.contains('\n');

/// Every key that the server takes comes back as it was sent; there must be so many.
pub(crate) async fn round_trip(lab: &Lab, takes: Takes, least: usize) {
    let mut keys = odd::printable();
    keys.extend(odd::controls());
    keys.extend(odd::random(3, 60));
    let all = keys.len();
    keys.retain(|key| takes(key));
    let mut wrong = Vec::new();
    for key in &keys {
        if let Err(error) = one(lab, key).await {
            let text = format!("{key:?}: {error}");
            wrong.push(text.chars().take(300).collect::<String>());
        }
        for left in listed(lab).await.unwrap() {
            let _ = lab.client.delete_object(BUCKET, left).await;
        }
    }
    println!(
        "{}: {} of {all} odd keys, {} wrong",
        lab.name,
        keys.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(keys.len() >= least, "{} keys", keys.len());
}

async fn one(lab: &Lab, key: &str) -> Result<(), String> {
    let client = &lab.client;
    let put = client.put_object(BUCKET, key).body(key.to_owned());
    put.await.map_err(at("put"))?;
    expect(read(lab, key).await?, key)?;
    let head = client.head_object(BUCKET, key).await.map_err(at("head"))?;
    expect(head.content_length, Some(key.len() as i64))?;
    expect(listed(lab).await?, vec![key.to_owned()])?;
    let copy = client.copy_object(BUCKET, source(key), "copy of it");
    copy.await.map_err(at("copy"))?;
    expect(read(lab, "copy of it").await?, key)?;
    let delete = client.delete_object(BUCKET, "copy of it");
    delete.await.map_err(at("delete"))?;
    let delete = client.delete_object(BUCKET, key);
    delete.await.map_err(at("delete"))?;
    expect(listed(lab).await?, Vec::<String>::new())
}

async fn read(lab: &Lab, key: &str) -> Result<String, String> {
    let got = lab
        .client
        .get_object(BUCKET, key)
        .await
        .map_err(at("get"))?;
    let body = got.body.collect().await;
    let body = body.map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&body).into_owned())
}

/// All keys, in the form that can carry every character.
async fn listed(lab: &Lab) -> Result<Vec<String>, String> {
    let list = lab.client.list_objects_v2(BUCKET);
    let list = list.encoding_type(EncodingType::Url).await;
    let objects = list.map_err(at("list"))?.contents;
    let keys = objects.into_iter().map(|object| object.key.unwrap());
    Ok(keys.map(|key| odd::decoded(&key)).collect())
}

fn at<E: std::fmt::Debug>(place: &'static str) -> impl Fn(Error<E>) -> String {
    move |error| format!("{place}: {error}")
}

fn expect<T: PartialEq<U> + std::fmt::Debug, U: std::fmt::Debug>(
    found: T,
    expected: U,
) -> Result<(), String> {
    if found == expected {
        Ok(())
    } else {
        Err(format!("{found:?} instead of {expected:?}"))
    }
}
