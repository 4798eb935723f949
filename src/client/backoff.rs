//! How long to wait before another try: full jitter, as arithmetic over a given random number.

/// Ceiling of the first wait, milliseconds.
const FIRST: u64 = 1_000;
/// Ceiling of every wait, milliseconds.
const MOST: u64 = 30_000;

/// Milliseconds before try number `attempt` (0 is the first): evenly drawn from 0 up to a ceiling that doubles from 1 s to
/// 30 s, so that a thousand clients that lost the same server do not return as one. `random` is any evenly drawn number.
pub fn delay(attempt: u32, random: u32) -> u64 {
    let ceiling = if attempt >= 5 { MOST } else { FIRST << attempt };
    (ceiling * u64::from(random)) >> 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_ceiling_doubles_from_one_second_to_thirty() {
        let ceilings: Vec<u64> = (0..8).map(|attempt| delay(attempt, u32::MAX) + 1).collect();
        assert_eq!(ceilings, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    }

    #[test]
    fn the_jitter_is_full() {
        assert_eq!(delay(9, 0), 0);
        assert_eq!(delay(2, u32::MAX / 2 + 1), 2_000);
    }

    proptest! {
        #[test]
        fn no_wait_is_longer_than_thirty_seconds(attempt in any::<u32>(), random in any::<u32>()) {
            prop_assert!(delay(attempt, random) < MOST);
        }
    }
}
