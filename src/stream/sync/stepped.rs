//! The types that ship, in tests: each wrapped, with a step before each operation at which `shuttle` may run another thread.
//! Outside of [`stepped`] a wrapper only calls what it wraps, so every test of the crate runs over the types that ship.

#[path = "../sync.rs"]
mod shipped;
mod tests;

pub use shipped::{MutexGuard, RwLockReadGuard, RwLockWriteGuard};
use std::{
    cell::Cell,
    fmt::{self, Debug},
    sync::{LockResult, TryLockError, TryLockResult, atomic::Ordering},
    task::Waker,
    time::Duration,
};

thread_local! {
    static STEPPED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` with steps: `shuttle` runs all its threads on this one.
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

/// Lets `shuttle` run another thread. `yield_now` would wake its own task and hide a wake-up that was lost.
fn step() {
    if STEPPED.get() && !std::thread::panicking() {
        shuttle::thread::sleep(Duration::ZERO);
    }
}

/// Takes a lock that others may hold across steps. Blocking here would block them all.
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
        pub struct $name(shipped::$name);

        #[allow(dead_code, reason = "no type needs all operations")]
        impl $name {
            pub fn new(value: $of) -> Self {
                Self(shipped::$name::new(value))
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

pub struct AtomicWaker(shipped::AtomicWaker);

impl AtomicWaker {
    pub fn new() -> Self {
        Self(shipped::AtomicWaker::new())
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
pub struct Mutex<T>(shipped::Mutex<T>);

impl<T> Mutex<T> {
    pub fn new(value: T) -> Self {
        Self(shipped::Mutex::new(value))
    }

    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        locked(|| self.0.lock(), || self.0.try_lock())
    }
}

#[derive(Debug)]
pub struct RwLock<T>(shipped::RwLock<T>);

impl<T> RwLock<T> {
    pub fn new(value: T) -> Self {
        Self(shipped::RwLock::new(value))
    }

    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        locked(|| self.0.read(), || self.0.try_read())
    }

    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        locked(|| self.0.write(), || self.0.try_write())
    }
}
