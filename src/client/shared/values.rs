//! Shared values on the server: a page is rendered and gone, and its values go with the owner of its signals.

use leptos::prelude::*;

/// A value that many handles share; it lives as long as the page. Never use it from inside of the closure that it is given to.
pub struct Shared<T>(StoredValue<T>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Shared<T> {}

impl<T: Send + Sync + 'static> Shared<T> {
    pub fn new(value: T) -> Self {
        Self(StoredValue::new(value))
    }

    /// Runs `work` on the value; none when the page is gone.
    pub fn with<R>(self, work: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.0.try_update_value(work)
    }
}

/// The same for what cannot leave the browser's thread, such as listeners.
pub struct LocalShared<T>(StoredValue<T, LocalStorage>);

impl<T> Clone for LocalShared<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for LocalShared<T> {}

impl<T: 'static> LocalShared<T> {
    pub fn new(value: T) -> Self {
        Self(StoredValue::new_local(value))
    }

    /// Runs `work` on the value; none when the page is gone.
    pub fn with<R>(self, work: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.0.try_update_value(work)
    }
}
