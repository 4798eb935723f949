//! Shared values in the browser: the document is the page, so they live until it goes, and a handle is a plain reference. The
//! arena of the signals would bring its machinery along for every type.

use leptos::prelude::*;
use std::{any::Any, marker::PhantomData, sync::Mutex};

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

/// The same for what cannot be sent to another thread, such as listeners. All types go through one value of the arena.
pub struct LocalShared<T> {
    value: StoredValue<Box<dyn Any>, LocalStorage>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for LocalShared<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for LocalShared<T> {}

impl<T: 'static> LocalShared<T> {
    pub fn new(value: T) -> Self {
        Self { value: StoredValue::new_local(Box::new(value)), of: PhantomData }
    }

    /// Runs `work` on the value; none when the page is gone.
    pub fn with<R>(self, work: impl FnOnce(&mut T) -> R) -> Option<R> {
        let (mut work, mut outcome) = (Some(work), None);
        reach_local(self.value, &mut |value| {
            if let (Some(value), Some(work)) = (value.downcast_mut(), work.take()) {
                outcome = Some(work(value));
            }
        });
        outcome
    }
}

fn reach_local(value: StoredValue<Box<dyn Any>, LocalStorage>, work: &mut dyn FnMut(&mut dyn Any)) {
    value.try_update_value(|value| work(&mut **value));
}
