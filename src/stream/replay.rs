//! Catch-up from the database: what a person may see and has not, in rising order, found along indexes and read by id.

#[cfg(test)]
mod tests;

use crate::{
    database::{self, Audience, Cell, Change, Database, Read, Row},
    features::{
        messages::store::message,
        people::store::user,
        rooms::store::{joined_rooms, member, room},
    },
    model::{
        error::AppResult,
        ids::{MessageId, RoomId, Seq, UserId},
        things::Event,
    },
};
use std::ops::ControlFlow;

/// Bytes of text, with a little for each change, after which a stretch ends: what a reader that has stalled makes us hold, and
/// read once more when it goes on.
const STRETCH: usize = 64 * 1024;
const EACH: usize = 64;

/// A stretch of changes.
#[derive(Debug, Clone)]
pub struct CatchUp {
    /// In rising order of seq.
    pub events: Vec<Change>,
    /// Where the reader stands after them.
    pub cursor: Seq,
    /// The newest number committed when this was read.
    pub head: Seq,
    /// Whether there may be more between `cursor` and `head`.
    pub more: bool,
    /// Index entries looked at.
    pub scanned: usize,
}

/// Where a change is to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Message(MessageId),
    Room(RoomId),
    Member(RoomId, UserId),
    User(UserId),
}

/// Everything changed after a number, found source by source; never more than `limit` are kept, the lowest.
struct Search<'a> {
    read: &'a Read<'a>,
    after: Seq,
    upto: Seq,
    limit: usize,
    found: Vec<(Seq, Place)>,
    scanned: usize,
}

impl Search<'_> {
    /// Adds what `sql` finds; its first two parameters are the bounds, the third how many, the rest `of`.
    fn add(&mut self, sql: &str, of: &[u64], place: impl Fn(&Row<'_>) -> database::Result<Place>) -> database::Result<()> {
        let bounds = [self.after.0, self.upto.0, self.limit as u64];
        let parameters: Vec<Cell<'_>> = bounds.iter().chain(of).map(|number| Cell::Number(*number)).collect();
        let before = self.found.len();
        self.read.each(sql, &parameters, |row| {
            self.found.push((row.get(0)?, place(row)?));
            Ok(ControlFlow::Continue(()))
        })?;
        self.scanned += self.found.len() - before;
        if self.found.len() > self.limit {
            self.found.sort_unstable();
            self.found.truncate(self.limit);
        }
        // Nothing above the last one kept can be in this page, so later sources need not look there.
        if self.found.len() == self.limit
            && let Some((last, _)) = self.found.iter().max()
        {
            self.upto = *last;
        }
        Ok(())
    }
}

/// Everything `user` may see that changed after `after`, at most `limit` of it, and less where texts are long.
///
/// A full page moves the cursor to its last number, a short one to the head; what changes meanwhile comes above the head. A
/// cursor above the head stays where it is.
pub async fn catch_up(db: &Database, user: UserId, after: Seq, limit: usize) -> AppResult<CatchUp> {
    db.read(move |conn| {
        let head = conn.head()?;
        let limit = limit.max(1);
        let mut search = Search { read: conn, after, upto: head, limit, found: Vec::new(), scanned: 0 };
        search.add("SELECT seq, id FROM users WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3", &[], |row| {
            Ok(Place::User(row.get(1)?))
        })?;
        search.add("SELECT seq, id FROM rooms WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3", &[], |row| {
            Ok(Place::Room(row.get(1)?))
        })?;
        let own = "SELECT seq, room FROM members WHERE user = ?4 AND seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3";
        search.add(own, &[user.0], |row| Ok(Place::Member(row.get(1)?, user)))?;
        for room in joined_rooms(conn, user)? {
            let members = "SELECT seq, user FROM members INDEXED BY members_room_seq
                           WHERE room = ?4 AND seq > ?1 AND seq <= ?2 AND user <> ?5 ORDER BY seq LIMIT ?3";
            search.add(members, &[room.0, user.0], |row| Ok(Place::Member(room, row.get(1)?)))?;
            let messages = "SELECT seq, id FROM messages INDEXED BY messages_room_seq
                            WHERE room = ?4 AND seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3";
            search.add(messages, &[room.0], |row| Ok(Place::Message(row.get(1)?)))?;
        }
        let Search { mut found, scanned, .. } = search;
        found.sort_unstable();
        let (events, read) = read_some(conn, &found, STRETCH)?;
        let cursor = match found[..read].last() {
            Some((last, _)) if read == limit || read < found.len() => *last,
            _ => head.max(after),
        };
        Ok(CatchUp { events, cursor, head, more: cursor < head, scanned })
    })
    .await
}

