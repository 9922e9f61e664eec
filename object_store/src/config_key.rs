//! [`ConfigKey`]: the settings of a store by name.

use std::str::FromStr;

use crate::BuildError;

/// What a store does with a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Applies it.
    Set,
    /// Ignores it, because it is always so or has no meaning here.
    None,
    /// Refuses it unless there are credentials, because it names a source of credentials that needs a provider.
    Provider,
    /// Refuses it, for this reason.
    Refused(&'static str),
}

macro_rules! keys {
    ($($(#[$doc:meta])* $key:ident = [$name:literal $(, $alias:literal)*] $effect:expr;)*) => {
        /// A setting of a store. It has the names of `object_store`'s `AmazonS3ConfigKey`, so that options written for
        /// that store work for this one, and a few more.
        ///
        /// Names are accepted in any letter case, with or without the prefix `aws_`. [`as_ref`](AsRef::as_ref) returns
        /// the first name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ConfigKey {
            $($(#[$doc])* #[doc = concat!("\n\n`", $name, "`" $(, ", `", $alias, "`")*)] $key,)*
        }

        impl ConfigKey {
            /// All settings.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$key,)*];

            /// What a store does with the setting.
            pub(crate) fn effect(self) -> Effect {
                match self {
                    $(Self::$key => $effect,)*
                }
            }

            fn names(self) -> &'static [&'static str] {
                match self {
                    $(Self::$key => &[$name $(, $alias)*],)*
                }
            }
        }
    };
}

const NO_PAYER: &str = "directory buckets do not support Requester Pays";
const NO_SSE_C: &str = "directory buckets do not support keys of customers (SSE-C)";
const NO_TRUST: &str = "certificates are always verified; set those to trust with aws_ca_bundle";
const NO_PROXY: &str = "set a proxy with the variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY";
const NO_HTTP2: &str = "S3 speaks HTTP/1.1 alone";

keys! {
    /// The name of the bucket, with its zone: `demo--usw2-az1--x-s3`.
    Bucket = ["aws_bucket", "aws_bucket_name"] Effect::Set;
    /// The access key id.
    AccessKeyId = ["aws_access_key_id"] Effect::Set;
    /// The secret access key.
    SecretAccessKey = ["aws_secret_access_key"] Effect::Set;
    /// The session token of temporary credentials.
    Token = ["aws_session_token", "aws_token"] Effect::Set;
    /// The region of the bucket's zone.
    Region = ["aws_region"] Effect::Set;
    /// The region, if [`Region`](Self::Region) is not set.
    DefaultRegion = ["aws_default_region"] Effect::Set;
    /// The endpoint of requests, in place of AWS. If it has a host name, the bucket becomes a part of that name. If it
    /// has an IP address, the bucket becomes a part of the path.
    Endpoint = ["aws_endpoint", "aws_endpoint_url"] Effect::Set;
    /// The same for S3 only; it takes precedence over [`Endpoint`](Self::Endpoint).
    S3Endpoint = ["aws_endpoint_url_s3"] Effect::Set;
    /// Whether to use endpoints with FIPS 140 cryptography.
    UseFips = ["aws_use_fips_endpoint"] Effect::Set;
    /// Whether to use endpoints that answer over IPv4 and IPv6.
    UseDualStack = ["aws_use_dualstack_endpoint"] Effect::Set;
    /// Sends requests without signatures.
    SkipSignature = ["aws_skip_signature"] Effect::Set;
    /// `true` signs all requests with IAM credentials, and opens no sessions.
    DisableSessionAuth = ["aws_s3_disable_express_session_auth"] Effect::Set;
    /// The checksum of uploads: `crc32` (the default), `crc32c`, `crc64nvme`, `sha1` or `sha256`. Multipart uploads use
    /// CRC32 in place of the last two.
    Checksum = ["aws_checksum_algorithm"] Effect::Set;
    /// `WHEN_REQUIRED` computes checksums of uploads only if S3 requires them.
    RequestChecksums = ["aws_request_checksum_calculation"] Effect::Set;
    /// `WHEN_REQUIRED` does not verify checksums of reads.
    ResponseChecksums = ["aws_response_checksum_validation"] Effect::Set;
    /// `true` deletes objects one by one.
    DisableBulkDelete = ["aws_disable_bulk_delete"] Effect::Set;
    /// The encryption of sessions: `AES256` or `aws:kms`. Default: the encryption of the bucket.
    ServerSideEncryption = ["aws_server_side_encryption"] Effect::Set;
    /// The KMS key, which must be the key of the bucket's default encryption.
    KmsKeyId = ["aws_sse_kms_key_id"] Effect::Set;
    /// How many attempts a call makes, including the first. Default: 3.
    MaxAttempts = ["aws_max_attempts"] Effect::Set;
    /// A file with the certificates to trust, in PEM.
    CaBundle = ["aws_ca_bundle"] Effect::Set;
    /// Whether secrets may arrive over plain HTTP from another machine.
    AllowHttp = ["aws_allow_http"] Effect::Set;
    /// How long a connection may take to open, such as `3s`.
    ConnectTimeout = ["aws_connect_timeout"] Effect::Set;
    /// How long a connection may be silent while a call waits for the service.
    ReadTimeout = ["aws_read_timeout"] Effect::Set;
    /// How long an attempt may take until the body of the answer begins. Default: no limit.
    Timeout = ["aws_timeout"] Effect::Set;
    /// How long a connection may be idle before it is closed.
    PoolIdleTimeout = ["aws_pool_idle_timeout"] Effect::Set;
    /// The content type of objects that are written without one.
    DefaultContentType = ["aws_default_content_type"] Effect::Set;

    /// A role to assume with a web identity.
    RoleArn = ["aws_role_arn"] Effect::Provider;
    /// The name of its session.
    RoleSessionName = ["aws_role_session_name"] Effect::Provider;
    /// The file with the web identity's token.
    WebIdentityTokenFile = ["aws_web_identity_token_file"] Effect::Provider;
    /// The endpoint of STS.
    StsEndpoint = ["aws_endpoint_url_sts"] Effect::Provider;
    /// Credentials of a container.
    ContainerCredentialsRelativeUri = ["aws_container_credentials_relative_uri"] Effect::Provider;
    /// Credentials of a container.
    ContainerCredentialsFullUri = ["aws_container_credentials_full_uri"] Effect::Provider;
    /// Credentials of a container.
    ContainerAuthorizationTokenFile = ["aws_container_authorization_token_file"] Effect::Provider;
    /// A profile of AWS's configuration files.
    Profile = ["aws_profile"] Effect::Provider;
    /// The endpoint of the instance metadata service.
    MetadataEndpoint = ["aws_metadata_endpoint"] Effect::None;
    /// Whether version 1 of that service may be used.
    ImdsV1Fallback = ["aws_imdsv1_fallback"] Effect::None;

    /// No effect: the bucket is a directory bucket.
    S3Express = ["aws_s3_express"] Effect::None;
    /// No effect: see [`Endpoint`](Self::Endpoint).
    VirtualHostedStyleRequest = ["aws_virtual_hosted_style_request"] Effect::None;
    /// No effect: the client decides what a signature covers.
    UnsignedPayload = ["aws_unsigned_payload"] Effect::None;
    /// No effect: directory buckets have conditional copies.
    CopyIfNotExists = ["aws_copy_if_not_exists"] Effect::None;
    /// No effect: directory buckets have conditional writes.
    ConditionalPut = ["aws_conditional_put"] Effect::None;
    /// No effect: directory buckets have no tags, and tags are ignored.
    DisableTagging = ["aws_disable_tagging"] Effect::None;
    /// No effect: bucket keys are always in use.
    BucketKeyEnabled = ["aws_sse_bucket_key_enabled"] Effect::None;
    /// No effect: the pool has a limit on connections in use.
    PoolMaxIdlePerHost = ["aws_pool_max_idle_per_host"] Effect::None;
    /// No effect: the addresses of a host are used evenly.
    RandomizeAddresses = ["aws_randomize_addresses"] Effect::None;
    /// No effect: this is the default.
    Http1Only = ["aws_http1_only"] Effect::None;
    /// No effect: the client does not use HTTP/2.
    Http2KeepAliveInterval = ["aws_http2_keep_alive_interval"] Effect::None;
    /// No effect: the client does not use HTTP/2.
    Http2KeepAliveTimeout = ["aws_http2_keep_alive_timeout"] Effect::None;
    /// No effect: the client does not use HTTP/2.
    Http2KeepAliveWhileIdle = ["aws_http2_keep_alive_while_idle"] Effect::None;
    /// No effect: the client does not use HTTP/2.
    Http2MaxFrameSize = ["aws_http2_max_frame_size"] Effect::None;
    /// No effect: the client names itself.
    UserAgent = ["aws_user_agent"] Effect::None;

    /// An error unless `false`.
    RequestPayer = ["aws_request_payer"] Effect::Refused(NO_PAYER);
    /// An error.
    CustomerKey = ["aws_sse_customer_key_base64"] Effect::Refused(NO_SSE_C);
    /// An error unless `false`.
    AllowInvalidCertificates = ["aws_allow_invalid_certificates"] Effect::Refused(NO_TRUST);
    /// An error unless `false`.
    NoSystemCertificates = ["aws_disable_system_certificates"] Effect::Refused(NO_TRUST);
    /// An error.
    ProxyUrl = ["aws_proxy_url"] Effect::Refused(NO_PROXY);
    /// An error.
    ProxyCaCertificate = ["aws_proxy_ca_certificate"] Effect::Refused(NO_PROXY);
    /// An error.
    ProxyExcludes = ["aws_proxy_excludes"] Effect::Refused(NO_PROXY);
    /// An error unless `false`.
    Http2Only = ["aws_http2_only"] Effect::Refused(NO_HTTP2);
}

impl ConfigKey {
    /// Whether its value may be shown.
    pub(crate) fn is_public(self) -> bool {
        !matches!(
            self,
            Self::SecretAccessKey | Self::Token | Self::KmsKeyId | Self::CustomerKey
        )
    }
}

impl AsRef<str> for ConfigKey {
    fn as_ref(&self) -> &str {
        self.names()[0]
    }
}

impl FromStr for ConfigKey {
    type Err = BuildError;

    fn from_str(name: &str) -> Result<Self, BuildError> {
        let lower = name.to_ascii_lowercase();
        let is_named =
            |known: &&str| **known == lower || known.strip_prefix("aws_") == Some(&lower);
        let mut keys = Self::ALL.iter().copied();
        let key = keys.find(|key| key.names().iter().any(is_named));
        key.ok_or_else(|| BuildError::of_unknown(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_in_any_case_with_their_prefix_or_without() {
        for key in ConfigKey::ALL {
            assert_eq!(key.as_ref().parse(), Ok(*key));
            for name in key.names() {
                assert_eq!(name.to_ascii_uppercase().parse(), Ok(*key));
                let short = name.trim_start_matches("aws_");
                assert_eq!(short.parse(), Ok(*key), "{short}");
            }
        }
        let error = "aws_color"
            .parse::<ConfigKey>()
            .map_err(|it| it.to_string());
        assert!(error.is_err_and(|error| error.contains("`aws_color`")));
    }
}
