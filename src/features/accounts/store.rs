//! SQL of accounts: the transactions that make a person, and those about passwords.

#[cfg(test)]
mod tests;

use super::handles::CheckedHandle;
use crate::{
    database::{Audience, Database, Read, Write, params},
    features::{
        people::{
            model::{Role, User},
            names::{CheckedName, initial, skeletons},
            store::user,
        },
        rooms::store::join_defaults,
        workspace::{self, model::Entry},
    },
    model::{
        error::{AppError, AppResult, Code},
        ids::UserId,
        things::Event,
    },
    sessions::{
        store::{NewSession, insert_session},
        token::TokenHash,
    },
};

/// A name is held for this long after its owner was last seen: 24 hours, in milliseconds. Accounts hold theirs for good.
const NAME_HELD: u64 = 24 * 3_600_000;
/// Hues a name can have.
const HUES: u64 = 10;

/// What makes somebody's account.
#[derive(Debug, Clone)]
pub struct NewAccount {
    pub handle: CheckedHandle,
    /// The password as a PHC string.
    pub password: String,
    pub email: Option<String>,
}

/// A workspace and its owner, as somebody sets them up.
#[derive(Debug, Clone)]
pub struct NewOwner {
    /// Hash of the token of the set-up link.
    pub token: TokenHash,
    pub workspace: String,
    pub name: CheckedName,
    pub account: NewAccount,
    /// The person who asks; the owner is made of them where they have no account.
    pub own: Option<UserId>,
}

/// Makes a person without an account, a member of General, with a session: all of it or nothing. `own` is the person who asks.
///
/// # Errors
/// `entry_closed` where the workspace is not open; `name_taken` when somebody has the same name, or one that looks like it, and
/// has an account, or was seen in the last 24 hours and has not left.
pub async fn enter(db: &Database, name: CheckedName, session: NewSession, own: Option<UserId>) -> AppResult<User> {
    db.write(move |write| {
        if workspace::store::state(write)?.entry != Entry::Open {
            return Err(AppError::new(Code::EntryClosed));
        }
        require_free_name(write, &name, own)?;
        insert_person(write, name, Role::Member, None, &session)
    })
    .await
}

/// Adds a person without an account, whoever may come in.
///
/// # Errors
/// `name_taken` as in [`enter`].
pub async fn add_person(db: &Database, name: CheckedName, session: NewSession) -> AppResult<User> {
    db.write(move |write| {
        require_free_name(write, &name, None)?;
        insert_person(write, name, Role::Member, None, &session)
    })
    .await
}

/// Refuses a name for a person without an account.
fn require_free_name(write: &Write<'_>, name: &CheckedName, own: Option<UserId>) -> AppResult<()> {
    const TAKEN: &str = "SELECT 1 FROM name_skeletons s JOIN users u ON u.id = s.user_id
        LEFT JOIN activity a ON a.user_id = s.user_id
        WHERE s.skeleton IN (?1, ?2, ?3) AND u.active = 1 AND s.user_id IS DISTINCT FROM ?6
        AND (u.handle IS NOT NULL OR (a.left_at IS NULL AND a.seen_at > ?4 AND a.seen_at < ?5))";
    let now = write.now();
    let [cased, capital, small] = &name.skeletons;
    // A time far ahead was noted by a clock that was wrong.
    let (since, until) = (now.saturating_sub(NAME_HELD), now + NAME_HELD);
    match write.exists(TAKEN, &params![cased, capital, small, since, until, own])? {
        true => Err(AppError::new(Code::NameTaken)),
        false => Ok(()),
    }
}

/// Writes and publishes a person, their memberships of the default rooms and their session.
fn insert_person(
    write: &mut Write<'_>,
    name: CheckedName,
    role: Role,
    account: Option<&NewAccount>,
    session: &NewSession,
) -> AppResult<User> {
    const NEXT_ID: &str = "SELECT coalesce(max(id), 0) + 1 FROM users";
    const ADD: &str = "INSERT INTO users (id, seq, name, hue, role) VALUES (?1, ?2, ?3, ?4, ?5)";
    let seq = write.next_seq()?;
    let id = write.row(NEXT_ID, &[], |row| row.get(0))?.unwrap_or(UserId(1));
    // People who come one after another get hues as far apart as there are.
    let (hue, initial) = ((id.0 % HUES) as u8, initial(&name.name));
    let handle = account.map(|account| account.handle.handle.clone());
    let user = User { seq, id, name: name.name, hue, initial, handle, role, active: true, hidden: false };
    write.later(ADD, &params![id, seq, user.name, user.hue, role])?;
    insert_skeletons(write, id, &name.skeletons)?;
    if let Some(account) = account {
        insert_account(write, id, account)?;
    }
    write.publish(Event::User(user.clone()), Audience::Everyone)?;
    join_defaults(write, id)?;
    insert_session(write, id, session)?;
    Ok(user)
}

fn insert_skeletons(write: &Write<'_>, id: UserId, all: &[String]) -> AppResult<()> {
    const SKELETON: &str = "INSERT INTO name_skeletons (skeleton, user_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    Ok(all.iter().try_for_each(|skeleton| write.later(SKELETON, &params![skeleton, id]))?)
}

/// Gives a person a handle and a password. The handle counts as a name that people without an account may not take.
fn insert_account(write: &Write<'_>, id: UserId, account: &NewAccount) -> AppResult<()> {
    const HANDLE: &str = "UPDATE users SET handle = ?2, handle_skeleton = ?3, email = ?4 WHERE id = ?1";
    let NewAccount { handle: CheckedHandle { handle, skeleton }, password, email } = account;
    write.later(HANDLE, &params![id, handle, skeleton, email])?;
    insert_skeletons(write, id, &skeletons(handle))?;
    set_password(write, id, password)
}

