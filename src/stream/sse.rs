//! What a stream says of itself, around the frames: its opening, its goodbye, and where one frame ends and the next begins.

use super::slot::Progress;
use crate::model::{
    ids::Seq,
    things::{Hello, Reset},
};
use bytes::Bytes;
use std::time::Duration;

/// A silent stream says `ping` this often.
pub const PING: Duration = Duration::from_secs(15);

/// Returns, of `bytes`, of which so many are `written`, what completes the frame that has begun, and that frame's number where
/// others follow it, which are not in the rest then. Where frames carry no numbers it is all of the rest.
pub fn split_partial_frame(bytes: Bytes, written: usize) -> (Bytes, Option<Seq>) {
    match begun(&bytes, written) {
        // A copy: else the few bytes of the rest would keep all of them.
        Some((end, seq)) if end < bytes.len() => (Bytes::copy_from_slice(&bytes[written..end]), Some(seq)),
        _ => {
            let rest = bytes.slice(written.min(bytes.len())..);
            (if rest.len() < bytes.len() / 2 { Bytes::copy_from_slice(&rest) } else { rest }, None)
        }
    }
}

/// Where the frame ends that `written` bytes have begun or just completed (the first one, where nothing is written), and its
/// number; none where the frames carry none.
fn begun(bytes: &[u8], written: usize) -> Option<(usize, Seq)> {
    // No frame holds an empty line: data is JSON on one line.
    let ends = |from: usize| Some(from + bytes.get(from..)?.windows(2).position(|two| two == b"\n\n")? + 2);
    let end = ends(written.saturating_sub(2))?;
    let start = bytes[..end - 2].windows(2).rposition(|two| two == b"\n\n").map_or(0, |at| at + 2);
    let id = bytes[start..end].strip_prefix(b"id: ")?.split(|byte| *byte == b'\n').next()?;
    Some((end, std::str::from_utf8(id).ok()?.parse().ok()?))
}

/// `hello`, and the `reset` where the cursor could not be served, as one write.
pub fn opening(hello: &Hello, start: Option<Seq>) -> Bytes {
    let data = serde_json::to_string(hello).unwrap_or_default();
    let retry = retry();
    Bytes::from(match start {
        Some(seq) => format!("retry: {retry}\nevent: hello\nid: {seq}\ndata: {data}\n\n"),
        None => {
            let head = hello.head;
            let reset = serde_json::to_string(&Reset { head }).unwrap_or_default();
            format!("retry: {retry}\nevent: hello\ndata: {data}\n\nevent: reset\nid: {head}\ndata: {reset}\n\n")
        }
    })
}

/// Returns a `ping`, with an `id` where an idle cursor has to move along, long before a ring of so many frames has gone past it.
pub fn ping(progress: &mut Progress, ring: usize) -> Bytes {
    if progress.cursor.0.saturating_sub(progress.last_event_id.0) > (ring / 4) as u64 {
        progress.last_event_id = progress.cursor;
        return Bytes::from(format!("event: ping\nid: {}\ndata: {{}}\n\n", progress.cursor));
    }
    Bytes::from_static(b"event: ping\ndata: {}\n\n")
}

/// Between 0 and 1.
pub fn random() -> f64 {
    let mut bytes = [0; 4];
    // Only spreads load: without randomness all streams share one value, and nothing breaks.
    let _ = getrandom::fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
}

/// Returns the milliseconds a client waits before it reconnects, drawn for each stream so that a restart is no stampede, and so
/// that all can be back within five seconds of it.
fn retry() -> u32 {
    1_000 + (random() * 3_500.0) as u32
}

/// The goodbye, with the time after which to come back.
pub fn bye() -> Bytes {
    Bytes::from(format!("retry: {}\nevent: bye\ndata: {{}}\n\n", retry()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::UserId;

    #[test]
    fn each_stream_draws_its_own_retry() {
        let drawn: std::collections::HashSet<u32> = (0..64).map(|_| retry()).collect();
        assert!(drawn.len() > 8);
        assert!(drawn.iter().all(|ms| (1_000..=4_500).contains(ms)));
    }

    #[test]
    fn a_frame_that_has_begun_is_found_to_its_end() {
        let bytes = b"id: 7\ndata: {}\n\nid: 12\ndata: {\"a\":1}\n\nid: 13\ndata: {}\n\n";
        let (first, second) = (16, 16 + 22);
        assert_eq!(&bytes[first - 2..first], b"\n\n");
        assert_eq!(&bytes[second - 2..second], b"\n\n");
        for written in [0, 1, 2, 9, first - 1, first] {
            assert_eq!(begun(bytes, written), Some((first, Seq(7))), "{written}");
        }
        for written in [first + 1, first + 2, first + 9, second - 1, second] {
            assert_eq!(begun(bytes, written), Some((second, Seq(12))), "{written}");
        }
        assert_eq!(begun(bytes, bytes.len()), Some((bytes.len(), Seq(13))));
        assert_eq!(begun(b"event: ping\ndata: {}\n\n", 5), None);
    }

    #[test]
    fn a_reset_takes_the_id_from_hello() {
        let hello = Hello { build: "b".into(), store: "s".into(), head: Seq(9), me: UserId(1), session: "t".into() };
        let text = String::from_utf8(opening(&hello, None).to_vec()).unwrap();
        let (first, second) = text.split_once("\n\n").unwrap();
        assert!(!first.contains("\nid:") && second.contains("event: reset\nid: 9\n"));
        let text = String::from_utf8(opening(&hello, Some(Seq(4))).to_vec()).unwrap();
        assert!(text.contains("\nid: 4\n") && !text.contains("reset"));
    }
}
