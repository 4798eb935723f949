//! SQL of pins.

#[cfg(test)]
mod tests;

use super::model::{MAX_PINS, Pin, PinExcerpts, PinList, PinListItem, PinnedMessage};
use crate::{
    database::{self, Audience, Database, Read, Row, Write, params},
    features::{
        messages::{model::Facets, store as messages},
        rooms::store::{Action, require, require_member},
    },
    model::{
        error::{AppError, AppResult, Code},
        ids::{MAX_NUMBER, MessageId, RoomId, Seq, UserId},
        things::{Event, Kind, PageData},
    },
    request::hooks::PageRequest,
    stream::source::{Key, first_numbers},
};
use std::collections::HashMap;

/// Bytes of text after which `pins/list` answers no more messages: it is the reader's memory and ours.
const LIST_BYTES: usize = 128 * 1024;
/// Messages whose texts are read at once: few, since what is beyond the bytes is read for nothing.
const TEXTS_AT_ONCE: usize = 16;

const PINS: &str = "SELECT p.seq, p.message_id, p.room_id, p.is_on, p.user_id, p.at FROM pins p WHERE p.message_id IN (?*)";
const OF_ROOM: &str = "SELECT p.seq, p.message_id, p.room_id, p.is_on, p.user_id, p.at FROM pins p
    WHERE p.room_id = ?1 AND p.is_on = 1 AND p.seq < ?2 ORDER BY p.seq DESC LIMIT ?3";
const AMONG: &str = "SELECT p.seq, p.message_id, p.room_id, p.is_on, p.user_id, p.at FROM pins p
    WHERE p.room_id = ?1 AND p.is_on = 1 AND p.message_id BETWEEN ?2 AND ?3";
const COUNT: &str = "SELECT count(*) FROM pins WHERE room_id = ?1 AND is_on = 1";

/// A pin from the columns seq, message_id, room_id, is_on, user_id, at, in this order from the first.
fn pin_row(row: &Row<'_>) -> database::Result<Pin> {
    Ok(Pin { seq: row.get(0)?, message: row.get(1)?, room: row.get(2)?, on: row.get(3)?, by: row.get(4)?, at: row.get(5)? })
}

/// Reads the newest states of pins.
pub(super) fn read(read: &Read<'_>, keys: &[Key]) -> database::Result<Vec<Event>> {
    Ok(of_messages(read, &first_numbers(keys))?.into_iter().map(Event::Pin).collect())
}

fn of_messages(read: &Read<'_>, messages: &[u64]) -> database::Result<Vec<Pin>> {
    read.rows_in(PINS, messages, pin_row)
}

/// Adds the pins of messages to what stands beside them.
pub(super) fn facets(read: &Read<'_>, room: RoomId, messages: &[MessageId], facets: &mut Facets) -> database::Result<()> {
    let (Some(first), Some(last)) = (messages.first(), messages.last()) else { return Ok(()) };
    // A room has few pins, a page many messages.
    facets.pins = read.rows(AMONG, &params![room, first, last], pin_row)?;
    facets.pins.retain(|pin| messages.binary_search(&pin.message).is_ok());
    Ok(())
}

/// Adds the pinned messages of a room to its page.
pub(super) fn page(read: &Read<'_>, request: &PageRequest, data: &mut PageData) -> database::Result<()> {
    if let Some(room) = request.room {
        data.pinned = pinned(read, room)?;
    }
    Ok(())
}

