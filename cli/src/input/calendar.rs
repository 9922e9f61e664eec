//! Dates and times of day as people write them: the forms of `dateutil`, which the AWS CLI takes, as far as they can be
//! read in one way only.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// The accepted forms, for errors.
pub(super) const FORMS: &str = "2030-01-15, 2030-01-15 10:00, 2030-01-15T10:00:00Z, 2030-01-15T10:00:00+02:00, \
                                20300115T100000Z, 15 Jan 2030, Tue, 15 Jan 2030 10:00:00 GMT, or seconds since 1970 \
                                such as 1894701600";

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// What has been found in a text so far.
#[derive(Default)]
struct Found {
    year: Option<u16>,
    month: Option<usize>,
    day: Option<u8>,
    /// Hour, and the rest from the colon on.
    clock: Option<(u8, String)>,
    is_afternoon: Option<bool>,
    zone: Option<String>,
}

/// Reads a date, which has a year of four digits, a month and a day, perhaps with a time of day and a zone. Without a
/// zone it is UTC, and without a time of day midnight.
///
/// A date in numbers has to begin with the year: 01/02/2030 is another day in America than elsewhere. Of the names of
/// zones only UTC, GMT and Z are known.
pub(super) fn read(text: &str) -> Option<DateTime> {
    let mut found = Found::default();
    for word in text.split([' ', '\t', ',']).filter(|word| !word.is_empty()) {
        found.add(&word.to_ascii_lowercase())?;
    }
    let (year, month, day) = (found.year?, found.month?, found.day?);
    let (hour, rest) = found.clock.unwrap_or((0, ":00:00".to_owned()));
    let hour = match found.is_afternoon {
        None => hour,
        Some(is_afternoon) if (1..=12).contains(&hour) => hour % 12 + 12 * u8::from(is_afternoon),
        Some(_) => return None,
    };
    let zone = found.zone.as_deref().unwrap_or("Z");
    let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}{rest}{zone}");
    DateTime::from_str(&text, Format::DateTimeWithOffset).ok()
}

impl Found {
    /// Takes a word in lower case; `None` if it fits nowhere.
    fn add(&mut self, word: &str) -> Option<()> {
        if named(&DAYS, word).is_some() {
            return Some(());
        }
        if matches!(word, "am" | "pm") && self.clock.is_some() {
            return set(&mut self.is_afternoon, word == "pm");
        }
        if let Some(zone) = zone(word) {
            return set(&mut self.zone, zone);
        }
        let digit = |at: usize| word.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
        match word
            .find('t')
            .filter(|at| *at > 0 && digit(at - 1) && digit(at + 1))
        {
            Some(at) => {
                self.date(&word[..at])?;
                self.clock(&word[at + 1..])
            }
            None if word.contains(':') => self.clock(word),
            None => self.date(word),
        }
    }

    /// A date, or a piece of one: `2030-01-15`, `15-jan-2030`, `2030`, `jan`, `15`, `15th`.
    fn date(&mut self, word: &str) -> Option<()> {
        if word.len() == 8 && is_digits(word) {
            return self.numbers(&word[..4], &word[4..6], &word[6..]);
        }
        let pieces: Vec<_> = word.split(['-', '/', '.']).collect();
        let has_name = pieces.iter().any(|piece| named(&MONTHS, piece).is_some());
        match pieces[..] {
            [year, month, day] if !has_name => return self.numbers(year, month, day),
            [_, _, ..] if !has_name => return None,
            _ => {}
        }
        for piece in pieces {
            if let Some(month) = named(&MONTHS, piece) {
                set(&mut self.month, month + 1)?;
            } else if piece.len() == 4 && number(piece).is_some() {
                set(&mut self.year, number(piece)?)?;
            } else {
                let ends = ["st", "nd", "rd", "th"];
                let day = ends.iter().find_map(|end| piece.strip_suffix(end));
                set(&mut self.day, short(day.unwrap_or(piece))?)?;
            }
        }
        Some(())
    }

    fn numbers(&mut self, year: &str, month: &str, day: &str) -> Option<()> {
        let year = number(year).filter(|_| year.len() == 4)?;
        set(&mut self.year, year)?;
        set(&mut self.month, short(month)?.into())?;
        set(&mut self.day, short(day)?)
    }

