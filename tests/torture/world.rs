//! A server, people who write and read, and the end of it all: everybody is waited for, and the judge is asked.

use crate::{
    checker::check,
    dice::Dice,
    history::{History, Outcome, Sent, Stored},
    http::{Answer, Client, PATIENCE},
    leaver::{Leaver, Left, lives},
    options,
    reader::{Habit, Watcher},
    report::Report,
    server::{Server, Setup},
    writer::{Pace, Writer, outcome, until_answered},
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

/// What all threads of a world look at.
#[derive(Debug)]
pub struct Shared {
    pub address: SocketAddr,
    /// Nobody begins a new message.
    pub stop: AtomicBool,
    /// The last number there will be; 0 as long as nobody knows.
    pub until: AtomicU64,
    /// Something went wrong: everybody goes home.
    pub over: AtomicBool,
    /// Readers of that habit read nothing.
    pub hold: AtomicBool,
    /// Readers whose first stream stands.
    pub listening: AtomicU64,
    /// Messages that were sent or given up.
    pub tried: AtomicU64,
}

/// Who takes part.
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

/// Everything while it runs.
pub struct World {
    pub server: Server,
    pub dice: Dice,
    pub shared: Arc<Shared>,
    /// What a fault saw that should not be.
    pub wrong: Vec<String>,
    /// What the world said itself.
    said: Vec<Sent>,
    began: Instant,
    name: &'static str,
    seed: u64,
    /// The first writer's session, for what the world has to say itself.
    cookie: String,
    writers: Vec<JoinHandle<(Vec<Sent>, Vec<String>)>>,
    readers: Vec<JoinHandle<(crate::history::Reader, Vec<String>)>>,
    leaver: Option<JoinHandle<Left>>,
    dir: Option<TempDir>,
}

impl World {
    /// Starts a server as `configure` wants it, and people; returns once every reader's stream stands and messages flow.
    pub fn start(name: &'static str, people: &People, configure: impl FnOnce(Setup) -> Setup) -> Self {
        let (dir, seed) = (tempfile::Builder::new().prefix(name).tempdir().unwrap(), options::seed());
        let setup = configure(Setup::new(dir.path()));
        let dice = Dice::new(seed).of(name.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())));
        let server = setup.start();
        let shared = Arc::new(Shared {
            address: setup.address,
            stop: AtomicBool::new(false),
            until: AtomicU64::new(0),
            over: AtomicBool::new(false),
            hold: AtomicBool::new(false),
            listening: AtomicU64::new(0),
            tried: AtomicU64::new(0),
        });
        let mut world = Self {
            server,
            dice,
            shared,
            wrong: Vec::new(),
            said: Vec::new(),
            began: Instant::now(),
            name,
            seed,
            cookie: String::new(),
            writers: Vec::new(),
            readers: Vec::new(),
            leaver: None,
            dir: Some(dir),
        };
        world.populate(people);
        world
    }

    fn populate(&mut self, people: &People) {
        let address = self.shared.address;
        let mut dice = self.dice.of(1_000);
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
            // Not everybody is everywhere.
            let rooms = 3 - n as u64 % 3;
            join(address, &cookie, rooms);
            let watcher = Watcher { name, cookie, rooms: (1..=rooms).collect(), habit, dice: dice.of(n as u64) };
            let shared = self.shared.clone();
            self.readers.push(spawn(move || watcher.run(&shared)));
        }
        self.wait("every reader listens", |shared| shared.listening.load(Ordering::Relaxed) as usize == people.habits.len());
        for (n, (cookie, name)) in writers.into_iter().enumerate() {
            let writer = Writer { name, cookie, rooms: vec![1, 2, 3], pace: people.pace, dice: dice.of(100 + n as u64) };
            let shared = self.shared.clone();
            self.writers.push(spawn(move || writer.run(&shared)));
        }
        if people.leaver {
            let (witness, _) = enter("Witness".to_owned());
            let leaver = Leaver { dice: dice.of(200), witness };
            let shared = self.shared.clone();
            self.leaver = Some(spawn(move || leaver.run(&shared)));
        }
        dice.next();
        self.flow(10);
    }

    /// Waits until something has come about.
    pub fn wait(&self, what: &str, reached: impl Fn(&Shared) -> bool) {
        let began = Instant::now();
        while !reached(&self.shared) {
            assert!(began.elapsed() < 2 * PATIENCE, "not in time: {what}; {}", self.server.setup.said());
            sleep(Duration::from_millis(2));
        }
    }

    /// Waits until so many more messages have been sent or given up.
    pub fn flow(&self, more: u64) {
        let from = self.shared.tried.load(Ordering::Relaxed);
        self.wait("messages flow", |shared| shared.tried.load(Ordering::Relaxed) >= from + more);
    }

    /// A connection as the first writer.
    pub fn client(&self) -> Client {
        Client::new(self.shared.address, &self.cookie)
    }

    /// The world says something itself, once; whatever comes of it is noted.
    pub fn say(&mut self, client: &mut Client, text: &str) -> Answer {
        let (writer, text, counter) = ("World".to_owned(), text.to_owned(), self.said.len() as u64 + 1);
        let mut sent = Sent { writer, counter, room: 1, key: self.dice.key(), text, tries: Vec::new(), deleting: Vec::new() };
        let fields = [("room", "1"), ("key", sent.key.as_str()), ("text", sent.text.as_str())];
        let answer = client.post("/api/messages/send", &fields).expect("an answer");
        sent.tries.push(outcome(Ok(answer.clone()), &mut self.wrong));
        self.said.push(sent);
        answer
    }

    /// Waits for everybody, ends the server in order, and judges.
    pub fn finish(mut self) -> Report {
        self.shared.stop.store(true, Ordering::Relaxed);
        let mut history = History { complaints: std::mem::take(&mut self.wrong), ..History::default() };
        for writer in self.writers.drain(..) {
            let (sent, wrong) = writer.join().expect("a writer");
            history.sent.extend(sent);
            history.complaints.extend(wrong);
        }
        let left = self.leaver.take().map(|leaver| leaver.join().expect("the leaver")).unwrap_or_default();
        history.sent.extend(left.sent);
        history.readers.extend(left.readers);
        history.complaints.extend(left.wrong);
        let last = self.last_words(&mut history.complaints);
        if let Some(Outcome::Ok { seq, .. }) = last.tries.last() {
            self.shared.until.store(*seq, Ordering::Relaxed);
        } else {
            self.shared.over.store(true, Ordering::Relaxed);
        }
        history.sent.push(last);
        history.sent.append(&mut self.said);
        for reader in self.readers.drain(..) {
            let (reader, wrong) = reader.join().expect("a reader");
            history.readers.push(reader);
            history.complaints.extend(wrong);
        }
        for cookie in &left.cookies {
            if lives(&mut Client::new(self.shared.address, cookie)) {
                history.complaints.push("I6: a session that had ended lives at the end".to_owned());
            }
        }
        let copied = self.server.setup.secluded.then(|| Stored::copied(&self.server.files()));
        self.server.terminate();
        history.stored = copied.unwrap_or_else(|| Stored::read(&self.server.setup.data));
        let found = check(&history);
        let kept = self.dir.take().filter(|_| !found.is_empty()).map(TempDir::keep);
        Report::new((self.name, self.seed, self.began.elapsed()), &history, found, kept)
    }

    /// One message more, after all others.
    fn last_words(&mut self, wrong: &mut Vec<String>) -> Sent {
        let (writer, text, key) = ("World".to_owned(), "the end".to_owned(), self.dice.of(300).key());
        let mut sent = Sent { writer, counter: 0, room: 1, key, text, tries: Vec::new(), deleting: Vec::new() };
        until_answered(&mut self.client(), &mut sent, u64::MAX, &self.shared, wrong);
        sent
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        self.shared.stop.store(true, Ordering::Relaxed);
    }
}

/// Enters; the session's cookie and the person, if it was answered.
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

/// Joins the rooms up to this one; General is everybody's.
fn join(address: SocketAddr, cookie: &str, rooms: u64) {
    for room in 2..=rooms {
        post(address, cookie, "/api/rooms/join", &[("room", &room.to_string())]);
    }
}
