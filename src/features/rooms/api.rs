//! Server functions of rooms: `/api/rooms/*`.

use super::model::{Member, MemberList, MemberRole, Posting, Room, RoomKind, RoomList};
use crate::model::{
    argument::{Argument, OptionalText},
    error::AppError,
    ids::{List, RoomId, UserId},
};
use leptos::prelude::*;

/// Opens a room; its creator is its admin. `users` become members too.
///
/// # Errors
/// `bad_input` (name, kind, topic, users), `not_entered`, `too_fast`, `not_found` for somebody who is not there, `name_taken`
/// (with `room`, which has the name) for an open room.
#[server(name = CreateRoom, prefix = "/api", endpoint = "rooms/create")]
pub async fn create(
    #[server(default)] name: String,
    #[server(default)] kind: Argument<RoomKind>,
    #[server(default)] topic: String,
    #[server(default)] users: Argument<List<UserId>>,
) -> Result<Room, AppError> {
    use super::{arguments, names, store};
    use crate::model::error::Reason;
    let call = crate::request::admit::admit::<CreateRoom>()?;
    let (name, topic) = (names::check(&name)?, names::check_topic(&topic)?);
    let kind = kind.optional("kind")?.unwrap_or_default();
    // Whom a direct room is for says which one it is.
    if kind == RoomKind::Direct {
        return Err(AppError::bad_input("kind", Reason::Malformed));
    }
    let users = arguments::people(users.optional("users")?)?;
    store::create(&call.services.db, &call.services.hooks, call.user, store::NewRoom { name, kind, topic, users }).await
}

/// The direct room of oneself and 1 to 9 `users`, or of oneself alone for notes: the same one each time, made where there is
/// none yet.
///
/// # Errors
/// `bad_input` (users), `not_entered`, `too_fast`, `not_found` for somebody who is not there, whom one may not see, or who has
/// left for good and was in none; `storage_full`.
#[server(name = OpenDirect, prefix = "/api", endpoint = "rooms/direct")]
pub async fn direct(#[server(default)] users: Argument<List<UserId>>) -> Result<Room, AppError> {
    let call = crate::request::admit::admit::<OpenDirect>()?;
    let others = super::arguments::others(users.optional("users")?, call.user)?;
    let services = call.services.clone();
    let admit = move || {
        services.disk.check()?;
        services.limits.opening(call.user)
    };
    super::store::open_direct(&call.services.db, &call.services.hooks, call.user, others, admit).await
}

/// Renames a room that one runs.
///
/// # Errors
/// `bad_input` (room, name), `not_entered`, `forbidden`, `not_found`, `archived`, `name_taken` (with `room`, which has the name).
#[server(name = RenameRoom, prefix = "/api", endpoint = "rooms/rename")]
pub async fn rename(#[server(default)] room: Argument<RoomId>, #[server(default)] name: String) -> Result<Room, AppError> {
    let call = crate::request::admit::admit::<RenameRoom>()?;
    let room = room.required("room")?;
    let name = super::names::check(&name)?;
    super::store::rename(&call.services.db, call.user, room, name).await
}

/// Changes a room that one runs; what is left out stays. An empty topic is none.
///
/// # Errors
/// `bad_input` (room, name, topic, posting, default), `not_entered`, `forbidden`, `not_found`, `archived`, `name_taken` (with
/// `room`, which has the name).
#[server(name = UpdateRoom, prefix = "/api", endpoint = "rooms/update")]
pub async fn update(
    #[server(default)] room: Argument<RoomId>,
    #[server(default)] name: OptionalText,
    #[server(default)] topic: OptionalText,
    #[server(default)] posting: Argument<Posting>,
    #[server(default)] default: Argument<bool>,
) -> Result<Room, AppError> {
    use super::{names, store};
    let call = crate::request::admit::admit::<UpdateRoom>()?;
    let room = room.required("room")?;
    let update = store::RoomUpdate {
        name: name.0.map(|name| names::check(&name)).transpose()?,
        topic: topic.0.map(|topic| names::check_topic(&topic)).transpose()?,
        posting: posting.optional("posting")?,
        default: default.optional("default")?,
    };
    store::update(&call.services.db, call.user, room, update).await
}

/// Archives a room that one runs, or takes it back: it can be read and no longer be written in.
///
/// # Errors
/// `bad_input` (room, on), `not_entered`, `forbidden`, `not_found`.
#[server(name = ArchiveRoom, prefix = "/api", endpoint = "rooms/archive")]
pub async fn archive(#[server(default)] room: Argument<RoomId>, #[server(default)] on: Argument<bool>) -> Result<Room, AppError> {
    let call = crate::request::admit::admit::<ArchiveRoom>()?;
    let (room, on) = (room.required("room")?, on.required("on")?);
    super::store::archive(&call.services.db, call.user, room, on).await
}

/// Joins a room; joining again changes nothing.
///
/// # Errors
/// `bad_input` (room), `not_entered`, `not_found`, `archived`.
#[server(name = JoinRoom, prefix = "/api", endpoint = "rooms/join")]
pub async fn join(#[server(default)] room: Argument<RoomId>) -> Result<Member, AppError> {
    let call = crate::request::admit::admit::<JoinRoom>()?;
    super::store::join(&call.services.db, &call.services.hooks, call.user, room.required("room")?).await
}

