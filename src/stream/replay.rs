//! Replay from the database: what a person may see and has not, in rising order, along the index of changes. Knows no feature.

#[cfg(test)]
mod tests;

use super::source::{Sources, states};
use crate::{
    database::{self, Audience, Change, Database, Error, Read, Row, params},
    model::{
        error::AppResult,
        ids::{RoomId, Seq, UserId},
        things::{Kind, Thing},
    },
};

/// Bytes of text, with a little for each change, after which a page ends: what a reader that has stalled makes us hold, and read
/// once more when it goes on.
const PAGE_BYTES: usize = 64 * 1024;
const CHANGE_BYTES: usize = 64;
/// Things that are read at once: first, and at most. Where texts are long, those beyond a page's bytes are read for nothing.
const FIRST_READ: usize = 16;
const LARGEST_READ: usize = 200;
/// Numbers looked through at first for each change that is wanted, and by how much more at a time where that is not enough.
const NUMBERS_EACH: u64 = 4;
const WIDER: u64 = 8;

/// Everything that `?1` may see and that is not about that person: of their rooms, and of everyone (room 0).
macro_rules! select_shared {
    ($columns:literal, $($rest:literal),+) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM changes c
              WHERE c.room_id IN (SELECT m.room_id FROM members m WHERE m.user_id = ?1 AND m.joined = 1 UNION ALL SELECT 0)
              AND c.user_id IS DISTINCT FROM ?1 AND c.seq > ?2 ",
            $($rest),+
        )
    };
}

/// The same for a guest: of everyone's things the rooms that the guest is in, the people who are or were in one of them, and the
/// workspace. Kind 2 is a room, 4 a person; role 4 is a guest.
macro_rules! select_guests {
    ($columns:literal, $rest:literal) => {
        select_shared!(
            $columns,
            "AND (c.room_id <> 0 OR c.kind NOT IN (2, 4)
                OR (c.kind = 2 AND EXISTS (SELECT 1 FROM members m WHERE m.room_id = c.a AND m.user_id = ?1 AND m.joined = 1))
                OR (c.kind = 4 AND (c.a = ?1 OR EXISTS (SELECT 1 FROM members m JOIN members o ON o.room_id = m.room_id
                    WHERE m.user_id = ?1 AND m.joined = 1 AND o.user_id = c.a)))) ",
            $rest
        )
    };
}

const IS_GUEST: &str = "SELECT 1 FROM users WHERE id = ?1 AND role = 4";
const OF_GUEST: &str = select_guests!("c.seq, c.kind, c.a, c.b, c.room_id, c.user_id", "AND c.seq <= ?3 ORDER BY c.seq LIMIT ?4");
const COUNT_OF_GUEST: &str = concat!("SELECT count(*) FROM (", select_guests!("c.seq", "LIMIT ?3"), ") AS counted");
const SHARED: &str = select_shared!("c.seq, c.kind, c.a, c.b, c.room_id, c.user_id", "AND c.seq <= ?3 ORDER BY c.seq LIMIT ?4");
const OWN: &str = "SELECT c.seq, c.kind, c.a, c.b, c.room_id, c.user_id FROM changes c
    WHERE c.user_id = ?1 AND c.seq > ?2 AND c.seq <= ?3 ORDER BY c.seq LIMIT ?4";
const COUNT_SHARED: &str = concat!("SELECT count(*) FROM (", select_shared!("c.seq", "LIMIT ?3"), ") AS counted");
const COUNT_OWN: &str =
    "SELECT count(*) FROM (SELECT c.seq FROM changes c WHERE c.user_id = ?1 AND c.seq > ?2 LIMIT ?3) AS counted";
const NEWEST: &str = "SELECT c.seq, c.kind, c.a, c.b, c.room_id, c.user_id FROM changes c
    WHERE c.room_id IN (SELECT r.id FROM rooms r UNION ALL SELECT 0) AND c.seq > ?1 AND c.seq <= ?2
    ORDER BY c.seq DESC LIMIT ?3";
const NEWEST_OWN: &str = "SELECT u.id, (SELECT max(c.seq) FROM changes c WHERE c.user_id = u.id) AS newest FROM users u";

/// A page of changes.
#[derive(Debug, Clone)]
pub struct Replay {
    /// In rising order of seq.
    pub events: Vec<Change>,
    /// Where the reader is after them.
    pub cursor: Seq,
    /// The newest number committed when this was read.
    pub head: Seq,
    /// Whether there may be more between `cursor` and `head`.
    pub more: bool,
    /// Index entries found.
    pub scanned: usize,
}

/// An entry of the index.
#[derive(Debug, Clone, Copy)]
struct Entry {
    seq: Seq,
    thing: Thing,
    audience: Audience,
}

/// Everything `user` may see that changed after `after`, at most `limit` of it, and less where texts are long.
///
/// A full page moves the cursor to its last number, a short one to the head; what changes meanwhile comes above the head. A
/// cursor above the head stays where it is.
pub async fn replay(db: &Database, sources: Sources, user: UserId, after: Seq, limit: usize) -> AppResult<Replay> {
    db.read(move |read| Ok(read_page(read, sources, user, after, limit.max(1))?)).await
}

/// The newest changes of all things but own ones, in rising order and without a hole, and the number above which they are all:
/// what a ring starts from.
pub async fn newest(db: &Database, sources: Sources, limit: usize) -> AppResult<(Vec<Change>, Seq)> {
    db.read(move |read| Ok(read_newest(read, sources, limit)?)).await
}

