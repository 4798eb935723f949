//! SQL of messages: sending by key, tombstones, pages.

mod mentions;
#[cfg(test)]
mod tests;

use super::{
    markup::{self, mentions::Named},
    model::{Body, MAX_PAGE, Message, Page, PageRange},
    render_cache::{CachedMessage, RenderCache},
};
use crate::{
    database::{self, Audience, Database, Read, Row, params},
    features::rooms::store::{Action, count_members, require, require_member},
    model::{
        error::{AppError, AppResult, Code},
        ids::{ClientKey, MessageId, RoomId, Seq, UserId},
        things::{Event, Kind},
    },
    request::hooks::Hooks,
    stream::source::{Source, first_numbers},
};
use std::{collections::HashMap, ops::ControlFlow, sync::Arc};

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
/// Messages whose texts are read at once: few, since what is beyond a page's bytes is read for nothing.
const TEXTS_AT_ONCE: usize = 16;

/// A statement about messages with every column, and then `$rest`. The text comes from its own table, and not for a tombstone.
macro_rules! select_messages {
    ($rest:literal) => {
        concat!(
            "SELECT m.seq, m.id, m.n, m.room_id, m.author_id, m.key, m.at, m.edited, m.deleted, m.mentions, t.text
             FROM messages m LEFT JOIN texts t ON t.message_id = m.id AND m.deleted = 0 ",
            $rest
        )
    };
}

/// The same without the text, for messages that may be known.
macro_rules! select_bare_messages {
    ($rest:literal) => {
        concat!(
            "SELECT m.seq, m.id, m.n, m.room_id, m.author_id, m.key, m.at, m.edited, m.deleted, m.mentions FROM messages m ",
            $rest
        )
    };
}

const BY_ID: &str = select_messages!("WHERE m.id = ?1");
const BY_IDS: &str = select_messages!("WHERE m.id IN (?*)");
const BY_KEY: &str = select_messages!("WHERE m.author_id = ?1 AND m.key = ?2");
const OLDER: &str = select_messages!("WHERE m.room_id = ?1 AND m.id < ?2 ORDER BY m.id DESC LIMIT ?3");
const NEWER: &str = select_messages!("WHERE m.room_id = ?1 AND m.id > ?2 ORDER BY m.id LIMIT ?3");
const BARE_OLDER: &str = select_bare_messages!("WHERE m.room_id = ?1 AND m.id < ?2 ORDER BY m.id DESC LIMIT ?3");
const BARE_NEWER: &str = select_bare_messages!("WHERE m.room_id = ?1 AND m.id > ?2 ORDER BY m.id LIMIT ?3");

fn message_row(row: &Row<'_>) -> database::Result<Message> {
    let text = row.text(10)?.unwrap_or_default();
    Ok(Message { text: text.to_owned(), body: body_of(text, &named(row, 9)?), ..bare_row(row)? })
}

/// What the names in a message mean, from the column `mentions` at place `at`.
fn named(row: &Row<'_>, at: usize) -> database::Result<Named> {
    Ok(row.text(at)?.map(Named::read).unwrap_or_default())
}

/// The tree of a stored text.
fn body_of(text: &str, named: &Named) -> Body {
    markup::mentions::name(markup::parse(text), named)
}

fn bare_row(row: &Row<'_>) -> database::Result<Message> {
    Ok(Message {
        seq: row.get(0)?,
        id: row.get(1)?,
        n: row.get(2)?,
        room: row.get(3)?,
        author: row.get(4)?,
        key: row.get(5)?,
        at: row.get(6)?,
        edited: row.get(7)?,
        deleted: row.get(8)?,
        text: String::new(),
        body: Body::default(),
        mentions: named(row, 9)?.mentions(),
    })
}

/// Where replay reads messages.
pub(crate) const MESSAGES: Source = Source {
    kind: Kind::Message,
    read: |read, keys| Ok(messages(read, &first_numbers(keys))?.into_iter().map(Event::Message).collect()),
};

/// Reads messages by their ids, in no order; one that is not there is left out.
pub(crate) fn messages(read: &Read<'_>, ids: &[u64]) -> database::Result<Vec<Message>> {
    read.rows_in(BY_IDS, ids, message_row)
}

