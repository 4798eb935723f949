//! SQL of subscriptions: read marks, and what a room is to a person.

mod mentions;
#[cfg(test)]
mod tests;

pub(super) use mentions::forget as forget_mentions;

use super::model::{Level, OwnMessage, Subscription, effective_read};
use crate::{
    database::{self, Audience, Bind, Cell, Column, Database, Read, Row, Write, params},
    features::{
        messages::model::Message,
        rooms::{
            model::{Room, RoomKind},
            store::{Action, require},
        },
    },
    model::{
        error::{AppError, AppResult, Code},
        ids::{MessageId, RoomId, Seq, UserId},
        things::{Event, Kind, PageData},
    },
    request::hooks::PageRequest,
    stream::source::Key,
};
use std::collections::HashMap;

/// Numbers from 0 on, in the order of the choices.
impl Bind for Level {
    fn bind(&self) -> Cell<'_> {
        Cell::Number(*self as u64)
    }
}

impl Column for Level {
    fn column(cell: Cell<'_>) -> Option<Self> {
        Self::ALL.get(usize::column(cell)?).copied()
    }
}

/// A statement about subscriptions with every column, and then `$rest`.
macro_rules! select_subscriptions {
    ($rest:literal) => {
        concat!(
            "SELECT s.seq, s.room_id, s.user_id, s.read_n, s.level, s.muted_until, s.favourite, s.hidden, s.lowered, s.own_id,
                s.own_n, r.last_n, r.last FROM subscriptions s JOIN rooms r ON r.id = s.room_id ",
            $rest
        )
    };
}

const OWN: &str = select_subscriptions!("WHERE s.user_id = ?1 ORDER BY s.room_id");

/// A subscription with what is kept beside it.
struct Stored {
    subscription: Subscription,
    /// The number with which the mark was last moved down.
    lowered: Seq,
    /// The person's own newest message in the room.
    own: (MessageId, u64),
    /// Ordinal of the room's newest message.
    last_n: u64,
}

impl Stored {
    /// Up to which ordinal the room counts as read.
    fn effective_read(&self) -> u64 {
        effective_read(self.subscription.seq, self.subscription.read, Some(self.own))
    }
}

fn stored_row(row: &Row<'_>) -> database::Result<Stored> {
    let (seq, newest): (Seq, u64) = (row.get(0)?, row.get(12)?);
    let subscription = Subscription {
        seq,
        room: row.get(1)?,
        user: row.get(2)?,
        read: row.get(3)?,
        level: row.get(4)?,
        muted_until: row.get(5)?,
        favourite: row.get(6)?,
        // The next message ends it, without a number of its own.
        hidden: row.get(7)? && newest <= seq.0,
        mentions: Vec::new(),
    };
    Ok(Stored { subscription, lowered: row.get(8)?, own: (row.get(9)?, row.get(10)?), last_n: row.get(11)? })
}

/// Reads the newest states of subscriptions.
pub(super) fn read(read: &Read<'_>, keys: &[Key]) -> database::Result<Vec<Event>> {
    const BY_KEYS: &str = select_subscriptions!("WHERE (s.room_id, s.user_id) IN (?*)");
    let mut all = read.rows_in_pairs(BY_KEYS, keys, stored_row)?;
    add_mentions(&mut all, mentions::of_keys(read, keys)?);
    Ok(all.into_iter().map(|stored| Event::Subscription(stored.subscription)).collect())
}

/// Adds the reader's subscriptions to a page, and what they have written since.
pub(super) fn page(read: &Read<'_>, request: &PageRequest, data: &mut PageData) -> database::Result<()> {
    for stored in of_user(read, request.user)? {
        let (room, (id, n)) = (stored.subscription.room, stored.own);
        if stored.effective_read() > stored.subscription.read {
            data.own_messages.push(OwnMessage { room, id, n });
        }
        data.subscriptions.push(stored.subscription);
    }
    Ok(())
}

fn of_user(read: &Read<'_>, user: UserId) -> database::Result<Vec<Stored>> {
    let mut all = read.rows(OWN, &params![user], stored_row)?;
    add_mentions(&mut all, mentions::of_user(read, user)?);
    Ok(all)
}

