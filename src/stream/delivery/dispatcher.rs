//! The dispatcher writes to the parked streams. It is woken once for everything published since its last turn and writes to one
//! stream after the other: waking thousands of tasks for one frame each costs more than the frame.

use super::{
    inbox::{Inbox, PendingAudiences, once},
    parked::{Driven, GROUP, discard_input, flush_group},
    poller::Watch,
    workers::Workers,
};
use crate::{
    model::ids::Seq,
    stream::{
        hub::{Hub, MatchedRoom},
        slot::Slot,
    },
};
use std::{
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// Groups written before the timer and the poller get their turn.
const TURN: usize = 2;
/// The shortest time between two searches for streams whose `ping` or end is due.
const ROUND: Duration = Duration::from_secs(1);
/// A round that took longer than this is followed by a pause.
const SHORT: Duration = Duration::from_millis(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_millis(10);

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
    fn poll(&mut self, inbox: &Inbox, timer: &mut Timer, watch: &mut Option<Watch>, cx: &mut Context<'_>) -> Poll<()> {
        inbox.register(cx);
        let head;
        (self.due, head, self.calls) = inbox.take();
        self.head = (!self.due.is_empty()).then_some(head);
        if let Some(Poll::Ready(Err(error))) = watch.as_mut().map(|watch| watch.poll(cx, &mut self.heard)) {
            tracing::warn!(%error, "readers that go are noticed late from now on");
            *watch = None;
        }
        self.round = timer.poll(inbox.wakeup_at(), cx);
        let some = self.round || self.head.is_some() || !(self.calls.is_empty() && self.heard.is_empty() && self.more.is_empty());
        if some { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// The one timer of all parked streams.
#[derive(Default)]
struct Timer(Option<Pin<Box<Sleep>>>);

impl Timer {
    /// Whether that time has come.
    fn poll(&mut self, at: Option<Instant>, cx: &mut Context<'_>) -> bool {
        let Some(at) = at else { return false };
        let timer = self.0.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if timer.deadline() != at {
            timer.as_mut().reset(at);
        }
        timer.as_mut().poll(cx).is_ready()
    }
}

/// Runs the dispatcher, for ever, as [`run`] does. After a panic in it the hub makes good what may be lost, and it begins anew.
pub async fn supervise<R: Future<Output = ()>>(
    hub: Arc<Hub>,
    mut watch: Option<Watch>,
    workers: Workers,
    up: impl Fn(Box<Driven>) + Clone + Send + 'static,
    pause: impl Fn(Duration) -> R,
) {
    loop {
        {
            let mut work = pin!(run(hub.clone(), &mut watch, workers.clone(), up.clone(), &pause));
            // The work never ends by itself.
            poll_fn(|cx| {
                catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))).unwrap_or_else(|_| {
                    tracing::error!("the dispatcher panicked and begins anew; waiting streams are cut and resume");
                    Poll::Ready(())
                })
            })
            .await;
        }
        hub.recover();
        // A panic that comes again at once must not take a core.
        sleep(LONGEST_PAUSE).await;
    }
}

/// Runs the dispatcher, for ever. A stream that needs a task again is given to `up`; `workers` help when there are many;
/// `pause` is given the time a round took. A panic in a worker goes on here.
pub async fn run<R: Future<Output = ()>>(
    hub: Arc<Hub>,
    watch: &mut Option<Watch>,
    workers: Workers,
    up: impl Fn(Box<Driven>) + Clone + Send + 'static,
    pause: impl Fn(Duration) -> R,
) {
    let inbox = hub.inbox();
    let (mut turn, mut timer) = (Turn::default(), Timer::default());
    loop {
        poll_fn(|cx| turn.poll(inbox, &mut timer, watch, cx)).await;
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
            inbox.set_delivered_up_to(head);
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
async fn flush_due(hub: &Hub, more: &mut Vec<Arc<Slot>>, up: &impl Fn(Box<Driven>)) {
    let inbox = hub.inbox();
    inbox.clear_wakeup();
    let now = Instant::now();
    let (slots, by) = hub.silent(now);
    write(hub, &slots, MatchedRoom::default(), more, up).await;
    if let Some(by) = by {
        inbox.wake_by(by.max(now + ROUND));
    }
}

/// Writes one chunk to each of `slots`; streams with more pending are added to `more`.
async fn write(hub: &Hub, slots: &[Arc<Slot>], found: MatchedRoom, more: &mut Vec<Arc<Slot>>, up: &impl Fn(Box<Driven>)) {
    for (at, together) in slots.chunks(GROUP).enumerate() {
        if at % TURN == TURN - 1 {
            tokio::task::yield_now().await;
        }
        flush_group(hub, together, found, more, up);
    }
}
