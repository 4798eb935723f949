//! Server functions of invitations: `/api/invites/*`.

use super::model::{Accepted, InviteList, InviteSeen, NewInvite};
use crate::{
    features::people::model::Role,
    model::{
        argument::Argument,
        error::AppError,
        ids::{List, RoomId},
    },
};
use leptos::prelude::*;

/// Makes an invitation. Role (`admin`, `member`, `guest`) and rooms are fixed with it, of which guests need one; `expires` is a
/// time in milliseconds since 1970, at most 90 days away.
///
/// # Errors
/// `bad_input` (role, rooms, uses, expires), `not_entered`, `not_found` for a room that one may not add such people to,
/// `forbidden` for all but owners and admins, `entry_closed`.
#[server(name = CreateInvite, prefix = "/api", endpoint = "invites/create")]
pub async fn create(
    #[server(default)] role: Argument<Role>,
    #[server(default)] rooms: Argument<List<RoomId>>,
    #[server(default)] uses: Argument<u32>,
    #[server(default)] expires: Argument<u64>,
) -> Result<NewInvite, AppError> {
    use super::server::arguments;
    let call = crate::request::admit::admit::<CreateInvite>()?;
    let new = arguments::new_invite(role, rooms, uses, expires, call.services.now())?;
    super::store::create(&call.services.db, call.user, new).await
}

/// The invitations that are good, newest first, 100 at most.
///
/// # Errors
/// `not_entered`, `forbidden` for all but owners and admins.
#[server(name = ListInvites, prefix = "/api", endpoint = "invites/list")]
pub async fn list() -> Result<InviteList, AppError> {
    let call = crate::request::admit::admit::<ListInvites>()?;
    super::store::list(&call.services.db, call.user).await
}

/// Ends an invitation; one that has ended stays so.
///
/// # Errors
/// `bad_input` (invite), `not_entered`, `forbidden` for all but owners and admins, `not_found`.
#[server(name = RevokeInvite, prefix = "/api", endpoint = "invites/revoke")]
pub async fn revoke(#[server(default)] invite: Argument<u64>) -> Result<(), AppError> {
    let call = crate::request::admit::admit::<RevokeInvite>()?;
    super::store::revoke(&call.services.db, call.user, invite.required("invite")?).await
}

/// What an invitation is for.
///
/// # Errors
/// `bad_input` (token), `gone` where it is not good, `entry_closed`, `too_fast`.
#[server(name = SeeInvite, prefix = "/api", endpoint = "invites/see")]
pub async fn describe(#[server(default)] token: String) -> Result<InviteSeen, AppError> {
    let (services, _) = crate::request::admit::admit_anyone::<SeeInvite>()?;
    super::store::describe(&services.db, super::server::arguments::token(&token)?).await
}

/// Brings somebody who is signed in into the rooms of an invitation. It never gives a role.
///
/// # Errors
/// `bad_input` (invite), `not_entered`, `gone` where it is not good, `entry_closed`, `too_fast`.
#[server(name = AcceptInvite, prefix = "/api", endpoint = "invites/accept")]
pub async fn accept(#[server(default)] invite: String) -> Result<Accepted, AppError> {
    let call = crate::request::admit::admit::<AcceptInvite>()?;
    super::store::accept(&call.services.db, &call.services.hooks, call.user, super::server::arguments::token(&invite)?).await
}
