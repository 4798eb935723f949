//! SQL of unread mentions: which messages name a person, or everybody in a room. They are looked up, never counted along.

use super::super::model::MAX_MENTIONS;
use crate::{
    database::{self, Read, Row, Write, params},
    features::messages::model::Message,
    model::{
        error::AppResult,
        ids::{MessageId, RoomId, UserId},
    },
    stream::source::Key,
};

/// Stands for everybody in the room.
const ALL: UserId = UserId(0);

/// A message that names somebody, and their subscription's room and person.
pub(super) type Unread = ((RoomId, UserId), (MessageId, u64));

/// A statement about subscriptions and what names their people above the marks: a row without a message where there is nothing.
/// From the subscriptions on, along the key of mentions: a left join lets no engine begin with all that names somebody.
macro_rules! select_unread {
    ($rest:literal) => {
        concat!(
            "SELECT s.room_id, s.user_id, a.message_id, a.n FROM subscriptions s
             LEFT JOIN mentions a ON a.room_id = s.room_id AND a.user_id IN (s.user_id, 0) AND a.n > s.read_n
                AND a.author_id <> s.user_id ",
            $rest
        )
    };
}

pub(super) const OF_USER: &str = select_unread!("WHERE s.user_id = ?1");

fn unread_row(row: &Row<'_>) -> database::Result<Option<Unread>> {
    let key = (row.get(0)?, row.get(1)?);
    let message: Option<MessageId> = row.get(2)?;
    message.map(|message| Ok((key, (message, row.get(3)?)))).transpose()
}

/// Notes whom a message names.
pub(super) fn note(write: &Write<'_>, message: &Message) -> database::Result<()> {
    const NOTE: &str = "INSERT INTO mentions (user_id, room_id, n, message_id, author_id) VALUES (?1, ?2, ?3, ?4, ?5)";
    let mentions = &message.mentions;
    let all = (mentions.room || mentions.here).then_some(ALL);
    let named = mentions.users.iter().copied().chain(all).filter(|user| *user != message.author);
    named.into_iter().try_for_each(|user| write.later(NOTE, &params![user, message.room, message.n, message.id, message.author]))
}

/// Forgets whom messages named that have become tombstones.
///
/// # Errors
/// Those of the store.
pub(in super::super) fn forget(write: &mut Write<'_>, messages: &[MessageId]) -> AppResult<()> {
    const FORGET: &str = "DELETE FROM mentions WHERE message_id = ?1";
    Ok(messages.iter().try_for_each(|message| write.later(FORGET, &params![message]))?)
}

/// Reads what names a person above the stored marks of their rooms.
pub(super) fn of_user(read: &Read<'_>, user: UserId) -> database::Result<Vec<Unread>> {
    Ok(read.rows(OF_USER, &params![user], unread_row)?.into_iter().flatten().collect())
}

/// The same of subscriptions by room and person.
pub(super) fn of_keys(read: &Read<'_>, keys: &[Key]) -> database::Result<Vec<Unread>> {
    const OF_KEYS: &str = select_unread!("WHERE (s.room_id, s.user_id) IN (?*)");
    Ok(read.rows_in_pairs(OF_KEYS, keys, unread_row)?.into_iter().flatten().collect())
}

/// Reads the newest messages of a room above an ordinal that name a person.
pub(super) fn above(read: &Read<'_>, room: RoomId, user: UserId, n: u64) -> database::Result<Vec<MessageId>> {
    const ABOVE: &str = "SELECT a.message_id FROM mentions a
        WHERE a.user_id IN (?1, 0) AND a.room_id = ?2 AND a.n > ?3 AND a.author_id <> ?1
        ORDER BY a.n DESC LIMIT ?4";
    // A message may name somebody and everybody.
    let found = read.rows(ABOVE, &params![user, room, n, 2 * MAX_MENTIONS], |row| row.get(0))?;
    Ok(newest(found))
}

/// The newest ones, ascending and each once.
pub(super) fn newest(mut messages: Vec<MessageId>) -> Vec<MessageId> {
    messages.sort_unstable();
    messages.dedup();
    let older = messages.len().saturating_sub(MAX_MENTIONS);
    messages.split_off(older)
}
