//! Lanes: who writes a new frame to the streams that wait. Each lane has its share of them, and is woken once for whatever has
//! been published since; waking thousands of tasks for one frame each costs more than the frame.

use super::{
    event::Audience,
    hub::Hub,
    slot::{Delivered, Slot},
    sync::{AtomicBool, AtomicU64, AtomicWaker, Mutex},
};
use crate::ids::Seq;
use std::{
    future::poll_fn,
    sync::{Arc, PoisonError, atomic::Ordering},
    task::Poll,
};
use tokio::time::Instant;

/// Deliveries after which others get their turn.
const TURN: usize = 64;

/// What was published for whom: the position of the first frame.
pub type Due = Vec<(Audience, u64)>;

/// What waits for one lane.
#[derive(Debug)]
pub struct Lane {
    due: Mutex<(Due, Seq)>,
    waker: AtomicWaker,
    /// Every stream of this lane that may see a frame up to here has been marked for it.
    settled: AtomicU64,
}

/// All lanes of a hub.
#[derive(Debug)]
pub struct Lanes {
    lanes: Vec<Lane>,
    /// Somebody runs them; until then whoever publishes wakes the streams.
    manned: AtomicBool,
}

impl Lanes {
    pub fn new(lanes: usize, head: Seq) -> Self {
        let lane = |_| Lane { due: Mutex::new((Vec::new(), head)), waker: AtomicWaker::new(), settled: AtomicU64::new(head.0) };
        Self { lanes: (0..lanes.max(1)).map(lane).collect(), manned: AtomicBool::new(false) }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.lanes.len()
    }

    fn of(&self, id: u64) -> &Lane {
        &self.lanes[self.lane(id)]
    }

    /// The lane of the stream numbered `id`.
    pub fn lane(&self, id: u64) -> usize {
        (id % self.lanes.len() as u64) as usize
    }

    /// Everything up to here has been marked for stream `id`. Ask before you look at its mark.
    pub fn settled(&self, id: u64) -> Seq {
        Seq(self.of(id).settled.load(Ordering::Acquire))
    }

    /// Hands on what was published up to `head`; false where nobody is there to take it.
    pub fn hand_on(&self, due: &Due, head: Seq) -> bool {
        if !self.manned.load(Ordering::Acquire) {
            return false;
        }
        for lane in &self.lanes {
            let mut waiting = lane.due.lock().unwrap_or_else(PoisonError::into_inner);
            for (audience, position) in due {
                // The first position stands for all after it, so this is never longer than there are rooms and people.
                if waiting.0.iter().all(|(other, _)| other != audience) {
                    waiting.0.push((*audience, *position));
                }
            }
            waiting.1 = head;
            drop(waiting);
            lane.waker.wake();
        }
        true
    }

    /// All of it has been marked by the publisher itself.
    pub fn settle(&self, head: Seq) {
        for lane in &self.lanes {
            lane.settled.store(head.0, Ordering::Release);
        }
    }

    /// From now on [`run`] is there for each lane.
    pub fn man(&self) {
        self.manned.store(true, Ordering::Release);
    }
}

/// Runs one lane of `hub`, for ever.
pub async fn run(hub: Arc<Hub>, number: usize) {
    let Some(lane) = hub.lanes().lanes.get(number) else { return };
    loop {
        let (due, head) = poll_fn(|cx| {
            lane.waker.register(cx.waker());
            let mut waiting = lane.due.lock().unwrap_or_else(PoisonError::into_inner);
            if waiting.0.is_empty() { Poll::Pending } else { Poll::Ready((std::mem::take(&mut waiting.0), waiting.1)) }
        })
        .await;
        let mut slots = hub.mark(number, &due);
        lane.settled.store(head.0, Ordering::Release);
        while !slots.is_empty() {
            slots = deliver(&hub, slots).await;
        }
    }
}

/// One chunk to each; answers those for whom there is more.
async fn deliver(hub: &Hub, slots: Vec<Arc<Slot>>) -> Vec<Arc<Slot>> {
    let mut more = Vec::new();
    let mut now = Instant::now();
    for (at, slot) in slots.into_iter().enumerate() {
        match slot.deliver(hub, now) {
            Delivered::All => {}
            Delivered::More => more.push(slot),
            Delivered::Not => slot.wake(),
        }
        if at % TURN == TURN - 1 {
            tokio::task::yield_now().await;
            now = Instant::now();
        }
    }
    more
}
