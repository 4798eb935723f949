//! SQL of messages: sending by key, tombstones, pages.

#[cfg(test)]
mod tests;

use super::{
    markup,
    model::{Body, MAX_PAGE, Message, Page, Stretch},
    render_cache::{Known, Shown},
};
use crate::{
    database::{Audience, Change, Database, Int, head},
    features::rooms::store::require_member,
    model::{
        error::{AppError, AppResult, Code},
        ids::{ClientKey, MessageId, RoomId, Seq, UserId},
        things::Event,
    },
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::sync::Arc;

/// A message to be sent: the text tidied and checked, the body made from it.
#[derive(Debug, Clone)]
pub struct NewMessage {
    pub room: RoomId,
    pub author: UserId,
    pub key: ClientKey,
    pub text: String,
    pub body: Body,
}

/// Rows a page for the first paint looks through for every one it wants.
const TOMBSTONES: usize = 4;

/// Every column of a message; the text comes from its own table, and not at all for a tombstone.
const MESSAGE: &str = "SELECT m.seq, m.id, m.n, m.room, m.author, m.key, m.at, m.edited, m.deleted, t.text
                       FROM messages m LEFT JOIN texts t ON t.message = m.id AND NOT m.deleted";
/// The same without the text, for messages that may be known.
const BARE: &str = "SELECT m.seq, m.id, m.n, m.room, m.author, m.key, m.at, m.edited, m.deleted FROM messages m";

fn message_row(row: &Row<'_>) -> rusqlite::Result<Message> {
    with_text(row, row.get_ref(9)?.as_str_or_null()?.unwrap_or_default())
}

fn with_text(row: &Row<'_>, text: &str) -> rusqlite::Result<Message> {
    Ok(Message {
        seq: row.get(0)?,
        id: row.get(1)?,
        n: row.get::<_, Int>(2)?.0,
        room: row.get(3)?,
        author: row.get(4)?,
        key: row.get(5)?,
        at: row.get::<_, Int>(6)?.0,
        edited: row.get::<_, Option<Int>>(7)?.map(|at| at.0),
        deleted: row.get(8)?,
        text: text.to_owned(),
        body: markup::parse(text),
    })
}

/// The message of a [`BARE`] row, as a page has shown it, or else with its text, and known from now on. Text and row are of
/// one snapshot, that of `head`.
fn known_row(conn: &Connection, shown: &Shown, head: Seq, row: &Row<'_>) -> rusqlite::Result<Message> {
    let (seq, id): (_, MessageId) = (row.get(0)?, row.get(1)?);
    if let Some(known) = shown.known(id, seq) {
        return Ok(known.message.clone());
    }
    let mut texts = conn.prepare_cached("SELECT text FROM texts WHERE message = ?1")?;
    let message = match row.get(8)? {
        true => with_text(row, "")?,
        false => texts.query_row([id], |texts| with_text(row, texts.get_ref(0)?.as_str()?))?,
    };
    if let Ok(known) = Known::new(message.clone()) {
        shown.keep(head, Arc::new(known));
    }
    Ok(message)
}

pub(crate) fn message(conn: &Connection, id: MessageId) -> rusqlite::Result<Option<Message>> {
    conn.prepare_cached(&format!("{MESSAGE} WHERE m.id = ?1"))?.query_row([id], message_row).optional()
}

/// Stores and publishes a message. The same key, room and text again answers the message as it is now; nothing is written.
///
/// # Errors
/// `not_found` when the author is no member; `key_used` when the key came with another room or text. A deleted message's key
/// answers the tombstone, whatever comes with it.
pub async fn send(db: &Database, new: NewMessage) -> AppResult<Message> {
    let digest = db.keyed_digest(&[&new.room.0.to_be_bytes(), new.text.as_bytes()]);
    db.write(move |write| {
        let NewMessage { room, author, key, text, body } = new;
        let conn = write.conn();
        require_member(conn, room, author)?;
        if let Some(sent) = by_key(conn, author, key)? {
            let same = sent.deleted || same_digest(conn, sent.id, digest)?;
            return if same { Ok(sent) } else { Err(AppError::new(Code::KeyUsed)) };
        }
        let seq = write.next_seq()?;
        let (conn, at, id) = (write.conn(), write.now(), MessageId(seq.0));
        let n: Int = conn
            .prepare_cached("UPDATE rooms SET last = ?2, last_n = last_n + 1 WHERE id = ?1 RETURNING last_n")?
            .query_row(params![room, id], |row| row.get(0))?;
        conn.prepare_cached("INSERT INTO messages (id, seq, room, n, author, key, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
            .execute(params![id, seq, room, n, author, key, Int(at)])?;
        conn.prepare_cached("INSERT INTO texts (message, digest, text) VALUES (?1, ?2, ?3)")?
            .execute(params![id, digest, text])?;
        let message = Message { seq, id, n: n.0, room, author, key, at, edited: None, deleted: false, text, body };
        write.publish(Change { event: Event::Message(message.clone()), audience: Audience::Room(room) });
        Ok(message)
    })
    .await
}

fn by_key(conn: &Connection, author: UserId, key: ClientKey) -> rusqlite::Result<Option<Message>> {
    conn.prepare_cached(&format!("{MESSAGE} WHERE m.author = ?1 AND m.key = ?2"))?
        .query_row(params![author, key], message_row)
        .optional()
}

fn same_digest(conn: &Connection, id: MessageId, digest: [u8; 32]) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT 1 FROM texts WHERE message = ?1 AND digest = ?2")?.exists(params![id, digest])
}

/// Turns one's own message into a tombstone: text and digest are overwritten where they stand. A tombstone stays as it is.
///
/// # Errors
/// `forbidden` for somebody else's in a room one sees, else `not_found`.
pub async fn delete(db: &Database, user: UserId, id: MessageId) -> AppResult<Message> {
    db.write(move |write| {
        let Some(before) = message(write.conn(), id)? else { return Err(AppError::new(Code::NotFound)) };
        require_member(write.conn(), before.room, user)?;
        if before.author != user {
            return Err(AppError::new(Code::Forbidden));
        }
        if before.deleted {
            return Ok(before);
        }
        let seq = write.next_seq()?;
        let conn = write.conn();
        conn.prepare_cached("UPDATE messages SET seq = ?2, edited = NULL, deleted = 1 WHERE id = ?1")?
            .execute(params![id, seq])?;
        // The same length as before, so that SQLite writes over the row in place; see the migration.
        conn.prepare_cached("UPDATE texts SET digest = zeroblob(32), text = zeroblob(octet_length(text)) WHERE message = ?1")?
            .execute([id])?;
        let tombstone = Message { seq, edited: None, deleted: true, text: String::new(), body: Body::default(), ..before };
        write.publish(Change { event: Event::Message(tombstone.clone()), audience: Audience::Room(tombstone.room) });
        Ok(tombstone)
    })
    .await
}

/// A stretch of a room's history, tombstones included: at most `limit` (1–100) messages. `Around` gives half to either side
/// and holds the message itself, if the room has it.
///
/// # Errors
/// `not_found` for a room `user` is no member of.
pub async fn page(db: &Database, user: UserId, room: RoomId, stretch: Stretch, limit: u32) -> AppResult<Page> {
    db.read(move |conn| read_page(conn, user, room, stretch, limit, Wanted::Any)).await
}

/// Like [`page`], but goes on past tombstones, looking through at most four times `limit` messages, until `limit` are in it
/// that are not deleted: so that the first paint is not empty where much was deleted. What has been `shown` is not read again.
///
/// # Errors
/// As [`page`].
pub(crate) fn visible_page(
    conn: &Connection,
    shown: &Shown,
    user: UserId,
    room: RoomId,
    stretch: Stretch,
    limit: u32,
) -> AppResult<Page> {
    read_page(conn, user, room, stretch, limit, Wanted::Visible(shown))
}

#[derive(Clone, Copy)]
enum Wanted<'a> {
    Any,
    Visible(&'a Shown),
}

/// Bytes of text after which a page is full, whatever was asked for: it is the reader's memory and ours.
const PAGE_BYTES: usize = 128 * 1024;

fn read_page(conn: &Connection, user: UserId, room: RoomId, stretch: Stretch, limit: u32, wanted: Wanted<'_>) -> AppResult<Page> {
    let limit = limit.clamp(1, MAX_PAGE) as usize;
    require_member(conn, room, user)?;
    let head = head(conn)?;
    let older = |below: u64, limit| walk(conn, head, room, "m.id < ?2 ORDER BY m.id DESC", below, limit, wanted);
    let newer = |above: u64, limit| walk(conn, head, room, "m.id > ?2 ORDER BY m.id", above, limit, wanted);
    let (mut before, after) = match stretch {
        // Ids end well below i64::MAX, so this is above all of them.
        Stretch::Newest => (older(i64::MAX as u64, limit)?, Vec::new()),
        Stretch::Before(id) => (older(id.0, limit)?, Vec::new()),
        Stretch::After(id) => (Vec::new(), newer(id.0, limit)?),
        Stretch::Around(id) => (older(id.0 + 1, limit - limit / 2)?, newer(id.0, limit / 2)?),
    };
    before.reverse();
    before.extend(after);
    let last_n: Int = conn.prepare_cached("SELECT last_n FROM rooms WHERE id = ?1")?.query_row([room], |row| row.get(0))?;
    let (at_start, at_end) = match (before.first(), before.last()) {
        (Some(first), Some(last)) => (first.n == 1, last.n == last_n.0),
        // Nothing on this side of the place asked for: it is that end of the room.
        _ => (!matches!(stretch, Stretch::After(_)) || last_n.0 == 0, !matches!(stretch, Stretch::Before(_)) || last_n.0 == 0),
    };
    Ok(Page { messages: before, at_start, at_end, head })
}

/// Messages from a place on, in the direction `order` walks.
fn walk(
    conn: &Connection,
    head: Seq,
    room: RoomId,
    order: &str,
    from: u64,
    limit: usize,
    wanted: Wanted<'_>,
) -> rusqlite::Result<Vec<Message>> {
    let (columns, most) = match wanted {
        Wanted::Any => (MESSAGE, limit),
        Wanted::Visible(_) => (BARE, limit * TOMBSTONES),
    };
    let mut statement = conn.prepare_cached(&format!("{columns} WHERE m.room = ?1 AND {order} LIMIT ?3"))?;
    let mut rows = statement.query(params![room, Int(from), most as i64])?;
    let (mut found, mut counted, mut bytes) = (Vec::with_capacity(limit), 0, 0);
    while counted < limit
        && bytes < PAGE_BYTES
        && let Some(row) = rows.next()?
    {
        let (message, counts) = match wanted {
            Wanted::Any => (message_row(row)?, true),
            Wanted::Visible(shown) => {
                let message = known_row(conn, shown, head, row)?;
                let counts = !message.deleted;
                (message, counts)
            }
        };
        counted += usize::from(counts);
        bytes += message.text.len();
        found.push(message);
    }
    Ok(found)
}
