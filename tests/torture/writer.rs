//! Somebody who writes: each message under a key of its own, tried again with the same key on any doubt, until it is answered or
//! given up. What message number n is, and how patient its writer, comes from the seed alone.

use crate::{
    dice::Dice,
    history::{Outcome, Seen, Sent, Verdict, verdict},
    http::{Answer, Client, NoAnswer},
    world::Shared,
};
use std::{
    collections::VecDeque,
    sync::atomic::Ordering,
    thread::sleep,
    time::{Duration, Instant},
};

/// After the end of the load, what is under way is tried for so long.
const AFTER: Duration = Duration::from_secs(120);

/// How a writer goes about it.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Milliseconds between two messages, from and to.
    pub pause: (u64, u64),
    /// Characters of a message at most, besides its name.
    pub padding: u64,
}

#[derive(Debug)]
pub struct Writer {
    pub name: String,
    pub cookie: String,
    pub rooms: Vec<u64>,
    pub pace: Pace,
    pub dice: Dice,
}

/// What is drawn for a message before it is sent.
struct Plan {
    sent: Sent,
    /// Tries before it is given up without an answer.
    tries: u64,
    again: bool,
    read: bool,
    delete: bool,
    pause: Duration,
}

impl Writer {
    fn plan(&mut self, counter: u64) -> Plan {
        let Self { name, rooms, pace, dice, .. } = self;
        let room = rooms[dice.below(rooms.len() as u64) as usize];
        let (key, size) = (dice.key(), dice.below(pace.padding + 1) as usize);
        let text = format!("{name}-{counter} {}", "x".repeat(size)).trim_end().to_owned();
        let (tries, deleting) = (Vec::new(), Vec::new());
        Plan {
            sent: Sent { writer: name.clone(), counter, room, key, text, tries, deleting },
            tries: if dice.one_in(6) { dice.between(1, 2) } else { u64::MAX },
            again: dice.one_in(8),
            read: dice.one_in(8),
            delete: dice.one_in(16),
            pause: dice.millis(pace.pause.0, pace.pause.1),
        }
    }

    /// Writes until it is told to stop; what it sent, and what was wrong.
    pub fn run(mut self, shared: &Shared) -> (Vec<Sent>, Vec<String>) {
        let mut client = Client::new(shared.address, &self.cookie);
        let (mut all, mut wrong): (Vec<Sent>, Vec<String>) = (Vec::new(), Vec::new());
        // Own messages that may still be deleted, a moment after they were sent.
        let mut recent = VecDeque::new();
        for counter in 0.. {
            if shared.stop.load(Ordering::Relaxed) {
                break;
            }
            let mut plan = self.plan(counter);
            until_answered(&mut client, &mut plan.sent, plan.tries, shared, &mut wrong);
            shared.tried.fetch_add(1, Ordering::Relaxed);
            if let Some(Outcome::Ok { id, seq }) = plan.sent.tries.last().copied() {
                if plan.again {
                    let outcome = send(&mut client, &plan.sent, &mut wrong);
                    if matches!(outcome, Outcome::Ok { seq: other, .. } if other != seq) {
                        wrong.push(format!("I3: {} was answered {outcome:?} the second time, {seq} before", plan.sent.text));
                    }
                    plan.sent.tries.push(outcome);
                }
                if plan.read {
                    own_read(&mut client, &plan.sent, id, &mut wrong);
                }
                recent.push_back((all.len(), id));
            }
            all.push(plan.sent);
            if recent.len() > 10 {
                let (at, id): (usize, u64) = recent.pop_front().unwrap_or_default();
                if plan.delete {
                    let answer = client.post("/api/messages/delete", &[("message", &id.to_string())]);
                    all[at].deleting.push(outcome(answer, &mut wrong));
                }
            }
            sleep(plan.pause);
        }
        (all, wrong)
    }
}

/// Sends until there is an answer, at most `tries` times, or until it has been tried long after everything should be well.
pub fn until_answered(client: &mut Client, sent: &mut Sent, tries: u64, shared: &Shared, wrong: &mut Vec<String>) {
    let mut stopped = None;
    for _ in 0..tries {
        let outcome = send(client, sent, wrong);
        sent.tries.push(outcome);
        if verdict(&sent.tries) == Verdict::Ok || shared.over.load(Ordering::Relaxed) {
            return;
        }
        if shared.stop.load(Ordering::Relaxed) && stopped.get_or_insert_with(Instant::now).elapsed() > AFTER {
            wrong.push(format!("{} was never answered: {:?}", sent.text, sent.tries.last()));
            return;
        }
        // Retry-After says seconds; here the server is to be asked far more often than a browser would.
        sleep(Duration::from_millis(if matches!(outcome, Outcome::Unknown) { 5 } else { 30 }));
    }
}

fn send(client: &mut Client, sent: &Sent, wrong: &mut Vec<String>) -> Outcome {
    let (room, path) = (sent.room.to_string(), "/api/messages/send");
    let answer = client.post(path, &[("room", &room), ("key", &sent.key), ("text", &sent.text)]);
    outcome(answer, wrong)
}

/// What an answer, or none, says about what was asked.
pub fn outcome(answer: Result<Answer, NoAnswer>, wrong: &mut Vec<String>) -> Outcome {
    match answer {
        Err(NoAnswer::Refused) => Outcome::Failed { status: 0, polite: true },
        Err(NoAnswer::Broken) => Outcome::Unknown,
        Ok(answer) if answer.status == 200 => match Seen::read(&answer.json()) {
            Some(seen) => Outcome::Ok { id: seen.id, seq: seen.seq },
            None => {
                wrong.push(format!("no message: {}", answer.body));
                Outcome::Unknown
            }
        },
        Ok(answer) if answer.status == 500 => {
            wrong.push(format!("500: {}", answer.body));
            Outcome::Unknown
        }
        Ok(answer) => Outcome::Failed { status: answer.status, polite: answer.header("retry-after").is_some() },
    }
}

/// I5: who was answered finds their own message.
fn own_read(client: &mut Client, sent: &Sent, id: u64, wrong: &mut Vec<String>) {
    let (room, around) = (sent.room.to_string(), id.to_string());
    let Ok(answer) = client.post("/api/messages/page", &[("room", &room), ("around", &around), ("limit", "3")]) else { return };
    let page = answer.json();
    let there = |found: &Seen| found.id == id && found.text == sent.text;
    if answer.status == 200 && !page["messages"].as_array().into_iter().flatten().filter_map(Seen::read).any(|seen| there(&seen))
    {
        wrong.push(format!("I5: {} was acknowledged and is not in the page around it", sent.text));
    }
}