/// Puts unread mentions into their subscriptions. What stands above one's own newest message is read.
fn add_mentions(all: &mut [Stored], found: Vec<mentions::Unread>) {
    let mut of: HashMap<(RoomId, UserId), Vec<(MessageId, u64)>> = HashMap::new();
    for (key, message) in found {
        of.entry(key).or_default().push(message);
    }
    for stored in all {
        let read = stored.effective_read();
        let Some(found) = of.remove(&(stored.subscription.room, stored.subscription.user)) else { continue };
        let above = found.into_iter().filter(|(_, n)| *n > read).map(|(id, _)| id);
        stored.subscription.mentions = mentions::newest(above.collect());
    }
}

/// Returns what rooms are to a person, by room.
#[cfg(test)]
pub(crate) async fn of(db: &Database, user: UserId) -> AppResult<Vec<Subscription>> {
    db.read(move |read| Ok(of_user(read, user)?.into_iter().map(|stored| stored.subscription).collect())).await
}

/// Returns the rooms in which there is something that a person has not read, by id, and up to where they have.
#[cfg(test)]
pub(crate) async fn unread(db: &Database, user: UserId) -> AppResult<Vec<(RoomId, u64)>> {
    db.read(move |read| {
        let mut all = of_user(read, user)?;
        all.retain(|stored| stored.effective_read() < stored.last_n);
        Ok(all.iter().map(|stored| (stored.subscription.room, stored.effective_read())).collect())
    })
    .await
}

/// Returns up to which ordinal a room counts as read by a person; none where that is its end, or they are not in it.
pub(super) fn unread_from(read: &Read<'_>, room: RoomId, user: UserId) -> database::Result<Option<u64>> {
    let stored = one(read, room, user)?.filter(|stored| stored.effective_read() < stored.last_n);
    Ok(stored.map(|stored| stored.effective_read()))
}

fn one(read: &Read<'_>, room: RoomId, user: UserId) -> database::Result<Option<Stored>> {
    const ONE: &str = select_subscriptions!("WHERE s.room_id = ?1 AND s.user_id = ?2");
    read.row(ONE, &params![room, user], stored_row)
}

/// Reads the subscription of a member.
fn of_member(read: &Read<'_>, room: RoomId, user: UserId) -> AppResult<Stored> {
    require(read, room, user, Action::Read)?;
    let mut stored = one(read, room, user)?.ok_or(AppError::new(Code::NotFound))?;
    stored.subscription.mentions = mentions::above(read, room, user, stored.effective_read())?;
    Ok(stored)
}

/// Moves a person's mark of a room to `n`, or as near to it as there are messages. A mark that is there already takes no number.
/// One that was moved down after `basis` stays.
///
/// # Errors
/// `not_found` for a room that `user` is no member of.
pub async fn read_room(db: &Database, user: UserId, room: RoomId, n: u64, basis: Option<Seq>) -> AppResult<Subscription> {
    db.write(move |write| {
        let before = of_member(write, room, user)?;
        let read = n.min(before.last_n);
        let is_there = read == before.subscription.read && read == before.effective_read();
        if is_there || basis.is_some_and(|basis| before.lowered > basis) {
            return Ok(before.subscription);
        }
        let after = Subscription { read, ..before.subscription.clone() };
        put(write, &before, after)
    })
    .await
}

/// Moves a person's marks of all rooms to their ends.
///
/// # Errors
/// Those of the store.
pub async fn read_all(db: &Database, user: UserId) -> AppResult<()> {
    const UNREAD: &str = select_subscriptions!(
        "WHERE s.user_id = ?1 AND r.last_n > s.read_n AND NOT (s.own_id > s.seq AND s.own_n >= r.last_n) ORDER BY s.room_id"
    );
    db.write(move |write| {
        for before in write.rows(UNREAD, &params![user], stored_row)? {
            let after = Subscription { read: before.last_n, ..before.subscription.clone() };
            put(write, &before, after)?;
        }
        Ok(())
    })
    .await
}

/// What is to change of a subscription; what is none stays.
#[derive(Debug, Clone, Copy, Default)]
pub struct SubscriptionUpdate {
    pub level: Option<Level>,
    pub muted_until: Option<Option<u64>>,
    pub favourite: Option<bool>,
    pub hidden: Option<bool>,
}

