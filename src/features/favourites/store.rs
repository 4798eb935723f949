//! SQL of subscriptions.

#[cfg(test)]
mod tests;

use super::model::Subscription;
use crate::{
    database::{self, Audience, Database, Read, Row, Write, params},
    features::rooms::store::{member, require_member},
    model::{
        error::{AppError, AppResult, Code},
        ids::{RoomId, UserId},
        things::{Event, Kind, PageData},
    },
    request::hooks::PageRequest,
    stream::source::Key,
};

const OWN: &str = "SELECT s.seq, s.room_id, s.user_id, s.favourite FROM subscriptions s
    WHERE s.user_id = ?1 ORDER BY s.room_id";

/// A subscription from the columns seq, room_id, user_id, favourite, in this order from the first.
fn subscription_row(row: &Row<'_>) -> database::Result<Subscription> {
    Ok(Subscription { seq: row.get(0)?, room: row.get(1)?, user: row.get(2)?, favourite: row.get(3)? })
}

/// Reads the newest states of subscriptions.
pub(super) fn read(read: &Read<'_>, keys: &[Key]) -> database::Result<Vec<Event>> {
    const SUBSCRIPTIONS: &str = "SELECT s.seq, s.room_id, s.user_id, s.favourite FROM subscriptions s
        WHERE (s.room_id, s.user_id) IN (?*)";
    Ok(read.rows_in_pairs(SUBSCRIPTIONS, keys, subscription_row)?.into_iter().map(Event::Subscription).collect())
}

/// Adds the reader's subscriptions to a page.
pub(super) fn page(read: &Read<'_>, request: &PageRequest, data: &mut PageData) -> database::Result<()> {
    data.subscriptions = of_user(read, request.user)?;
    Ok(())
}

fn of_user(read: &Read<'_>, user: UserId) -> database::Result<Vec<Subscription>> {
    read.rows(OWN, &params![user], subscription_row)
}

/// Returns what rooms are to a person, by room. A room of which nothing was ever set is left out.
#[cfg(test)]
pub(crate) async fn of(db: &Database, user: UserId) -> AppResult<Vec<Subscription>> {
    db.read(move |read| Ok(of_user(read, user)?)).await
}

/// Sets what a room is to a person. The state that it has already changes nothing and takes no number.
///
/// # Errors
/// `not_found` for a room that `user` is no member of.
pub async fn subscribe(db: &Database, user: UserId, room: RoomId, favourite: Option<bool>) -> AppResult<Subscription> {
    const ONE: &str =
        "SELECT s.seq, s.room_id, s.user_id, s.favourite FROM subscriptions s WHERE s.room_id = ?1 AND s.user_id = ?2";
    const SET: &str = "INSERT INTO subscriptions (room_id, user_id, seq, favourite) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (room_id, user_id) DO UPDATE SET seq = excluded.seq, favourite = excluded.favourite";
    db.write(move |write| {
        require_member(write, room, user)?;
        let stored = write.row(ONE, &params![room, user], subscription_row)?;
        let before = match stored {
            Some(stored) => stored,
            // A room is to its member what it was when they joined.
            None => {
                let Some(member) = member(write, room, user)? else { return Err(AppError::new(Code::NotFound)) };
                Subscription { seq: member.seq, room, favourite: false, user }
            }
        };
        let favourite = favourite.unwrap_or(before.favourite);
        if favourite == before.favourite {
            return Ok(before);
        }
        let subscription = Subscription { seq: write.next_seq()?, favourite, ..before };
        write.execute(SET, &params![room, user, subscription.seq, favourite])?;
        write.publish(Event::Subscription(subscription.clone()), Audience::User(user))?;
        Ok(subscription)
    })
    .await
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