/// Sets the pin of a message. The state that it has already changes nothing and tells nobody.
///
/// # Errors
/// `not_found` for a message that `user` does not see; `gone` for a tombstone; `archived`; `full` with [`MAX_PINS`] in the room.
pub async fn set(db: &Database, user: UserId, message: MessageId, on: bool) -> AppResult<Pin> {
    const SET: &str = "INSERT INTO pins (message_id, room_id, seq, is_on, user_id, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (message_id)
        DO UPDATE SET seq = excluded.seq, is_on = excluded.is_on, user_id = excluded.user_id, at = excluded.at";
    db.write(move |write| {
        let Some(found) = messages::message(write, message)? else { return Err(AppError::new(Code::NotFound)) };
        let standing = require(write, found.room, user, Action::Read)?;
        if found.deleted {
            return Err(AppError::new(Code::Gone));
        }
        standing.may(Action::Annotate)?;
        let before = of_messages(write, &[message.0])?.pop();
        // A message that was never pinned is not pinned as of its own change.
        let never = || Pin { seq: found.seq, message, room: found.room, on: false, by: user, at: found.at };
        let before = before.unwrap_or_else(never);
        if before.on == on {
            return Ok(before);
        }
        if on && write.row(COUNT, &params![found.room], |row| row.get::<usize>(0))?.unwrap_or(0) >= MAX_PINS {
            return Err(AppError::new(Code::Full));
        }
        let pin = Pin { seq: write.next_seq()?, on, by: user, at: write.now(), ..before };
        write.execute(SET, &params![message, pin.room, pin.seq, pin.on, pin.by, pin.at])?;
        write.publish(Event::Pin(pin.clone()), Audience::Room(pin.room))?;
        Ok(pin)
    })
    .await
}

/// Returns the pinned messages of a room, newest pin first: those `before` a pin's number, up to [`LIST_BYTES`] of text.
///
/// # Errors
/// `not_found` for a room that `user` is no member of.
pub async fn list(db: &Database, user: UserId, room: RoomId, before: Option<Seq>) -> AppResult<PinList> {
    db.read(move |read| {
        let head = read.head()?;
        require_member(read, room, user)?;
        let pins = of_room(read, room, before)?;
        let (mut items, mut bytes) = (Vec::new(), 0);
        for some in pins.chunks(TEXTS_AT_ONCE) {
            let found = messages::messages(read, &some.iter().map(|pin| pin.message.0).collect::<Vec<_>>())?;
            let mut found: HashMap<MessageId, _> = found.into_iter().map(|message| (message.id, message)).collect();
            for pin in some {
                if bytes >= LIST_BYTES {
                    let next = items.last().map(|item: &PinListItem| item.seq);
                    return Ok(PinList { items, next, head });
                }
                let Some(message) = found.remove(&pin.message) else { continue };
                bytes += message.text.len();
                items.push(PinListItem { seq: pin.seq, by: pin.by, at: pin.at, message });
            }
        }
        Ok(PinList { items, next: None, head })
    })
    .await
}

/// Returns all pinned messages of a room, newest pin first, each with its first words.
///
/// # Errors
/// `not_found` for a room that `user` is no member of.
pub async fn excerpts(db: &Database, user: UserId, room: RoomId) -> AppResult<PinExcerpts> {
    db.read(move |read| {
        let head = read.head()?;
        require_member(read, room, user)?;
        Ok(PinExcerpts { head, items: pinned(read, room)? })
    })
    .await
}

fn of_room(read: &Read<'_>, room: RoomId, before: Option<Seq>) -> database::Result<Vec<Pin>> {
    read.rows(OF_ROOM, &params![room, before.unwrap_or(Seq(MAX_NUMBER)), MAX_PINS], pin_row)
}

fn pinned(read: &Read<'_>, room: RoomId) -> database::Result<Vec<PinnedMessage>> {
    let pins = of_room(read, room, None)?;
    let ids: Vec<u64> = pins.iter().map(|pin| pin.message.0).collect();
    let mut found: HashMap<MessageId, _> = messages::beginnings(read, &ids)?.into_iter().map(|one| (one.id, one)).collect();
    let item = |pin: Pin| {
        let message = found.remove(&pin.message)?;
        Some(PinnedMessage::new(pin.seq, message.id, message.seq, message.author, &message.body))
    };
    Ok(pins.into_iter().filter_map(item).collect())
}

/// Forgets the pins of messages that have become tombstones. They take no number of their own.
///
/// # Errors
/// Those of the store.
pub(super) fn forget(write: &mut Write<'_>, messages: &[MessageId]) -> AppResult<()> {
    const FORGET: &str = "DELETE FROM pins WHERE message_id = ?1";
    for message in messages {
        write.execute(FORGET, &params![*message])?;
        write.withdraw(Kind::Pin, (message.0, 0))?;
    }
    Ok(())
}
