//! What hub, carrier and slots share between threads is made of. In tests `sync/stepped.rs` stands here.

pub use futures_util::task::AtomicWaker;
pub use std::sync::{
    Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard,
    atomic::{AtomicBool, AtomicU8, AtomicU64},
};
