//! SQL of what others change of a person: the role, and whether they are active.

use super::{
    rows::{active, user},
    sight::require_seen,
};
use crate::{
    database::{self, Audience, Database, Read, Write, params},
    features::people::model::{Role, User},
    model::{
        error::{AppError, AppResult, Code},
        ids::UserId,
        things::Event,
    },
    request::{
        hooks::Hooks,
        rights::{Action, Person, may},
    },
    sessions::store::{EndedSession, end_all},
    stream::sight::Sight,
};

/// Instead of a time: the ban has no end.
const FOR_GOOD: u64 = 0;
/// Milliseconds for which an address is closed at most: 30 days.
const CLOSED_FOR: u64 = 30 * 24 * 3_600_000;
/// Bans that end in one transaction, at most.
const TOGETHER: usize = 100;

/// Reads a person on whom `actor` wants to act, and checks that they may.
///
/// # Errors
/// `not_entered`, `not_found` for nobody and for somebody whom they may not see, `forbidden`.
pub(crate) fn require_on_person(
    read: &Read<'_>,
    actor: UserId,
    id: UserId,
    action: impl FnOnce(Person) -> Action,
) -> AppResult<User> {
    let actor = active(read, actor)?;
    let person = user(read, id)?.ok_or(AppError::new(Code::NotFound))?;
    require_seen(read, actor.id, &[id])?;
    may(Person::from(&actor), action(Person::from(&person)))?;
    Ok(person)
}

/// Refuses to take the last owner away. Owners without an account do not count: once their session is over they are nobody.
///
/// # Errors
/// `last_owner`.
fn require_other_owner(read: &Read<'_>, person: &User) -> AppResult<()> {
    const OTHER_OWNER: &str = "SELECT 1 FROM users WHERE role = 1 AND active = 1 AND handle IS NOT NULL AND id <> ?1";
    match person.role == Role::Owner && person.active && !read.exists(OTHER_OWNER, &params![person.id])? {
        true => Err(AppError::new(Code::LastOwner)),
        false => Ok(()),
    }
}

/// Gives a person a role. The one that they have changes nothing and takes no number. A guest stays in the rooms that they are
/// in; where they alone run one, another member follows.
///
/// # Errors
/// `not_found` for nobody; `forbidden` for those who do not stand above them, and for everyone but owners where an admin or an
/// owner is made or unmade; `last_owner`.
pub async fn give_role(db: &Database, hooks: &Hooks, actor: UserId, id: UserId, role: Role) -> AppResult<User> {
    const GIVE: &str = "UPDATE users SET seq = ?2, role = ?3 WHERE id = ?1";
    const OTHER_SIGHT: &str = "UPDATE users SET visible_since = ?2 WHERE id = ?1";
    let hooks = hooks.clone();
    db.write(move |write| {
        let before = require_on_person(write, actor, id, |person| Action::GiveRole(person, role))?;
        if before.role == role {
            return Ok(before);
        }
        require_other_owner(write, &before)?;
        let sees_otherwise = [before.role, role].contains(&Role::Guest);
        let after = User { seq: write.next_seq()?, role, ..before };
        write.later(GIVE, &params![id, after.seq, role])?;
        if sees_otherwise {
            write.later(OTHER_SIGHT, &params![id, after.seq])?;
        }
        write.publish(Event::User(after.clone()), Audience::Person(after.id))?;
        if role == Role::Guest && after.active {
            hooks.on_guest(write, id)?;
        }
        Ok(after)
    })
    .await
}

/// Ends a person's stay, by `actor`: all sessions end, and what was written stays under the name, which is free. Answers the
/// sessions that have ended; who has left already stays so.
///
/// # Errors
/// `not_found` for nobody; `forbidden` for others than oneself and those who stand above; `last_owner`.
pub async fn deactivate(db: &Database, hooks: &Hooks, actor: UserId, id: UserId) -> AppResult<(User, Vec<EndedSession>)> {
    let hooks = hooks.clone();
    db.write(move |write| {
        let before = require_on_person(write, actor, id, Action::Deactivate)?;
        set_ban(write, id, None)?;
        leave(write, &hooks, before)
    })
    .await
}

/// Ends a person's stay as a part of the transaction of `write`.
fn leave(write: &mut Write<'_>, hooks: &Hooks, before: User) -> AppResult<(User, Vec<EndedSession>)> {
    const LEAVE: &str = "UPDATE users SET seq = ?2, active = 0 WHERE id = ?1";
    if !before.active {
        return Ok((before, Vec::new()));
    }
    require_other_owner(write, &before)?;
    let after = User { seq: write.next_seq()?, active: false, ..before };
    write.later(LEAVE, &params![after.id, after.seq])?;
    write.publish(Event::User(after.clone()), Audience::Person(after.id))?;
    hooks.on_deactivate(write, after.id)?;
    let ended = end_all(write, after.id, None)?;
    Ok((after, ended))
}

