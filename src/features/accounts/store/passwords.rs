//! SQL of passwords, and of the links by which somebody chooses a new one.

use crate::{
    database::{self, Database, Read, Write, params},
    features::{
        accounts::model::{NewRecovery, RecoverySeen},
        people::{
            model::User,
            store::{require_on_person, user},
        },
    },
    model::{
        error::{AppError, AppResult, Code},
        ids::UserId,
    },
    request::rights::{Action, Person, may},
    sessions::{
        store::{EndedSession, NewSession, end_all, insert_session},
        token::{Token, TokenHash},
    },
};

/// Milliseconds for which a recovery link is good: a day.
const GOOD_FOR: u64 = 24 * 3_600_000;

/// Stores a password, as a PHC string. A recovery link is of no use after that.
pub(super) fn set_password(write: &Write<'_>, id: UserId, hash: &str) -> AppResult<()> {
    const SET: &str = "INSERT INTO credentials (user_id, hash, changed) VALUES (?1, ?2, ?3)
        ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed = excluded.changed";
    write.later(SET, &params![id, hash, write.now()])?;
    end_recovery(write, id)
}

/// Ends a person's recovery link: they have come in.
pub(super) fn end_recovery(write: &Write<'_>, id: UserId) -> AppResult<()> {
    const END: &str = "UPDATE recoveries SET hash = NULL WHERE user_id = ?1";
    Ok(write.later(END, &params![id])?)
}

/// The refusal of a recovery link that is not good (any more).
pub fn gone() -> AppError {
    AppError { field: Some("token".to_owned()), ..AppError::new(Code::Gone) }
}

/// Makes the recovery link of a person, by `maker`, in place of the one before, and tells its token this once.
///
/// # Errors
/// `not_found` for nobody; `forbidden` for those who do not stand above them, and for a person without an account; `gone` while
/// they are deactivated.
pub async fn create_recovery(db: &Database, maker: UserId, id: UserId) -> AppResult<NewRecovery> {
    const CREATE: &str = "INSERT INTO recoveries (user_id, hash, maker_id, created, expires) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, maker_id = excluded.maker_id, created = excluded.created,
            expires = excluded.expires";
    let token = Token::new()?;
    let hash = token.hash();
    let expires = db
        .write(move |write| {
            let person = require_on_person(write, maker, id, Action::Recover)?;
            if person.handle.is_none() {
                return Err(AppError::new(Code::Forbidden));
            }
            if !person.active {
                return Err(AppError { field: Some("user".to_owned()), ..AppError::new(Code::Gone) });
            }
            let expires = write.now() + GOOD_FOR;
            write.later(CREATE, &params![id, hash, maker, write.now(), expires])?;
            Ok(expires)
        })
        .await?;
    Ok(NewRecovery { token: token.as_str().to_owned(), expires })
}

/// Finds whose a recovery link is. What its maker may do is checked again: who has been raised above them is not theirs.
///
/// # Errors
/// `gone`.
pub(crate) fn find_recovery(read: &Read<'_>, token: TokenHash, now: u64) -> AppResult<User> {
    const FIND: &str = "SELECT user_id, maker_id FROM recoveries WHERE hash = ?1 AND expires > ?2";
    let found = read.row(FIND, &params![token, now], |row| Ok((row.get::<UserId>(0)?, row.get::<UserId>(1)?)))?;
    let (id, maker) = found.ok_or_else(gone)?;
    let person = user(read, id)?.filter(|person| person.active && person.handle.is_some()).ok_or_else(gone)?;
    let maker = user(read, maker)?.filter(|maker| maker.active).ok_or_else(gone)?;
    may(Person::from(&maker), Action::Recover(Person::from(&person))).map_err(|_| gone())?;
    Ok(person)
}

/// Gives the person of a recovery link a new password, once, and a session in place of all others.
///
/// # Errors
/// `gone`.
pub async fn recover(
    db: &Database,
    token: TokenHash,
    password: String,
    session: NewSession,
) -> AppResult<(User, Vec<EndedSession>)> {
    db.write(move |write| {
        let person = find_recovery(write, token, write.now())?;
        set_password(write, person.id, &password)?;
        let ended = end_all(write, person.id, None)?;
        insert_session(write, person.id, &session)?;
        Ok((person, ended))
    })
    .await
}

/// Reads who has made the person's newest recovery link, and when.
pub(crate) fn newest_recovery(read: &Read<'_>, id: UserId, now: u64) -> database::Result<Option<RecoverySeen>> {
    const NEWEST: &str = "SELECT u.name, r.created, r.hash IS NOT NULL AND r.expires > ?2
        FROM recoveries r JOIN users u ON u.id = r.maker_id WHERE r.user_id = ?1";
    read.row(NEWEST, &params![id, now], |row| Ok(RecoverySeen { by: row.get(0)?, created: row.get(1)?, good: row.get(2)? }))
}