pub(crate) fn message(read: &Read<'_>, id: MessageId) -> database::Result<Option<Message>> {
    read.row(BY_ID, &params![id], message_row)
}

/// The beginning of a message that is not deleted, for lists that show its first words.
pub(crate) struct Beginning {
    pub id: MessageId,
    pub seq: Seq,
    pub author: UserId,
    /// Made of the first 560 characters of the text.
    pub body: Body,
}

/// Reads the beginnings of messages by their ids, in no order; one that is not there or deleted is left out.
pub(crate) fn beginnings(read: &Read<'_>, ids: &[u64]) -> database::Result<Vec<Beginning>> {
    const BEGINNINGS: &str = "SELECT m.id, m.seq, m.author_id, m.mentions, substr(t.text, 1, 560)
        FROM messages m JOIN texts t ON t.message_id = m.id WHERE m.deleted = 0 AND m.id IN (?*)";
    read.rows_in(BEGINNINGS, ids, |row| {
        let text = row.text(4)?.unwrap_or_default();
        Ok(Beginning { id: row.get(0)?, seq: row.get(1)?, author: row.get(2)?, body: body_of(text, &named(row, 3)?) })
    })
}

/// Stores and publishes a message, and runs what features do along with it. The same key, room and text again answers the
/// message as it is now; nothing is written.
///
/// # Errors
/// `not_found` when the author is no member; `forbidden` where only admins post; `archived`; `key_used` when the key came with
/// another room or text. A deleted message's key answers the tombstone, whatever comes with it.
pub async fn send(db: &Database, hooks: &Hooks, new: NewMessage) -> AppResult<Message> {
    const COUNT: &str = "UPDATE rooms SET last = ?2, last_n = last_n + 1 WHERE id = ?1 RETURNING last_n";
    const SEND: &str = "INSERT INTO messages (id, seq, room_id, n, author_id, key, at, mentions)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    const KEEP_TEXT: &str = "INSERT INTO texts (message_id, digest, text) VALUES (?1, ?2, ?3)";
    let digest = db.keyed_digest(&[&new.room.0.to_be_bytes(), new.text.as_bytes()]);
    let hooks = hooks.clone();
    db.write(move |write| {
        let NewMessage { room, author, key, text, body } = new;
        let standing = require(write, room, author, Action::Read)?;
        if let Some(sent) = write.row(BY_KEY, &params![author, key], message_row)? {
            let same = sent.deleted || has_digest(write, sent.id, digest)?;
            return if same { Ok(sent) } else { Err(AppError::new(Code::KeyUsed)) };
        }
        standing.may(Action::Post)?;
        let seq = write.next_seq()?;
        let (at, id) = (write.now(), MessageId(seq.0));
        let n: u64 = write.row(COUNT, &params![room, id], |row| row.get(0))?.ok_or(AppError::new(Code::NotFound))?;
        let named = mentions::resolve(write, &standing, &body)?;
        let (body, stored) = (markup::mentions::name(body, &named), named.stored());
        write.later(SEND, &params![id, seq, room, n, author, key, at, stored])?;
        write.later(KEEP_TEXT, &params![id, digest, text])?;
        let mentions = named.mentions();
        let message = Message { seq, id, n, room, author, key, at, edited: None, deleted: false, text, body, mentions };
        write.publish(Event::Message(message.clone()), Audience::Room(room))?;
        hooks.after_send(write, &message)?;
        Ok(message)
    })
    .await
}

fn has_digest(read: &Read<'_>, id: MessageId, digest: [u8; 32]) -> database::Result<bool> {
    const HAS_DIGEST: &str = "SELECT 1 FROM texts WHERE message_id = ?1 AND digest = ?2";
    read.exists(HAS_DIGEST, &params![id, digest])
}