/// Sets what a room is to a person. The state that it has already changes nothing and takes no number.
///
/// # Errors
/// `not_found` for a room that `user` is no member of.
pub async fn subscribe(db: &Database, user: UserId, room: RoomId, wanted: SubscriptionUpdate) -> AppResult<Subscription> {
    db.write(move |write| {
        let before = of_member(write, room, user)?;
        let known = &before.subscription;
        let after = Subscription {
            level: wanted.level.unwrap_or(known.level),
            muted_until: wanted.muted_until.unwrap_or(known.muted_until),
            favourite: wanted.favourite.unwrap_or(known.favourite),
            hidden: wanted.hidden.unwrap_or(known.hidden),
            ..known.clone()
        };
        if after == *known {
            return Ok(after);
        }
        // What one's own messages say counts from older numbers only, so the mark takes it over.
        let after = Subscription { read: before.effective_read(), ..after };
        put(write, &before, after)
    })
    .await
}

/// Writes and publishes what a subscription has become.
fn put(write: &mut Write<'_>, before: &Stored, after: Subscription) -> AppResult<Subscription> {
    const PUT: &str = "UPDATE subscriptions SET seq = ?3, read_n = ?4, level = ?5, muted_until = ?6, favourite = ?7, hidden = ?8,
        lowered = ?9 WHERE room_id = ?1 AND user_id = ?2";
    let seq = write.next_seq()?;
    let lowered = if after.read < before.effective_read() { seq } else { before.lowered };
    let mentions =
        if after.read < before.last_n { mentions::above(write, after.room, after.user, after.read)? } else { Vec::new() };
    let after = Subscription { seq, mentions, ..after };
    let Subscription { room, user, read, level, muted_until, favourite, hidden, .. } = after;
    write.later(PUT, &params![room, user, seq, read, level, muted_until, favourite, hidden, lowered])?;
    write.publish(Event::Subscription(after.clone()), Audience::User(user))?;
    Ok(after)
}

/// Makes the subscription of somebody who has just become a member: what was said before counts as read, but in a direct room.
///
/// # Errors
/// Those of the store.
pub(super) fn begin(write: &mut Write<'_>, room: &Room, user: UserId) -> AppResult<()> {
    const BEGIN: &str = "INSERT INTO subscriptions (room_id, user_id, seq, favourite, read_n) VALUES (?1, ?2, ?3, 0, ?4)
        ON CONFLICT (room_id, user_id) DO UPDATE SET seq = excluded.seq, favourite = 0, read_n = excluded.read_n, level = 0,
            muted_until = NULL, hidden = 0, lowered = 0, own_id = 0, own_n = 0";
    let read = if room.kind == RoomKind::Direct { 0 } else { room.last_n };
    let subscription = Subscription { seq: write.next_seq()?, room: room.id, user, read, ..Subscription::default() };
    write.later(BEGIN, &params![room.id, user, subscription.seq, subscription.read])?;
    write.publish(Event::Subscription(subscription), Audience::User(user))?;
    Ok(())
}

/// Notes the newest message of its author. Everyone who derives the mark knows the message, so that takes no number.
///
/// # Errors
/// Those of the store.
pub(super) fn sent(write: &mut Write<'_>, message: &Message) -> AppResult<()> {
    const SENT: &str = "UPDATE subscriptions SET own_id = ?3, own_n = ?4 WHERE room_id = ?1 AND user_id = ?2";
    write.later(SENT, &params![message.room, message.author, message.id, message.n])?;
    Ok(mentions::note(write, message)?)
}

/// Forgets what a room was to a person whose membership has ended. That takes no number: the end of the membership tells it.
///
/// # Errors
/// Those of the store.
pub(super) fn forget(write: &mut Write<'_>, room: RoomId, user: UserId) -> AppResult<()> {
    const FORGET: &str = "DELETE FROM subscriptions WHERE room_id = ?1 AND user_id = ?2";
    write.execute(FORGET, &params![room, user])?;
    write.withdraw(Kind::Subscription, (room.0, user.0))?;
    Ok(())
}
