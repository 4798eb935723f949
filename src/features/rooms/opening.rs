//! Opening a room of one's own and giving it another name.

use super::{
    api::{CreateRoom, RenameRoom},
    model::{Member, Room},
};
use crate::{
    app::state::{AppState, Route},
    client::call::call,
    model::{error::AppResult, ids::RoomId},
};

impl AppState {
    /// Makes a room and goes there. The error is for the form.
    pub async fn create_room(&self, name: String) -> AppResult<()> {
        let room = self.told(call::<CreateRoom>(&[("name", &name)]).await)?;
        // Who opens a room is in it; the stream says the same with the number of that change.
        self.learn_member(&Member { seq: room.seq, room: room.id, user: self.me.id, joined: true });
        self.open(Route::Room(room.id));
        Ok(())
    }

    /// Gives a room another name. The error is for the form.
    pub async fn rename_room(&self, room: RoomId, name: String) -> AppResult<()> {
        self.told(call::<RenameRoom>(&[("room", &room.to_string()), ("name", &name)]).await)?;
        Ok(())
    }

    fn told(&self, answer: AppResult<Room>) -> AppResult<Room> {
        match &answer {
            Ok(room) => self.learn_rooms(std::slice::from_ref(room)),
            Err(error) => {
                self.ends(error);
            }
        }
        answer
    }
}
