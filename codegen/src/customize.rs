//! The few facts about S3 and Route 53 that their models do not say. Each is a named edit that checks its own
//! precondition, so that it stays away from models it does not fit.

mod batches;
mod names;
mod sessions;

use crate::api::endpoint::Literal;
use crate::api::{Api, Binding, Field, Form, Operation, PathPart, Source, Type, TypeDef, TypeKind};
use crate::document::Docs;
use crate::model::Shape;

/// Applies all edits.
pub fn customize(api: &mut Api<'_>) {
    api.types.iter_mut().for_each(filled_credentials);
    names::filled_names(api);
    if api.service.name == "S3" {
        api.types.iter_mut().for_each(borrowed_types_of_s3);
        api.operations.iter_mut().for_each(last_page_of_s3);
        api.operations.iter_mut().for_each(assembling_of_s3);
        api.operations.iter_mut().for_each(names::echoes_of_s3);
        batches_of_s3(api);
    }
    api.operations.iter_mut().for_each(sources);
    if api
        .service
        .endpoint
        .params
        .iter()
        .any(|param| param.name == "Bucket")
    {
        api.operations.iter_mut().for_each(bucket_in_endpoint);
        if api.service.name == "S3" {
            api.operations.iter_mut().for_each(host_of_s3);
            api.sessions = sessions::sessions_of_s3(api);
        }
    }
    if api.service.name == "S3" {
        api.operations.iter_mut().for_each(expires_as_text);
    }
    if api.service.name == "Route 53" {
        api.operations.iter_mut().for_each(ids_of_route_53);
    }
}

/// Credentials are a required secret and what goes with it. No constraint says so, but an empty key id is as
/// useless as an empty key, and better noticed where it comes in.
fn filled_credentials(ty: &mut TypeDef<'_>) {
    let TypeKind::Structure(fields) = &mut ty.kind else {
        return;
    };
    if fields
        .iter()
        .any(|field| field.required && field.ty == Type::Secret)
    {
        let texts = fields
            .iter_mut()
            .filter(|field| field.required && field.ty == Type::String);
        texts.for_each(|field| field.filled = true);
    }
}

/// Members to which the model gives the type of something else, such as that of object keys to the keys of tags. The text
/// about the type does not hold for them.
fn borrowed_types_of_s3(ty: &mut TypeDef<'_>) {
    const MEMBERS: [(&str, &str); 4] = [
        ("InventoryS3BucketDestination", "AccountId"),
        ("InventoryS3BucketDestination", "Bucket"),
        ("SSEKMS", "KeyId"),
        ("Tag", "Key"),
    ];
    let name = ty.id.name();
    if let TypeKind::Structure(fields) = &mut ty.kind {
        let borrowed = fields.iter_mut();
        let borrowed = borrowed.filter(|field| MEMBERS.contains(&(name, field.name)));
        borrowed.for_each(|field| field.borrows_type = true);
    }
}

/// S3 says by `IsTruncated` whether parts follow. Its `NextPartNumberMarker` stands on the last page of
/// `ListParts` too, and would lead to an empty page or round in a circle.
fn last_page_of_s3(operation: &mut Operation<'_>) {
    let mut output = operation.output.fields.iter();
    let is_more = |field: &&Field<'_>| field.name == "IsTruncated" && field.ty == Type::Boolean;
    if let (Some(pages), Some(field)) = (&mut operation.pages, output.find(is_more)) {
        pages.more = Some(field.name.to_owned());
    }
}

/// Operations that copy or join bytes on the server before they answer, which S3 says may take several
/// minutes: it sends the status at once, and blanks before the document while it works. The model says
/// nothing of it. An answer without a document cannot come that way.
fn assembling_of_s3(operation: &mut Operation<'_>) {
    let name = operation.id.name();
    let is_named = matches!(
        name,
        "CompleteMultipartUpload" | "CopyObject" | "UploadPartCopy"
    );
    let mut output = operation.output.fields.iter();
    let has_document =
        output.any(|field| matches!(&field.binding, Binding::Element(_) | Binding::Payload(_)));
    operation.assembles = is_named && has_document;
}

/// See [`batches`].
fn batches_of_s3(api: &mut Api<'_>) {
    let batches = api.operations.iter();
    let batches: Vec<_> = batches
        .map(|operation| batches::keys_of_s3(api, operation))
        .collect();
    for (operation, batch) in api.operations.iter_mut().zip(batches) {
        operation.batch = batch;
    }
}

