//! How a room is read from its row.

use crate::{
    database::{self, Read, Row, params},
    features::rooms::model::Room,
    model::ids::RoomId,
};

/// A statement about rooms with every column, and then `$rest`.
macro_rules! select_rooms {
    ($rest:literal) => {
        concat!(
            "SELECT r.seq, r.id, r.name, r.creator_id, r.last, r.last_n, r.kind, r.topic, r.posting, r.is_default, r.archived
             FROM rooms r ",
            $rest
        )
    };
}
pub(super) use select_rooms;

/// A room from the columns of `select_rooms`, the first of which is column `at`.
pub(super) fn room_from(row: &Row<'_>, at: usize) -> database::Result<Room> {
    Ok(Room {
        seq: row.get(at)?,
        id: row.get(at + 1)?,
        name: row.get(at + 2)?,
        creator: row.get(at + 3)?,
        last: row.get(at + 4)?,
        last_n: row.get(at + 5)?,
        kind: row.get(at + 6)?,
        topic: row.get(at + 7)?,
        posting: row.get(at + 8)?,
        default: row.get(at + 9)?,
        archived: row.get(at + 10)?,
    })
}

pub(super) fn room_row(row: &Row<'_>) -> database::Result<Room> {
    room_from(row, 0)
}

pub(crate) fn room(read: &Read<'_>, id: RoomId) -> database::Result<Option<Room>> {
    const ROOM: &str = select_rooms!("WHERE r.id = ?1");
    read.row(ROOM, &params![id], room_row)
}

/// Reads rooms by their ids, in order; one that is not there is left out.
pub(crate) fn by_ids(read: &Read<'_>, ids: &[u64]) -> database::Result<Vec<Room>> {
    const BY_IDS: &str = select_rooms!("WHERE r.id IN (?*)");
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut rooms = read.rows_in(BY_IDS, ids, room_row)?;
    rooms.sort_by_key(|room| room.id);
    Ok(rooms)
}
