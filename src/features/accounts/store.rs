//! SQL of entering: the one transaction that makes a person.

#[cfg(test)]
mod tests;

use crate::{
    database::{Audience, Database, params},
    features::{
        people::{
            model::User,
            names::{CheckedName, initial},
        },
        rooms::store::set_member,
    },
    model::{
        error::{AppError, AppResult, Code},
        ids::{GENERAL, UserId},
        things::Event,
    },
    sessions::store::insert_session,
};

/// A name is held for this long after its owner was last seen: 24 hours, in milliseconds.
const NAME_HELD: u64 = 24 * 3_600_000;
/// Hues a name can have.
const HUES: u64 = 10;

/// Makes a person, a member of General, with a session: all of it or nothing.
///
/// # Errors
/// `name_taken` when somebody has the same name, or one that looks like it, was seen in the last 24 hours and has not left.
pub async fn enter(db: &Database, name: CheckedName, hash: [u8; 32], tag: String, own: Option<UserId>) -> AppResult<User> {
    const TAKEN: &str = "SELECT 1 FROM name_skeletons s JOIN activity a ON a.user_id = s.user_id
        WHERE s.skeleton IN (?1, ?2, ?3) AND a.left_at IS NULL AND a.seen_at > ?4 AND a.seen_at < ?5
        AND a.user_id IS DISTINCT FROM ?6";
    const NEXT_ID: &str = "SELECT coalesce(max(id), 0) + 1 FROM users";
    const ENTER: &str = "INSERT INTO users (id, seq, name, hue) VALUES (?1, ?2, ?3, ?4)";
    const SKELETON: &str = "INSERT INTO name_skeletons (skeleton, user_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    db.write(move |write| {
        let now = write.now();
        let [cased, capital, small] = &name.skeletons;
        // A time far ahead was noted by a clock that was wrong.
        let (since, until) = (now.saturating_sub(NAME_HELD), now + NAME_HELD);
        if write.exists(TAKEN, &params![cased, capital, small, since, until, own])? {
            return Err(AppError::new(Code::NameTaken));
        }
        let seq = write.next_seq()?;
        let id = write.row(NEXT_ID, &[], |row| row.get(0))?.unwrap_or(UserId(1));
        // People who come one after another get hues as far apart as there are.
        let initial = initial(&name.name);
        let user = User { seq, id, name: name.name, hue: (id.0 % HUES) as u8, initial };
        write.later(ENTER, &params![id, seq, user.name, user.hue])?;
        for skeleton in &name.skeletons {
            write.later(SKELETON, &params![skeleton, id])?;
        }
        write.publish(Event::User(user.clone()), Audience::Everyone)?;
        set_member(write, GENERAL, id)?;
        insert_session(write, id, hash, &tag)?;
        Ok(user)
    })
    .await
}
