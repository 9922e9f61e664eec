//! The operation that opens the sessions of S3 Express. Endpoint rules ask for them by the name of an
//! auth scheme; nothing in the model says how they come about.

use crate::api::{Api, Field, Operation, Sessions, Type, TypeDef, TypeKind};

/// The one operation that gives credentials for a bucket, if it is made as expected: the endpoint rules know
/// the bucket and the switch, the operation itself does without a session, and every member that plays a part
/// is there with the type that the part takes.
pub(super) fn sessions_of_s3<'s>(api: &Api<'s>) -> Option<Sessions<'s>> {
    let sessions = |operation: &Operation<'s>| Sessions {
        operation: operation.id,
        bucket: "Bucket",
        disable: "DisableS3ExpressSessionAuth",
        mode: "SessionMode",
        encryption: [
            "ServerSideEncryption",
            "SSEKMSKeyId",
            "SSEKMSEncryptionContext",
            "BucketKeyEnabled",
        ],
        credentials: "Credentials",
        parts: [
            "AccessKeyId",
            "SecretAccessKey",
            "SessionToken",
            "Expiration",
        ],
    };
    let mut fitting = api.operations.iter().filter(|operation| {
        let sessions = sessions(operation);
        operation.id.name() == "CreateSession" && fits(api, operation, &sessions).is_some()
    });
    fitting.next().map(sessions)
}

fn fits(api: &Api<'_>, operation: &Operation<'_>, sessions: &Sessions<'_>) -> Option<()> {
    let rules = &api.service.endpoint.params;
    let in_rules = |name: &str| rules.iter().any(|param| param.name == name);
    let does_without = |name: &str| {
        let mut fixed = operation.static_params.iter();
        fixed.any(|(param, _)| param == name)
    };
    let names_bucket = |field: &Field<'_>| field.context_param.as_deref() == Some(sessions.bucket);
    let mut required = operation.input.iter().filter(|field| field.required);
    let has_params = in_rules(sessions.bucket)
        && in_rules(sessions.disable)
        && does_without(sessions.disable)
        && required.next().is_some_and(names_bucket)
        && required.next().is_none();
    let mode = optional(&operation.input, sessions.mode)?;
    let mut is_good = has_params && matches!(mode.ty, Type::Enum(_));
    for fields in [&operation.input, &operation.output.fields] {
        let [algorithm, key, context, bucket_key] = sessions
            .encryption
            .map(|name| optional(fields, name).map(|field| &field.ty));
        is_good &= matches!(algorithm?, Type::Enum(_))
            && [key?, context?] == [&Type::Secret; 2]
            && *bucket_key? == Type::Boolean;
    }
    let credentials = required_field(&operation.output.fields, sessions.credentials)?;
    let Type::Structure(id) = &credentials.ty else {
        return None;
    };
    let is_it = |ty: &&TypeDef<'_>| ty.id == *id;
    let TypeKind::Structure(fields) = &api.types.iter().find(is_it)?.kind else {
        return None;
    };
    let [id, key, token, end] = sessions
        .parts
        .map(|name| required_field(fields, name).map(|field| &field.ty));
    is_good &= *id? == Type::String
        && [key?, token?] == [&Type::Secret; 2]
        && matches!(end?, Type::Timestamp(_));
    is_good.then_some(())
}

fn optional<'a, 's>(fields: &'a [Field<'s>], name: &str) -> Option<&'a Field<'s>> {
    fields
        .iter()
        .find(|field| field.name == name && !field.required)
}

fn required_field<'a, 's>(fields: &'a [Field<'s>], name: &str) -> Option<&'a Field<'s>> {
    fields
        .iter()
        .find(|field| field.name == name && field.required)
}
