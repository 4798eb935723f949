//! What tests ask of favourite rooms in the browser.

use super::*;

impl Favourites {
    /// Returns everything that is known, by room.
    pub fn snapshot(self) -> Vec<Subscription> {
        self.known.with(|known| known.iter().map(|(_, subscription)| subscription.clone()).collect()).unwrap_or_default()
    }
}
