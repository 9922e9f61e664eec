//! The two forms of a point in time that services send: `2026-11-22T00:45:15.000Z` in documents, and
//! `Sun, 22 Nov 2026 00:45:15 GMT` in headers.
//!
//! A listing has one with each key, and the library that knows all forms takes longer for it than the XML around
//! it. Whatever looks different in any way is left to that library.

use aws_smithy_types::DateTime;

/// The point in time; `None` where the text has another form or names no time.
pub(super) fn read(text: &str) -> Option<DateTime> {
    let bytes = text.as_bytes();
    let (date, rest) = bytes.split_at_checked(19)?;
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if marks.iter().any(|(index, mark)| date[*index] != *mark) {
        return None;
    }
    let year = 100 * two(date, 0)? + two(date, 2)?;
    let seconds = seconds((year, two(date, 5)?, two(date, 8)?), &date[11..])?;
    Some(DateTime::from_secs_and_nanos(seconds, nanoseconds(rest)?))
}

/// The same for the form of HTTP.
pub(super) fn read_http(text: &str) -> Option<DateTime> {
    const WEEKDAYS: [&[u8]; 7] = [b"Sun", b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat"];
    const MONTHS: [&[u8]; 12] = [
        b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov",
        b"Dec",
    ];
    let bytes: &[u8; 29] = text.as_bytes().try_into().ok()?;
    let marks = [
        (3, b','),
        (4, b' '),
        (7, b' '),
        (11, b' '),
        (16, b' '),
        (19, b':'),
        (22, b':'),
    ];
    let has_marks = marks.iter().all(|(index, mark)| bytes[*index] == *mark);
    if !has_marks || !bytes.ends_with(b" GMT") || !WEEKDAYS.contains(&&bytes[..3]) {
        return None;
    }
    let month = MONTHS.iter().position(|month| *month == &bytes[8..11])?;
    let year = 100 * two(bytes, 12)? + two(bytes, 14)?;
    let seconds = seconds((year, month as i64 + 1, two(bytes, 5)?), &bytes[17..])?;
    Some(DateTime::from_secs(seconds))
}

/// Seconds since 1970 of a year, a month and a day, and a time that begins with `00:45:15`.
fn seconds((year, month, day): (i64, i64, i64), time: &[u8]) -> Option<i64> {
    let (hour, minute, second) = (two(time, 0)?, two(time, 3)?, two(time, 6)?);
    let is_time = hour < 24 && minute < 60 && second < 60;
    if !is_time || !(1..=12).contains(&month) || day < 1 || day > days_of(year, month) {
        return None;
    }
    Some(86_400 * days_since_1970(year, month, day) + 3600 * hour + 60 * minute + second)
}

/// Two digits as a number.
fn two(bytes: &[u8], at: usize) -> Option<i64> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
    Some(10 * digit(bytes[at])? + digit(bytes[at + 1])?)
}

/// `Z`, or a fraction of a second and `Z`.
fn nanoseconds(rest: &[u8]) -> Option<u32> {
    let digits = match rest {
        b"Z" => return Some(0),
        [b'.', digits @ .., b'Z'] if (1..=9).contains(&digits.len()) => digits,
        _ => return None,
    };
    let fraction = digits.iter().try_fold(0, |sum, digit| {
        digit
            .is_ascii_digit()
            .then(|| 10 * sum + u32::from(digit - b'0'))
    })?;
    Some(fraction * 10_u32.pow(9 - digits.len() as u32))
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days of the proleptic Gregorian calendar; years are taken to start in March.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let month = (month + 9) % 12;
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year
        - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_smithy_types::date_time::Format;

    #[test]
    fn every_day_is_what_the_library_says() {
        // miri is too slow for all
        let step = if cfg!(miri) { 1999 } else { 1 };
        for day in (-719_000..60_000).step_by(step) {
            let time = DateTime::from_secs(86_400 * day + 86_399 * (day & 1));
            let text = time.fmt(Format::DateTime).expect("a year of four digits");
            assert_eq!(read(&text), Some(time), "{text}");
            let text = time.fmt(Format::HttpDate).expect("a year of four digits");
            assert_eq!(read_http(&text), Some(time), "{text}");
        }
        let fraction = DateTime::from_secs_and_nanos(1_795_308_315, 120_000_000);
        assert_eq!(read("2026-11-22T00:45:15.12Z"), Some(fraction));
    }

    #[test]
    fn another_form_is_left_to_others() {
        for text in [
            "",
            "2026-11-22T00:45:15",
            "2026-11-22T00:45:15+01:00",
            "2026-11-22T00:45:15.Z",
            "2026-11-22T00:45:15.1234567890Z",
            "2026-11-22t00:45:15z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T23:60:00Z",
            "2026-11-22T23:59:60Z",
            "+026-11-22T00:45:15Z",
            "2026-11-2\u{e9}00:45:15Z",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        for text in [
            "",
            "Sun, 22 Nov 2026 00:45:15 UTC",
            "Sun, 22 Nov 2026 00:45:15.5 GMT",
            "Sun, 2 Nov 2026 00:45:15 GMT",
            "Sunday, 22-Nov-26 00:45:15 GMT",
            "Sun Nov 22 00:45:15 2026",
            "Xyz, 22 Nov 2026 00:45:15 GMT",
            "Sun, 22 nov 2026 00:45:15 GMT",
            "Sun, 31 Nov 2026 00:45:15 GMT",
            "Sun, 00 Nov 2026 00:45:15 GMT",
            "Sun, 22 Nov 2026 24:45:15 GMT",
            "Sun, 22 Nov 2026 00-45:15 GMT",
            "Sun, 22 Nov 20\u{e9}6 0:45:15 GMT",
        ] {
            assert_eq!(read_http(text), None, "{text}");
        }
    }
}
