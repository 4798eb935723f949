//! How a room is read from its row, and how a new one is stored.

use crate::{
    database::{self, Audience, Error, Read, Row, Write, params},
    features::rooms::model::{Room, RoomKind},
    model::{
        error::AppResult,
        ids::{GENERAL, List, RoomId, UserId},
        things::Event,
    },
};

/// A statement about rooms with every column, and then the rest.
macro_rules! select_rooms {
    ($($rest:literal),+) => {
        concat!(
            "SELECT r.seq, r.id, r.name, r.creator_id, r.last, r.last_n, r.kind, r.topic, r.posting, r.is_default, r.archived,
                r.people
             FROM rooms r ",
            $($rest),+
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
        people: people_from(row, at + 11)?,
    })
}

/// The people of a direct room, as [`people_key`] writes them.
fn people_from(row: &Row<'_>, at: usize) -> database::Result<Vec<UserId>> {
    let Some(text) = row.text(at)? else { return Ok(Vec::new()) };
    let people: Result<List<UserId>, _> = text.parse();
    people.map(|List(people)| people).map_err(|_| Error::other(format!("the people of a direct room are '{text}'")))
}

/// The column by which a direct room is found: the ids of its people, ascending, with commas between.
pub(super) fn people_key(people: &[UserId]) -> String {
    let ids: Vec<String> = people.iter().map(ToString::to_string).collect();
    ids.join(",")
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

/// Stores and publishes a new room, with the next id and number.
pub(super) fn insert(write: &mut Write<'_>, room: Room) -> AppResult<Room> {
    const NEXT_ID: &str = "SELECT coalesce(max(id), 0) + 1 FROM rooms";
    const INSERT: &str = "INSERT INTO rooms (id, seq, name, creator_id, kind, topic, people) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let seq = write.next_seq()?;
    let id = write.row(NEXT_ID, &[], |row| row.get(0))?.unwrap_or(GENERAL);
    let room = Room { seq, id, ..room };
    let people = (room.kind == RoomKind::Direct).then(|| people_key(&room.people));
    write.execute(INSERT, &params![id, seq, room.name, room.creator, room.kind, room.topic, people])?;
    write.publish(Event::Room(room.clone()), audience(&room))?;
    Ok(room)
}

/// Returns the audience of a room's changes.
pub(super) fn audience(room: &Room) -> Audience {
    match room.kind {
        RoomKind::Open => Audience::OpenRoom(room.id),
        RoomKind::Private | RoomKind::Direct => Audience::Room(room.id),
    }
}
