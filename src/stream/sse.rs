//! What a stream says of itself, around the frames: its opening, its goodbye; and how frames are wrapped as chunks of HTTP/1.1,
//! so that one can tell where one frame ends and the next begins.

use super::slot::Progress;
use crate::model::{
    ids::Seq,
    things::{Hello, Reset},
};
use bytes::{Bytes, BytesMut};
use std::time::Duration;

/// A `ping` without an id, as its chunk.
const SILENT_PING: &[u8] = b"16\r\nevent: ping\ndata: {}\n\n\r\n";
/// A silent stream says `ping` this often.
pub const PING: Duration = Duration::from_secs(15);

/// Ends a stream that has said goodbye: so its reader can tell the end from a cut.
pub const LAST_CHUNK: &[u8] = b"0\r\n\r\n";
/// What a frame ends with on the wire: its empty line, and the end of its chunk. No frame holds another empty line, since data is
/// JSON on one line.
const END: &[u8] = b"\n\n\r\n";

/// Wraps a frame as one chunk (RFC 9112, section 7.1). This is done once for all of its readers, whatever they take at a time.
pub fn chunk(frame: &[u8]) -> Bytes {
    let size = format!("{:x}\r\n", frame.len());
    // To the byte: the ring keeps thousands of these.
    [size.as_bytes(), frame, b"\r\n"].concat().into()
}

/// Returns the frames in chunks that [`chunk`] has made, for an answer that is not written as chunks, or by others.
pub fn unchunked(mut chunks: &[u8]) -> Bytes {
    let mut frames = BytesMut::with_capacity(chunks.len());
    while let Some(end) = chunks.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&chunks[..end]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let Some(frame) = size.and_then(|size| chunks.get(end + 2..end + 2 + size)) else { break };
        frames.extend_from_slice(frame);
        chunks = chunks.get(end + 2 + frame.len() + 2..).unwrap_or_default();
    }
    frames.freeze()
}

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
    let ends = |from: usize| Some(from + bytes.get(from..)?.windows(END.len()).position(|four| four == END)? + END.len());
    let end = ends(written.saturating_sub(END.len()))?;
    let start = bytes[..end - END.len()].windows(END.len()).rposition(|four| four == END).map_or(0, |at| at + END.len());
    // The chunk's size stands on a line of its own, before the frame.
    let mut lines = bytes[start..end].split(|byte| *byte == b'\n');
    let id = lines.nth(1)?.strip_prefix(b"id: ")?;
    Some((end, std::str::from_utf8(id).ok()?.parse().ok()?))
}

/// `hello`, and the `reset` where the cursor could not be served, as one chunk.
pub fn opening(hello: &Hello, start: Option<Seq>) -> Bytes {
    let data = serde_json::to_string(hello).unwrap_or_default();
    let retry = retry();
    let frames = match start {
        Some(seq) => format!("retry: {retry}\nevent: hello\nid: {seq}\ndata: {data}\n\n"),
        None => {
            let head = hello.head;
            let reset = serde_json::to_string(&Reset { head }).unwrap_or_default();
            format!("retry: {retry}\nevent: hello\ndata: {data}\n\nevent: reset\nid: {head}\ndata: {reset}\n\n")
        }
    };
    chunk(frames.as_bytes())
}

/// Returns a `ping`, with an `id` where an idle cursor has to move along, long before a ring of so many frames has gone past it.
pub fn ping(progress: &mut Progress, ring: usize) -> Bytes {
    if progress.cursor.0.saturating_sub(progress.last_event_id.0) > (ring / 4) as u64 {
        progress.last_event_id = progress.cursor;
        return chunk(format!("event: ping\nid: {}\ndata: {{}}\n\n", progress.cursor).as_bytes());
    }
    Bytes::from_static(SILENT_PING)
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
    chunk(format!("retry: {}\nevent: bye\ndata: {{}}\n\n", retry()).as_bytes())
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
        let chunks =
            ["id: 7\ndata: {}\n\n", "id: 12\ndata: {\"a\":1}\n\n", "id: 13\ndata: {}\n\n"].map(|frame| chunk(frame.as_bytes()));
        let (first, second) = (chunks[0].len(), chunks[0].len() + chunks[1].len());
        let bytes = &chunks.concat()[..];
        for written in [0, 1, 2, 9, first - 1, first] {
            assert_eq!(begun(bytes, written), Some((first, Seq(7))), "{written}");
        }
        for written in [first + 1, first + 2, first + 9, second - 1, second] {
            assert_eq!(begun(bytes, written), Some((second, Seq(12))), "{written}");
        }
        assert_eq!(begun(bytes, bytes.len()), Some((bytes.len(), Seq(13))));
        assert_eq!(begun(SILENT_PING, 5), None);
        let (rest, seq) = split_partial_frame(Bytes::copy_from_slice(bytes), first + 3);
        assert_eq!((&rest[..], seq), (&bytes[first + 3..second], Some(Seq(12))), "what completes a chunk, and no more");
    }

    #[test]
    fn chunks_hold_what_was_put_into_them() {
        assert_eq!(SILENT_PING, chunk(b"event: ping\ndata: {}\n\n"));
        let long = format!("id: 9\ndata: \"{}\"\n\n", "x".repeat(5_000));
        let (wire, frames) =
            ([chunk(long.as_bytes()), chunk(b"id: 10\ndata: \"\"\n\n")].concat(), long.clone() + "id: 10\ndata: \"\"\n\n");
        assert_eq!(unchunked(&wire), frames);
        assert!(unchunked(b"").is_empty() && unchunked(b"zz\r\nx").is_empty() && unchunked(b"ff\r\nshort").is_empty());
    }

    #[test]
    fn a_reset_takes_the_id_from_hello() {
        let hello = Hello { build: "b".into(), store: "s".into(), head: Seq(9), me: UserId(1), session: "t".into() };
        let text = String::from_utf8(unchunked(&opening(&hello, None)).to_vec()).unwrap();
        let (first, second) = text.split_once("\n\n").unwrap();
        assert!(!first.contains("\nid:") && second.contains("event: reset\nid: 9\n"));
        let text = String::from_utf8(opening(&hello, Some(Seq(4))).to_vec()).unwrap();
        assert!(text.contains("\nid: 4\n") && !text.contains("reset"));
    }
}