/// The newest number above `above` of each person's own things; it may be that of a membership, which the ring has too.
pub async fn newest_own(db: &Database, above: Seq) -> AppResult<Vec<(UserId, Seq)>> {
    db.read(move |read| {
        let newest = read.rows(NEWEST_OWN, &[], |row| Ok((row.get(0)?, row.get::<Option<Seq>>(1)?)))?;
        Ok(newest.into_iter().filter_map(|(user, seq)| Some((user, seq?))).filter(|(_, seq)| *seq > above).collect())
    })
    .await
}

/// How many changes a resume after `after` would replay to `user`; counting stops at `cap`.
pub async fn count_pending(db: &Database, user: UserId, after: Seq, cap: usize) -> AppResult<usize> {
    db.read(move |read| Ok(count_visible(read, user, after, cap)?)).await
}

fn count_visible(read: &Read<'_>, user: UserId, after: Seq, cap: usize) -> database::Result<usize> {
    let count = |sql, cap: usize| Ok::<usize, Error>(read.row(sql, &params![user, after, cap], |row| row.get(0))?.unwrap_or(0));
    let own = count(COUNT_OWN, cap)?;
    let shared = if read.exists(IS_GUEST, &params![user])? { COUNT_OF_GUEST } else { COUNT_SHARED };
    Ok(own + if own < cap { count(shared, cap - own)? } else { 0 })
}

fn read_page(read: &Read<'_>, sources: Sources, user: UserId, after: Seq, limit: usize) -> database::Result<Replay> {
    let head = read.head()?;
    let mut found = read.rows(OWN, &params![user, after, head, limit], entry)?;
    // Above the last of a full page there is nothing to look for.
    let upto = found.get(limit - 1).map_or(head, |last| last.seq);
    let own = found.len();
    let shared = if read.exists(IS_GUEST, &params![user])? { OF_GUEST } else { SHARED };
    let (mut from, mut width) = (after, NUMBERS_EACH.saturating_mul(limit as u64));
    while from < upto && found.len() - own < limit {
        let to = Seq(from.0.saturating_add(width)).min(upto);
        let wanted = limit - (found.len() - own);
        found.extend(read.rows(shared, &params![user, from, to, wanted], entry)?);
        (from, width) = (to, width.saturating_mul(WIDER));
    }
    let scanned = found.len();
    found.sort_unstable_by_key(|entry| entry.seq);
    found.truncate(limit);
    let (events, looked_at) = read_states(read, sources, &found, PAGE_BYTES)?;
    let cursor = match found[..looked_at].last() {
        Some(last) if looked_at == limit || looked_at < found.len() => last.seq,
        _ => head.max(after),
    };
    Ok(Replay { events, cursor, head, more: cursor < head, scanned })
}

fn read_newest(read: &Read<'_>, sources: Sources, limit: usize) -> database::Result<(Vec<Change>, Seq)> {
    let head = read.head()?;
    let (mut to, mut width, mut found) = (head, NUMBERS_EACH.saturating_mul(limit as u64), Vec::new());
    while to > Seq(0) && found.len() < limit {
        let from = Seq(to.0.saturating_sub(width));
        found.extend(read.rows(NEWEST, &params![from, to, limit - found.len()], entry)?);
        (to, width) = (from, width.saturating_mul(WIDER));
    }
    found.reverse();
    // Fewer than asked for are all there are; else they are all from the first on.
    let floor = match found.first() {
        Some(first) if found.len() >= limit => Seq(first.seq.0 - 1),
        Some(_) => Seq(0),
        None => head,
    };
    Ok((read_states(read, sources, &found, usize::MAX)?.0, floor))
}

/// Reads the states behind `entries` until they hold so many bytes; answers how many entries were looked at.
fn read_states(read: &Read<'_>, sources: Sources, entries: &[Entry], bytes: usize) -> database::Result<(Vec<Change>, usize)> {
    let (mut changes, mut size, mut at, mut wanted) = (Vec::with_capacity(entries.len()), 0, 0, FIRST_READ);
    while at < entries.len() {
        let together = &entries[at..entries.len().min(at + wanted)];
        let things: Vec<Thing> = together.iter().map(|entry| entry.thing).collect();
        let mut states = states(sources, read, &things)?;
        for entry in together {
            at += 1;
            let Some(event) = states.remove(&entry.thing) else { continue };
            debug_assert_eq!(event.seq(), entry.seq, "every number of a thing is published");
            size += CHANGE_BYTES + event.text_bytes();
            changes.push(Change { event, audience: entry.audience });
            if size >= bytes {
                return Ok((changes, at));
            }
        }
        // As many more as should fit, by what those before have taken.
        let each = size.div_ceil(at).max(CHANGE_BYTES);
        wanted = ((bytes - size) / each).clamp(1, LARGEST_READ.min(wanted * 4));
    }
    Ok((changes, at))
}

fn entry(row: &Row<'_>) -> database::Result<Entry> {
    let (kind, a, b): (u64, u64, u64) = (row.get(1)?, row.get(2)?, row.get(3)?);
    let (room, user): (Option<RoomId>, Option<UserId>) = (row.get(4)?, row.get(5)?);
    let thing = Kind::from_number(kind).map(|kind| Thing::new(kind, (a, b)));
    let unknown = || Error::other(format!("an unknown change: kind {kind}, room {room:?}, user {user:?}"));
    let audience = thing.and_then(|thing| Audience::from_columns(thing, room, user));
    let (thing, audience) = thing.zip(audience).ok_or_else(unknown)?;
    Ok(Entry { seq: row.get(0)?, thing, audience })
}
