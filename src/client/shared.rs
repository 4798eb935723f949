//! Shared state behind handles that can be copied. All types go through one value of the reactive arena, since each type of its
//! own would bring its machinery into the browser's module again.

use leptos::prelude::*;
use std::{any::Any, marker::PhantomData};

/// A value that many handles share; it lives as long as the page. Never use it from inside of the closure that it is given to.
pub struct Shared<T> {
    value: StoredValue<Box<dyn Any + Send + Sync>>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Shared<T> {}

impl<T: Send + Sync + 'static> Shared<T> {
    pub fn new(value: T) -> Self {
        Self { value: StoredValue::new(Box::new(value)), of: PhantomData }
    }

    /// Runs `work` on the value; none when the page is gone.
    pub fn with<R>(self, work: impl FnOnce(&mut T) -> R) -> Option<R> {
        let (mut work, mut outcome) = (Some(work), None);
        reach(self.value, &mut |value| {
            if let (Some(value), Some(work)) = (value.downcast_mut(), work.take()) {
                outcome = Some(work(value));
            }
        });
        outcome
    }
}

fn reach(value: StoredValue<Box<dyn Any + Send + Sync>>, work: &mut dyn FnMut(&mut dyn Any)) {
    value.try_update_value(|value| work(&mut **value));
}

/// The same for what cannot leave the browser's thread, such as listeners.
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

/// Shared state whose readers are told of changes.
pub struct Tracked<T> {
    value: Shared<T>,
    version: RwSignal<u32>,
}

impl<T> Clone for Tracked<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Tracked<T> {}

impl<T: Send + Sync + 'static> Tracked<T> {
    pub fn new(value: T) -> Self {
        Self { value: Shared::new(value), version: RwSignal::new(0) }
    }

    /// Runs `work` on the value and tracks it; none when the page is gone.
    pub fn read<R>(self, work: impl FnOnce(&T) -> R) -> Option<R> {
        self.version.try_get()?;
        self.value.with(|value| work(value))
    }

    /// Runs `work` on the value without telling anybody.
    pub fn with<R>(self, work: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.value.with(work)
    }

    /// Tells every reader that the value has changed.
    pub fn changed(self) {
        self.version.try_update(|version| *version = version.wrapping_add(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_is_shared_until_its_owner_goes() {
        let owner = Owner::new();
        owner.set();
        let (shared, local) = (Shared::new(vec![1]), LocalShared::new(String::from("a")));
        let copy = shared;
        assert_eq!(copy.with(|list| list.push(2)), Some(()));
        assert_eq!(shared.with(|list| list.len()), Some(2));
        assert_eq!(local.with(|text| text.clone()), Some(String::from("a")));
        owner.cleanup();
        assert_eq!((shared.with(|list| list.len()), local.with(|text| text.len())), (None, None));
    }
}