/// Leaves a room. Where its last admin goes, whoever has been in it longest becomes admin.
///
/// # Errors
/// `bad_input` (room), `not_entered`, `not_found` for a room that one is not in, `forbidden` for General.
#[server(name = LeaveRoom, prefix = "/api", endpoint = "rooms/leave")]
pub async fn leave(#[server(default)] room: Argument<RoomId>) -> Result<Member, AppError> {
    let call = crate::request::admit::admit::<LeaveRoom>()?;
    super::store::leave(&call.services.db, &call.services.hooks, call.user, room.required("room")?).await
}

/// Makes people members of a room that one is in.
///
/// # Errors
/// `bad_input` (room, users), `not_entered`, `not_found`, also for somebody who is not there, `forbidden` for guests, where one
/// does not run the room, `archived`.
#[server(name = AddMembers, prefix = "/api", endpoint = "rooms/add")]
pub async fn add(
    #[server(default)] room: Argument<RoomId>,
    #[server(default)] users: Argument<List<UserId>>,
) -> Result<MemberList, AppError> {
    let call = crate::request::admit::admit::<AddMembers>()?;
    let (room, users) = (room.required("room")?, super::arguments::people(Some(users.required("users")?))?);
    super::store::add(&call.services.db, &call.services.hooks, call.user, room, users).await
}

/// Ends somebody's membership of a room that one runs.
///
/// # Errors
/// `bad_input` (room, user), `not_entered`, `not_found`, also for somebody who is not in it, `forbidden`, `archived`.
#[server(name = RemoveMember, prefix = "/api", endpoint = "rooms/remove")]
pub async fn remove(
    #[server(default)] room: Argument<RoomId>,
    #[server(default)] user: Argument<UserId>,
) -> Result<MemberList, AppError> {
    let call = crate::request::admit::admit::<RemoveMember>()?;
    let (room, user) = (room.required("room")?, user.required("user")?);
    let member = super::store::remove(&call.services.db, &call.services.hooks, call.user, room, user).await?;
    Ok(MemberList { items: vec![member], next: None })
}

/// Gives a member of a room that one runs a role in it.
///
/// # Errors
/// `bad_input` (room, user, role), `not_entered`, `not_found`, also for somebody who is not in it, `forbidden`, `archived`.
#[server(name = GiveRoomRole, prefix = "/api", endpoint = "rooms/role")]
pub async fn role(
    #[server(default)] room: Argument<RoomId>,
    #[server(default)] user: Argument<UserId>,
    #[server(default)] role: Argument<MemberRole>,
) -> Result<MemberList, AppError> {
    let call = crate::request::admit::admit::<GiveRoomRole>()?;
    let (room, user, role) = (room.required("room")?, user.required("user")?, role.required("role")?);
    let member = super::store::give_role(&call.services.db, call.user, room, user, role).await?;
    Ok(MemberList { items: vec![member], next: None })
}

/// The rooms that one may see, by id: those after `after`, at most `limit` of them (1 to 100; 50 where it is left out).
///
/// # Errors
/// `bad_input` (after, limit), `not_entered`.
#[server(name = ListRooms, prefix = "/api", endpoint = "rooms/list")]
pub async fn list(
    #[server(default)] after: Argument<RoomId>,
    #[server(default)] limit: Argument<u32>,
) -> Result<RoomList, AppError> {
    let call = crate::request::admit::admit::<ListRooms>()?;
    let after = after.optional("after")?.unwrap_or_default();
    super::store::list(&call.services.db, call.user, after, super::arguments::at_most(limit)?).await
}

/// The open rooms that one is not in, by id, as [`list`]; those that are archived only where `archived` asks for them.
///
/// # Errors
/// `bad_input` (after, limit, archived), `not_entered`.
#[server(name = BrowseRooms, prefix = "/api", endpoint = "rooms/browse")]
pub async fn browse(
    #[server(default)] after: Argument<RoomId>,
    #[server(default)] limit: Argument<u32>,
    #[server(default)] archived: Argument<bool>,
) -> Result<RoomList, AppError> {
    let call = crate::request::admit::admit::<BrowseRooms>()?;
    let after = after.optional("after")?.unwrap_or_default();
    let (limit, archived) = (super::arguments::at_most(limit)?, archived.optional("archived")?.unwrap_or_default());
    super::store::browse(&call.services.db, call.user, after, limit, archived).await
}

/// The memberships of a room that one is in, by the people's ids, as [`list`].
///
/// # Errors
/// `bad_input` (room, after, limit), `not_entered`, `not_found`.
#[server(name = ListMembers, prefix = "/api", endpoint = "rooms/members")]
pub async fn members(
    #[server(default)] room: Argument<RoomId>,
    #[server(default)] after: Argument<UserId>,
    #[server(default)] limit: Argument<u32>,
) -> Result<MemberList, AppError> {
    let call = crate::request::admit::admit::<ListMembers>()?;
    let (room, after) = (room.required("room")?, after.optional("after")?.unwrap_or_default());
    super::store::members(&call.services.db, call.user, room, after, super::arguments::at_most(limit)?).await
}
