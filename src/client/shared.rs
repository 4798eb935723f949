//! Shared state behind handles that can be copied, and state whose readers are told of changes.

#[cfg(feature = "ssr")]
mod values;
#[cfg(not(feature = "ssr"))]
#[path = "shared/values_browser.rs"]
mod values;

use leptos::prelude::*;
pub use values::{LocalShared, Shared};

/// Shared state whose readers are told of changes.
pub struct Tracked<T: 'static> {
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
