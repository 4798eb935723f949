//! Connections: how many may be open, in all and from one address, and which one is closed when there are too many.

use crate::request::address::{counted, is_within};
use ipnet::IpNet;
use rustc_hash::FxHashMap;
use std::{
    collections::{HashMap, hash_map},
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
};
use tokio::sync::Notify;

/// Connections that have been told to close and have not closed yet, at most.
const CLOSING: u32 = 32;
/// So many at once, open or at work, are a crowd.
const CROWD: u32 = 100;
/// Streams never take the last connections, so that those who read can also write: an eighth is kept for requests, and no more
/// than this.
const FOR_REQUESTS: u32 = 256;
/// The connection is at work on a request, or is a stream.
const BUSY: u64 = u64::MAX;

/// The open connections.
#[derive(Debug)]
pub struct Connections {
    /// 0 is no cap, here and in `per_address`.
    most: u32,
    per_address: u32,
    /// Many people share the connections of these: the cap of one address does not concern them.
    proxies: Vec<IpNet>,
    /// Counts what happens, so that of two silent connections the one is known that has been silent longer.
    turn: AtomicU64,
    leaving: AtomicU32,
    /// Connections at work, and the most of them since the last calm.
    busy: AtomicU32,
    most_busy: AtomicU32,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    count: u32,
    /// The most since the last calm.
    peak: u32,
    by_address: HashMap<IpAddr, Here>,
}

/// The open connections of one address.
#[derive(Debug, Default)]
struct Here {
    count: u32,
    /// Those that are no streams, by their number. A stream is at work until it ends: it is never closed for another.
    entries: FxHashMap<u64, Arc<Entry>>,
}

/// One open connection as the others see it.
#[derive(Debug)]
struct Entry {
    /// The turn at which it was opened.
    id: u64,
    /// The turn at which it fell silent, or [`BUSY`].
    silent_since: AtomicU64,
    /// It has asked for something before.
    spoken: AtomicBool,
    leaving: AtomicBool,
    leave: Notify,
}

/// What a connection holds while it is open. Dropping it makes room for another.
#[derive(Debug)]
pub struct Permit {
    connections: Arc<Connections>,
    address: IpAddr,
    entry: Arc<Entry>,
}

/// The place of a connection, as the request for a stream sees it.
#[derive(Debug, Clone)]
pub struct StreamPlace {
    connections: Arc<Connections>,
    entry: Arc<Entry>,
}

/// What a connection that has become a stream holds: it is counted, as open and at work.
#[derive(Debug)]
pub struct StreamPermit {
    connections: Arc<Connections>,
    address: IpAddr,
    /// It was told to close just before it asked: another has come in its place, so it stays among those that have not closed.
    leaving: bool,
}

