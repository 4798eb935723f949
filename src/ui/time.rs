//! Times in words: pure arithmetic over milliseconds and an offset, the same on both sides, so that hydration agrees.

use crate::{
    i18n::{
        Lang,
        dates::{Date, WORDS},
    },
    model::{ids::MAX_NUMBER, initial_data::Zone},
};

const DAY: i64 = 86_400_000;

/// The source of offsets from UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clock {
    /// The page's own table, which makes the server's first rendering and the browser's the same.
    Table(Zone),
    /// The browser's zone, after hydration only.
    Browser,
}

impl Clock {
    /// Returns minutes east of UTC at `at` (milliseconds since 1970).
    pub fn offset(&self, at: u64) -> i16 {
        match self {
            Self::Table(zone) => zone.offset(at),
            Self::Browser => {
                // JavaScript counts minutes west; NaN (a date out of range) becomes 0 by the cast.
                let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at as f64));
                -(date.get_timezone_offset() as i16)
            }
        }
    }

    /// Returns the civil day of `at` in this clock's zone.
    pub fn day(&self, at: u64) -> i64 {
        day(at, self.offset(at))
    }
}

/// Returns milliseconds of civil time since 1970-01-01 00:00, `offset` minutes east of UTC.
fn civil(at: u64, offset: i16) -> i64 {
    // Below 2^53, so that no calculation here can overflow; that is the year 287396.
    at.min(MAX_NUMBER) as i64 + i64::from(offset) * 60_000
}

/// Returns the civil day number of `at`; 0 is 1970-01-01.
pub fn day(at: u64, offset: i16) -> i64 {
    civil(at, offset).div_euclid(DAY)
}

/// Returns the time of day on a clock of 24 hours, as `09:41`.
pub fn time_of_day(at: u64, offset: i16) -> String {
    let minutes = civil(at, offset).rem_euclid(DAY) / 60_000;
    two(minutes / 60) + ":" + &two(minutes % 60)
}

/// Returns the words of a day separator: today, yesterday, else the date, with its year when that is not today's.
pub fn day_label(day: i64, today: i64, lang: Lang) -> String {
    let words = lang.of(&WORDS);
    match today - day {
        0 => words.today.to_owned(),
        1 => words.yesterday.to_owned(),
        _ => {
            let mut date = date(day);
            date.with_year = date.year != self::date(today).year;
            (words.date)(&date)
        }
    }
}

/// Returns date, year and time of day, for a `title`.
pub fn full(at: u64, offset: i16, lang: Lang) -> String {
    let date = Date { with_year: true, ..date(day(at, offset)) };
    (lang.of(&WORDS).date)(&date) + " " + &time_of_day(at, offset)
}

/// Returns the instant for `<time datetime>`: RFC 3339 in UTC, to the second.
pub fn machine(at: u64) -> String {
    let date = date(day(at, 0));
    let second = civil(at, 0).rem_euclid(60_000) / 1_000;
    let (month, day) = (two(date.month.into()), two(date.day.into()));
    format!("{:04}-{month}-{day}T{}:{}Z", date.year, time_of_day(at, 0), two(second))
}

fn two(number: i64) -> String {
    let mut text = String::with_capacity(2);
    text.push(char::from(b'0' + (number / 10 % 10) as u8));
    text.push(char::from(b'0' + (number % 10) as u8));
    text
}

/// Returns year, month, day and weekday of a day number. Howard Hinnant's `civil_from_days` counts from 1 March of year 0, so
/// that the leap day is the last of its year (<https://howardhinnant.github.io/date_algorithms.html>).
pub fn date(day: i64) -> Date {
    let shifted = day.clamp(-1_000_000_000, 1_000_000_000) + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march = (5 * of_year + 2) / 153;
    let month = if march < 10 { march + 3 } else { march - 9 };
    Date {
        year: year_of_era + era * 400 + i64::from(month <= 2),
        month: month as u8,
        day: (of_year - (153 * march + 2) / 5 + 1) as u8,
        weekday: (day + 3).rem_euclid(7) as u8,
        with_year: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-08-04 00:00 UTC, a Tuesday.
    const TUESDAY: u64 = 1_785_801_600_000;

    #[test]
    fn day_label_says_today_yesterday_or_the_date() {
        let today = day(TUESDAY, 0);
        let table = [
            (0, "Today", "今天"),
            (1, "Yesterday", "昨天"),
            (2, "Sunday, 2 August", "8月2日 星期日"),
            (215, "Thursday, 1 January", "1月1日 星期四"),
            (216, "Wednesday, 31 December 2025", "2025年12月31日 星期三"),
            (887, "Thursday, 29 February 2024", "2024年2月29日 星期四"),
            (-1, "Wednesday, 5 August", "8月5日 星期三"),
        ];
        for (ago, en, zh) in table {
            assert_eq!(day_label(today - ago, today, Lang::En), en);
            assert_eq!(day_label(today - ago, today, Lang::Zh), zh);
        }
    }

    #[test]
    fn time_is_in_the_zone_of_the_reader() {
        let at = TUESDAY + (9 * 60 + 41) * 60_000 + 59_999;
        let table = [(0, "09:41"), (480, "17:41"), (-420, "02:41"), (345, "15:26"), (870, "00:11"), (-720, "21:41")];
        for (offset, text) in table {
            assert_eq!(time_of_day(at, offset), text, "{offset}");
        }
        assert_eq!(full(at, 870, Lang::En), "Wednesday, 5 August 2026 00:11");
        assert_eq!(full(at, -720, Lang::Zh), "2026年8月3日 星期一 21:41");
        assert_eq!(machine(at), "2026-08-04T09:41:59Z");
        assert_eq!(machine(0), "1970-01-01T00:00:00Z");
        assert_eq!(machine(951_826_153_000), "2000-02-29T12:09:13Z");
    }

    #[test]
    fn date_follows_the_day_before_for_four_centuries() {
        let mut before = date(0);
        assert_eq!((before.year, before.month, before.day, before.weekday), (1970, 1, 1, 3));
        for number in 1..146_097 {
            let now = date(number);
            assert_eq!(now.weekday, (before.weekday + 1) % 7);
            if now.day == 1 {
                assert!((28..=31).contains(&before.day));
                assert_eq!(now.month, before.month % 12 + 1);
                assert_eq!(now.year, before.year + i64::from(now.month == 1));
            } else {
                assert_eq!((now.year, now.month, now.day), (before.year, before.month, before.day + 1));
            }
            before = now;
        }
        assert_eq!((before.year, before.month, before.day), (2369, 12, 31));
    }

    #[test]
    fn words_are_written_for_every_instant() {
        for at in [0, 1, u64::MAX, u64::MAX / 2, MAX_NUMBER] {
            for offset in [i16::MIN, -1, 0, 1, i16::MAX] {
                assert_eq!(time_of_day(at, offset).len(), 5);
                assert!(!full(at, offset, Lang::En).is_empty() && !machine(at).is_empty());
            }
        }
    }
}
