//! The time zone a page is written in: the `tz` cookie's, with its offsets over the time the page shows.

use crate::model::initial_data::Zone;
use jiff::{Timestamp, tz::TimeZone};

/// Offsets listed at most: a page that spans more changes of the clock than this shows its oldest times a little off
/// until the browser has taken over.
const MOST: usize = 64;

/// The zone named `name` from `oldest` to a day after `now` (milliseconds since 1970); UTC where there is no such zone.
pub fn zone(name: Option<&str>, oldest: u64, now: u64) -> Zone {
    let Some(name) = name else { return Zone::utc() };
    // A cookie's value: `Europe/Berlin`, or with the slash escaped.
    let name = name.replace("%2F", "/").replace("%2f", "/");
    let Ok(zone) = TimeZone::get(&name) else { return Zone::utc() };
    let (Ok(start), Ok(end)) = (stamp(oldest.min(now)), stamp(now + 86_400_000)) else { return Zone::utc() };
    let minutes = |at: Timestamp| (zone.to_offset(at).seconds() / 60) as i16;
    let mut offsets = vec![(0, minutes(start))];
    for change in zone.following(start).take(MOST).take_while(|change| change.timestamp() <= end) {
        let at = change.timestamp();
        offsets.push((at.as_millisecond().max(0) as u64, minutes(at)));
    }
    Zone { name, offsets }
}

fn stamp(milliseconds: u64) -> Result<Timestamp, jiff::Error> {
    Timestamp::from_millisecond(milliseconds.min(i64::MAX as u64) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_follow_the_clocks() {
        // 2026-03-01 to 2026-11-01: summer time begins on 29 March and ends on 25 October, at 01:00 UTC.
        let zone = zone(Some("Europe/Berlin"), 1_772_323_200_000, 1_793_491_200_000);
        assert_eq!(zone.offsets, [(0, 60), (1_774_746_000_000, 120), (1_792_890_000_000, 60)]);
        assert_eq!(zone.offset(1_774_745_999_999), 60);
        assert_eq!(zone.offset(1_774_746_000_000), 120);
    }

    #[test]
    fn a_cookie_that_is_no_zone_is_utc() {
        for wrong in ["", "../etc/passwd", "Nowhere/Land", "\u{202e}"] {
            assert_eq!(zone(Some(wrong), 0, 1), Zone::utc(), "{wrong:?}");
        }
        assert_eq!(zone(Some("Asia%2FShanghai"), 0, 1_700_000_000_000).name, "Asia/Shanghai");
    }
}