    /// A time of day, perhaps with its zone: `10`, `10:00`, `100000.5`, `10:00:00+02:00`.
    fn clock(&mut self, word: &str) -> Option<()> {
        let end = word.find(['z', '+', '-']).unwrap_or(word.len());
        let (time, rest) = word.split_at(end);
        if !rest.is_empty() {
            set(&mut self.zone, zone(rest)?)?;
        }
        let (time, half) = match (time.strip_suffix("am"), time.strip_suffix("pm")) {
            (Some(time), _) => (time, Some(false)),
            (_, Some(time)) => (time, Some(true)),
            _ => (time, None),
        };
        if let Some(half) = half {
            set(&mut self.is_afternoon, half)?;
        }
        let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
        let parts: Vec<_> = match time.len() {
            4 | 6 if !time.contains(':') => (0..time.len())
                .step_by(2)
                .map(|at| time.get(at..at + 2))
                .collect::<Option<_>>()?,
            _ => time.split(':').collect(),
        };
        let (hour, minute, second) = match parts[..] {
            [hour] => (hour, "00", "00"),
            [hour, minute] => (hour, minute, "00"),
            [hour, minute, second] => (hour, minute, second),
            _ => return None,
        };
        set(
            &mut self.clock,
            (short(hour)?, format!(":{minute}:{second}.{fraction}")),
        )
    }
}

/// Takes a value, of which there may be one.
fn set<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

/// The place of a name, or of its first three letters, in a list.
fn named(names: &[&str], word: &str) -> Option<usize> {
    let is_it = |name: &&str| {
        *name == word || name[..3] == *word || (*name == "september" && word == "sept")
    };
    names.iter().position(is_it)
}

/// A number of digits alone.
fn number(text: &str) -> Option<u16> {
    text.parse().ok().filter(|_| is_digits(text))
}

pub(super) fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number of one or two digits.
fn short(text: &str) -> Option<u8> {
    number(text).filter(|_| text.len() <= 2)?.try_into().ok()
}

/// `Z`, or `+02:00` for what is written `+02:00`, `+0200` or `+02`.
fn zone(word: &str) -> Option<String> {
    if matches!(word, "z" | "utc" | "gmt") {
        return Some("Z".to_owned());
    }
    let digits = word.strip_prefix(['+', '-'])?.replace(':', "");
    let (hours, minutes) = match digits.len() {
        _ if !is_digits(&digits) => return None,
        2 => (&*digits, "00"),
        4 => digits.split_at(2),
        _ => return None,
    };
    Some(format!("{}{hours}:{minutes}", &word[..1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let moment = read(text).map(|moment| moment.fmt(Format::DateTime).unwrap());
        moment.unwrap_or_default()
    }

    #[test]
    fn forms_with_one_meaning_are_read() {
        for (text, moment) in [
            ("2030-01-02", "2030-01-02T00:00:00Z"),
            ("2030/1/2", "2030-01-02T00:00:00Z"),
            ("2030.01.02 9:05", "2030-01-02T09:05:00Z"),
            ("2030-01-02T10", "2030-01-02T10:00:00Z"),
            ("2030-01-02t10:00:00.5z", "2030-01-02T10:00:00.5Z"),
            ("20300102T100005Z", "2030-01-02T10:00:05Z"),
            ("20300102 10:00", "2030-01-02T10:00:00Z"),
            ("20300102T1000+0200", "2030-01-02T08:00:00Z"),
            ("2030-01-02 10:00 +02:00", "2030-01-02T08:00:00Z"),
            ("2030-01-02T10:00:00-05", "2030-01-02T15:00:00Z"),
            ("30 Jan 2030", "2030-01-30T00:00:00Z"),
            ("January 30th, 2030 10:00 PM", "2030-01-30T22:00:00Z"),
            ("30 sept 2030 12:30am UTC", "2030-09-30T00:30:00Z"),
            ("2030-Jan-05", "2030-01-05T00:00:00Z"),
            ("Tue, 01 Jan 2030 00:00:00 GMT", "2030-01-01T00:00:00Z"),
            ("Tue Jan  1 00:00:00 2030", "2030-01-01T00:00:00Z"),
            ("0001-01-01", "0001-01-01T00:00:00Z"),
        ] {
            assert_eq!(shown(text), moment, "{text}");
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_or_in_none_is_refused() {
        for text in [
            "",
            "tomorrow",
            "10:00",
            "01/02/2030",
            "13/02/2030",
            "2030-01",
            "Jan 2030",
            "2030-02-30",
            "2030-01-01T24:00:00Z",
            "2030-01-01T10:00:60Z",
            "2030-01-01T10:00:00 EST",
            "2030-01-01 10:00 GMT+2",
            "Tuesday, 01-Jan-30 00:00:00 GMT",
            "10000-01-01",
            "2030-W01-1",
            "2030-001",
            "2030-01-01 2030-01-01",
            "2030-01-01 13:00 PM",
            "2030-01-01 PM",
            "1\u{e9}345678t1",
            "2030-01-01 +1\u{e9}2",
            "2030-01-01T10:00:00Z[UTC]",
            "+",
            "2030-01-01 +02:00:00",
        ] {
            assert_eq!(shown(text), "", "{text}");
        }
    }
}
