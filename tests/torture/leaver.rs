//! People who enter, read and leave, one after the other. After the end of a session is acknowledged, it receives nothing
//! and never works again, whatever happens to the server (I6).

use crate::{
    history::{Outcome, Reader, Sent},
    http::Client,
    reader::OpenStream,
    rng::Rng,
    scenario::{Shared, enter},
    writer::send_until_answered,
};
use std::{
    sync::atomic::Ordering,
    thread::sleep,
    time::{Duration, Instant},
};

/// The longest time that the stream of an ended session may stay open.
const END_TIMEOUT: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub struct Leaver {
    pub rng: Rng,
    /// The cookie of a person who stays and writes after each departure.
    pub witness: String,
}

/// The records of all leavers.
#[derive(Debug, Default)]
pub struct Left {
    pub readers: Vec<Reader>,
    pub cookies: Vec<String>,
    pub sent: Vec<Sent>,
    pub problems: Vec<String>,
}

impl Leaver {
    pub fn run(mut self, shared: &Shared) -> Left {
        let mut left = Left::default();
        let mut witness = Client::new(shared.address, &self.witness);
        for turn in 0.. {
            if shared.stop.load(Ordering::Relaxed) {
                break;
            }
            let name = format!("Leaver {turn}");
            let stay = self.rng.millis(10, 300);
            let text = format!("after {name}");
            let (writer, key) = ("Witness".to_owned(), self.rng.key());
            let sent = Sent { writer, counter: turn, room: 1, key, text, tries: Vec::new(), deleting: Vec::new() };
            match enter(shared.address, &name) {
                Some((cookie, _)) => self.leave(shared, &mut witness, name, cookie, stay, sent, &mut left),
                None => sleep(Duration::from_millis(20)),
            }
        }
        left
    }

    #[expect(clippy::too_many_arguments, reason = "the values drawn for one person")]
    fn leave(
        &self,
        shared: &Shared,
        witness: &mut Client,
        name: String,
        cookie: String,
        stay: Duration,
        mut sent: Sent,
        left: &mut Left,
    ) {
        let mut client = Client::new(shared.address, &cookie);
        let mut log = Reader { name: name.clone(), rooms: [1].into(), ..Reader::default() };
        let mut open = match client.listen(None) {
            Ok((wire, answer)) if answer.status == 200 => Some(OpenStream::new(wire, None)),
            _ => None,
        };
        if let Some(open) = &mut open {
            read_for(open, stay, &name, &mut left.problems);
        }
        loop {
            match client.post("/api/auth/leave", &[]) {
                // Acknowledged now, or before a crash.
                Ok(answer) if matches!(answer.status, 200 | 401) => break,
                _ if shared.stop.load(Ordering::Relaxed) => return,
                _ => sleep(Duration::from_millis(20)),
            }
        }
        send_until_answered(witness, &mut sent, u64::MAX, shared, &mut left.problems);
        if let Some(Outcome::Ok { seq, .. }) = sent.tries.last() {
            log.revoked = Some(*seq);
        }
        left.sent.push(sent);
        if let Some(mut open) = open {
            if !read_for(&mut open, END_TIMEOUT, &name, &mut left.problems) {
                left.problems.push(format!("I6: the stream of {name} continues after the end of the session"));
            }
            log.since = open.log.hello.unwrap_or_default();
            if open.log.hello.is_some() {
                log.streams.push(open.log);
            }
        }
        // Without an answer to the last message there is no number to compare with.
        if log.revoked.is_some() {
            log.revived = is_live(&mut client);
            left.cookies.push(cookie);
            left.readers.push(log);
        }
    }
}

/// Returns whether a session works; false when the server does not answer.
pub fn is_live(client: &mut Client) -> bool {
    client.post("/api/auth/me", &[]).is_ok_and(|answer| answer.status == 200)
}

/// Reads for the given time or to the end; returns whether the stream ended.
fn read_for(open: &mut OpenStream, time: Duration, name: &str, problems: &mut Vec<String>) -> bool {
    let began = Instant::now();
    while began.elapsed() < time {
        let Some(frames) = open.next() else { return true };
        for frame in frames {
            open.take(frame, name, problems);
        }
    }
    false
}
