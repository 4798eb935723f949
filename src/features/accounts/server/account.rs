//! Making an account and changing its password.

use super::{
    hashing, passwords,
    session::{begin, begin_named},
};
use crate::{
    features::{
        accounts::{
            handles::{self, CheckedHandle},
            store::{self, NewAccount},
        },
        invites::server::arguments,
        people::{
            model::{Role, User},
            names::{self, CheckedName},
        },
    },
    model::{
        error::{AppError, AppResult, Code, Reason},
        ids::UserId,
    },
    request::{address::counted, caller::Caller, services::Services},
    sessions::cache::Session,
};

/// Characters of an e-mail address (RFC 5321, 4.5.3.1.3).
const MAX_EMAIL: usize = 254;

/// What somebody has typed for their account.
pub struct Typed {
    pub handle: String,
    pub password: String,
    pub email: String,
}

/// The same, as far as it can be checked without the store.
struct Checked {
    handle: CheckedHandle,
    password: String,
    email: Option<String>,
}

impl Typed {
    fn check(&self) -> AppResult<Checked> {
        let handle = handles::check(&self.handle)?;
        Ok(Checked { handle, password: passwords::typed("password", &self.password)?, email: check_email(&self.email)? })
    }
}

impl Checked {
    /// Hashes the password, unless it is easy to guess.
    async fn hash(self, name: &str) -> AppResult<NewAccount> {
        let Self { handle, password, email } = self;
        passwords::check("password", &password, &[name, &handle.handle])?;
        Ok(NewAccount { handle, password: hashing::hash(password).await?, email })
    }
}

/// Returns an e-mail address as it is stored; none where there is none. It is only ever shown, so its form is not looked at
/// closely.
fn check_email(text: &str) -> AppResult<Option<String>> {
    let text = text.trim();
    let is_right = text.chars().count() <= MAX_EMAIL
        && text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    match text {
        "" => Ok(None),
        _ if is_right => Ok(Some(text.to_owned())),
        _ => Err(AppError::bad_input("email", Reason::Malformed)),
    }
}

/// Makes somebody with an account, or a guest with a name alone.
///
/// # Errors
/// As of [`SignUp`](crate::features::accounts::api::SignUp).
pub async fn sign_up(services: &Services, caller: &Caller, invite: &str, name: &str, typed: Typed) -> AppResult<User> {
    let invite = if invite.is_empty() { None } else { Some(arguments::token(invite)?) };
    let (now, address) = (services.now(), counted(caller.address).to_string());
    let role = services.db.read(move |read| store::require_entry(read, invite, &address, now)).await?;
    let name: CheckedName = names::check(name).map_err(|reason| AppError::bad_input("name", reason))?;
    let (db, hooks) = (&services.db, &services.hooks);
    if role == Role::Guest && typed.handle.is_empty() && typed.password.is_empty() {
        return begin_named(services, caller, |session| store::sign_up(db, hooks, name, None, invite, session)).await;
    }
    let checked = typed.check()?;
    let account = Some(checked.hash(&name.name).await?);
    begin(services, caller, |session| store::sign_up(db, hooks, name, account, invite, session)).await
}

/// Makes an account of somebody who has entered with a name alone.
///
/// # Errors
/// As of [`Claim`](crate::features::accounts::api::Claim).
pub async fn claim(services: &Services, caller: &Caller, user: UserId, typed: Typed) -> AppResult<User> {
    let checked = typed.check()?;
    let wanted = checked.handle.clone();
    let before = services.db.read(move |read| store::require_claim(read, user, &wanted)).await?;
    let account = checked.hash(&before.name).await?;
    begin(services, caller, |session| store::claim(&services.db, user, account, session)).await
}

/// Changes the password of the session's owner, and ends their other sessions.
///
/// # Errors
/// As of [`ChangePassword`](crate::features::accounts::api::ChangePassword).
pub async fn change_password(services: &Services, session: &Session, old: String, new: String) -> AppResult<()> {
    let (me, _) = store::own(&services.db, session.user).await?;
    let handle = me.handle.ok_or(AppError::new(Code::Forbidden))?;
    let wrong = || AppError { field: Some("old".to_owned()), ..AppError::new(Code::WrongLogin) };
    // Guessing here is guessing at the sign-in.
    let attempt = services.limits.sign_in(&handle)?;
    let login = store::login(&services.db, handle.clone()).await?.ok_or_else(wrong)?;
    if !hashing::verify(old, Some(login.hash.clone())).await? {
        return Err(wrong());
    }
    attempt.forget();
    passwords::check("new", &new, &[&me.name, &handle])?;
    let new = hashing::hash(new).await?;
    let ended = store::change_password(&services.db, session.user, login.hash, new, session.hash).await?;
    services.sessions_ended(&ended);
    Ok(())
}
