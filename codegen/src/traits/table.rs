//! The closed table of traits: what becomes of each trait, in each place it can stand.
//!
//! A pair of place and trait that is not in [`TABLE`] is an error, so that a trait that is new in the
//! official model is noticed the day it comes, by its name and place, and never silently dropped.

use std::fmt;
use std::fmt::Write as _;

pub use super::place::{Place, member_place};

use super::TraitValue;
use super::http::*;
use super::place::Place::{MapKey, MapValue, MemberOf, On};
use super::place::{ANYWHERE, CALLED, DATA, FIELD, ITEM, NUMBERS, SIMPLE, TEXTS, UNNAMED, VARIANT};
use super::rules::*;
use super::simple::*;
use super::testing::*;
use crate::json::{Json, JsonError};
use crate::model::Kind::*;

/// What becomes of a trait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// The generator follows it.
    Handled,
    /// It makes no difference to a client, for this reason.
    Ignored(&'static str),
}

/// A trait, the places this row is about, and what becomes of the trait there.
pub type Row = (TraitSpec, &'static [Place], Treatment);

/// A trait as the table names it.
#[derive(Clone, Copy)]
pub struct TraitSpec {
    /// Its id.
    pub id: &'static str,
    /// Reads a value and says what is wrong with it; none for traits whose values nothing reads.
    pub check: Option<fn(Json<'_>) -> Result<(), JsonError>>,
}

const fn typed<T>() -> TraitSpec
where
    T: for<'a> TraitValue<'a>,
{
    TraitSpec {
        id: T::ID,
        check: Some(|json| json.parse::<T>().map(drop)),
    }
}

const fn named(id: &'static str) -> TraitSpec {
    TraitSpec { id, check: None }
}

use Treatment::{Handled, Ignored};

const SERVER: &str = "it is for servers";
const RULES: &str =
    "the endpoint rules say where requests go; without them the endpoint is a setting";
const LINTS: &str = "it is for Smithy's own linter";
const CHECKED_BY_SERVICE: &str =
    "the service checks it; a client that did would refuse what the service has come to accept";
const NO_RESOURCES: &str = "a client knows no resources";
const AWS: &str = "it is for documentation of AWS";
const IAM: &str = "it is for documentation of IAM";
const CLOUD_FORMATION: &str = "it is for CloudFormation";
const API_GATEWAY: &str = "it is for Amazon API Gateway";
const OTHER_PROTOCOL: &str = "it is for another protocol";
const SCHEME: &str = "its calls are not signed, which is a warning";
const GIVEN_ENDPOINT: &str = "the client calls the endpoint that it is given";
const SHAPE_USE: &str = "how a structure is used follows from the operations that use it";

/// What becomes of each trait, in each place it can stand. One row for each trait and treatment.
///
/// After a new trait has appeared in the model, add it here: `Handled` once the passes follow it,
/// `Ignored` with the reason why a client need not.
#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    // Documentation
    (typed::<Documentation>(),           ANYWHERE, Handled),
    (typed::<Title>(),                   &[On(Service)], Handled),
    (typed::<Title>(),                   &[On(Resource)], Ignored(NO_RESOURCES)),
    (typed::<Deprecated>(),              ANYWHERE, Handled),
    (typed::<Examples>(),                &[On(Operation)], Handled),
    (typed::<ExternalDocumentation>(),   ANYWHERE, Ignored("links stand in the documentation itself")),
    (typed::<Since>(),                   ANYWHERE, Ignored("the model says nothing else about versions")),
    (typed::<Tags>(),                    ANYWHERE, Ignored("tags mean nothing to a client")),
    (named("smithy.api#unstable"),       ANYWHERE, Ignored("it promises less, and takes nothing away")),
    (named("smithy.api#internal"),       ANYWHERE, Ignored("a model with internal shapes is for those who may use them")),
    (named("smithy.api#private"),        ANYWHERE, Ignored("who may target a shape is Smithy's to check")),
    (named("smithy.api#suppress"),       ANYWHERE, Ignored(LINTS)),
    (named("smithy.api#references"),     ANYWHERE, Ignored("a client follows no references between resources")),
    (named("smithy.api#idRef"),          TEXTS, Ignored("a client does not follow the ids of shapes")),
    (named("smithy.api#recommended"),    &[FIELD], Ignored("the member may be left out all the same")),
    (named("smithy.api#trait"),          DATA, Ignored("a shape that defines a trait is data where it is a member's type")),
    (named("smithy.contracts#conditions"), DATA, Ignored(CHECKED_BY_SERVICE)),

    // Types
    (typed::<Required>(),                &[FIELD], Handled),
    (typed::<Default>(),                 &[FIELD], Handled),
    (typed::<Default>(),                 UNNAMED, Ignored("members repeat the default where it counts")),
    (typed::<ClientOptional>(),          &[FIELD], Handled),
    (typed::<AddedDefault>(),            &[FIELD], Handled),
    (typed::<Input>(),                   &[On(Structure)], Ignored(SHAPE_USE)),
    (typed::<Output>(),                  &[On(Structure)], Ignored(SHAPE_USE)),
    (typed::<Boxed>(),                   &[FIELD], Handled),
    (typed::<Boxed>(),                   SIMPLE, Ignored("members say where it counts")),
    (typed::<Sensitive>(),               DATA, Handled),
    // as Smithy 1.0 has it
    (typed::<Sensitive>(),               &[FIELD, VARIANT, ITEM, MapKey, MapValue], Handled),
    (typed::<EnumValue>(),               &[MemberOf(Enum), MemberOf(IntEnum)], Handled),
    (typed::<EnumTrait>(),               &[On(String)], Handled),
    (typed::<Length>(),                  &[On(Blob), On(String), On(Enum), On(List), On(Map), FIELD, VARIANT, ITEM, MapKey, MapValue], Handled),
    (typed::<Range>(),                   NUMBERS, Handled),
    (typed::<Pattern>(),                 &[On(String), On(Enum), FIELD, VARIANT, ITEM, MapKey, MapValue], Handled),
    (typed::<UniqueItems>(),             &[On(List)], Ignored(CHECKED_BY_SERVICE)),
    (typed::<Sparse>(),                  &[On(List), On(Map)], Handled),
    (typed::<IdempotencyToken>(),        &[FIELD], Handled),
    (typed::<Streaming>(),               &[On(Blob), On(Union)], Handled),
    (typed::<RequiresLength>(),          &[On(Blob)], Ignored("every stream is sent with its length")),
    (typed::<MediaType>(),               &[On(Blob), On(String)], Handled),
    (typed::<TimestampFormat>(),         &[On(Timestamp), FIELD, VARIANT, ITEM, MapKey, MapValue], Handled),
    (typed::<JsonName>(),                &[FIELD, VARIANT], Ignored("it is for JSON protocols")),
    (named("smithy.api#property"),       &[FIELD], Ignored(NO_RESOURCES)),
    (named("smithy.api#resourceIdentifier"), &[FIELD], Ignored(NO_RESOURCES)),
    (named("smithy.api#notProperty"),    &[FIELD], Ignored(NO_RESOURCES)),
    (named("smithy.api#nestedProperties"), &[FIELD], Ignored(NO_RESOURCES)),
    (named("smithy.api#noReplace"),      &[On(Resource)], Ignored(NO_RESOURCES)),

    // XML
    (typed::<XmlName>(),                 &[On(Structure), On(Union), FIELD, VARIANT, ITEM, MapKey, MapValue], Handled),
    (typed::<XmlNamespace>(),            &[On(Service), On(Structure), On(Union), On(List), On(Map), FIELD, VARIANT, ITEM, MapKey, MapValue], Handled),
    (typed::<XmlNamespace>(),            SIMPLE, Ignored("members say where it counts")),
    (typed::<XmlAttribute>(),            &[FIELD], Handled),
    (typed::<XmlFlattened>(),            &[FIELD, VARIANT], Handled),

    // HTTP
    (typed::<Http>(),                    &[On(Operation)], Handled),
    (typed::<HttpLabel>(),               &[FIELD], Handled),
    (typed::<HttpHeader>(),              &[FIELD], Handled),
    (typed::<HttpPrefixHeaders>(),       &[FIELD], Handled),
    (typed::<HttpQuery>(),               &[FIELD], Handled),
    (typed::<HttpQueryParams>(),         &[FIELD], Handled),
    (typed::<HttpPayload>(),             &[FIELD], Handled),
    (typed::<HttpResponseCode>(),        &[FIELD], Handled),
    (typed::<HttpError>(),               &[On(Structure)], Handled),
    (typed::<HttpChecksumRequired>(),    &[On(Operation)], Handled),
    (typed::<RequestCompression>(),      &[On(Operation)], Handled),
    (typed::<Endpoint>(),                &[On(Operation)], Handled),
    (typed::<HostLabel>(),               &[FIELD], Handled),
    (named("smithy.api#cors"),           &[On(Service)], Ignored(SERVER)),

    // Behaviour
    (typed::<ErrorTrait>(),              &[On(Structure)], Handled),
    (typed::<Retryable>(),               &[On(Structure)], Ignored("retries go by the code and the status")),
    (typed::<Readonly>(),                &[On(Operation)], Handled),
    (typed::<Idempotent>(),              &[On(Operation)], Ignored("retries go by the method and the answer")),
    (typed::<Paginated>(),               &[On(Operation), On(Service)], Handled),
    (typed::<Waitable>(),                &[On(Operation)], Handled),
    (typed::<EventPayload>(),            &[FIELD], Handled),
    (typed::<EventHeader>(),             &[FIELD], Handled),

    // AWS
    (typed::<AwsService>(),              &[On(Service)], Handled),
    (typed::<RestXml>(),                 &[On(Service)], Handled),
    (typed::<Sigv4>(),                   &[On(Service)], Handled),
    (named("aws.auth#sigv4a"),           &[On(Service)], Ignored("the endpoint rules say where it is needed")),
    (named("smithy.api#httpApiKeyAuth"), &[On(Service)], Ignored(SCHEME)),
    (named("smithy.api#httpBasicAuth"),  &[On(Service)], Ignored(SCHEME)),
    (named("smithy.api#httpBearerAuth"), &[On(Service)], Ignored(SCHEME)),
    (named("smithy.api#httpDigestAuth"), &[On(Service)], Ignored(SCHEME)),
    (named("aws.auth#cognitoUserPools"), &[On(Service)], Ignored(SCHEME)),
    (typed::<UnsignedPayload>(),         &[On(Operation)], Handled),
    (typed::<Auth>(),                    &[On(Operation), On(Service)], Handled),
    (typed::<OptionalAuth>(),            &[On(Operation)], Handled),
    (typed::<HttpChecksum>(),            &[On(Operation)], Handled),
    (typed::<S3UnwrappedXmlOutput>(),    &[On(Operation)], Handled),
    (named("aws.api#arn"),               &[On(Resource)], Ignored(NO_RESOURCES)),
    (named("aws.api#taggable"),          &[On(Resource)], Ignored(NO_RESOURCES)),
    (named("aws.api#tagEnabled"),        &[On(Service)], Ignored(NO_RESOURCES)),
    (named("aws.api#arnReference"),      TEXTS, Ignored(NO_RESOURCES)),
    (named("aws.api#controlPlane"),      &[On(Service), On(Operation), On(Resource)], Ignored(AWS)),
    (named("aws.api#dataPlane"),         &[On(Service), On(Operation), On(Resource)], Ignored(AWS)),
    (named("aws.api#data"),              ANYWHERE, Ignored(AWS)),
    (named("aws.api#clientEndpointDiscovery"), &[On(Service)], Ignored(GIVEN_ENDPOINT)),
    (named("aws.api#clientDiscoveredEndpoint"), &[On(Operation)], Ignored(GIVEN_ENDPOINT)),
    (named("aws.api#clientEndpointDiscoveryId"), &[FIELD], Ignored(GIVEN_ENDPOINT)),
    (named("aws.iam#actionName"),        &[On(Operation)], Ignored(IAM)),
    (named("aws.iam#actionPermissionDescription"), &[On(Operation)], Ignored(IAM)),
    (named("aws.iam#conditionKeys"),     CALLED, Ignored(IAM)),
    (named("aws.iam#conditionKeyValue"), TEXTS, Ignored(IAM)),
    (named("aws.iam#defineConditionKeys"), &[On(Service)], Ignored(IAM)),
    (named("aws.iam#disableConditionKeyInference"), CALLED, Ignored(IAM)),
    (named("aws.iam#iamAction"),         &[On(Operation)], Ignored(IAM)),
    (named("aws.iam#iamResource"),       &[On(Resource)], Ignored(IAM)),
    (named("aws.iam#requiredActions"),   &[On(Operation)], Ignored(IAM)),
    (named("aws.iam#serviceResolvedConditionKeys"), &[On(Service)], Ignored(IAM)),
    (named("aws.iam#supportedPrincipalTypes"), CALLED, Ignored(IAM)),
    (named("aws.cloudformation#cfnResource"), &[On(Resource)], Ignored(CLOUD_FORMATION)),
    (named("aws.cloudformation#cfnAdditionalIdentifier"), &[FIELD], Ignored(CLOUD_FORMATION)),
    (named("aws.cloudformation#cfnDefaultValue"), &[FIELD], Ignored(CLOUD_FORMATION)),
    (named("aws.cloudformation#cfnExcludeProperty"), &[FIELD], Ignored(CLOUD_FORMATION)),
    (named("aws.cloudformation#cfnMutability"), &[FIELD], Ignored(CLOUD_FORMATION)),
    (named("aws.cloudformation#cfnName"), &[FIELD], Ignored(CLOUD_FORMATION)),
    (named("aws.apigateway#apiKeySource"), &[On(Service)], Ignored(API_GATEWAY)),
    (named("aws.apigateway#authorizer"), CALLED, Ignored(API_GATEWAY)),
    (named("aws.apigateway#authorizers"), &[On(Service)], Ignored(API_GATEWAY)),
    (named("aws.apigateway#integration"), CALLED, Ignored(API_GATEWAY)),
    (named("aws.apigateway#mockIntegration"), CALLED, Ignored(API_GATEWAY)),
    (named("aws.apigateway#requestValidator"), CALLED, Ignored(API_GATEWAY)),
    (named("aws.protocols#awsQueryCompatible"), &[On(Service)], Ignored(OTHER_PROTOCOL)),
    (named("aws.protocols#awsQueryError"), &[On(Structure)], Ignored(OTHER_PROTOCOL)),
    (named("aws.protocols#ec2QueryName"), &[FIELD], Ignored(OTHER_PROTOCOL)),
    (named("smithy.mqtt#publish"),       &[On(Operation)], Ignored(OTHER_PROTOCOL)),
    (named("smithy.mqtt#subscribe"),     &[On(Operation)], Ignored(OTHER_PROTOCOL)),
    (named("smithy.mqtt#topicLabel"),    &[FIELD], Ignored(OTHER_PROTOCOL)),

    // Endpoints
    (typed::<EndpointRuleSet>(),         &[On(Service)], Handled),
    (typed::<EndpointBdd>(),             &[On(Service)], Handled),
    (typed::<EndpointTests>(),           &[On(Service)], Handled),
    (typed::<ClientContextParams>(),     &[On(Service)], Handled),
    (typed::<StaticContextParams>(),     &[On(Operation)], Handled),
    (typed::<OperationContextParams>(),  &[On(Operation)], Handled),
    (typed::<ContextParam>(),            &[FIELD], Handled),

    (named("aws.endpoints#standardPartitionalEndpoints"), &[On(Service)], Ignored(RULES)),
    (named("aws.endpoints#standardRegionalEndpoints"), &[On(Service)], Ignored(RULES)),
    (named("aws.endpoints#dualStackOnlyEndpoints"), &[On(Service)], Ignored(RULES)),
    (named("aws.endpoints#rulesBasedEndpoints"), &[On(Service)], Ignored(RULES)),

    // Tests
    (typed::<HttpRequestTests>(),        &[On(Operation)], Handled),
    (typed::<HttpResponseTests>(),       &[On(Operation), On(Structure)], Handled),
    (named("smithy.test#smokeTests"),    &[On(Operation)], Ignored("they need an account at AWS")),
    (named("smithy.test#httpMalformedRequestTests"), &[On(Operation)], Ignored(SERVER)),
];

/// What becomes of a trait in a place; none where the table does not say.
pub fn lookup(place: Place, id: &str) -> Option<(&'static TraitSpec, Treatment)> {
    let row = TABLE
        .iter()
        .find(|(spec, places, _)| spec.id == id && places.contains(&place));
    row.map(|(spec, _, treatment)| (spec, *treatment))
}

/// The places in which the table knows a trait.
pub fn places_of(id: &str) -> impl Iterator<Item = Place> {
    TABLE
        .iter()
        .filter(move |(spec, ..)| spec.id == id)
        .flat_map(|(_, places, _)| places.iter().copied())
}

/// The table as text: a line for each pair of place and trait.
pub fn listing() -> std::string::String {
    let mut rows: Vec<_> = TABLE
        .iter()
        .flat_map(|(spec, places, treatment)| {
            places
                .iter()
                .map(move |place| (spec.id, place.to_string(), *treatment))
        })
        .collect();
    rows.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    let mut text = std::string::String::new();
    for (id, place, treatment) in rows {
        let _ = writeln!(text, "{id:<44} {place:<24} {treatment}");
    }
    text
}

impl fmt::Display for Treatment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Handled => f.write_str("handled"),
            Ignored(reason) => write!(f, "ignored: {reason}"),
        }
    }
}

impl fmt::Debug for TraitSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}
