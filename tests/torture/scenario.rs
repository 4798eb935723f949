//! One server with writers and readers, from the start to the check of their records.

use crate::{
    checker::check,
    history::{History, Outcome, Sent, Stored},
    http::{ANSWER_TIMEOUT, Answer, Client},
    leaver::{Leaver, Left, is_live},
    options,
    reader::{Habit, Watcher},
    report::Report,
    rng::Rng,
    server::{Server, Setup},
    writer::{Pace, Writer, outcome, send_until_answered},
};
use serde_json::Value;
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{JoinHandle, sleep, spawn},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// The state shared by all threads of a scenario.
#[derive(Debug)]
pub struct Shared {
    pub address: SocketAddr,
    /// Writers begin no new message.
    pub stop: AtomicBool,
    /// The last sequence number of the run; 0 while it is unknown.
    pub until: AtomicU64,
    /// The run has failed: all threads return.
    pub aborted: AtomicBool,
    /// Readers with `Habit::Paused` read nothing.
    pub paused: AtomicBool,
    /// Readers whose first stream is open.
    pub listening: AtomicU64,
    /// Messages sent or given up.
    pub tried: AtomicU64,
}

/// The clients of a scenario.
#[derive(Debug, Clone)]
pub struct People {
    pub writers: u64,
    pub pace: Pace,
    pub habits: Vec<Habit>,
    pub leaver: bool,
}

impl Default for People {
    fn default() -> Self {
        let habits = vec![Habit::Steady, Habit::Restless, Habit::Steady, Habit::Restless, Habit::Slow];
        Self { writers: 4, pace: Pace { pause: (0, 20), padding: 400 }, habits, leaver: true }
    }
}

/// A running scenario.
pub struct Scenario {
    pub server: Server,
    pub rng: Rng,
    pub shared: Arc<Shared>,
    /// Problems that a fault observed.
    pub problems: Vec<String>,
    /// Messages that the scenario sent itself.
    sent: Vec<Sent>,
    began: Instant,
    name: &'static str,
    seed: u64,
    /// The first writer's cookie, for requests of the scenario itself.
    cookie: String,
    writers: Vec<JoinHandle<(Vec<Sent>, Vec<String>)>>,
    readers: Vec<JoinHandle<(crate::history::Reader, Vec<String>)>>,
    leaver: Option<JoinHandle<Left>>,
    dir: Option<TempDir>,
}

