//! Server functions of messages: `/api/messages/*`.

use super::model::{Message, Page};
use crate::model::{
    argument::Argument,
    error::AppError,
    ids::{ClientKey, MessageId, RoomId},
};
use leptos::prelude::*;

/// Posts a message; the answer leaves once it is on disk. The same key, room and text again: the same message.
///
/// # Errors
/// `bad_input` (room, key, text), `not_entered`, `not_found`, `key_used`, `too_fast`, `busy`, `storage_full`.
#[server(name = SendMessage, prefix = "/api", endpoint = "messages/send")]
pub async fn send(
    #[server(default)] room: Argument<RoomId>,
    #[server(default)] key: Argument<ClientKey>,
    #[server(default)] text: String,
) -> Result<Message, AppError> {
    use super::{
        markup,
        model::{check, tidy},
        store::{self, NewMessage},
    };
    let call = crate::request::admit::admit::<SendMessage>()?;
    let (room, key) = (room.required("room")?, key.required("key")?);
    let text = tidy(&text);
    check(&text).map_err(|reason| AppError::bad_input("text", reason))?;
    let body = markup::parse(&text);
    store::send(&call.services.db, &call.services.hooks, NewMessage { room, author: call.user, key, text, body }).await
}

/// Deletes one's own message, or any in a room that one runs: a tombstone stays.
///
/// # Errors
/// `bad_input`, `not_entered`, `forbidden` (somebody else's, in a room that one does not run), `not_found`.
#[server(name = DeleteMessage, prefix = "/api", endpoint = "messages/delete")]
pub async fn delete(#[server(default)] message: Argument<MessageId>) -> Result<Message, AppError> {
    let call = crate::request::admit::admit::<DeleteMessage>()?;
    let message = message.required("message")?;
    super::store::delete(&call.services.db, &call.services.hooks, call.user, message).await
}

/// A range of a room's history: `before`, `after` or `around` a message, or the newest. `unread`, an ordinal, asks for the
/// newest, or for those around the first message above it where that is further up.
///
/// # Errors
/// `bad_input`, `not_entered`, `not_found` (also for a room one is no member of).
#[server(name = MessagePage, prefix = "/api", endpoint = "messages/page")]
pub async fn page(
    #[server(default)] room: Argument<RoomId>,
    #[server(default)] before: Argument<MessageId>,
    #[server(default)] after: Argument<MessageId>,
    #[server(default)] around: Argument<MessageId>,
    #[server(default)] unread: Argument<u64>,
    #[server(default)] limit: Argument<u32>,
) -> Result<Page, AppError> {
    use super::model::{MAX_PAGE, PAGE, PageRange};
    use crate::{model::error::Reason, request::admit::admit};
    let call = admit::<MessagePage>()?;
    let room = room.required("room")?;
    let (before, after, around) = (before.optional("before")?, after.optional("after")?, around.optional("around")?);
    let range = match (before, after, around) {
        (None, None, None) => unread.optional("unread")?.map_or(PageRange::Newest, PageRange::Unread),
        (Some(id), None, None) => PageRange::Before(id),
        (None, Some(id), None) => PageRange::After(id),
        (None, None, Some(id)) => PageRange::Around(id),
        (_, Some(_), None) => return Err(AppError::bad_input("after", Reason::Malformed)),
        _ => return Err(AppError::bad_input("around", Reason::Malformed)),
    };
    let limit = limit.optional("limit")?.unwrap_or(PAGE);
    if !(1..=MAX_PAGE).contains(&limit) {
        return Err(AppError::bad_input("limit", Reason::Malformed));
    }
    super::store::page(&call.services.db, &call.services.hooks, call.user, room, range, limit).await
}
