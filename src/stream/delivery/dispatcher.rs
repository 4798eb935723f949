//! The dispatcher writes to the parked streams. It is woken once for everything published since its last turn and writes to one
//! stream after the other: waking thousands of tasks for one frame each costs more than the frame.

use super::{
    parked::{Flushed, discard_input, flush_parked},
    poller::{self, Watch},
    socket::Driven,
    workers::Workers,
};
use crate::{
    database::Audience,
    model::ids::Seq,
    stream::{
        hub::{Hub, MatchedRoom},
        slot::Slot,
        sync::{AtomicBool, AtomicU64, AtomicWaker, Mutex, MutexGuard},
    },
};
use mio::Registry;
use std::{
    future::{Future, poll_fn},
    net::TcpStream,
    pin::Pin,
    sync::{Arc, OnceLock, PoisonError, atomic::Ordering},
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// Streams whose rights are checked under one lock; they are written to right after it.
pub(crate) const GROUP: usize = 32;
/// Groups written before the timer and the poller get their turn.
const TURN: usize = 2;
/// The shortest time between two searches for streams whose `ping` or end is due.
const ROUND: Duration = Duration::from_secs(1);
/// A round that took longer than this is followed by a pause.
const SHORT: Duration = Duration::from_millis(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_millis(10);
const NEVER: u64 = u64::MAX;

/// The audiences of what was published, each with the position of its first frame.
pub type PendingAudiences = Vec<(Audience, u64)>;

/// The work that waits for the dispatcher.
#[derive(Debug)]
struct Waiting {
    due: PendingAudiences,
    head: Seq,
    /// Streams to flush, whatever the reason.
    calls: Vec<Arc<Slot>>,
}

/// The dispatcher's inbox. [`run`] is its loop.
#[derive(Debug)]
pub struct Dispatcher {
    waiting: Mutex<Waiting>,
    waker: AtomicWaker,
    /// Every stream that may see a frame up to here has been marked for it.
    delivered_up_to: AtomicU64,
    /// When the next `ping` or end of a parked stream is due, in milliseconds since `began`.
    wakeup_at: AtomicU64,
    began: Instant,
    registry: OnceLock<Registry>,
    /// Whether [`run`] is at work; until then the publishing thread wakes the streams.
    runs: AtomicBool,
}

impl Dispatcher {
    pub fn new(head: Seq) -> Self {
        Self {
            waiting: Mutex::new(Waiting { due: Vec::new(), head, calls: Vec::new() }),
            waker: AtomicWaker::new(),
            delivered_up_to: AtomicU64::new(head.0),
            wakeup_at: AtomicU64::new(NEVER),
            began: Instant::now(),
            registry: OnceLock::new(),
            runs: AtomicBool::new(false),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the number up to which everything has been marked. Read it before a mark is read.
    pub fn delivered_up_to(&self) -> Seq {
        Seq(self.delivered_up_to.load(Ordering::Acquire))
    }

    /// Records that everything up to `head` has been marked.
    pub fn set_delivered_up_to(&self, head: Seq) {
        self.delivered_up_to.store(head.0, Ordering::Release);
    }

    /// Whether [`run`] is at work.
    pub fn waits(&self) -> bool {
        self.runs.load(Ordering::Acquire)
    }

    /// Takes over what was published up to `head`.
    pub fn hand_on(&self, due: PendingAudiences, head: Seq) {
        {
            let mut waiting = self.waiting();
            for (audience, position) in due {
                // The first position stands for all after it, so this is never longer than there are audiences.
                if waiting.due.iter().all(|(other, _)| *other != audience) {
                    waiting.due.push((audience, position));
                }
            }
            waiting.head = head;
        }
        self.waker.wake();
    }

    /// Has the dispatcher flush a stream if it is parked.
    pub(crate) fn call(&self, slot: Arc<Slot>) {
        // Without a running dispatcher no stream is parked.
        if self.waits() {
            self.waiting().calls.push(slot);
            self.waker.wake();
        }
    }

    /// Wakes the dispatcher at that time: some stream's `ping` or end is due then.
    pub(crate) fn wake_by(&self, at: Instant) {
        // Rounded up: a wake-up that comes too early finds nothing due.
        let at = at.saturating_duration_since(self.began).as_millis() as u64 + 1;
        if self.wakeup_at.fetch_min(at, Ordering::AcqRel) > at {
            self.waker.wake();
        }
    }

    /// Has the dispatcher notice input from the reader of stream `id`, or its end. If the poller refuses, a reader that has
    /// gone is noticed when it is written to.
    pub(crate) fn watch(&self, id: u64, socket: &TcpStream) {
        if let Some(registry) = self.registry.get()
            && let Err(error) = poller::add(registry, id, socket)
        {
            tracing::debug!(%error, "a reader is not watched");
        }
    }

    /// Records that [`run`] is at work from now on.
    pub fn begins(&self) {
        self.runs.store(true, Ordering::Release);
    }

    /// Records that [`run`] is at work no more.
    pub fn ends(&self) {
        self.runs.store(false, Ordering::Release);
    }

    /// Creates the dispatcher's poller; streams that are parked from now on are watched by it.
    ///
    /// # Errors
    /// The system gives none.
    pub fn poller(&self) -> std::io::Result<Watch> {
        let watch = Watch::new()?;
        let _ = self.registry.set(watch.registry()?);
        Ok(watch)
    }
}

/// The work of one turn.
#[derive(Default)]
struct Turn {
    due: PendingAudiences,
    /// None: nothing was published.
    head: Option<Seq>,
    calls: Vec<Arc<Slot>>,
    /// Streams whose readers have sent something, or gone.
    heard: Vec<u64>,
    /// Whether a `ping` or an end may be due.
    round: bool,
    /// Streams of the turn before that have more pending than goes at once.
    more: Vec<Arc<Slot>>,
}

impl Turn {
    fn poll(&mut self, dispatcher: &Dispatcher, timer: &mut Timer, watch: &mut Option<Watch>, cx: &mut Context<'_>) -> Poll<()> {
        dispatcher.waker.register(cx.waker());
        {
            let mut waiting = dispatcher.waiting();
            self.head = (!waiting.due.is_empty()).then_some(waiting.head);
            self.due = std::mem::take(&mut waiting.due);
            self.calls = std::mem::take(&mut waiting.calls);
        }
        if let Some(Poll::Ready(Err(error))) = watch.as_mut().map(|watch| watch.poll(cx, &mut self.heard)) {
            tracing::warn!(%error, "readers that go are noticed late from now on");
            *watch = None;
        }
        self.round = timer.poll(dispatcher.wakeup_at.load(Ordering::Acquire), dispatcher.began, cx);
        let some = self.round || self.head.is_some() || !(self.calls.is_empty() && self.heard.is_empty() && self.more.is_empty());
        if some { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// The one timer of all parked streams.
#[derive(Default)]
struct Timer(Option<Pin<Box<Sleep>>>);

impl Timer {
    /// Whether that time has come.
    fn poll(&mut self, wakeup_at: u64, began: Instant, cx: &mut Context<'_>) -> bool {
        if wakeup_at == NEVER {
            return false;
        }
        let at = began + Duration::from_millis(wakeup_at);
        let timer = self.0.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if timer.deadline() != at {
            timer.as_mut().reset(at);
        }
        timer.as_mut().poll(cx).is_ready()
    }
}

/// Runs the dispatcher, for ever. A stream that needs a task again is given to `up`; `workers` help when there are many;
/// `pause` is given the time a round took.
pub async fn run<R: Future<Output = ()>>(
    hub: Arc<Hub>,
    mut watch: Option<Watch>,
    workers: Workers,
    up: impl Fn(Driven) + Clone + Send + 'static,
    pause: impl Fn(Duration) -> R,
) {
    let dispatcher = hub.dispatcher();
    let (mut turn, mut timer) = (Turn::default(), Timer::default());
    loop {
        poll_fn(|cx| turn.poll(dispatcher, &mut timer, &mut watch, cx)).await;
        for id in turn.heard.drain(..) {
            // Dropped here, where no lock is held: it tells the hub that it has gone.
            drop(hub.slot(id).and_then(|slot| discard_input(&hub, &slot)));
        }
        let (more, mut calls) = (std::mem::take(&mut turn.more), std::mem::take(&mut turn.calls));
        once(&mut calls);
        write(&hub, &calls, MatchedRoom::default(), &mut turn.more, &up).await;
        write(&hub, &more, MatchedRoom::default(), &mut turn.more, &up).await;
        if turn.round {
            flush_due(&hub, &mut turn.more, &up).await;
        }
        if let Some(head) = turn.head {
            let began = Instant::now();
            let (slots, found) = hub.mark(&turn.due);
            dispatcher.set_delivered_up_to(head);
            match workers.share(&hub, slots, found, &up) {
                Ok(more) => turn.more.extend(more),
                Err(slots) => write(&hub, &slots, found, &mut turn.more, &up).await,
            }
            pause(began.elapsed()).await;
        }
        once(&mut turn.more);
        // There may always be something to do at once: timer and poller have their turn all the same.
        tokio::task::yield_now().await;
    }
}

/// Pauses twice as long as the work took, up to a bound. Where more is posted than can be written one by one, that leaves the
/// machine to the posts, and what is posted meanwhile goes out with the same writes; where less is posted, nothing is delayed.
pub async fn pause_after(worked: Duration) {
    if worked > SHORT {
        sleep((2 * worked).min(LONGEST_PAUSE)).await;
    }
}

/// Flushes the streams whose `ping` or end is due, and sets the time of the next search.
async fn flush_due(hub: &Hub, more: &mut Vec<Arc<Slot>>, up: &impl Fn(Driven)) {
    let dispatcher = hub.dispatcher();
    dispatcher.wakeup_at.store(NEVER, Ordering::Release);
    let now = Instant::now();
    let (slots, by) = hub.silent(now);
    write(hub, &slots, MatchedRoom::default(), more, up).await;
    if let Some(by) = by {
        dispatcher.wake_by(by.max(now + ROUND));
    }
}

/// Keeps each stream once: it is locked while it is flushed together with others.
pub(crate) fn once(slots: &mut Vec<Arc<Slot>>) {
    slots.sort_unstable_by_key(|slot| slot.id);
    slots.dedup_by_key(|slot| slot.id);
}

/// Writes one chunk to each of `slots`; streams with more pending are added to `more`.
async fn write(hub: &Hub, slots: &[Arc<Slot>], found: MatchedRoom, more: &mut Vec<Arc<Slot>>, up: &impl Fn(Driven)) {
    for (at, together) in slots.chunks(GROUP).enumerate() {
        if at % TURN == TURN - 1 {
            tokio::task::yield_now().await;
        }
        flush_group(hub, together, found, more, up);
    }
}

/// Writes one chunk to each stream of one group, under one lock.
pub(crate) fn flush_group(hub: &Hub, slots: &[Arc<Slot>], found: MatchedRoom, more: &mut Vec<Arc<Slot>>, up: &impl Fn(Driven)) {
    flush_parked(hub, slots, found, Instant::now(), |slot, flushed| match flushed {
        Flushed::Done => {}
        Flushed::More => more.push(slot.clone()),
        Flushed::Wakeup(driven) => up(*driven),
        Flushed::Awake => slot.wake(),
    });
}
