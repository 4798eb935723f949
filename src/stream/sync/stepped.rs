//! `sync.rs` in tests: the same types, and before each operation a step at which `shuttle` may let another thread go on. Outside
//! of [`stepped`] they are what they wrap.

use std::{
    cell::Cell,
    fmt::{self, Debug},
    sync::{
        self, LockResult, TryLockError, TryLockResult,
        atomic::{self, Ordering},
    },
    task::Waker,
    time::Duration,
};
pub use sync::{MutexGuard, RwLockReadGuard, RwLockWriteGuard};

thread_local! {
    static STEPPED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`, which lets `shuttle` take the steps: all its threads are this one.
pub fn stepped(work: impl FnOnce()) {
    struct Off;
    impl Drop for Off {
        fn drop(&mut self) {
            STEPPED.set(false);
        }
    }
    STEPPED.set(true);
    let _off = Off;
    work();
}

/// Here another thread may go on. Not `yield_now`: that wakes its own task, and hides a wake-up that was lost.
fn step() {
    if STEPPED.get() && !std::thread::panicking() {
        shuttle::thread::sleep(Duration::ZERO);
    }
}

/// Takes a lock that others may hold across steps; blocking here would block them all.
fn locked<G>(lock: impl Fn() -> LockResult<G>, try_lock: impl Fn() -> TryLockResult<G>) -> LockResult<G> {
    step();
    while STEPPED.get() {
        match try_lock() {
            Ok(guard) => return Ok(guard),
            Err(TryLockError::Poisoned(poisoned)) => return Err(poisoned),
            Err(TryLockError::WouldBlock) => step(),
        }
    }
    lock()
}

macro_rules! atomic {
    ($name:ident, $of:ty) => {
        #[derive(Debug)]
        pub struct $name(atomic::$name);

        #[allow(dead_code, reason = "not each of them needs everything")]
        impl $name {
            pub fn new(value: $of) -> Self {
                Self(atomic::$name::new(value))
            }

            pub fn load(&self, order: Ordering) -> $of {
                step();
                self.0.load(order)
            }

            pub fn store(&self, value: $of, order: Ordering) {
                step();
                self.0.store(value, order);
            }

            pub fn swap(&self, value: $of, order: Ordering) -> $of {
                step();
                self.0.swap(value, order)
            }

            pub fn compare_exchange(&self, old: $of, new: $of, done: Ordering, not: Ordering) -> Result<$of, $of> {
                step();
                self.0.compare_exchange(old, new, done, not)
            }
        }
    };
}

atomic!(AtomicBool, bool);
atomic!(AtomicU8, u8);
atomic!(AtomicU64, u64);

impl AtomicU8 {
    pub fn fetch_max(&self, value: u8, order: Ordering) -> u8 {
        step();
        self.0.fetch_max(value, order)
    }
}

impl AtomicU64 {
    pub fn fetch_min(&self, value: u64, order: Ordering) -> u64 {
        step();
        self.0.fetch_min(value, order)
    }
}

pub struct AtomicWaker(futures_util::task::AtomicWaker);

impl AtomicWaker {
    pub fn new() -> Self {
        Self(futures_util::task::AtomicWaker::new())
    }

    pub fn register(&self, waker: &Waker) {
        step();
        self.0.register(waker);
    }

    pub fn wake(&self) {
        step();
        self.0.wake();
    }
}

impl Debug for AtomicWaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[derive(Debug)]
pub struct Mutex<T>(sync::Mutex<T>);

impl<T> Mutex<T> {
    pub fn new(value: T) -> Self {
        Self(sync::Mutex::new(value))
    }

    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        locked(|| self.0.lock(), || self.0.try_lock())
    }
}

#[derive(Debug)]
pub struct RwLock<T>(sync::RwLock<T>);

impl<T> RwLock<T> {
    pub fn new(value: T) -> Self {
        Self(sync::RwLock::new(value))
    }

    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        locked(|| self.0.read(), || self.0.try_read())
    }

    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        locked(|| self.0.write(), || self.0.try_write())
    }
}