/// Headers that name an object by bucket and key. In the model they are text as any other, which a caller may give in
/// place of a key, and whose key the caller would have to percent-encode: forgotten, it names another object, or none.
fn sources(operation: &mut Operation<'_>) {
    let names_bucket = |field: &&Field<'_>| {
        field.context_param.as_deref() == Some("Bucket")
            && field.required
            && field.ty == Type::String
    };
    let bucket = operation.input.iter().find(names_bucket);
    let bucket = bucket.map(|field| field.name);
    for field in &mut operation.input {
        let Binding::Header(name, _) = &field.binding else {
            continue;
        };
        let source = match (name.as_str(), bucket) {
            ("x-amz-copy-source", _) => Source::Copy,
            ("x-amz-rename-source", Some(bucket)) => Source::Rename { bucket },
            _ => continue,
        };
        if field.required && field.ty == Type::String {
            field.ty = Type::Source(source);
            field.aliased = false;
        }
    }
}

/// Route 53 answers an id with the kind of what it names in front, as in `/hostedzone/Z1`, and takes it without.
fn ids_of_route_53(operation: &mut Operation<'_>) {
    for field in &mut operation.input {
        let is_id = field
            .simple_type
            .is_some_and(|id| matches!(id.name(), "ChangeId" | "DelegationSetId" | "ResourceId"));
        field.bare_id =
            is_id && field.ty == Type::String && matches!(field.binding, Binding::Label(_));
    }
}

/// Rules cannot be read as a pattern of hosts, but those of S3 Express come down to two: that of a bucket's zone, and
/// that of the Region, where the bucket stays in the path.
fn host_of_s3(operation: &mut Operation<'_>) {
    let params = &operation.static_params;
    let is_control = params.iter().any(|(name, value)| {
        name == "UseS3ExpressControlEndpoint" && *value == Literal::Bool(true)
    });
    let in_endpoint = |field: &&Field<'_>| field.binding == Binding::Endpoint;
    let bucket = operation.input.iter().find(in_endpoint);
    let host = match bucket.filter(|_| !is_control) {
        Some(field) => format!("{}.s3express-zone-id.region.amazonaws.com", field.name),
        None => "s3express-control.region.amazonaws.com".to_owned(),
    };
    operation.http.endpoint_in_path = is_control;
    operation.http.host = Some(host);
}

/// Whether a member of this name is added to what is made of the shape, where the service is S3.
pub(crate) fn adds(shape: &Shape<'_>, member: &str) -> bool {
    let has_time = || shape.members().any(|member| member.name == "Expires");
    member == EXPIRES_TEXT && has_time()
}

/// Objects keep in `Expires` whatever text their writer gave, a time or not. A text that is no time is left out
/// where the model has one, so the text itself is there as well.
fn expires_as_text(operation: &mut Operation<'_>) {
    let fields = &mut operation.output.fields;
    let is_expires = |field: &Field<'_>| {
        matches!(&field.binding, Binding::Header(header, _) if header == "expires")
            && matches!(field.ty, Type::Timestamp(_))
            && !field.required
    };
    let taken = fields.iter().any(|field| field.name == EXPIRES_TEXT);
    let Some(at) = fields.iter().position(is_expires).filter(|_| !taken) else {
        return;
    };
    let text = Field {
        name: EXPIRES_TEXT,
        documentation: Docs::of("The same as it was stored: a text that is no time is only here."),
        ty: Type::String,
        binding: Binding::Header("expires".to_owned(), Form::Plain),
        simple_type: None,
        type_documentation: Docs::default(),
        constraints: Vec::new(),
        ..fields[at].clone()
    };
    fields.insert(at + 1, text);
}

const EXPIRES_TEXT: &str = "ExpiresString";

/// The model puts the bucket into the path, the endpoint rules put it into the host or the path of the
/// endpoint: where they know it, it leaves the URI.
fn bucket_in_endpoint(operation: &mut Operation<'_>) {
    let Some(field) = operation.input.iter_mut().find(|field| {
        field.context_param.as_deref() == Some("Bucket")
            && matches!(field.binding, Binding::Label(_))
    }) else {
        return;
    };
    let path = &mut operation.http.path;
    let [
        PathPart::Literal(slash),
        PathPart::Label {
            member,
            greedy: false,
        },
        ..,
    ] = path.as_slice()
    else {
        return;
    };
    if slash != "/" || member != field.name {
        return;
    }
    path.remove(1);
    if let Some(PathPart::Literal(next)) = path.get(1) {
        let rest = next.strip_prefix('/').unwrap_or(next).to_owned();
        path.remove(1);
        path[0] = PathPart::Literal(format!("/{rest}"));
    }
    field.binding = Binding::Endpoint;
}
