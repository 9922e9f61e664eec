//! `RenameObject`: another key for the same object, at once and without moving its data.

use super::conditions::Conditions;
use super::{Call, refused, source};
use crate::error::S3Error;
use crate::http::Reply;
use crate::zone::is_local;

const TOKEN: &str = "x-amz-client-token";
const SOURCE: &str = "x-amz-rename-source";

pub(super) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    let key = call.key()?;
    if is_local(call.existing_bucket()?) {
        return Err(refused::not_implemented(SOURCE));
    }
    let from = source::renamed(call)?;
    if [key, &from].iter().any(|key| key.ends_with('/')) {
        return Err(S3Error::invalid_request(
            "Keys that end in a slash cannot be renamed.",
        ));
    }
    let token = client_token(call)?;
    let target = Conditions::read(call, "")?;
    let origin = Conditions::read(call, "x-amz-rename-source-")?;
    let parameters = format!("{from}\0{key}\0{target:?}\0{origin:?}");
    call.in_bucket(|contents| {
        if let Some(earlier) = token.as_ref().and_then(|token| contents.renames.get(token)) {
            return if *earlier == parameters {
                Ok(())
            } else {
                Err(parameter_mismatch())
            };
        }
        let object = contents
            .object(&from)
            .ok_or_else(|| S3Error::no_such_key(&from))?;
        origin.check(object)?;
        match contents.object(key) {
            Some(present) => target.check(present)?,
            None => target.check_missing()?,
        }
        let object = object.clone();
        contents.put(key, object)?;
        if from != key {
            contents.remove(&from)?;
        }
        if let Some(token) = token {
            contents.renames.insert(token, parameters);
        }
        Ok(())
    })?;
    Ok(Reply::new(200))
}

fn client_token(call: &Call<'_>) -> Result<Option<String>, S3Error> {
    let token = call.header(TOKEN)?;
    match token {
        Some(text)
            if text.is_empty()
                || text.len() > 64
                || !text.bytes().all(|byte| byte.is_ascii_graphic()) =>
        {
            let message = "A client token is 1 to 64 visible ASCII characters.";
            Err(S3Error::invalid_argument(TOKEN, &text, message))
        }
        token => Ok(token),
    }
}

fn parameter_mismatch() -> S3Error {
    S3Error::new(
        400,
        "IdempotencyParameterMismatch",
        "The client token was used before with other parameters.",
    )
}
