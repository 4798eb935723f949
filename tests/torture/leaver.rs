//! People who come, read and leave, one after the other: whatever happens to the server, once the end of a session was
//! acknowledged nothing more reaches it, and it never lives again (I6).

use crate::{
    dice::Dice,
    history::{Outcome, Reader, Sent},
    http::Client,
    reader::Open,
    world::{Shared, enter},
    writer::until_answered,
};
use std::{
    sync::atomic::Ordering,
    thread::sleep,
    time::{Duration, Instant},
};

/// How long the stream of an ended session may take to end.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub struct Leaver {
    pub dice: Dice,
    /// Cookie of somebody who stays, and writes after each leaving.
    pub witness: String,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Left {
    pub readers: Vec<Reader>,
    pub cookies: Vec<String>,
    pub sent: Vec<Sent>,
    pub wrong: Vec<String>,
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
            let stay = self.dice.millis(10, 300);
            let text = format!("after {name}");
            let (writer, key) = ("Witness".to_owned(), self.dice.key());
            let sent = Sent { writer, counter: turn, room: 1, key, text, tries: Vec::new(), deleting: Vec::new() };
            match enter(shared.address, &name) {
                Some((cookie, _)) => self.leave(shared, &mut witness, name, cookie, stay, sent, &mut left),
                None => sleep(Duration::from_millis(20)),
            }
        }
        left
    }

    #[expect(clippy::too_many_arguments, reason = "what was drawn for one person, in one place")]
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
            Ok((wire, answer)) if answer.status == 200 => Some(Open::new(wire, None)),
            _ => None,
        };
        if let Some(open) = &mut open {
            read_for(open, stay, &name, &mut left.wrong);
        }
        loop {
            match client.post("/api/auth/leave", &[]) {
                // Acknowledged, now or before a crash.
                Ok(answer) if matches!(answer.status, 200 | 401) => break,
                _ if shared.stop.load(Ordering::Relaxed) => return,
                _ => sleep(Duration::from_millis(20)),
            }
        }
        until_answered(witness, &mut sent, u64::MAX, shared, &mut left.wrong);
        if let Some(Outcome::Ok { seq, .. }) = sent.tries.last() {
            log.revoked = Some(*seq);
        }
        left.sent.push(sent);
        if let Some(mut open) = open {
            if !read_for(&mut open, PATIENCE, &name, &mut left.wrong) {
                left.wrong.push(format!("I6: the stream of {name} goes on after the end of the session"));
            }
            log.since = open.log.hello.unwrap_or_default();
            if open.log.hello.is_some() {
                log.streams.push(open.log);
            }
        }
        // Whoever never got an answer to the last message knows of no number to judge by.
        if log.revoked.is_some() {
            log.revived = lives(&mut client);
            left.cookies.push(cookie);
            left.readers.push(log);
        }
    }
}

/// Whether a session answers; a server that is away answers nothing.
pub fn lives(client: &mut Client) -> bool {
    client.post("/api/auth/me", &[]).is_ok_and(|answer| answer.status == 200)
}

/// Reads for so long, or to the end; whether that was reached.
fn read_for(open: &mut Open, time: Duration, name: &str, wrong: &mut Vec<String>) -> bool {
    let began = Instant::now();
    while began.elapsed() < time {
        let Some(frames) = open.next() else { return true };
        for frame in frames {
            open.take(frame, name, wrong);
        }
    }
    false
}
