//! SQL of accounts: the transactions that make a person, sign them in and change their password. Recovery is in
//! `store/passwords.rs`.

mod passwords;
#[cfg(test)]
mod tests;

pub use passwords::{create_recovery, gone, recover};
pub(crate) use passwords::{find_recovery, newest_recovery};

use super::handles::CheckedHandle;
use crate::{
    database::{Audience, Database, Read, Write, params},
    features::{
        invites::{self, store::Grant},
        people::{
            model::{HUES, Role, User},
            names::{CheckedName, initial, skeletons},
            store::{active, insert_skeletons, require_free_name, set_name, user},
        },
        rooms::store::{join_defaults, let_in},
        workspace::{self, model::Entry},
    },
    model::{
        error::{AppError, AppResult, Code, Reason},
        ids::UserId,
        things::Event,
    },
    request::hooks::Hooks,
    sessions::{
        store::{EndedSession, NewSession, end_all, insert_session},
        token::TokenHash,
    },
};
use passwords::{end_recovery, set_password};

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
/// `entry_closed` where the workspace or the address is not open; `name_taken` when somebody has the same name, or one that looks
/// like it, and has an account, or was seen in the last 24 hours and has not left.
pub async fn enter(db: &Database, hooks: &Hooks, name: CheckedName, session: NewSession, own: Option<UserId>) -> AppResult<User> {
    let hooks = hooks.clone();
    db.write(move |write| {
        require_open(write)?;
        session.address.as_deref().map_or(Ok(()), |address| require_open_address(write, address, write.now()))?;
        require_free_name(write, &name, own)?;
        insert_person(write, &hooks, name, Role::Member, None, &session)
    })
    .await
}

/// Adds a person without an account, whoever may come in.
///
/// # Errors
/// `name_taken` as in [`enter`].
pub async fn add_person(db: &Database, hooks: &Hooks, name: CheckedName, session: NewSession) -> AppResult<User> {
    let hooks = hooks.clone();
    db.write(move |write| {
        require_free_name(write, &name, None)?;
        insert_person(write, &hooks, name, Role::Member, None, &session)
    })
    .await
}

/// Writes and publishes a person, their memberships of the default rooms, which a guest has not, and their session.
fn insert_person(
    write: &mut Write<'_>,
    hooks: &Hooks,
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
    let (hue, initial) = ((id.0 % u64::from(HUES)) as u8, initial(&name.name));
    let handle = account.map(|account| account.handle.handle.clone());
    let user = User { seq, id, name: name.name, hue, initial, handle, role, active: true, hidden: false };
    write.later(ADD, &params![id, seq, user.name, user.hue, role])?;
    insert_skeletons(write, id, &name.skeletons)?;
    if let Some(account) = account {
        insert_account(write, id, account)?;
    }
    write.publish(Event::User(user.clone()), Audience::Person(user.id))?;
    if role != Role::Guest {
        join_defaults(write, hooks, id)?;
    }
    insert_session(write, id, session)?;
    Ok(user)
}

