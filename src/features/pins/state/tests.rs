//! What tests ask of pins in the browser.

use super::*;
use crate::features::pins::model::PinExcerpts;

impl Pins {
    /// Returns the pins that are known of a room, by message.
    pub fn known(self, room: RoomId) -> Vec<Pin> {
        self.facets.of_room(room)
    }

    /// Takes the list of `room` as an answer brings it.
    pub fn load_list(self, room: RoomId, answer: PinExcerpts) {
        self.change(|list| {
            if list.room() != Some(room) {
                list.show(Some(room));
            }
            let request = list.begin();
            list.complete(request, Some(answer))
        });
    }

    /// Returns the room whose list a browser would fetch now.
    pub fn list_to_fetch(self) -> Option<RoomId> {
        self.list.with(|list| list.due()).flatten().filter(|room| self.facets.is_loaded(*room))
    }
}