/// Turns a message into a tombstone: text and digest are overwritten where they stand, and what features keep of it
/// goes along. A tombstone stays as it is.
///
/// # Errors
/// `not_found` in a room that one does not see; `forbidden` for somebody else's in a room that one does not run.
pub async fn delete(db: &Database, hooks: &Hooks, user: UserId, id: MessageId) -> AppResult<Message> {
    const DELETE: &str = "UPDATE messages SET seq = ?2, edited = NULL, deleted = 1, mentions = NULL WHERE id = ?1";
    let hooks = hooks.clone();
    db.write(move |write| {
        let Some(before) = message(write, id)? else { return Err(AppError::new(Code::NotFound)) };
        require(write, before.room, user, Action::Delete { own: before.author == user })?;
        if before.deleted {
            return Ok(before);
        }
        let seq = write.next_seq()?;
        write.later(DELETE, &params![id, seq])?;
        write.erase_text(id)?;
        let (text, body, mentions) = Default::default();
        let tombstone = Message { seq, edited: None, deleted: true, text, body, mentions, ..before };
        write.publish(Event::Message(tombstone.clone()), Audience::Room(tombstone.room))?;
        hooks.on_tombstone(write, &[id])?;
        Ok(tombstone)
    })
    .await
}

/// A range of a room's history and what stands beside its messages, tombstones included: at most `limit` (1–100) messages.
/// `Around` gives half to either side and holds the message itself, if the room has it.
///
/// # Errors
/// `not_found` for a room `user` is no member of.
pub async fn page(db: &Database, hooks: &Hooks, user: UserId, room: RoomId, range: PageRange, limit: u32) -> AppResult<Page> {
    let hooks = hooks.clone();
    db.read(move |read| read_page(read, &hooks, user, room, range, limit, Selection::Any)).await
}

/// Like [`page`], but goes on past tombstones, looking through at most four times `limit` messages, until `limit` are in it
/// that are not deleted: so that the first paint is not empty where much was deleted. What is in `cache` is not read again.
///
/// # Errors
/// As [`page`].
pub(crate) fn visible_page(
    read: &Read<'_>,
    hooks: &Hooks,
    cache: &RenderCache,
    user: UserId,
    room: RoomId,
    range: PageRange,
    limit: u32,
) -> AppResult<Page> {
    read_page(read, hooks, user, room, range, limit, Selection::Visible(cache))
}

#[derive(Clone, Copy)]
enum Selection<'a> {
    Any,
    Visible(&'a RenderCache),
}

/// Bytes of text after which a page is full, whatever was asked for: it is the reader's memory and ours.
const PAGE_BYTES: usize = 128 * 1024;

fn read_page(
    read: &Read<'_>,
    hooks: &Hooks,
    user: UserId,
    room: RoomId,
    range: PageRange,
    limit: u32,
    selection: Selection<'_>,
) -> AppResult<Page> {
    const LAST_N: &str = "SELECT last_n FROM rooms WHERE id = ?1";
    let limit = limit.clamp(1, MAX_PAGE) as usize;
    let head = read.head()?;
    require_member(read, room, user)?;
    let older = |below: u64, limit| match selection {
        Selection::Any => walk(read, OLDER, room, below, limit),
        Selection::Visible(cache) => walk_visible(read, cache, head, BARE_OLDER, room, below, limit),
    };
    let newer = |above: u64, limit| match selection {
        Selection::Any => walk(read, NEWER, room, above, limit),
        Selection::Visible(cache) => walk_visible(read, cache, head, BARE_NEWER, room, above, limit),
    };
    let last_n: u64 = read.row(LAST_N, &params![room], |row| row.get(0))?.unwrap_or(0);
    let range = match range {
        // The newest page has half a page above the first unread message, as the page around it would.
        PageRange::Unread(n) if last_n.saturating_sub(n) <= limit as u64 / 2 => PageRange::Newest,
        PageRange::Unread(n) => first_above(read, room, n, head)?.map_or(PageRange::Newest, PageRange::Around),
        range => range,
    };
    let counts = range.replaces();
    let members = if counts { Some(count_members(read, room)?) } else { None };
    let (mut before, after) = match range {
        // Ids end well below i64::MAX, so this is above all of them.
        PageRange::Newest | PageRange::Unread(_) => (older(i64::MAX as u64, limit)?, Vec::new()),
        PageRange::Before(id) => (older(id.0, limit)?, Vec::new()),
        PageRange::After(id) => (Vec::new(), newer(id.0, limit)?),
        PageRange::Around(id) => (older(id.0 + 1, limit - limit / 2)?, newer(id.0, limit / 2)?),
    };
    before.reverse();
    before.extend(after);
    let (at_start, at_end) = match (before.first(), before.last()) {
        (Some(first), Some(last)) => (first.n == 1, last.n == last_n),
        // Nothing on this side of the place asked for: it is that end of the room.
        _ => (!matches!(range, PageRange::After(_)) || last_n == 0, !matches!(range, PageRange::Before(_)) || last_n == 0),
    };
    let ids: Vec<MessageId> = before.iter().filter(|message| !message.deleted).map(|message| message.id).collect();
    let facets = hooks.facets(read, room, &ids)?;
    Ok(Page { messages: before, at_start, at_end, head, members, ..Page::default() }.with_facets(facets))
}