impl Scenario {
    /// Starts a server and clients; returns when every reader's stream is open and messages arrive.
    pub fn start(name: &'static str, people: &People, configure: impl FnOnce(Setup) -> Setup) -> Self {
        let (dir, seed) = (tempfile::Builder::new().prefix(name).tempdir().unwrap(), options::seed());
        let setup = configure(Setup::new(dir.path()));
        let rng = Rng::new(seed).fork(name.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())));
        let server = setup.start();
        let shared = Arc::new(Shared {
            address: setup.address,
            stop: AtomicBool::new(false),
            until: AtomicU64::new(0),
            aborted: AtomicBool::new(false),
            paused: AtomicBool::new(false),
            listening: AtomicU64::new(0),
            tried: AtomicU64::new(0),
        });
        let mut scenario = Self {
            server,
            rng,
            shared,
            problems: Vec::new(),
            sent: Vec::new(),
            began: Instant::now(),
            name,
            seed,
            cookie: String::new(),
            writers: Vec::new(),
            readers: Vec::new(),
            leaver: None,
            dir: Some(dir),
        };
        scenario.populate(people);
        scenario
    }

    fn populate(&mut self, people: &People) {
        let address = self.shared.address;
        let mut rng = self.rng.fork(1_000);
        let enter = |name: String| (enter(address, &name).unwrap_or_else(|| panic!("{name} may enter")).0, name);
        let writers: Vec<(String, String)> = (0..people.writers).map(|n| enter(format!("Writer {n}"))).collect();
        self.cookie = writers[0].0.clone();
        for name in ["Second", "Third"] {
            post(address, &self.cookie, "/api/rooms/create", &[("name", name)]);
        }
        for (cookie, _) in &writers {
            join(address, cookie, 3);
        }
        for (n, habit) in people.habits.iter().copied().enumerate() {
            let (cookie, name) = enter(format!("Reader {n}"));
            // Not every reader is in every room.
            let rooms = 3 - n as u64 % 3;
            join(address, &cookie, rooms);
            let watcher = Watcher { name, cookie, rooms: (1..=rooms).collect(), habit, rng: rng.fork(n as u64) };
            let shared = self.shared.clone();
            self.readers.push(spawn(move || watcher.run(&shared)));
        }
        self.wait_until("every reader listens", |shared| {
            shared.listening.load(Ordering::Relaxed) as usize == people.habits.len()
        });
        for (n, (cookie, name)) in writers.into_iter().enumerate() {
            let writer = Writer { name, cookie, rooms: vec![1, 2, 3], pace: people.pace, rng: rng.fork(100 + n as u64) };
            let shared = self.shared.clone();
            self.writers.push(spawn(move || writer.run(&shared)));
        }
        if people.leaver {
            let (witness, _) = enter("Witness".to_owned());
            let leaver = Leaver { rng: rng.fork(200), witness };
            let shared = self.shared.clone();
            self.leaver = Some(spawn(move || leaver.run(&shared)));
        }
        rng.next();
        self.wait_for_messages(10);
    }

    /// Waits until a condition holds; panics after two minutes.
    pub fn wait_until(&self, what: &str, reached: impl Fn(&Shared) -> bool) {
        let began = Instant::now();
        while !reached(&self.shared) {
            assert!(began.elapsed() < 2 * ANSWER_TIMEOUT, "not in time: {what}; {}", self.server.setup.log_tail());
            sleep(Duration::from_millis(2));
        }
    }

    /// Waits until so many more messages have been sent or given up.
    pub fn wait_for_messages(&self, more: u64) {
        let from = self.shared.tried.load(Ordering::Relaxed);
        self.wait_until("messages arrive", |shared| shared.tried.load(Ordering::Relaxed) >= from + more);
    }

    /// Returns a client with the first writer's session.
    pub fn client(&self) -> Client {
        Client::new(self.shared.address, &self.cookie)
    }

    /// Sends a message of the scenario itself once, and records the outcome.
    pub fn send(&mut self, client: &mut Client, text: &str) -> Answer {
        let (writer, text, counter) = ("Scenario".to_owned(), text.to_owned(), self.sent.len() as u64 + 1);
        let mut sent = Sent { writer, counter, room: 1, key: self.rng.key(), text, tries: Vec::new(), deleting: Vec::new() };
        let fields = [("room", "1"), ("key", sent.key.as_str()), ("text", sent.text.as_str())];
        let answer = client.post("/api/messages/send", &fields).expect("an answer");
        sent.tries.push(outcome(Ok(answer.clone()), &mut self.problems));
        self.sent.push(sent);
        answer
    }

    /// Waits for all clients, terminates the server, and checks the records.
    pub fn finish(mut self) -> Report {
        self.shared.stop.store(true, Ordering::Relaxed);
        let mut history = History { complaints: std::mem::take(&mut self.problems), ..History::default() };
        for writer in self.writers.drain(..) {
            let (sent, problems) = writer.join().expect("a writer returns");
            history.sent.extend(sent);
            history.complaints.extend(problems);
        }
        let left = self.leaver.take().map(|leaver| leaver.join().expect("the leaver returns")).unwrap_or_default();
        history.sent.extend(left.sent);
        history.readers.extend(left.readers);
        history.complaints.extend(left.problems);
        let last = self.send_last(&mut history.complaints);
        if let Some(Outcome::Ok { seq, .. }) = last.tries.last() {
            self.shared.until.store(*seq, Ordering::Relaxed);
        } else {
            self.shared.aborted.store(true, Ordering::Relaxed);
        }
        history.sent.push(last);
        history.sent.append(&mut self.sent);
        for reader in self.readers.drain(..) {
            let (reader, problems) = reader.join().expect("a reader returns");
            history.readers.push(reader);
            history.complaints.extend(problems);
        }
        for cookie in &left.cookies {
            if is_live(&mut Client::new(self.shared.address, cookie)) {
                history.complaints.push("I6: an ended session works at the end of the run".to_owned());
            }
        }
        let copied = self.server.setup.private_mount.then(|| Stored::copied(&self.server.files()));
        self.server.terminate();
        history.stored = copied.unwrap_or_else(|| Stored::read(&self.server.setup.data));
        let found = check(&history);
        let kept = self.dir.take().filter(|_| !found.is_empty()).map(TempDir::keep);
        Report::new((self.name, self.seed, self.began.elapsed()), &history, found, kept)
    }

    /// Sends one more message after all others.
    fn send_last(&mut self, problems: &mut Vec<String>) -> Sent {
        let (writer, text, key) = ("Scenario".to_owned(), "the end".to_owned(), self.rng.fork(300).key());
        let mut sent = Sent { writer, counter: 0, room: 1, key, text, tries: Vec::new(), deleting: Vec::new() };
        send_until_answered(&mut self.client(), &mut sent, u64::MAX, &self.shared, problems);
        sent
    }
}

impl Drop for Scenario {
    fn drop(&mut self) {
        self.shared.aborted.store(true, Ordering::Relaxed);
        self.shared.stop.store(true, Ordering::Relaxed);
    }
}

/// Enters, and returns the session's cookie and the person if the server answered.
pub fn enter(address: SocketAddr, name: &str) -> Option<(String, Value)> {
    let answer = Client::new(address, "").post("/api/auth/enter", &[("name", name)]).ok()?;
    let cookie = answer.header("set-cookie")?.split(';').next()?.to_owned();
    (answer.status == 200).then(|| (cookie, answer.json()))
}

fn post(address: SocketAddr, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Value {
    let answer = Client::new(address, cookie).post(path, fields).expect("an answer");
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.json()
}

/// Joins the rooms up to this one; everybody is in General.
fn join(address: SocketAddr, cookie: &str, rooms: u64) {
    for room in 2..=rooms {
        post(address, cookie, "/api/rooms/join", &[("room", &room.to_string())]);
    }
}