impl Connections {
    /// `most` connections in all, and so many from one address but for `proxies`; 0 is no cap.
    pub fn new(most: u32, per_address: u32, proxies: Vec<IpNet>) -> Arc<Self> {
        Arc::new(Self {
            most,
            per_address,
            proxies,
            turn: AtomicU64::new(0),
            leaving: AtomicU32::new(0),
            busy: AtomicU32::new(0),
            most_busy: AtomicU32::new(0),
            open: Mutex::default(),
        })
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether connections have been told to close and have not closed yet.
    pub fn is_closing(&self) -> bool {
        self.leaving.load(Ordering::Relaxed) > 0
    }

    /// Returns true once after a crowd was here, or at work, and more than half of it has gone or is done: memory may be given
    /// back.
    pub fn has_calmed(&self) -> bool {
        let is_calm = |now: u32, peak: u32| peak >= CROWD && now < peak / 2;
        let (busy, most_busy) = (self.busy.load(Ordering::Relaxed), self.most_busy.load(Ordering::Relaxed));
        let mut open = self.open();
        let calm = is_calm(busy, most_busy) || is_calm(open.count, open.peak);
        if calm {
            self.most_busy.store(busy, Ordering::Relaxed);
            open.peak = open.count;
        }
        calm
    }

    fn next_turn(&self) -> u64 {
        self.turn.fetch_add(1, Ordering::Relaxed)
    }

    /// Admits a new connection from `address`. Where there are too many, the one that has been silent longest is closed for it:
    /// of the same address where that has too many, else of all. None where all of them are at work.
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Option<Permit> {
        let (address, is_proxy) = (counted(address), is_within(address, &self.proxies));
        let mut open = self.open();
        let here = open.by_address.get(&address).filter(|_| self.per_address > 0 && !is_proxy);
        match here.filter(|here| here.count >= self.per_address) {
            Some(here) => self.make_room(here.entries.values())?,
            // Those that are closing make room already.
            None if self.most > 0 && open.count - self.leaving.load(Ordering::Relaxed).min(open.count) >= self.most => {
                self.make_room(open.by_address.values().flat_map(|here| here.entries.values()))?;
            }
            None => {}
        }
        let id = self.next_turn();
        let (spoken, leaving) = (AtomicBool::new(false), AtomicBool::new(false));
        let entry = Arc::new(Entry { id, silent_since: AtomicU64::new(id), spoken, leaving, leave: Notify::new() });
        open.come(address).entries.insert(id, entry.clone());
        open.peak = open.peak.max(open.count);
        Some(Permit { connections: self.clone(), address, entry })
    }

    /// Closes the connection that says nothing: one that never has, before one that waits between requests.
    fn make_room<'a>(&self, entries: impl Iterator<Item = &'a Arc<Entry>>) -> Option<()> {
        if self.leaving.load(Ordering::Relaxed) >= CLOSING {
            return None;
        }
        let silent = entries.filter(|entry| !entry.leaving.load(Ordering::Relaxed)).filter_map(|entry| {
            let since = entry.silent_since.load(Ordering::Relaxed);
            (since != BUSY).then(|| ((entry.spoken.load(Ordering::Relaxed), since), entry))
        });
        let (_, entry) = silent.min_by_key(|(order, _)| *order)?;
        entry.leaving.store(true, Ordering::Relaxed);
        self.leaving.fetch_add(1, Ordering::Relaxed);
        entry.leave.notify_one();
        Some(())
    }
}

impl Open {
    fn come(&mut self, address: IpAddr) -> &mut Here {
        self.count += 1;
        let here = self.by_address.entry(address).or_default();
        here.count += 1;
        here
    }

    /// One connection less from there; `id` where it was no stream.
    fn go(&mut self, address: IpAddr, id: Option<u64>) {
        self.count -= 1;
        if let hash_map::Entry::Occupied(mut here) = self.by_address.entry(address) {
            here.get_mut().count -= 1;
            id.map(|id| here.get_mut().entries.remove(&id));
            if here.get().count == 0 {
                here.remove();
            }
        }
    }
}

impl Permit {
    /// The connection is a stream from now on.
    pub fn into_stream(self) -> StreamPermit {
        // At work, it is told to close by nobody any more.
        self.begins();
        self.connections.busy.fetch_add(1, Ordering::Relaxed);
        let mut open = self.connections.open();
        open.come(self.address);
        let leaving = self.entry.leaving.swap(false, Ordering::Relaxed);
        drop(open);
        StreamPermit { connections: self.connections.clone(), address: self.address, leaving }
    }

    /// Lets a request ask whether its connection may become a stream.
    pub fn stream_place(&self) -> StreamPlace {
        StreamPlace { connections: self.connections.clone(), entry: self.entry.clone() }
    }

    /// The connection has begun to ask for something.
    pub fn begins(&self) {
        if self.entry.silent_since.swap(BUSY, Ordering::Relaxed) != BUSY {
            let busy = self.connections.busy.fetch_add(1, Ordering::Relaxed) + 1;
            self.connections.most_busy.fetch_max(busy, Ordering::Relaxed);
        }
        self.entry.spoken.store(true, Ordering::Relaxed);
    }

