//! The types that ship, by themselves and over real threads: exclusion, poisoning, no lost update, no lost wake.

use super::shipped::{AtomicBool, AtomicU8, AtomicU64, AtomicWaker, Mutex, RwLock};
use std::{
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, atomic::Ordering, mpsc::channel},
    task::Poll,
    thread,
    time::Duration,
};

const THREADS: usize = 4;
const ROUNDS: u64 = 20_000;
/// A wake that takes longer is lost.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Runs `work` on some threads at once.
fn together(work: impl Fn() + Sync) {
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(&work);
        }
    });
}

/// Adds one in two steps, which threads that are not kept apart would lose.
fn add(number: &mut u64) {
    let before = std::hint::black_box(*number);
    *number = before + 1;
}

#[test]
fn mutex_keeps_threads_apart() {
    let count = Mutex::new(0);
    together(|| (0..ROUNDS).for_each(|_| add(&mut count.lock().unwrap())));
    assert_eq!(*count.lock().unwrap(), THREADS as u64 * ROUNDS);
    let held = count.lock().unwrap();
    assert!(count.try_lock().is_err());
    drop(held);
}

#[test]
fn lock_reports_a_panic_of_its_holder() {
    let (mutex, lock) = (Mutex::new(1), RwLock::new(1));
    let panics = catch_unwind(AssertUnwindSafe(|| {
        let _held = (mutex.lock(), lock.write());
        panic!("while both are held");
    }));
    assert!(panics.is_err());
    assert_eq!(*mutex.lock().unwrap_err().into_inner(), 1);
    assert_eq!(*lock.read().unwrap_err().into_inner(), 1);
}

#[test]
fn rwlock_lets_readers_share_and_keeps_writers_apart() {
    let pair = RwLock::new((0, 0));
    together(|| {
        for _ in 0..ROUNDS / 10 {
            {
                let mut pair = pair.write().unwrap();
                add(&mut pair.0);
                add(&mut pair.1);
            }
            let pair = pair.read().unwrap();
            assert_eq!(pair.0, pair.1, "a reader sees no half of a write");
        }
    });
    let reader = pair.read().unwrap();
    assert!(pair.try_read().is_ok() && pair.try_write().is_err());
    assert_eq!(reader.0, THREADS as u64 * (ROUNDS / 10));
}

#[test]
fn atomics_lose_no_update() {
    let (mark, taken, least, most) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(u64::MAX), AtomicU8::new(0));
    together(|| {
        for round in 1..=ROUNDS {
            // A mark that is set by one is taken by one.
            if mark.compare_exchange(0, round, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
                taken.fetch_add(1, Ordering::Relaxed);
            }
            if mark.swap(0, Ordering::AcqRel) != 0 {
                taken.fetch_sub(1, Ordering::Relaxed);
            }
            least.fetch_min(ROUNDS - round, Ordering::AcqRel);
            most.fetch_max((round % 200) as u8, Ordering::AcqRel);
        }
    });
    assert_eq!((taken.load(Ordering::Relaxed), mark.load(Ordering::Relaxed)), (0, 0));
    assert_eq!((least.load(Ordering::Relaxed), most.load(Ordering::Relaxed)), (0, 199));
}

#[test]
fn waker_loses_no_wake() {
    let shared = Arc::new((AtomicBool::new(false), AtomicWaker::new()));
    let (done, all) = channel();
    let waiting = shared.clone();
    thread::spawn(move || {
        for _ in 0..ROUNDS / 10 {
            block_on(poll_fn(|cx| {
                waiting.1.register(cx.waker());
                if waiting.0.swap(false, Ordering::AcqRel) { Poll::Ready(()) } else { Poll::Pending }
            }));
            done.send(()).unwrap();
        }
    });
    for round in 0..ROUNDS / 10 {
        shared.0.store(true, Ordering::Release);
        shared.1.wake();
        assert!(all.recv_timeout(TIMEOUT).is_ok(), "the wake of round {round} is lost");
    }
}

fn block_on(future: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future);
}
