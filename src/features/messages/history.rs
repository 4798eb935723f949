//! History: pages fetched into the timeline, above and below what is there.

use super::{api::MessagePage, model::Stretch};
use crate::{
    app::state::{AppState, put},
    client::call::call,
    model::{error::AppResult, ids::RoomId},
};
use leptos::task::spawn_local;

impl AppState {
    /// Fetches the page above what is shown, if there is one and none is on its way.
    pub fn load_older(&self, room: RoomId) {
        self.load(room, true);
    }

    /// Fetches the page below what is shown, where the window does not reach the newest message.
    pub(crate) fn load_newer(&self, room: RoomId) {
        self.load(room, false);
    }

    fn load(&self, room: RoomId, older: bool) {
        let due = self.room(room, |room| {
            let stretch = if older { room.timeline.older() } else { room.timeline.newer() };
            (stretch, room.view.loading_older, !std::mem::replace(&mut room.loading, true))
        });
        let Some((stretch, signal, idle)) = due else { return };
        if !idle {
            return;
        }
        let Some(stretch) = stretch else {
            self.room(room, |room| room.loading = false);
            return;
        };
        put(signal, older);
        let state = self.clone();
        spawn_local(async move {
            let fetched = state.fetch(room, stretch).await;
            state.room(room, |room| room.loading = false);
            put(signal, false);
            if fetched.is_ok() && state.shows(room) {
                state.draw_shown(false);
            }
        });
    }

    /// Fetches a stretch into the room's timeline; draws nothing. False where the page did not fit any more when it came.
    pub(crate) async fn fetch(&self, room: RoomId, stretch: Stretch) -> AppResult<bool> {
        let Some(ticket) = self.room_or_new(room, |room| room.timeline.ask(stretch)) else { return Ok(false) };
        let (side, id) = match stretch {
            Stretch::Newest => ("around", String::new()),
            Stretch::Before(id) => ("before", id.to_string()),
            Stretch::After(id) => ("after", id.to_string()),
            Stretch::Around(id) => ("around", id.to_string()),
        };
        match call::<MessagePage>(&[("room", &room.to_string()), (side, &id)]).await {
            Ok(page) => Ok(self.room(room, |room| room.timeline.land(ticket, page)) == Some(true)),
            Err(error) => {
                self.room(room, |room| room.timeline.fail(ticket));
                self.ends(&error);
                Err(error)
            }
        }
    }
}