    /// The answer is made: until the next request the connection is silent.
    pub fn is_answered(&self) {
        if self.entry.silent_since.swap(self.connections.next_turn(), Ordering::Relaxed) == BUSY {
            self.connections.busy.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Whether it has asked for something.
    pub fn has_spoken(&self) -> bool {
        self.entry.spoken.load(Ordering::Relaxed)
    }

    /// Done once the place has been given away.
    pub async fn is_given_away(&self) {
        self.entry.leave.notified().await;
    }
}

impl StreamPlace {
    /// Whether the connection may become a stream: the connections at work, itself included, leave some to requests.
    pub fn is_free(&self) -> bool {
        let Connections { most, busy, .. } = &*self.connections;
        let kept = most.div_ceil(8).min(FOR_REQUESTS).min(most.saturating_sub(1));
        *most == 0 || busy.load(Ordering::Relaxed) <= *most - kept
    }

    /// The connection closes once its answer is written: no other has to close for the next one.
    pub fn closes(&self) {
        let closing = &self.connections.leaving;
        if closing.load(Ordering::Relaxed) < CLOSING && !self.entry.leaving.swap(true, Ordering::Relaxed) {
            closing.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if self.entry.silent_since.load(Ordering::Relaxed) == BUSY {
            self.connections.busy.fetch_sub(1, Ordering::Relaxed);
        }
        self.connections.open().go(self.address, Some(self.entry.id));
        if self.entry.leaving.load(Ordering::Relaxed) {
            self.connections.leaving.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Drop for StreamPermit {
    fn drop(&mut self) {
        self.connections.busy.fetch_sub(1, Ordering::Relaxed);
        self.connections.open().go(self.address, None);
        if self.leaving {
            self.connections.leaving.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(last: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, last])
    }

    fn is_leaving(place: &Permit) -> bool {
        place.entry.leaving.load(Ordering::Relaxed)
    }

    #[test]
    fn the_longest_silent_of_an_address_gives_its_place_away() {
        let connections = Connections::new(0, 2, vec!["10.0.0.9/32".parse().unwrap()]);
        let (first, second) = (connections.take(ip(1)).unwrap(), connections.take(ip(1)).unwrap());
        first.begins();
        first.is_answered();
        let third = connections.take(ip(1)).expect("a place of who has never asked");
        assert!(is_leaving(&second) && !is_leaving(&first));
        drop(second);
        third.begins();
        let fourth = connections.take(ip(1)).expect("a place of who waits between requests");
        assert!(is_leaving(&first) && !is_leaving(&third));
        fourth.begins();
        drop(first);
        assert!(connections.take(ip(1)).is_none(), "nobody who is at work is sent away");
        assert!(connections.take(ip(2)).is_some() && (0..3).all(|_| connections.take(ip(9)).is_some()));
        drop((third, fourth));
        let open = connections.open();
        assert_eq!((open.count, open.by_address.len()), (0, 0));
    }

    #[test]
    fn a_stream_is_counted_and_keeps_its_place() {
        let connections = Connections::new(0, 2, Vec::new());
        let first = connections.take(ip(1)).unwrap();
        first.begins();
        let stream = first.into_stream();
        let second = connections.take(ip(1)).unwrap();
        assert!(connections.take(ip(1)).is_some() && is_leaving(&second), "not the stream, but who has never asked");
        second.begins();
        assert!(connections.take(ip(1)).is_none());
        drop(second);
        assert_eq!((connections.busy.load(Ordering::Relaxed), connections.open().count), (1, 1));
        assert!(connections.open().by_address.values().all(|here| here.entries.is_empty()), "nothing more is kept of it");
        drop(stream);
        assert_eq!((connections.busy.load(Ordering::Relaxed), connections.open().by_address.len()), (0, 0));
    }

    #[test]
    fn streams_leave_connections_to_requests() {
        let connections = Connections::new(16, 0, Vec::new());
        let mut streams = Vec::new();
        for n in 0..14 {
            let permit = connections.take(ip(n)).unwrap();
            permit.begins();
            assert!(permit.stream_place().is_free(), "{n} streams");
            streams.push(permit.into_stream());
        }
        let waiting = connections.take(ip(20)).unwrap();
        waiting.begins();
        waiting.is_answered();
        let refused = connections.take(ip(21)).unwrap();
        refused.begins();
        assert!(!refused.stream_place().is_free());
        refused.stream_place().closes();
        refused.is_answered();
        let next = connections.take(ip(22)).expect("the place of the one that closes");
        assert!(!is_leaving(&waiting), "who waits between requests stays");
        drop((refused, next, waiting, streams));
        assert_eq!((connections.leaving.load(Ordering::Relaxed), connections.open().count), (0, 0));
        let only = Connections::new(1, 0, Vec::new()).take(ip(1)).unwrap();
        only.begins();
        assert!(only.stream_place().is_free(), "a single connection may be a stream");
    }

    #[test]
    fn a_stream_that_was_told_to_close_counts_among_those_that_have_not() {
        let connections = Connections::new(1, 0, Vec::new());
        let mut streams = Vec::new();
        for _ in 0..CLOSING {
            // Each gives its place away and asks before it hears of that.
            let first = connections.take(ip(1)).unwrap();
            let Some(second) = connections.take(ip(2)) else { panic!("{} streams", streams.len()) };
            streams.push(first.into_stream());
            streams.push(second.into_stream());
            if connections.take(ip(3)).is_none() {
                break;
            }
        }
        assert!(connections.take(ip(3)).is_none(), "there is a bound");
        assert!(connections.open().count <= 1 + CLOSING + 1);
        drop(streams);
        assert_eq!((connections.leaving.load(Ordering::Relaxed), connections.open().count), (0, 0));
    }

    #[test]
    fn in_all_there_are_no_more_than_the_cap_and_few_that_still_go() {
        let connections = Connections::new(40, 0, Vec::new());
        let all: Vec<Permit> = (0..40 + CLOSING).map(|n| connections.take(ip(n as u8)).expect("a place")).collect();
        assert!(connections.take(ip(0)).is_none(), "those sent away have to go first");
        assert_eq!(all.iter().filter(|place| is_leaving(place)).count(), CLOSING as usize);
        drop(all);
        assert_eq!(connections.leaving.load(Ordering::Relaxed), 0);
        assert!(connections.take(ip(0)).is_some());
    }

    #[test]
    fn a_crowd_that_goes_or_is_done_is_told_once() {
        let connections = Connections::new(0, 0, Vec::new());
        let crowd: Vec<Permit> = (0..2 * CROWD).map(|n| connections.take(ip(n as u8)).unwrap()).collect();
        assert!(!connections.has_calmed());
        crowd.iter().for_each(Permit::begins);
        crowd.iter().for_each(Permit::begins);
        assert!(!connections.has_calmed());
        crowd.iter().for_each(Permit::is_answered);
        assert_eq!([connections.has_calmed(), connections.has_calmed()], [true, false], "done");
        crowd[0].begins();
        drop(crowd);
        assert_eq!([connections.has_calmed(), connections.has_calmed()], [true, false], "gone");
        assert_eq!((connections.busy.load(Ordering::Relaxed), connections.open().count), (0, 0));
        let few: Vec<Permit> = (0..CROWD / 2).map(|n| connections.take(ip(n as u8)).unwrap()).collect();
        drop(few);
        assert!(!connections.has_calmed(), "a few are no crowd");
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let connections = Connections::new(0, 1, Vec::new());
        let first = connections.take("2001:db8::1".parse().unwrap()).unwrap();
        first.begins();
        assert!(connections.take("2001:db8::2".parse().unwrap()).is_none());
    }
}
