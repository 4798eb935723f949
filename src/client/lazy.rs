//! Lazy: work whose code is in another module than the first, and is loaded when it is needed.
//!
//! `#[wasm_split(NAME, wasm_split_path = ::leptos::wasm_split, fallible)]` puts a function, and what only such functions reach,
//! into the module `NAME`. Its call waits for the module. On the server it is an ordinary function.

use crate::model::error::{AppError, AppResult, Code};
use leptos::wasm_split::SplitLoaderError;
pub use leptos::wasm_split::wasm_split;
use std::pin::Pin;

/// Work that a lazy function has begun: a lazy function cannot be `async` itself.
pub type Task<T> = Pin<Box<dyn Future<Output = AppResult<T>>>>;

/// Returns `work` as the outcome of a lazy function.
///
/// # Errors
/// None. A call of the lazy function fails with [`Code::Network`] when its module does not come; the next one tries again.
pub fn task<T>(work: impl Future<Output = AppResult<T>> + 'static) -> AppResult<Task<T>> {
    Ok(Box::pin(work))
}

impl From<SplitLoaderError> for AppError {
    fn from(_: SplitLoaderError) -> Self {
        Self::new(Code::Network)
    }
}
