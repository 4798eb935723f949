//! Rill itself, release build, with ten thousand people who are members of General, and of twenty rooms by five hundred.

use super::Peer;
use crate::{
    common::{
        people::{enter, open_room},
        server::Server,
    },
    sys::{SIGKILL, signal, wait_dead},
    text::Tick,
};
use std::{
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
    thread,
};

/// Every stream has a person of its own.
pub const PEOPLE: usize = 10_000;
/// Posters are people of their own too.
pub const POSTERS: usize = 17;
/// The room everybody is in.
pub const GENERAL: &str = "1";
pub const ROOMS: usize = 20;
const WORKERS: usize = 16;

/// Rates and caps off; the log as quiet as the peers'.
const SETTINGS: [(&str, &str); 4] =
    [("RILL_STREAMS_PER_SESSION", "0"), ("RILL_STREAMS_PER_ADDRESS", "0"), ("RILL_MAX_CONNECTIONS", "0"), ("RILL_LOG", "warn")];

/// A data directory with the people in it, and how to speak as them. Each run gets a copy.
pub struct World {
    program: PathBuf,
    dir: PathBuf,
    cookies: Vec<String>,
    /// The twenty rooms, opened by the first poster. The first 500 readers are in the first one, and so on.
    pub rooms: Vec<String>,
}

impl World {
    /// Enters everybody over HTTP, as people would. The server that did it has ended.
    pub fn make(program: &Path, dir: &Path) -> io::Result<Self> {
        let server = Server::start_with(program, dir, &SETTINGS)?;
        let posters: Vec<String> = (0..POSTERS).map(|n| enter(&server, &format!("Poster {n}"))).collect::<io::Result<_>>()?;
        let rooms: Vec<String> =
            (0..ROOMS).map(|n| open_room(&server, &posters[0], &format!("room-{n}"))).collect::<io::Result<_>>()?;
        let each = PEOPLE.div_ceil(WORKERS);
        let some = |worker: usize| {
            let persons = worker * each..PEOPLE.min((worker + 1) * each);
            let cookies = persons.map(|n| {
                let cookie = enter(&server, &format!("Reader {n}"))?;
                let room = &rooms[n * ROOMS / PEOPLE];
                server.client(&cookie)?.post("/api/rooms/join", &format!("room={room}"))?.ok()?;
                Ok(cookie)
            });
            cookies.collect::<io::Result<Vec<String>>>()
        };
        let mut cookies = posters.clone();
        thread::scope(|scope| {
            let workers: Vec<_> = (0..WORKERS).map(|worker| scope.spawn(move || some(worker))).collect();
            workers.into_iter().try_for_each(|worker| {
                cookies.extend(worker.join().unwrap_or_else(|_| Err(io::Error::other("a worker panicked")))?);
                io::Result::Ok(())
            })
        })?;
        server.end()?;
        Ok(Self { program: program.to_owned(), dir: dir.to_owned(), cookies, rooms })
    }

    /// Starts a server on a copy; `room` is where posters post.
    pub fn start(&self, room: &str) -> io::Result<Rill<'_>> {
        let dir = self.dir.with_extension(format!("copy-{}", crate::text::now()));
        fs::create_dir_all(&dir)?;
        fs::copy(self.dir.join("rill.db"), dir.join("rill.db"))?;
        self.start_in(dir, room)
    }

    /// Starts a server where another one was.
    pub fn start_in(&self, dir: PathBuf, room: &str) -> io::Result<Rill<'_>> {
        let server = Server::start_with(&self.program, &dir, &SETTINGS)?;
        Ok(Rill { world: self, server, dir, room: room.to_owned() })
    }
}

pub struct Rill<'a> {
    world: &'a World,
    server: Server,
    /// Removed with the server.
    dir: PathBuf,
    room: String,
}

impl Rill<'_> {
    /// Ends the server as a crash would, and waits until nothing of it holds on to its directory, which is answered.
    pub fn crash(&self) -> io::Result<PathBuf> {
        let pid = self.server.pid();
        signal(pid, SIGKILL)?;
        wait_dead(pid)?;
        Ok(self.dir.clone())
    }
}

impl Drop for Rill<'_> {
    fn drop(&mut self) {
        self.server.kill();
        // Left behind, it is only in the way.
        let _ = fs::remove_dir_all(&self.dir);
        let _ = fs::remove_file(self.dir.with_extension("log"));
    }
}

impl Peer for Rill<'_> {
    fn address(&self) -> SocketAddr {
        self.server.address
    }

    fn pids(&self) -> Vec<u32> {
        vec![self.server.pid()]
    }

    fn subscribe(&self, place: usize, after: Option<u64>, request: &mut Vec<u8>) {
        let cookie = &self.world.cookies[POSTERS + place];
        let after = after.map(|id| format!("last-event-id: {id}\r\n")).unwrap_or_default();
        let address = self.address();
        let head =
            format!("GET /events HTTP/1.1\r\nhost: {address}\r\naccept: text/event-stream\r\ncookie: {cookie}\r\n{after}\r\n");
        request.extend_from_slice(head.as_bytes());
    }

    fn publish(&self, tick: Tick, request: &mut Vec<u8>) {
        let (address, cookie) = (self.address(), &self.world.cookies[tick.poster]);
        let key = (u128::from(tick.sent) << 64) | (tick.poster as u128) << 32 | tick.count as u128;
        let form = format!("room={}&key={key:032x}&text={}", self.room, tick.text().replace(' ', "+"));
        let length = form.len();
        let head = format!(
            "POST /api/messages/send HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}\r\naccept: application/json\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n"
        );
        request.extend_from_slice(head.as_bytes());
        request.extend_from_slice(form.as_bytes());
    }
}
