//! Lazy: work whose code is in another module than the first, and is loaded when it is needed.
//!
//! `lazy! { NAME: fn …(…) -> AppResult<…> { … } }` puts a function, and what only such functions reach, into the module
//! `NAME`. Its call waits for the module. On the server, and in a browser's program that is not split, it is an ordinary
//! function.

#[cfg(split)]
mod split;
#[cfg(not(split))]
#[path = "lazy/whole.rs"]
mod split;

use crate::model::error::AppResult;
pub(crate) use split::lazy;
use std::pin::Pin;

/// Work that a lazy function has begun: a lazy function cannot be `async` itself.
pub type Task<T> = Pin<Box<dyn Future<Output = AppResult<T>>>>;

/// Returns `work` as the outcome of a lazy function.
///
/// # Errors
/// None. A call of the lazy function fails with `network` when its module does not come; the next one tries again.
pub fn task<T>(work: impl Future<Output = AppResult<T>> + 'static) -> AppResult<Task<T>> {
    Ok(Box::pin(work))
}
