//! Shared values in the browser: the document is the page, so they live until it goes, and a handle is a plain reference. The
//! arena of the signals would bring its machinery along for every type.

use send_wrapper::SendWrapper;
use std::{cell::RefCell, sync::Mutex};

/// A value that many handles share; it lives as long as the page. Never use it from inside of the closure that it is given to.
pub struct Shared<T: 'static>(&'static Mutex<T>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Shared<T> {}

impl<T: Send + 'static> Shared<T> {
    pub fn new(value: T) -> Self {
        Self(Box::leak(Box::new(Mutex::new(value))))
    }

    /// Runs `work` on the value; none when that is under way already.
    pub fn with<R>(self, work: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.0.try_lock().ok().map(|mut value| work(&mut value))
    }
}

/// The same for what cannot be sent to another thread, such as listeners.
pub struct LocalShared<T: 'static>(&'static SendWrapper<RefCell<T>>);

impl<T> Clone for LocalShared<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for LocalShared<T> {}

impl<T> LocalShared<T> {
    pub fn new(value: T) -> Self {
        Self(Box::leak(Box::new(SendWrapper::new(RefCell::new(value)))))
    }

    /// Runs `work` on the value; none when that is under way already.
    pub fn with<R>(self, work: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.0.try_borrow_mut().ok().map(|mut value| work(&mut value))
    }
}
