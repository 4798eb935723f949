//! What is posted: a text that says when it was sent, by whom, and as which of theirs; and how to read that back from a frame.

use crate::sys::find;
use std::{sync::OnceLock, time::Instant};

/// How every text begins, as it stands in a frame.
const MARK: &[u8] = b"\"text\":\"tick ";
/// So that a message is about as long as what people say.
const REST: &str = "the deploy went through at ten past two, nothing stood out in the logs";

/// Nanoseconds since this program began to count.
pub fn now() -> u64 {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    u64::try_from(BEGAN.get_or_init(Instant::now).elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// The poster, the number and the time of a message; `count` rises by one for each message of a poster, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick {
    pub sent: u64,
    pub poster: usize,
    pub count: usize,
    /// About 7,900 characters instead of about 100.
    pub long: bool,
}

impl Tick {
    pub fn text(self) -> String {
        let Self { sent, poster, count, .. } = self;
        let rest = if self.long { [REST; 110].join(" ") } else { REST.to_owned() };
        format!("tick {sent:016} {poster:03} {count:07} {rest}")
    }

    /// The one in a frame; none if it is not one of ours.
    pub fn read(frame: &[u8]) -> Option<Self> {
        let text = &frame[find(frame, MARK)? + MARK.len()..];
        let mut numbers = text.split(|byte| *byte == b' ').map(number);
        let (sent, poster, count) = (numbers.next()??, numbers.next()??, numbers.next()??);
        Some(Self { sent, poster: poster as usize, count: count as usize, long: false })
    }
}

/// Decimal digits alone.
pub fn number(digits: &[u8]) -> Option<u64> {
    let digits = digits.trim_ascii();
    let all = !digits.is_empty() && digits.len() < 20 && digits.iter().all(u8::is_ascii_digit);
    all.then(|| digits.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tick_comes_back_from_its_frame() {
        let tick = Tick { sent: 123_456_789, poster: 15, count: 4_711, long: false };
        let frame = format!("id: 9\ndata: {{\"type\":\"message\",\"text\":\"{}\"}}\n\n", tick.text());
        assert_eq!(Tick::read(frame.as_bytes()), Some(tick));
        assert_eq!(Tick::read(b"event: ping\ndata: {}\n\n"), None);
    }
}
