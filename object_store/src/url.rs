//! URLs of directory buckets.

use url::{Position, Url};

/// The bucket of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Scheme and host, which is everything before the path.
    pub(crate) authority: String,
    pub(crate) bucket: String,
    pub(crate) region: Option<String>,
    pub(crate) use_fips: bool,
    pub(crate) use_dual_stack: bool,
}

impl Place {
    /// The directory bucket of `s3://BUCKET/…`, `s3a://BUCKET/…` or
    /// `https://BUCKET.s3express-ZONE.REGION.amazonaws.com/…`, if it is one.
    pub(crate) fn of(url: &Url) -> Option<Self> {
        let host = url.host_str()?;
        let mut place = Self {
            authority: url[..Position::AfterPort].to_owned(),
            bucket: host.to_owned(),
            region: None,
            use_fips: false,
            use_dual_stack: false,
        };
        match url.scheme() {
            "s3" | "s3a" => {}
            "https" if url.port().is_none() => place.read_host(host)?,
            _ => return None,
        }
        place.bucket.ends_with("--x-s3").then_some(place)
    }

    fn read_host(&mut self, host: &str) -> Option<()> {
        let host = host.strip_suffix(".cn").unwrap_or(host);
        let (bucket, rest) = host.strip_suffix(".amazonaws.com")?.split_once('.')?;
        let (zone, mut rest) = rest.split_once('.')?;
        let zone = zone.strip_prefix("s3express-")?;
        self.use_fips = zone.starts_with("fips-");
        if let Some(region) = rest.strip_prefix("dualstack.") {
            (self.use_dual_stack, rest) = (true, region);
        }
        (self.bucket, self.region) = (bucket.to_owned(), Some(rest.to_owned()));
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUCKET: &str = "demo--usw2-az1--x-s3";

    #[test]
    fn urls_of_directory_buckets_are_known() {
        let cases = [
            (format!("s3://{BUCKET}"), None, false, false),
            (format!("s3a://{BUCKET}/a/b"), None, false, false),
            (
                format!("https://{BUCKET}.s3express-usw2-az1.us-west-2.amazonaws.com/a"),
                Some("us-west-2"),
                false,
                false,
            ),
            (
                format!(
                    "https://{BUCKET}.s3express-fips-usw2-az1.dualstack.us-west-2.amazonaws.com"
                ),
                Some("us-west-2"),
                true,
                true,
            ),
            (
                format!("https://{BUCKET}.s3express-cnn1-pkx1-az1.cn-north-1.amazonaws.com.cn/"),
                Some("cn-north-1"),
                false,
                false,
            ),
        ];
        for (url, region, use_fips, use_dual_stack) in cases {
            let place = Url::parse(&url).ok().and_then(|url| Place::of(&url));
            let place = place.unwrap_or_else(|| panic!("{url}"));
            assert_eq!(place.bucket, BUCKET, "{url}");
            assert_eq!(place.region.as_deref(), region, "{url}");
            assert_eq!(
                (place.use_fips, place.use_dual_stack),
                (use_fips, use_dual_stack),
                "{url}"
            );
        }
    }

    #[test]
    fn other_urls_are_left_alone() {
        for url in [
            "s3://bucket/demo--usw2-az1--x-s3",
            "s3://demo--x-s3.example/",
            "gs://demo--usw2-az1--x-s3/",
            "file:///demo--usw2-az1--x-s3",
            "memory:///",
            "https://demo--usw2-az1--x-s3.s3.us-west-2.amazonaws.com/",
            "https://demo--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.example.com/",
            "https://bucket.s3.us-west-2.amazonaws.com/",
            "http://demo--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com/",
        ] {
            let url = Url::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"));
            assert_eq!(Place::of(&url), None, "{url}");
        }
    }
}
