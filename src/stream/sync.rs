//! The locks, atomics and wakers that hub, dispatcher and slots share between threads. In tests `sync/stepped.rs` wraps them.

pub use futures_util::task::AtomicWaker;
pub use std::sync::{
    Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard,
    atomic::{AtomicBool, AtomicU8, AtomicU64},
};
