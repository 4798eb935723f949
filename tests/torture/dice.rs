//! Numbers that look random and are the same every time for the same seed (SplitMix64).

use std::time::Duration;

#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Dice of their own for one of many, so that how often the others throw changes nothing.
    pub fn of(&self, who: u64) -> Self {
        let mut own = Self(self.0 ^ who.wrapping_mul(0xd1b5_4a32_d192_ed03));
        own.next();
        own
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.below(to - from + 1)
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    pub fn millis(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(self.between(from, to))
    }

    /// A client's key: 32 hex digits.
    pub fn key(&mut self) -> String {
        format!("{:016x}{:016x}", self.next(), self.next())
    }
}

#[test]
fn the_same_seed_throws_the_same() {
    let throw = |seed, who| {
        let mut dice = Dice::new(seed).of(who);
        (0..20).map(|_| dice.below(1_000)).collect::<Vec<_>>()
    };
    assert_eq!(throw(7, 1), throw(7, 1));
    assert_ne!(throw(7, 1), throw(7, 2));
    assert_ne!(throw(7, 1), throw(8, 1));
}
