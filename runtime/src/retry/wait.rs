//! Headers of a refusal about time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};

use crate::text::TimestampFormat;

/// AWS says it in milliseconds here.
const AMZ_RETRY_AFTER: &str = "x-amz-retry-after";

/// How long the service wants us to wait: milliseconds in `x-amz-retry-after`, or seconds or a date
/// in `retry-after`. A date counts from the answer's own `date`, so our clock has no part in it.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    if let Some(millis) = text(headers, AMZ_RETRY_AFTER).and_then(number) {
        return Some(Duration::from_millis(millis));
    }
    let text = text(headers, RETRY_AFTER.as_str())?;
    if let Some(seconds) = number(text) {
        return Some(Duration::from_secs(seconds));
    }
    let at = http_date(text)?;
    // a date that has passed asks for no wait
    Some(at.duration_since(server_date(headers)?).unwrap_or_default())
}

/// The time at which the service answered, by its own clock.
pub(crate) fn server_date(headers: &HeaderMap) -> Option<SystemTime> {
    http_date(text(headers, DATE.as_str())?)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    Some(headers.get(name)?.to_str().ok()?.trim())
}

/// Digits and nothing else; one too large to hold is simply very large.
fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

fn http_date(text: &str) -> Option<SystemTime> {
    let date = TimestampFormat::HttpDate.read(text).ok()?;
    let seconds = u64::try_from(date.secs()).ok()?;
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: (&str, &str) = ("date", "Sun, 22 Nov 2026 00:45:15 GMT");

    fn wait(headers: &[(&'static str, &'static str)]) -> Option<Duration> {
        let headers = headers
            .iter()
            .map(|&(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        retry_after(&headers.collect())
    }

    #[test]
    fn the_forms_of_a_wait() {
        let secs = |secs| Some(Duration::from_secs(secs));
        assert_eq!(wait(&[("retry-after", "3")]), secs(3));
        assert_eq!(wait(&[("retry-after", " 3 ")]), secs(3));
        let date = |date| wait(&[NOW, ("retry-after", date)]);
        assert_eq!(date("Sun, 22 Nov 2026 00:46:15 GMT"), secs(60));
        assert_eq!(date("Sun, 22 Nov 2026 00:44:15 GMT"), secs(0));
        let millis = [("retry-after", "3"), ("x-amz-retry-after", "1500")];
        assert_eq!(wait(&millis), Some(Duration::from_millis(1500)));
        let huge = [("retry-after", "99999999999999999999999")];
        assert_eq!(wait(&huge), secs(u64::MAX));
        // a date without a date to count from, and what is none
        assert_eq!(
            wait(&[("retry-after", "Sun, 22 Nov 2026 00:46:15 GMT")]),
            None
        );
        for bad in ["", "-1", "+1", "1.5", "soon", "1, 2"] {
            assert_eq!(wait(&[NOW, ("retry-after", bad)]), None, "{bad}");
        }
        assert_eq!(wait(&[NOW]), None);
    }
}
