//! A writer: each message has its own key and is retried under it until it is answered or given up. The text of message n and the
//! number of tries come from the seed alone.

use crate::{
    history::{Outcome, Seen, Sent, Verdict, verdict},
    http::{Answer, Client, NoAnswer},
    rng::Rng,
    scenario::Shared,
};
use std::{
    collections::VecDeque,
    sync::atomic::Ordering,
    thread::sleep,
    time::{Duration, Instant},
};

/// The longest time to retry a message after the end of the load.
const AFTER: Duration = Duration::from_secs(120);

/// The pace of a writer.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// The shortest and longest pause between two messages, in milliseconds.
    pub pause: (u64, u64),
    /// The largest number of padding characters in a message.
    pub padding: u64,
}

#[derive(Debug)]
pub struct Writer {
    pub name: String,
    pub cookie: String,
    pub rooms: Vec<u64>,
    pub pace: Pace,
    pub rng: Rng,
}

/// The values drawn for a message before it is sent.
struct Plan {
    sent: Sent,
    /// The number of tries before the message is given up.
    tries: u64,
    again: bool,
    read: bool,
    delete: bool,
    pause: Duration,
}

impl Writer {
    fn plan(&mut self, counter: u64) -> Plan {
        let Self { name, rooms, pace, rng, .. } = self;
        let room = rooms[rng.below(rooms.len() as u64) as usize];
        let (key, size) = (rng.key(), rng.below(pace.padding + 1) as usize);
        let text = format!("{name}-{counter} {}", "x".repeat(size)).trim_end().to_owned();
        let (tries, deleting) = (Vec::new(), Vec::new());
        Plan {
            sent: Sent { writer: name.clone(), counter, room, key, text, tries, deleting },
            tries: if rng.one_in(6) { rng.between(1, 2) } else { u64::MAX },
            again: rng.one_in(8),
            read: rng.one_in(8),
            delete: rng.one_in(16),
            pause: rng.millis(pace.pause.0, pace.pause.1),
        }
    }

    /// Writes until `Shared::stop` is set; returns the sent messages and the problems.
    pub fn run(mut self, shared: &Shared) -> (Vec<Sent>, Vec<String>) {
        let mut client = Client::new(shared.address, &self.cookie);
        let (mut all, mut problems): (Vec<Sent>, Vec<String>) = (Vec::new(), Vec::new());
        // Own messages that may be deleted some messages later.
        let mut recent = VecDeque::new();
        for counter in 0.. {
            if shared.stop.load(Ordering::Relaxed) {
                break;
            }
            let mut plan = self.plan(counter);
            send_until_answered(&mut client, &mut plan.sent, plan.tries, shared, &mut problems);
            shared.tried.fetch_add(1, Ordering::Relaxed);
            if let Some(Outcome::Ok { id, seq }) = plan.sent.tries.last().copied() {
                if plan.again {
                    let outcome = send(&mut client, &plan.sent, &mut problems);
                    if matches!(outcome, Outcome::Ok { seq: other, .. } if other != seq) {
                        problems.push(format!("I3: {} was answered {outcome:?} the second time, {seq} before", plan.sent.text));
                    }
                    plan.sent.tries.push(outcome);
                }
                if plan.read {
                    own_read(&mut client, &plan.sent, id, &mut problems);
                }
                recent.push_back((all.len(), id));
            }
            all.push(plan.sent);
            if recent.len() > 10 {
                let (at, id): (usize, u64) = recent.pop_front().unwrap_or_default();
                if plan.delete {
                    let answer = client.post("/api/messages/delete", &[("message", &id.to_string())]);
                    all[at].deleting.push(outcome(answer, &mut problems));
                }
            }
            sleep(plan.pause);
        }
        (all, problems)
    }
}

/// Sends until there is an answer, at most `tries` times, and no longer than `AFTER` past the end of the load.
pub fn send_until_answered(client: &mut Client, sent: &mut Sent, tries: u64, shared: &Shared, problems: &mut Vec<String>) {
    let mut stopped = None;
    for _ in 0..tries {
        let outcome = send(client, sent, problems);
        sent.tries.push(outcome);
        if verdict(&sent.tries) == Verdict::Ok || shared.aborted.load(Ordering::Relaxed) {
            return;
        }
        if shared.stop.load(Ordering::Relaxed) && stopped.get_or_insert_with(Instant::now).elapsed() > AFTER {
            problems.push(format!("{} was never answered: {:?}", sent.text, sent.tries.last()));
            return;
        }
        // The pause is far shorter than Retry-After, to ask the server more often than a browser does.
        sleep(Duration::from_millis(if matches!(outcome, Outcome::Unknown) { 5 } else { 30 }));
    }
}

fn send(client: &mut Client, sent: &Sent, problems: &mut Vec<String>) -> Outcome {
    let (room, path) = (sent.room.to_string(), "/api/messages/send");
    let answer = client.post(path, &[("room", &room), ("key", &sent.key), ("text", &sent.text)]);
    outcome(answer, problems)
}

/// Returns the outcome of a try.
pub fn outcome(answer: Result<Answer, NoAnswer>, problems: &mut Vec<String>) -> Outcome {
    match answer {
        Err(NoAnswer::Refused) => Outcome::Failed { status: 0, has_retry_after: true },
        Err(NoAnswer::Broken) => Outcome::Unknown,
        Ok(answer) if answer.status == 200 => match Seen::read(&answer.json()) {
            Some(seen) => Outcome::Ok { id: seen.id, seq: seen.seq },
            None => {
                problems.push(format!("an unreadable message: {}", answer.body));
                Outcome::Unknown
            }
        },
        Ok(answer) if answer.status == 500 => {
            problems.push(format!("500: {}", answer.body));
            Outcome::Unknown
        }
        Ok(answer) => Outcome::Failed { status: answer.status, has_retry_after: answer.header("retry-after").is_some() },
    }
}

/// Checks I5: an acknowledged message is in the page around it.
fn own_read(client: &mut Client, sent: &Sent, id: u64, problems: &mut Vec<String>) {
    let (room, around) = (sent.room.to_string(), id.to_string());
    let Ok(answer) = client.post("/api/messages/page", &[("room", &room), ("around", &around), ("limit", "3")]) else { return };
    let page = answer.json();
    let there = |found: &Seen| found.id == id && found.text == sent.text;
    if answer.status == 200 && !page["messages"].as_array().into_iter().flatten().filter_map(Seen::read).any(|seen| there(&seen))
    {
        problems.push(format!("I5: {} was acknowledged and is not in the page around it", sent.text));
    }
}