/// Stores a password, as a PHC string.
fn set_password(write: &Write<'_>, id: UserId, hash: &str) -> AppResult<()> {
    const SET: &str = "INSERT INTO credentials (user_id, hash, changed) VALUES (?1, ?2, ?3)
        ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed = excluded.changed";
    Ok(write.later(SET, &params![id, hash, write.now()])?)
}

/// Refuses a handle that somebody has, or one that looks like it.
///
/// # Errors
/// `handle_taken`.
pub(super) fn require_free_handle(read: &Read<'_>, handle: &CheckedHandle) -> AppResult<()> {
    const TAKEN: &str = "SELECT 1 FROM users WHERE handle_skeleton = ?1";
    match read.exists(TAKEN, &params![handle.skeleton])? {
        true => Err(AppError { field: Some("handle".to_owned()), ..AppError::new(Code::HandleTaken) }),
        false => Ok(()),
    }
}

/// Whether the workspace has an owner.
pub(crate) fn has_owner(read: &Read<'_>) -> AppResult<bool> {
    const OWNER: &str = "SELECT 1 FROM users WHERE role = 1 AND active = 1";
    Ok(read.exists(OWNER, &[])?)
}

/// Keeps the hash of a new set-up token in place of the one before. False where there is an owner, so that there is none.
///
/// # Errors
/// Those of the store.
pub async fn renew_set_up(db: &Database, hash: TokenHash) -> AppResult<bool> {
    const RENEW: &str = "UPDATE workspace SET setup_hash = ?1 WHERE id = 1";
    db.write(move |write| {
        let wanted = !has_owner(write)?;
        if wanted {
            write.later(RENEW, &params![hash])?;
        }
        Ok(wanted)
    })
    .await
}

/// Refuses a set-up that is not possible now.
///
/// # Errors
/// `not_found` after it was done, `gone` for another token than the newest, `handle_taken`.
pub(super) fn require_set_up(read: &Read<'_>, token: &TokenHash, handle: &CheckedHandle) -> AppResult<()> {
    const TOKEN: &str = "SELECT 1 FROM workspace WHERE setup_hash = ?1";
    if has_owner(read)? {
        return Err(AppError::new(Code::NotFound));
    }
    if !read.exists(TOKEN, &params![*token])? {
        return Err(AppError { field: Some("token".to_owned()), ..AppError::new(Code::Gone) });
    }
    require_free_handle(read, handle)
}

/// Makes the owner and names the workspace, with a session of the owner: once.
///
/// # Errors
/// As in [`require_set_up`].
pub async fn set_up(db: &Database, new: NewOwner, session: NewSession) -> AppResult<User> {
    const DONE: &str = "UPDATE workspace SET setup_hash = NULL WHERE id = 1";
    db.write(move |write| {
        require_set_up(write, &new.token, &new.account.handle)?;
        let own = new.own.map(|own| user(write, own)).transpose()?.flatten();
        let owner = match own.filter(|own| own.handle.is_none() && own.active) {
            Some(own) => promote(write, own, new.name, &new.account, &session)?,
            None => insert_person(write, new.name, Role::Owner, Some(&new.account), &session)?,
        };
        workspace::store::set(write, Some(new.workspace), None)?;
        write.later(DONE, &[])?;
        Ok(owner)
    })
    .await
}

/// Makes the owner of a person without an account.
fn promote(write: &mut Write<'_>, own: User, name: CheckedName, account: &NewAccount, session: &NewSession) -> AppResult<User> {
    const PROMOTE: &str = "UPDATE users SET seq = ?2, name = ?3, role = ?4 WHERE id = ?1";
    const OLD_SKELETONS: &str = "DELETE FROM name_skeletons WHERE user_id = ?1";
    let handle = Some(account.handle.handle.clone());
    let initial = initial(&name.name);
    let owner = User { seq: write.next_seq()?, name: name.name, initial, handle, role: Role::Owner, ..own };
    write.later(PROMOTE, &params![owner.id, owner.seq, owner.name, owner.role])?;
    write.later(OLD_SKELETONS, &params![owner.id])?;
    insert_skeletons(write, owner.id, &name.skeletons)?;
    insert_account(write, owner.id, account)?;
    write.publish(Event::User(owner.clone()), Audience::Everyone)?;
    insert_session(write, owner.id, session)?;
    Ok(owner)
}

/// The person of a handle, and their password as a PHC string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    pub user: UserId,
    pub hash: String,
}

/// Returns who has this handle; none for nobody, and for those who may not sign in.
///
/// # Errors
/// Those of the store.
pub async fn login(db: &Database, handle: String) -> AppResult<Option<Login>> {
    const LOGIN: &str = "SELECT u.id, c.hash FROM users u JOIN credentials c ON c.user_id = u.id
        WHERE u.handle = ?1 AND u.active = 1";
    db.read(move |read| Ok(read.row(LOGIN, &params![handle], |row| Ok(Login { user: row.get(0)?, hash: row.get(1)? }))?)).await
}

/// Begins a session of somebody whose password was right.
///
/// # Errors
/// `wrong_login` where the account or its password has changed meanwhile.
pub async fn sign_in(db: &Database, login: Login, session: NewSession) -> AppResult<User> {
    const SAME: &str = "SELECT 1 FROM credentials WHERE user_id = ?1 AND hash = ?2";
    db.write(move |write| {
        let found = user(write, login.user)?.filter(|user| user.active);
        let (Some(user), true) = (found, write.exists(SAME, &params![login.user, login.hash])?) else {
            return Err(AppError::new(Code::WrongLogin));
        };
        insert_session(write, user.id, &session)?;
        Ok(user)
    })
    .await
}