/// Gives a person a handle and a password. The handle counts as a name that people without an account may not take.
fn insert_account(write: &Write<'_>, id: UserId, account: &NewAccount) -> AppResult<()> {
    const HANDLE: &str = "UPDATE users SET handle = ?2, handle_skeleton = ?3, email = ?4 WHERE id = ?1";
    let NewAccount { handle: CheckedHandle { handle, skeleton }, password, email } = account;
    write.later(HANDLE, &params![id, handle, skeleton, email])?;
    insert_skeletons(write, id, &skeletons(handle))?;
    set_password(write, id, password)
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
pub async fn set_up(db: &Database, hooks: &Hooks, new: NewOwner, session: NewSession) -> AppResult<User> {
    const DONE: &str = "UPDATE workspace SET setup_hash = NULL WHERE id = 1";
    let hooks = hooks.clone();
    db.write(move |write| {
        require_set_up(write, &new.token, &new.account.handle)?;
        let own = new.own.map(|own| user(write, own)).transpose()?.flatten();
        let owner = match own.filter(|own| own.handle.is_none() && own.active) {
            Some(own) => promote(write, own, new.name, &new.account, &session)?,
            None => insert_person(write, &hooks, new.name, Role::Owner, Some(&new.account), &session)?,
        };
        workspace::store::set(write, Some(new.workspace), None)?;
        write.later(DONE, &[])?;
        Ok(owner)
    })
    .await
}

/// Makes the owner of a person without an account.
fn promote(write: &mut Write<'_>, own: User, name: CheckedName, account: &NewAccount, session: &NewSession) -> AppResult<User> {
    // Somebody who was a guest sees otherwise from now on.
    const PROMOTE: &str = "UPDATE users SET seq = ?2, role = ?3,
        visible_since = CASE WHEN role = 4 THEN ?2 ELSE visible_since END WHERE id = ?1";
    let handle = Some(account.handle.handle.clone());
    let initial = initial(&name.name);
    let owner = User { seq: write.next_seq()?, name: name.name, initial, handle, role: Role::Owner, ..own };
    write.later(PROMOTE, &params![owner.id, owner.seq, owner.role])?;
    set_name(write, &owner, &name.skeletons)?;
    insert_account(write, owner.id, account)?;
    write.publish(Event::User(owner.clone()), Audience::Person(owner.id))?;
    insert_session(write, owner.id, session)?;
    Ok(owner)
}

/// Makes somebody where the workspace is open or by an invitation, with a session. With an invitation of guests they may have no
/// account.
///
/// # Errors
/// `entry_closed`, `gone`, `handle_taken`; `name_taken` without an account.
pub async fn sign_up(
    db: &Database,
    hooks: &Hooks,
    name: CheckedName,
    account: Option<NewAccount>,
    invite: Option<TokenHash>,
    session: NewSession,
) -> AppResult<User> {
    let hooks = hooks.clone();
    db.write(move |write| {
        let grant = match invite {
            Some(token) => invites::store::take(write, token)?,
            None => {
                require_open(write)?;
                Grant { role: Role::Member, rooms: Vec::new() }
            }
        };
        match &account {
            Some(account) => require_free_handle(write, &account.handle)?,
            None if grant.role == Role::Guest => require_free_name(write, &name, None)?,
            // The role of an invitation never changes, so nobody has come this far.
            None => return Err(AppError::bad_input("handle", Reason::Missing)),
        }
        let user = insert_person(write, &hooks, name, grant.role, account.as_ref(), &session)?;
        let_in(write, &hooks, user.id, &grant.rooms)?;
        Ok(user)
    })
    .await
}

/// Refuses new people who have neither an open workspace nor an invitation that is good. Returns what they become.
///
/// # Errors
/// `entry_closed`, `gone`.
pub(super) fn require_entry(read: &Read<'_>, invite: Option<TokenHash>, address: &str, now: u64) -> AppResult<Role> {
    require_open_address(read, address, now)?;
    match invite {
        Some(token) => invites::store::check(read, token, now),
        None => require_open(read).map(|()| Role::Member),
    }
}

/// Refuses new people from where somebody without an account was banned.
fn require_open_address(read: &Read<'_>, address: &str, now: u64) -> AppResult<()> {
    const CLOSED: &str = "SELECT 1 FROM closed_addresses WHERE address = ?1 AND until > ?2";
    match read.exists(CLOSED, &params![address, now])? {
        true => Err(AppError::new(Code::EntryClosed)),
        false => Ok(()),
    }
}

/// Refuses new people where the workspace is not open.
pub(super) fn require_open(read: &Read<'_>) -> AppResult<()> {
    match workspace::store::state(read)?.entry {
        Entry::Open => Ok(()),
        _ => Err(AppError::new(Code::EntryClosed)),
    }
}

/// Refuses an account for somebody who has one.
///
/// # Errors
/// `not_entered`, `forbidden`, `handle_taken`.
pub(super) fn require_claim(read: &Read<'_>, id: UserId, handle: &CheckedHandle) -> AppResult<User> {
    let before = active(read, id)?;
    if before.handle.is_some() {
        return Err(AppError::new(Code::Forbidden));
    }
    require_free_handle(read, handle)?;
    Ok(before)
}

/// Gives an account to a person without one, who keeps role and messages, with a session.
///
/// # Errors
/// As in [`require_claim`].
pub async fn claim(db: &Database, id: UserId, account: NewAccount, session: NewSession) -> AppResult<User> {
    const CLAIM: &str = "UPDATE users SET seq = ?2 WHERE id = ?1";
    db.write(move |write| {
        let before = require_claim(write, id, &account.handle)?;
        let after = User { seq: write.next_seq()?, handle: Some(account.handle.handle.clone()), ..before };
        write.later(CLAIM, &params![id, after.seq])?;
        insert_account(write, id, &account)?;
        write.publish(Event::User(after.clone()), Audience::Person(after.id))?;
        insert_session(write, id, &session)?;
        Ok(after)
    })
    .await
}

/// Replaces the password that has the hash `old`, and ends all other sessions than `keep`.
///
/// # Errors
/// `wrong_login` where the password has changed meanwhile.
pub async fn change_password(
    db: &Database,
    id: UserId,
    old: String,
    new: String,
    keep: TokenHash,
) -> AppResult<Vec<EndedSession>> {
    db.write(move |write| {
        if !write.exists(SAME_PASSWORD, &params![id, old])? {
            return Err(AppError::new(Code::WrongLogin));
        }
        set_password(write, id, &new)?;
        end_all(write, id, Some(keep))
    })
    .await
}

const SAME_PASSWORD: &str = "SELECT 1 FROM credentials WHERE user_id = ?1 AND hash = ?2";

/// Returns a person and their e-mail address.
///
/// # Errors
/// `not_entered` where they have left.
pub async fn own(db: &Database, id: UserId) -> AppResult<(User, Option<String>)> {
    const EMAIL: &str = "SELECT email FROM users WHERE id = ?1";
    db.read(move |read| Ok((active(read, id)?, read.row(EMAIL, &params![id], |row| row.get(0))?.flatten()))).await
}

/// Ends all other sessions of a person than `keep`.
///
/// # Errors
/// Those of the store.
pub async fn end_others(db: &Database, id: UserId, keep: TokenHash) -> AppResult<Vec<EndedSession>> {
    db.write(move |write| end_all(write, id, Some(keep))).await
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
    db.write(move |write| {
        let found = user(write, login.user)?.filter(|user| user.active);
        let (Some(user), true) = (found, write.exists(SAME_PASSWORD, &params![login.user, login.hash])?) else {
            return Err(AppError::new(Code::WrongLogin));
        };
        insert_session(write, user.id, &session)?;
        end_recovery(write, user.id)?;
        Ok(user)
    })
    .await
}