/// The newest changes of all things, whoever may see them, in rising order and without a hole: what a ring starts from.
pub async fn newest(db: &Database, limit: usize) -> AppResult<Vec<Change>> {
    db.read(move |conn| {
        let mut found: Vec<(Seq, Place)> = Vec::new();
        let mut add = |sql: &str, place: fn(&Row<'_>) -> database::Result<Place>| -> database::Result<()> {
            found.extend(conn.rows(sql, &[Cell::Number(limit as u64)], |row| Ok((row.get(0)?, place(row)?)))?);
            Ok(())
        };
        add("SELECT seq, id FROM users ORDER BY seq DESC LIMIT ?1", |row| Ok(Place::User(row.get(1)?)))?;
        add("SELECT seq, id FROM rooms ORDER BY seq DESC LIMIT ?1", |row| Ok(Place::Room(row.get(1)?)))?;
        add("SELECT seq, room, user FROM members ORDER BY seq DESC LIMIT ?1", |row| Ok(Place::Member(row.get(1)?, row.get(2)?)))?;
        add("SELECT seq, id FROM messages ORDER BY seq DESC LIMIT ?1", |row| Ok(Place::Message(row.get(1)?)))?;
        found.sort_unstable();
        let newest = &found[found.len().saturating_sub(limit)..];
        Ok(read_some(conn, newest, usize::MAX)?.0)
    })
    .await
}

/// How many changes a resume after `after` would replay to `user`; counting stops at `cap`.
pub async fn missed(db: &Database, user: UserId, after: Seq, cap: usize) -> AppResult<usize> {
    db.read(move |conn| {
        let mut missed = 0;
        let mut add = |source: &str, of: &[u64]| -> database::Result<()> {
            if missed < cap {
                let sql = format!("SELECT count(*) FROM (SELECT 1 FROM {source} AND seq > ?1 LIMIT ?2)");
                let bounds = [after.0, (cap - missed) as u64];
                let parameters: Vec<Cell<'_>> = bounds.iter().chain(of).map(|number| Cell::Number(*number)).collect();
                missed += conn.row(&sql, &parameters, |row| row.get::<usize>(0))?.unwrap_or(0);
            }
            Ok(())
        };
        add("users WHERE true", &[])?;
        add("rooms WHERE true", &[])?;
        add("members WHERE user = ?3", &[user.0])?;
        for room in joined_rooms(conn, user)? {
            add("members INDEXED BY members_room_seq WHERE room = ?3 AND user <> ?4", &[room.0, user.0])?;
            add("messages INDEXED BY messages_room_seq WHERE room = ?3", &[room.0])?;
        }
        Ok(missed)
    })
    .await
}

/// Reads changes until they hold so many bytes; answers how many places were looked at.
fn read_some(conn: &Read<'_>, places: &[(Seq, Place)], bytes: usize) -> database::Result<(Vec<Change>, usize)> {
    let (mut changes, mut size) = (Vec::new(), 0);
    for (at, (_, place)) in places.iter().enumerate() {
        let Some(change) = read(conn, *place)? else { continue };
        size += EACH + if let Event::Message(message) = &change.event { message.text.len() } else { 0 };
        changes.push(change);
        if size >= bytes {
            return Ok((changes, at + 1));
        }
    }
    Ok((changes, places.len()))
}

fn read(conn: &Read<'_>, place: Place) -> database::Result<Option<Change>> {
    let (event, audience) = match place {
        Place::Message(id) => match message(conn, id)? {
            Some(message) => {
                let audience = Audience::Room(message.room);
                (Event::Message(message), audience)
            }
            None => return Ok(None),
        },
        Place::Room(id) => match room(conn, id)? {
            Some(room) => (Event::Room(room), Audience::Everyone),
            None => return Ok(None),
        },
        Place::Member(room, user) => match member(conn, room, user)? {
            Some(member) => (Event::Member(member), Audience::RoomAnd(room, user)),
            None => return Ok(None),
        },
        Place::User(id) => match user(conn, id)? {
            Some(user) => (Event::User(user), Audience::Everyone),
            None => return Ok(None),
        },
    };
    Ok(Some(Change { event, audience }))
}