/// Ends a person's stay until a time, milliseconds since 1970, or for good. It changes the end of a ban; who has left otherwise
/// stays so. Answers the sessions that have ended.
///
/// # Errors
/// `not_found` for nobody; `forbidden` for those who do not stand above them, and of oneself; `last_owner`.
pub async fn ban(
    db: &Database,
    hooks: &Hooks,
    actor: UserId,
    id: UserId,
    until: Option<u64>,
) -> AppResult<(User, Vec<EndedSession>)> {
    const BANNED: &str = "SELECT 1 FROM users WHERE id = ?1 AND banned_until IS NOT NULL";
    let hooks = hooks.clone();
    db.write(move |write| {
        let before = require_on_person(write, actor, id, Action::Ban)?;
        if before.active || write.exists(BANNED, &params![id])? {
            set_ban(write, id, Some(until.unwrap_or(FOR_GOOD)))?;
            close_addresses(write, &before, until)?;
        }
        leave(write, &hooks, before)
    })
    .await
}

/// Lets nobody new come in from where somebody without an account has, until their ban ends, at most [`CLOSED_FOR`]: they would
/// be back under another name.
fn close_addresses(write: &Write<'_>, person: &User, until: Option<u64>) -> AppResult<()> {
    const OVER: &str = "DELETE FROM closed_addresses WHERE until <= ?1";
    const CLOSE: &str = "INSERT INTO closed_addresses (address, user_id, until)
        SELECT DISTINCT address, user_id, ?2 FROM sessions WHERE user_id = ?1 AND address IS NOT NULL";
    const AGAIN: &str = "UPDATE closed_addresses SET until = ?2 WHERE user_id = ?1";
    let most = write.now() + CLOSED_FOR;
    let until = until.map_or(most, |until| until.min(most));
    write.later(OVER, &params![write.now()])?;
    if !person.active {
        return Ok(write.later(AGAIN, &params![person.id, until])?);
    }
    match person.handle {
        None => Ok(write.later(CLOSE, &params![person.id, until])?),
        Some(_) => Ok(()),
    }
}

fn set_ban(write: &Write<'_>, id: UserId, until: Option<u64>) -> AppResult<()> {
    const SET: &str = "UPDATE users SET banned_until = ?2 WHERE id = ?1";
    Ok(write.later(SET, &params![id, until])?)
}

/// Lets the people come back whose ban has ended. Returns how many; there may be more, for the next call.
///
/// # Errors
/// Those of the store.
pub async fn end_bans(db: &Database) -> AppResult<usize> {
    const ENDED: &str = "SELECT id FROM users WHERE banned_until > 0 AND banned_until <= ?1 ORDER BY banned_until, id LIMIT ?2";
    let now = database::now();
    // Nearly always there are none, and a write costs more than a look.
    let none = db.read(move |read| Ok(!read.exists(ENDED, &params![now, TOGETHER])?)).await?;
    if none {
        return Ok(0);
    }
    db.write(|write| {
        let ended: Vec<UserId> = write.rows(ENDED, &params![write.now(), TOGETHER], |row| row.get(0))?;
        for id in &ended {
            let before = user(write, *id)?.ok_or(AppError::new(Code::NotFound))?;
            come_back(write, before)?;
        }
        Ok(ended.len())
    })
    .await
}

/// Lets somebody come back who was deactivated or banned. They sign in as before, and their clients fetch anew what they show.
///
/// # Errors
/// `not_found` for nobody; `forbidden` for those who do not stand above them.
pub async fn activate(db: &Database, actor: UserId, id: UserId) -> AppResult<User> {
    db.write(move |write| {
        let before = require_on_person(write, actor, id, Action::Activate)?;
        come_back(write, before)
    })
    .await
}

/// Lets a person come back as a part of the transaction of `write`.
fn come_back(write: &mut Write<'_>, before: User) -> AppResult<User> {
    const OPEN: &str = "DELETE FROM closed_addresses WHERE user_id = ?1";
    const BACK: &str = "UPDATE users SET seq = ?2, active = 1, visible_since = ?2, banned_until = NULL WHERE id = ?1";
    if before.active {
        return Ok(before);
    }
    let after = User { seq: write.next_seq()?, active: true, ..before };
    write.later(OPEN, &params![after.id])?;
    write.later(BACK, &params![after.id, after.seq])?;
    write.publish(Event::User(after.clone()), Audience::Person(after.id))?;
    Ok(after)
}

/// What the hub has to know of people: whoever has left, is a guest, or sees otherwise than before.
///
/// # Errors
/// Those of the store.
pub async fn sights(db: &Database) -> AppResult<Vec<(UserId, Sight)>> {
    // Role 4 is a guest.
    const SIGHTS: &str =
        "SELECT id, active, role = 4, visible_since FROM users WHERE active = 0 OR role = 4 OR visible_since > 0";
    db.read(|read| {
        Ok(read.rows(SIGHTS, &[], |row| {
            let sight = Sight { active: row.get(1)?, guest: row.get(2)?, since: row.get(3)? };
            Ok((row.get(0)?, sight))
        })?)
    })
    .await
}
