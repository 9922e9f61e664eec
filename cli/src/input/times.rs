//! Moments as users write them, in the form that requests take.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use super::calendar;

/// `2030-01-02T03:04:05Z` for a moment in any of the accepted forms.
pub(crate) fn normal(text: &str) -> Option<String> {
    read(text)?.fmt(Format::DateTime).ok()
}

/// `Wed, 02 Jan 2030 03:04:05 GMT` for a moment in any of these forms. HTTP has no fractions of a second.
pub(super) fn http_date(text: &str) -> Option<String> {
    let moment = DateTime::from_secs(read(text)?.secs());
    moment.fmt(Format::HttpDate).ok()
}

/// Reads a moment: a date, perhaps with a time of day and a zone, or seconds since 1970.
pub(crate) fn read(text: &str) -> Option<DateTime> {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    if !(calendar::is_digits(whole) && calendar::is_digits(fraction)) {
        return calendar::read(text);
    }
    // a year or a day without separators is hardly meant to be a second in 1970
    let is_date = matches!(text.len(), 4 | 8) && (text.starts_with("19") || text.starts_with("20"));
    let moment = DateTime::from_str(text, Format::EpochSeconds).ok();
    moment.filter(|_| !is_date)
}

/// A moment in the form of the setting `cli_timestamp_format = iso8601`.
pub(crate) fn iso8601(text: &str) -> Option<String> {
    let text = text.trim();
    let moment = read(text)?;
    // an offset stays what it is: the moment is shifted, printed, and named
    let offset = offset(text);
    let shifted = DateTime::from_secs_and_nanos(
        moment.secs() + i64::from(offset) * 60,
        moment.subsec_nanos(),
    );
    let whole = DateTime::from_secs(shifted.secs())
        .fmt(Format::DateTime)
        .ok()?;
    let whole = whole.trim_end_matches('Z');
    let fraction = match moment.subsec_nanos() / 1000 {
        0 => String::new(),
        micros => format!(".{micros:06}"),
    };
    let (sign, minutes) = if offset < 0 {
        ('-', -offset)
    } else {
        ('+', offset)
    };
    let (hours, minutes) = (minutes / 60, minutes % 60);
    Some(format!("{whole}{fraction}{sign}{hours:02}:{minutes:02}"))
}

/// Minutes east of UTC at the end of a text.
fn offset(text: &str) -> i32 {
    let Some(at) = text
        .len()
        .checked_sub(6)
        .filter(|at| text.is_char_boundary(*at))
    else {
        return 0;
    };
    let (sign, rest) = text[at..].split_at(1);
    let sign = match sign {
        "+" => 1,
        "-" => -1,
        _ => return 0,
    };
    let parts = rest
        .split_once(':')
        .map(|(hours, minutes)| (hours.parse::<i32>(), minutes.parse::<i32>()));
    match parts {
        Some((Ok(hours), Ok(minutes))) => sign * (hours * 60 + minutes),
        _ => 0,
    }
}