/// Finds the first message of a room with an ordinal above `n`, by halves: ordinals rise with ids, and no index is theirs.
fn first_above(read: &Read<'_>, room: RoomId, n: u64, head: Seq) -> database::Result<Option<MessageId>> {
    const FROM: &str = "SELECT m.id, m.n FROM messages m WHERE m.room_id = ?1 AND m.id >= ?2 ORDER BY m.id LIMIT 1";
    let from = |id: u64| read.row(FROM, &params![room, id], |row| Ok((row.get::<MessageId>(0)?, row.get::<u64>(1)?)));
    let (mut low, mut high) = (1, head.0 + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        match from(middle)? {
            Some((id, at)) if at <= n => low = id.0 + 1,
            _ => high = middle,
        }
    }
    Ok(from(low)?.map(|(id, _)| id))
}

/// Messages from `from` on, in the direction that `sql` walks.
fn walk(read: &Read<'_>, sql: &str, room: RoomId, from: u64, limit: usize) -> database::Result<Vec<Message>> {
    let (mut found, mut bytes) = (Vec::with_capacity(limit), 0);
    read.each(sql, &params![room, from, limit], |row| {
        let message = message_row(row)?;
        bytes += message.text.len();
        found.push(message);
        Ok(if bytes < PAGE_BYTES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    Ok(found)
}

/// The same until `limit` are found that are not deleted. Texts of messages that are not in `cache` are read afterwards, and kept
/// there; they are of the snapshot of `head`.
fn walk_visible(
    read: &Read<'_>,
    cache: &RenderCache,
    head: Seq,
    sql: &str,
    room: RoomId,
    from: u64,
    limit: usize,
) -> database::Result<Vec<Message>> {
    const TEXTS: &str = "SELECT m.id, m.mentions, t.text FROM messages m JOIN texts t ON t.message_id = m.id WHERE m.id IN (?*)";
    let (mut found, mut visible) = (Vec::with_capacity(limit), 0);
    read.each(sql, &params![room, from, limit * TOMBSTONES], |row| {
        let message = bare_row(row)?;
        visible += usize::from(!message.deleted);
        found.push(message);
        Ok(if visible < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    let mut bytes = 0;
    for start in (0..found.len()).step_by(TEXTS_AT_ONCE) {
        let end = found.len().min(start + TEXTS_AT_ONCE);
        let cached: Vec<_> = found[start..end].iter().map(|message| cache.get(message.id, message.seq)).collect();
        let missing = found[start..end].iter().zip(&cached).filter(|(message, cached)| cached.is_none() && !message.deleted);
        let missing: Vec<u64> = missing.map(|(message, _)| message.id.0).collect();
        let texts = read.rows_in(TEXTS, &missing, |row| Ok((row.get(0)?, (named(row, 1)?, row.get(2)?))))?;
        let mut texts: HashMap<MessageId, (Named, String)> = texts.into_iter().collect();
        for (at, cached) in (start..end).zip(cached) {
            let message = &mut found[at];
            match cached {
                Some(cached) => *message = cached.message().clone(),
                None => {
                    let (named, text) = texts.remove(&message.id).unwrap_or_default();
                    message.body = body_of(&text, &named);
                    message.text = text;
                    if let Ok(cached) = CachedMessage::new(message.clone()) {
                        cache.insert(head, Arc::new(cached));
                    }
                }
            }
            bytes += message.text.len();
            if bytes >= PAGE_BYTES {
                found.truncate(at + 1);
                return Ok(found);
            }
        }
    }
    Ok(found)
}
