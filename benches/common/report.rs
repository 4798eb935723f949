//! The table: a row a figure, a column a contestant, medians of the rounds; and beside it what the figure was to reach.

use super::grid::{self, number};
use std::fmt;

/// A contestant of the bench.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Rill,
    Floor,
    Nchan,
    Express,
}

/// All of them, in the order of the columns.
pub const ALL: [Who; 4] = [Who::Rill, Who::Floor, Who::Nchan, Who::Express];

impl Who {
    pub fn name(self) -> &'static str {
        match self {
            Self::Rill => "Rill",
            Self::Floor => "floor",
            Self::Nchan => "nchan",
            Self::Express => "Express",
        }
    }
}

/// What Rill's figure is to reach.
#[derive(Clone, Copy)]
pub enum Reach {
    /// Reported only.
    None,
    AtMost(f64),
    AtLeast(f64),
    /// At most, or at least, so many times another contestant's.
    TimesAtMost(f64, Who),
    TimesAtLeast(f64, Who),
}

struct Row {
    figure: String,
    unit: &'static str,
    cells: Vec<(Who, Vec<f64>)>,
    reach: Reach,
}

#[derive(Default)]
pub struct Report {
    rows: Vec<Row>,
    /// What could not be measured, and why.
    pub notes: Vec<String>,
}

impl Report {
    /// One figure: for each contestant its rounds.
    pub fn add(&mut self, figure: impl Into<String>, unit: &'static str, cells: Vec<(Who, Vec<f64>)>, reach: Reach) {
        let row = Row { figure: figure.into(), unit, cells, reach };
        eprintln!("    {}: {}", row.figure, row.line());
        self.rows.push(row);
    }

    /// One figure of Rill's alone.
    pub fn ours(&mut self, figure: impl Into<String>, unit: &'static str, rounds: Vec<f64>, reach: Reach) {
        self.add(figure, unit, vec![(Who::Rill, rounds)], reach);
    }

    pub fn note(&mut self, words: String) {
        eprintln!("    {words}");
        if !self.notes.contains(&words) {
            self.notes.push(words);
        }
    }
}

impl Row {
    fn rounds(&self, who: Who) -> &[f64] {
        self.cells.iter().find(|(of, _)| *of == who).map_or(&[], |(_, rounds)| rounds)
    }

    fn cell(&self, who: Who) -> String {
        median(self.rounds(who)).map_or_else(String::new, |value| format!("{} {}", number(value), self.unit).trim().to_owned())
    }

    /// The cells below [`head`]; without rounds the row says so.
    fn cells(&self, peers: &[Who]) -> Vec<String> {
        let ours = self.rounds(Who::Rill);
        let (least, most) = ours.iter().fold((f64::MAX, f64::MIN), |(a, b), value| (a.min(*value), b.max(*value)));
        let spread = if ours.len() > 1 { format!("{} – {}", number(least), number(most)) } else { String::new() };
        let own = if ours.is_empty() { "not measured".to_owned() } else { self.cell(Who::Rill) };
        let others = peers.iter().map(|who| self.cell(*who));
        [self.figure.clone(), own, spread].into_iter().chain(others).chain([self.reached()]).collect()
    }

    fn reached(&self) -> String {
        let (words, limit, sign) = match self.reach {
            Reach::None => return String::new(),
            Reach::AtMost(limit) => (format!("≤ {limit}"), Some(limit), 1.0),
            Reach::AtLeast(limit) => (format!("≥ {limit}"), Some(limit), -1.0),
            Reach::TimesAtMost(times, who) => {
                (format!("≤ {times} × {}", who.name()), median(self.rounds(who)).map(|value| value * times), 1.0)
            }
            Reach::TimesAtLeast(times, who) => {
                (format!("≥ {times} × {}", who.name()), median(self.rounds(who)).map(|value| value * times), -1.0)
            }
        };
        let verdict = match (median(self.rounds(Who::Rill)), limit) {
            (Some(value), Some(limit)) if (value - limit) * sign <= 0.0 => "met",
            (Some(_), Some(_)) => "missed",
            _ => "not measured",
        };
        format!("{words}: {verdict}")
    }

    fn line(&self) -> String {
        let named = self.cells.iter().map(|(who, _)| format!("{} {}", who.name(), self.cell(*who)));
        named.chain([self.reached()]).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

/// The middle one, or the mean of the two in the middle; none of nothing.
fn median(rounds: &[f64]) -> Option<f64> {
    let mut sorted = rounds.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(sorted[middle]),
        _ => Some((sorted[middle - 1] + sorted[middle]) / 2.0),
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has = |who: &Who| self.rows.iter().any(|row| !row.rounds(*who).is_empty());
        let peers: Vec<Who> = ALL.into_iter().filter(|who| *who != Who::Rill && has(who)).collect();
        let names = peers.iter().map(|who| who.name());
        let head = ["figure", "Rill", "least – most"].into_iter().chain(names).chain(["reach"]).map(str::to_owned);
        let rows = std::iter::once(head.collect()).chain(self.rows.iter().map(|row| row.cells(&peers)));
        grid::write(f, &rows.collect::<Vec<_>>())?;
        self.notes.iter().try_for_each(|note| writeln!(f, "\n- {note}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reached(ours: &[f64], floor: &[f64], reach: Reach) -> String {
        let cells = vec![(Who::Rill, ours.to_vec()), (Who::Floor, floor.to_vec())];
        Row { figure: String::new(), unit: "ms", cells, reach }.reached()
    }

    #[test]
    fn a_reach_is_held_against_the_medians() {
        assert_eq!(reached(&[1.0, 2.0, 90.0], &[], Reach::AtMost(2.0)), "≤ 2: met");
        assert_eq!(reached(&[1.0, 3.0, 90.0], &[], Reach::AtMost(2.0)), "≤ 2: missed");
        assert_eq!(reached(&[8.0, 9.0], &[], Reach::AtLeast(9.0)), "≥ 9: missed");
        assert_eq!(reached(&[7.0], &[10.0], Reach::TimesAtMost(0.75, Who::Floor)), "≤ 0.75 × floor: met");
        assert_eq!(reached(&[7.0], &[10.0], Reach::TimesAtLeast(3.0, Who::Floor)), "≥ 3 × floor: missed");
        assert_eq!(reached(&[7.0], &[], Reach::TimesAtMost(1.0, Who::Floor)), "≤ 1 × floor: not measured");
    }

    #[test]
    fn a_median_of_two_is_their_mean() {
        assert_eq!(median(&[1.0, 4.0]).map(number).as_deref(), Some("2.50"));
        assert_eq!(median(&[9.0, 1.0, 4.0]).map(number).as_deref(), Some("4"));
        assert_eq!(median(&[]), None);
    }
}
