//! Converts recorded parameters to requests.

use base64_of::decode;
use serde_json::{Map, Value};
use zonal::operation::*;
use zonal::{Body, Client};

use crate::recorded::Case;

/// Sends the case's operation; whatever comes back does not matter, but a request that was not sent does.
pub(crate) async fn call(client: &Client, case: &Case) -> Result<(), String> {
    let params = plain(&case.params);
    macro_rules! operations {
        ($($name:literal => $type:ident $($body:ident)?,)*) => {
            match &*case.operation {
                $($name => {
                    let request: $type = serde_json::from_value(Value::Object(params.clone()))
                        .map_err(|error| error.to_string())?;
                    known(&params, &serde_json::to_value(&request).unwrap())?;
                    $(let mut request = request; request.$body = body(&case.params);)?
                    refused(client.send(request).await.map(drop))
                })*
                other => panic!("no operation {other}"),
            }
        };
    }
    operations! {
        "abort_multipart_upload" => AbortMultipartUpload,
        "complete_multipart_upload" => CompleteMultipartUpload,
        "copy_object" => CopyObject,
        "create_multipart_upload" => CreateMultipartUpload,
        "create_session" => CreateSession,
        "delete_object" => DeleteObject,
        "delete_objects" => DeleteObjects,
        "get_object" => GetObject,
        "get_object_attributes" => GetObjectAttributes,
        "head_bucket" => HeadBucket,
        "head_object" => HeadObject,
        "list_multipart_uploads" => ListMultipartUploads,
        "list_objects_v2" => ListObjectsV2,
        "list_parts" => ListParts,
        "put_object" => PutObject body,
        "rename_object" => RenameObject,
        "upload_part" => UploadPart body,
        "upload_part_copy" => UploadPartCopy,
    }
}

fn refused<E>(result: Result<(), zonal::Error<E>>) -> Result<(), String> {
    use zonal::ErrorKind::{Credentials, Endpoint, InsecureTransport, InvalidInput};
    match result {
        Err(error)
            if matches!(
                error.kind(),
                Credentials | Endpoint | InsecureTransport | InvalidInput
            ) =>
        {
            Err(error.to_string())
        }
        _ => Ok(()),
    }
}

/// A member that our model does not have would be left out without a word.
fn known(params: &Map<String, Value>, request: &Value) -> Result<(), String> {
    let known = request.as_object().unwrap();
    match params
        .keys()
        .find(|name| *name != "Body" && !known.contains_key(*name))
    {
        Some(name) => Err(format!("no member {name}")),
        None => Ok(()),
    }
}

/// Parameters without the notation of the recordings.
fn plain(params: &Map<String, Value>) -> Map<String, Value> {
    let members = params.iter().filter(|(name, _)| *name != "Body");
    members
        .map(|(name, value)| (name.clone(), value_of(name, value)))
        .collect()
}

fn value_of(name: &str, value: &Value) -> Value {
    match value {
        Value::Object(object) => match object.iter().next().map(|(key, value)| (&**key, value)) {
            Some(("$time", time)) => time.clone(),
            Some(("$repeat", pair)) => {
                let (text, times) = (pair[0].as_str().unwrap(), pair[1].as_u64().unwrap());
                Value::String(text.repeat(times as usize))
            }
            // how the recorded client takes the source of a copy
            _ if object.contains_key("Bucket") && object.contains_key("Key") => {
                Value::String(format!(
                    "{}/{}",
                    value_of("Bucket", &object["Bucket"]).as_str().unwrap(),
                    value_of("Key", &object["Key"]).as_str().unwrap()
                ))
            }
            _ => Value::Object(plain(object)),
        },
        // theirs is a number, the service's a text
        Value::Number(number) if name == "PartNumberMarker" => Value::String(number.to_string()),
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| value_of(name, item)).collect())
        }
        other => other.clone(),
    }
}

fn body(params: &Map<String, Value>) -> Option<Body> {
    let body = params.get("Body")?;
    if let Some(text) = body.as_str() {
        return Some(Body::from(text.to_owned()));
    }
    let (kind, value) = body.as_object().unwrap().iter().next().unwrap();
    Some(match &**kind {
        "$b64" => Body::from(decode(value.as_str().unwrap())),
        "$repeat" => Body::from(repeated(value)),
        "$stream_repeat" => streamed(repeated(value), true),
        "$stream_b64" => streamed(decode(value.as_str().unwrap()), true),
        "$stream_noseek_b64" => streamed(decode(value.as_str().unwrap()), false),
        other => panic!("no body {other}"),
    })
}

fn repeated(pair: &Value) -> Vec<u8> {
    let times = pair[1].as_u64().unwrap() as usize;
    pair[0].as_str().unwrap().repeat(times).into_bytes()
}

/// A stream in small pieces, whose length is known if the recorded client could tell it.
fn streamed(bytes: Vec<u8>, known: bool) -> Body {
    let length = known.then_some(bytes.len() as u64);
    let pieces: Vec<_> = bytes
        .chunks(1000)
        .map(bytes::Bytes::copy_from_slice)
        .collect();
    let mut pieces = pieces.into_iter();
    let stream = Pieces(Box::new(move || pieces.next()));
    Body::from_stream(stream, length)
}

struct Pieces(Box<dyn FnMut() -> Option<bytes::Bytes> + Send>);

impl futures_core::Stream for Pieces {
    type Item = Result<bytes::Bytes, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready((self.0)().map(Ok))
    }
}

mod base64_of {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    pub(crate) fn decode(text: &str) -> Vec<u8> {
        STANDARD.decode(text).unwrap()
    }
}
