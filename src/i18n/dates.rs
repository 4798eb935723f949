//! Dates: a civil date in words.

use super::translated::{Translated, words};

words! {
    /// Days and months, and how a date is put together from them.
    pub struct Words {
        pub today: &'static str,
        pub yesterday: &'static str,
        /// Monday first.
        pub weekdays: [&'static str; 7],
        pub months: [&'static str; 12],
        pub date: fn(&Date) -> String,
    }
}

/// The words in every language.
pub static WORDS: Translated<Words> = Translated {
    en: Words {
        today: "Today",
        yesterday: "Yesterday",
        weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
        months: [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        date: english_date,
    },
    zh: Words {
        today: "今天",
        yesterday: "昨天",
        weekdays: ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"],
        months: ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"],
        date: chinese_date,
    },
};

/// A civil date in parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    pub year: i64,
    /// 1–12
    pub month: u8,
    /// 1–31
    pub day: u8,
    /// 0 is Monday.
    pub weekday: u8,
    /// Whether the year is said.
    pub with_year: bool,
}

impl Words {
    /// Returns the names of the weekday and the month of `date`.
    fn names(&self, date: &Date) -> (&'static str, &'static str) {
        (self.weekdays[usize::from(date.weekday % 7)], self.months[usize::from((date.month + 11) % 12)])
    }
}

fn english_date(date: &Date) -> String {
    let (weekday, month) = WORDS.en.names(date);
    match date.with_year {
        true => format!("{weekday}, {} {month} {}", date.day, date.year),
        false => format!("{weekday}, {} {month}", date.day),
    }
}

fn chinese_date(date: &Date) -> String {
    let (weekday, month) = WORDS.zh.names(date);
    match date.with_year {
        true => format!("{}年{month}{}日 {weekday}", date.year, date.day),
        false => format!("{month}{}日 {weekday}", date.day),
    }
}

#[cfg(test)]
impl super::Samples for fn(&Date) -> String {
    fn samples(&self) -> Vec<String> {
        let date = |with_year| Date { year: 2026, month: 8, day: 4, weekday: 1, with_year };
        [true, false].map(|with_year| self(&date(with_year))).into()
    }
}
