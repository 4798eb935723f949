//! The table: figures with their rounds, printed as Markdown so that it can go into the docs as it stands.

use crate::common::grid::{self, number};
use std::fmt;

/// What a figure may cost, or has to give.
#[derive(Clone, Copy)]
pub enum Budget {
    /// Reported only.
    None,
    AtMost(f64),
    AtLeast(f64),
}

struct Row {
    figure: String,
    unit: &'static str,
    rounds: Vec<f64>,
    budget: Budget,
}

/// Rows in the order in which they were measured.
#[derive(Default)]
pub struct Table(Vec<Row>);

impl Table {
    /// One figure, as each round measured it. Without rounds (no `/proc` on this system) it says so.
    pub fn add(&mut self, figure: impl Into<String>, unit: &'static str, rounds: Vec<f64>, budget: Budget) {
        self.0.push(Row { figure: figure.into(), unit, rounds, budget });
    }
}

impl Row {
    fn cells(&self) -> [String; 5] {
        let mut sorted = self.rounds.clone();
        sorted.sort_by(f64::total_cmp);
        let (Some(least), Some(most)) = (sorted.first(), sorted.last()) else {
            return [self.figure.clone(), "not measurable here".to_owned(), String::new(), String::new(), String::new()];
        };
        let median = percentile(&sorted, 50.0);
        let spread = if sorted.len() > 1 { format!("{} – {}", number(*least), number(*most)) } else { String::new() };
        let budget = match self.budget {
            Budget::None => String::new(),
            Budget::AtMost(limit) if median > limit => format!("≤ {limit}, missed"),
            Budget::AtMost(limit) => format!("≤ {limit}"),
            Budget::AtLeast(limit) if median < limit => format!("≥ {limit}, missed"),
            Budget::AtLeast(limit) => format!("≥ {limit}"),
        };
        [self.figure.clone(), format!("{} {}", number(median), self.unit), spread, sorted.len().to_string(), budget]
    }
}

/// The value below or at which `p` percent of `sorted` lie (nearest rank); 0 of nothing.
pub fn percentile(sorted: &[f64], p: f64) -> f64 {
    let rank = (p / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.clamp(1, sorted.len().max(1)) - 1).copied().unwrap_or_default()
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        grid::write(f, ["figure", "median", "least – most", "rounds", "budget"], self.0.iter().map(Row::cells))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_value_that_was_measured() {
        let sorted: Vec<f64> = (1..=200).map(f64::from).collect();
        assert_eq!((percentile(&sorted, 50.0), percentile(&sorted, 99.0), percentile(&sorted, 100.0)), (100.0, 198.0, 200.0));
        assert_eq!((percentile(&[7.0], 99.0), percentile(&[], 50.0)), (7.0, 0.0));
    }

    #[test]
    fn a_budget_is_held_against_the_median() {
        let row = |rounds: &[f64], budget| {
            Row { figure: String::new(), unit: "ms", rounds: rounds.to_vec(), budget }.cells()[4].clone()
        };
        assert_eq!(row(&[1.0, 2.0, 90.0], Budget::AtMost(2.0)), "≤ 2");
        assert_eq!(row(&[1.0, 3.0, 90.0], Budget::AtMost(2.0)), "≤ 2, missed");
        assert_eq!(row(&[1.0, 3.0, 90.0], Budget::AtLeast(2.0)), "≥ 2");
        assert_eq!(row(&[1.0], Budget::AtLeast(2.0)), "≥ 2, missed");
        assert_eq!(row(&[2.0], Budget::None), "");
    }
}
