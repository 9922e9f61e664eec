//! The two forms of a signing time.

use std::time::{SystemTime, UNIX_EPOCH};

/// A time as signatures write it: `20231126T000000Z`, and its first eight characters.
pub(super) struct SigningTime {
    /// Since 1970.
    seconds: u64,
    text: String,
}

impl SigningTime {
    /// The second of a time.
    pub(super) fn second(time: SystemTime) -> u64 {
        let since = time.duration_since(UNIX_EPOCH);
        since.map_or(0, |since| since.as_secs())
    }

    /// So many seconds after 1970 began.
    pub(super) fn new(seconds: u64) -> Self {
        let (day, second) = (seconds / 86_400, seconds % 86_400);
        let (year, month, day) = civil_date(day);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let mut text = String::with_capacity(16);
        for two in [year / 100, year % 100, month, day] {
            push_two(&mut text, two);
        }
        text.push('T');
        for two in [hour, minute, second] {
            push_two(&mut text, two);
        }
        text.push('Z');
        Self { seconds, text }
    }

    /// Seconds from 1970.
    #[cfg(feature = "event-streams")]
    pub(super) fn seconds(&self) -> i64 {
        self.seconds as i64
    }

    pub(super) fn is(&self, second: u64) -> bool {
        self.seconds == second
    }

    pub(super) fn is_on_the_day_of(&self, second: u64) -> bool {
        self.seconds / 86_400 == second / 86_400
    }

    pub(super) fn date_time(&self) -> &str {
        &self.text
    }

    pub(super) fn date(&self) -> &str {
        &self.text[..8]
    }
}

/// Appends a number of two digits.
fn push_two(text: &mut String, number: u64) {
    for digit in [number / 10 % 10, number % 10] {
        text.push(char::from(b'0' + digit as u8));
    }
}

/// Year, month and day of a number of days since 1970 (Howard Hinnant's algorithm for dates of the
/// proleptic Gregorian calendar; years are taken to start in March).
fn civil_date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn times_are_written_in_both_forms() {
        for (seconds, text) in [
            (0, "19700101T000000Z"),
            (951_782_399, "20000228T235959Z"),
            (951_782_400, "20000229T000000Z"),
            (951_868_800, "20000301T000000Z"),
            (1_700_956_800, "20231126T000000Z"),
            (1_709_164_800, "20240229T000000Z"),
            (4_107_542_399, "21000228T235959Z"),
            (4_107_542_400, "21000301T000000Z"),
        ] {
            let time = UNIX_EPOCH + Duration::from_millis(1000 * seconds + 999);
            let time = SigningTime::new(SigningTime::second(time));
            assert_eq!(time.date_time(), text);
            assert_eq!(time.date(), &text[..8]);
        }
    }
}
