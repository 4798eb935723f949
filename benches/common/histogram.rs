//! Times by the million in fixed memory: 64 classes for every power of two, so a value is right to 1.6 %.

use std::time::Instant;

const STEPS: u32 = 6;

/// Counts of times, in nanoseconds.
pub struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; (64 - STEPS as usize + 1) << STEPS], total: 0 }
    }
}

impl Histogram {
    pub fn add(&mut self, nanoseconds: u64) {
        self.counts[class(nanoseconds)] += 1;
        self.total += 1;
    }

    /// Adds the time that has passed since `began`.
    pub fn add_since(&mut self, began: Instant) {
        self.add(u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX));
    }

    /// Milliseconds below or at which `p` percent lie; 0 of nothing.
    pub fn percentile(&self, p: f64) -> f64 {
        let rank = ((p / 100.0 * self.total as f64).ceil() as u64).max(1);
        let mut seen = 0;
        let found = self.counts.iter().position(|count| {
            seen += count;
            seen >= rank
        });
        found.map_or(0.0, |class| middle(class) / 1e6)
    }
}

fn class(value: u64) -> usize {
    let shift = (63 - (value | 1).leading_zeros()).saturating_sub(STEPS);
    ((shift as usize) << STEPS) + (value >> shift) as usize
}

fn middle(class: usize) -> f64 {
    let shift = (class >> STEPS).saturating_sub(1);
    let low = (class - (shift << STEPS)) as f64;
    let width = 2f64.powi(i32::try_from(shift).unwrap_or(0));
    low * width + (width - 1.0) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_holds_what_it_says() {
        for value in (0..200).chain([1_000, 65_535, 65_536, 1_234_567, 98_765_432_109, u64::MAX / 3]) {
            let told = middle(class(value));
            assert!((told - value as f64).abs() <= value as f64 / 64.0, "{value} is told as {told}");
        }
    }

    #[test]
    fn percentiles_are_by_rank() {
        let mut times = Histogram::default();
        (1..=100).for_each(|ms| times.add(ms * 1_000_000));
        for (p, ms) in [(50.0, 50.0), (99.0, 99.0), (100.0, 100.0)] {
            assert!((times.percentile(p) / ms - 1.0).abs() < 0.02);
        }
        assert_eq!(Histogram::default().percentile(99.0).to_bits(), 0);
    }
}
