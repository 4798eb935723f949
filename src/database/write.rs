//! Writing: what one command of a batch writes with. Numbers, statements and what streams are told, all or nothing of it.

use super::{
    Audience, Cell, Change, Error, Read, Result, params,
    sqlite::{connection::Connection, erase},
};
use crate::model::{
    ids::{MAX_NUMBER, MessageId, Seq},
    things::{Event, Kind},
};
use std::{cell::Cell as Flag, ops::Deref};

/// What a command writes with. It reads what it has written.
pub struct Write<'a> {
    read: Read<'a>,
    seq: &'a mut u64,
    changes: &'a mut Vec<Change>,
    /// Set once a text is erased in the transaction.
    erases: &'a Flag<bool>,
    now: u64,
}

impl<'a> Deref for Write<'a> {
    type Target = Read<'a>;

    fn deref(&self) -> &Read<'a> {
        &self.read
    }
}

impl<'a> Write<'a> {
    pub(crate) fn new(
        conn: &'a Connection,
        seq: &'a mut u64,
        changes: &'a mut Vec<Change>,
        erases: &'a Flag<bool>,
        now: u64,
    ) -> Self {
        Self { read: Read::new(conn), seq, changes, erases, now }
    }

    /// The next number of the workspace's sequence. It is given back if the command fails.
    ///
    /// # Errors
    /// [`Error::Other`] at 2^53 − 1.
    pub fn next_seq(&mut self) -> Result<Seq> {
        if *self.seq >= MAX_NUMBER {
            return Err(Error::other("the sequence has ended"));
        }
        *self.seq += 1;
        Ok(Seq(*self.seq))
    }

    /// Runs a statement that answers nothing; answers how many rows it has written.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn execute(&self, sql: &str, params: &[Cell<'_>]) -> Result<usize> {
        self.read.count();
        self.read.connection().execute(sql, params)
    }

    /// Runs a statement whose answer does not matter. An engine on another machine is sent it without being waited for; an error
    /// then shows at the next statement that is, or at the commit.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn later(&self, sql: &str, params: &[Cell<'_>]) -> Result<()> {
        self.execute(sql, params).map(drop)
    }

    /// Records the newest state of a thing among the changes, and tells the streams of `audience` after the commit. Called
    /// in the order of the numbers.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn publish(&mut self, event: Event, audience: Audience) -> Result<()> {
        const RECORD: &str = "INSERT INTO changes (kind, a, b, seq, room_id, user_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (kind, a, b)
            DO UPDATE SET seq = excluded.seq, room_id = excluded.room_id, user_id = excluded.user_id";
        let (thing, (room, user)) = (event.thing(), audience.columns());
        self.later(RECORD, &params![thing.kind.number(), thing.a, thing.b, event.seq(), room, user])?;
        self.changes.push(Change { event, audience });
        Ok(())
    }

    /// Takes a thing out of the changes, since nothing is left of it. Readers learn that from another thing's change.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn withdraw(&self, kind: Kind, (a, b): (u64, u64)) -> Result<()> {
        const WITHDRAW: &str = "DELETE FROM changes WHERE kind = ?1 AND a = ?2 AND b = ?3";
        self.later(WITHDRAW, &params![kind.number(), a, b])
    }

    /// Makes a message's text unreadable, in the way of the engine. After the commit
    /// [`Database::erase_deleted`](super::Database::erase_deleted) has something to do.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn erase_text(&self, id: MessageId) -> Result<()> {
        self.read.count();
        self.erases.set(true);
        erase::text(self.read.connection(), id)
    }

    /// The server's clock, milliseconds since 1970.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// Runs statements of any kind.
    #[cfg(test)]
    pub fn script(&self, sql: &str) -> Result<()> {
        self.read.connection().script(sql)
    }
}
