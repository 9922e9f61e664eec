//! Moments as users write them, in the form that requests take.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// `2030-01-02T03:04:05Z` for a date and time with or without a zone, a date alone, an HTTP date, or seconds
/// since 1970.
pub(crate) fn normal(text: &str) -> Option<String> {
    read(text)?.fmt(Format::DateTime).ok()
}

/// Reads a moment in any of these forms.
pub(crate) fn read(text: &str) -> Option<DateTime> {
    let text = text.trim();
    let with_t = text.replacen(' ', "T", 1);
    let candidates = [
        (text.to_owned(), Format::DateTimeWithOffset),
        (with_t.clone(), Format::DateTimeWithOffset),
        (format!("{with_t}Z"), Format::DateTimeWithOffset),
        (format!("{text}T00:00:00Z"), Format::DateTimeWithOffset),
        (text.to_owned(), Format::HttpDate),
        (text.to_owned(), Format::EpochSeconds),
    ];
    let mut candidates = candidates.into_iter();
    candidates.find_map(|(text, format)| DateTime::from_str(&text, format).ok())
}
