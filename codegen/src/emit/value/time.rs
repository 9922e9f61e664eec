//! Moments of the model as Rust expressions and as texts.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;

/// Seconds since 1970, or a text such as `2026-01-15T10:00:00Z`.
pub(in crate::emit) fn timestamp(json: &Value) -> Option<TokenStream> {
    if let Some(seconds) = json.as_i64().or_else(|| seconds(json.as_str()?)) {
        let seconds = Literal::i64_unsuffixed(seconds);
        return Some(quote!(rt::DateTime::from_secs(#seconds)));
    }
    // A fraction is said in thousandths; in binary it would not be exact.
    let millis = match json.as_str() {
        Some(text) => millis(text)?,
        None => (json.as_f64()? * 1000.0).round() as i64,
    };
    let millis = Literal::i64_unsuffixed(millis);
    Some(quote!(rt::DateTime::from_millis(#millis)))
}

/// Thousandths of a second since 1970 of a text such as `2026-01-15T10:00:00.5Z`; none for any other.
pub(crate) fn millis(text: &str) -> Option<i64> {
    let Some((whole, fraction)) = text.split_once('.') else {
        return seconds(text)?.checked_mul(1000);
    };
    let digits = fraction.strip_suffix('Z')?;
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let thousandths: i64 = format!("{digits:0<3}").get(..3)?.parse().ok()?;
    Some(seconds(&format!("{whole}Z"))? * 1000 + thousandths)
}

/// What a text such as `2026-01-15T10:00:00Z` means; none for any other.
fn seconds(text: &str) -> Option<i64> {
    let is_like = |(c, sample): (u8, u8)| match sample {
        b'0' => c.is_ascii_digit(),
        sample => c == sample,
    };
    let sample = "0000-00-00T00:00:00Z";
    if text.len() != sample.len() || !text.bytes().zip(sample.bytes()).all(is_like) {
        return None;
    }
    let number = |at: std::ops::Range<usize>| text.get(at)?.parse::<i64>().ok();
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    // Years begin with March, so that a leap day is the last day of its year.
    let (year, month) = if month < 3 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    const UNTIL_1970: i64 = 719_468;
    Some((days - UNTIL_1970) * 86_400 + hour * 3600 + minute * 60 + second)
}

/// A text such as `2026-01-15T10:00:00Z` as headers have it: `Thu, 15 Jan 2026 10:00:00 GMT`.
pub(in crate::emit) fn http_date(text: &str) -> Option<String> {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let day = seconds(text)?.div_euclid(86_400).rem_euclid(7);
    let day = DAYS.get(usize::try_from(day).ok()?)?;
    let month: usize = text.get(5..7)?.parse().ok()?;
    let month = MONTHS.get(month.checked_sub(1)?)?;
    let (year, date, time) = (text.get(..4)?, text.get(8..10)?, text.get(11..19)?);
    Some(format!("{day}, {date} {month} {year} {time} GMT"))
}

#[cfg(test)]
mod tests {
    use super::{http_date, millis, seconds};

    #[test]
    fn headers_have_dates_of_their_own_form() {
        for (text, expected) in [
            (
                "2026-01-15T10:00:00Z",
                Some("Thu, 15 Jan 2026 10:00:00 GMT"),
            ),
            (
                "1969-12-31T23:59:59Z",
                Some("Wed, 31 Dec 1969 23:59:59 GMT"),
            ),
            ("2026-13-15T10:00:00Z", None),
            ("2026-01-15", None),
        ] {
            assert_eq!(http_date(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn texts_are_times() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2000-02-29T23:59:59Z", Some(951_868_799)),
            ("2026-01-15T10:00:00Z", Some(1_768_471_200)),
            ("2026-01-15", None),
            ("2026-01-15T10:00:00é", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
        assert_eq!(millis("1970-01-01T00:00:01.25Z"), Some(1250));
        assert_eq!(millis("1970-01-01T00:00:01.Z"), None);
    }
}
