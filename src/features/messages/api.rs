//! Server functions of messages: `/api/messages/*`. Arguments are text, so that a wrong one can be named.

use super::model::{Message, Page};
use crate::model::error::AppError;
use leptos::prelude::*;

/// Posts a message; the answer leaves once it is on disk. The same key, room and text again: the same message.
///
/// # Errors
/// `bad_input` (room, key, text), `not_entered`, `not_found`, `key_used`, `too_fast`, `busy`, `storage_full`.
#[server(name = SendMessage, prefix = "/api", endpoint = "messages/send")]
pub async fn send(
    #[server(default)] room: String,
    #[server(default)] key: String,
    #[server(default)] text: String,
) -> Result<Message, AppError> {
    use super::{
        markup,
        model::{check, tidy},
        store::{self, NewMessage},
    };
    use crate::request::caller::{current, parse};
    let (app, caller) = current()?;
    let author = caller.require_user()?;
    app.limits.posting(author)?;
    let (room, key) = (parse("room", &room)?, parse("key", &key)?);
    let text = tidy(&text);
    check(&text).map_err(|reason| AppError::bad_input("text", reason))?;
    let body = markup::parse(&text);
    store::send(&app.db, NewMessage { room, author, key, text, body }).await
}

/// Deletes one's own message: a tombstone stays.
///
/// # Errors
/// `bad_input`, `not_entered`, `forbidden` (somebody else's), `not_found`.
#[server(name = DeleteMessage, prefix = "/api", endpoint = "messages/delete")]
pub async fn delete(#[server(default)] message: String) -> Result<Message, AppError> {
    use crate::request::caller::{current, parse};
    let (app, caller) = current()?;
    let user = caller.require_user()?;
    app.limits.posting(user)?;
    let deleted = super::store::delete(&app.db, user, parse("message", &message)?).await?;
    app.erase.store(true, std::sync::atomic::Ordering::Relaxed);
    Ok(deleted)
}

/// A stretch of a room's history: `before`, `after` or `around` a message, or the newest.
///
/// # Errors
/// `bad_input`, `not_entered`, `not_found` (also for a room one is no member of).
#[server(name = MessagePage, prefix = "/api", endpoint = "messages/page")]
pub async fn page(
    #[server(default)] room: String,
    #[server(default)] before: String,
    #[server(default)] after: String,
    #[server(default)] around: String,
    #[server(default)] limit: String,
) -> Result<Page, AppError> {
    use super::model::{MAX_PAGE, PAGE, Stretch};
    use crate::{
        model::error::Reason,
        request::caller::{current, parse},
    };
    let (app, caller) = current()?;
    let user = caller.require_user()?;
    let room = parse("room", &room)?;
    let mut given = [("before", before), ("after", after), ("around", around)].into_iter().filter(|(_, id)| !id.is_empty());
    let stretch = match given.next() {
        None => Stretch::Newest,
        Some(("before", id)) => Stretch::Before(parse("before", &id)?),
        Some(("after", id)) => Stretch::After(parse("after", &id)?),
        Some((_, id)) => Stretch::Around(parse("around", &id)?),
    };
    if let Some((second, _)) = given.next() {
        return Err(AppError::bad_input(second, Reason::Malformed));
    }
    let limit = match limit.as_str() {
        "" => PAGE,
        text => {
            text.parse().ok().filter(|n| (1..=MAX_PAGE).contains(n)).ok_or(AppError::bad_input("limit", Reason::Malformed))?
        }
    };
    super::store::page(&app.db, user, room, stretch, limit).await
}
