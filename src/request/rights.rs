//! Rights: one function decides what somebody may do in the workspace and to whom, another in a room (`rights/room.rs`). Stores
//! read what they have to know, in the transaction of the change.

pub mod room;
#[cfg(test)]
mod tests;

use crate::{
    features::people::model::{Role, User},
    model::{
        error::{AppError, AppResult, Code},
        ids::UserId,
    },
};

/// Somebody who acts or is acted on, as far as rights depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    pub id: UserId,
    pub role: Role,
}

impl From<&User> for Person {
    fn from(user: &User) -> Self {
        Self { id: user.id, role: user.role }
    }
}

impl Person {
    /// Whether this person helps to run the workspace.
    pub fn is_leading(self) -> bool {
        leads(self.role)
    }

    /// Whether this person may act on `other`: an owner on everybody, an admin on members and guests.
    fn stands_above(self, other: Self) -> bool {
        match self.role {
            Role::Owner => true,
            Role::Admin => !other.is_leading(),
            Role::Member | Role::Guest => false,
        }
    }
}

const fn leads(role: Role) -> bool {
    matches!(role, Role::Owner | Role::Admin)
}

/// What somebody wants to do in the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Change the workspace's name, or who may come in.
    UpdateWorkspace,
    OpenRoom,
    /// See invitations and end them.
    ManageInvites,
    /// Make an invitation for people of this role.
    Invite(Role),
    GiveRole(Person, Role),
    Deactivate(Person),
    Activate(Person),
    /// Make a link by which this person chooses a new password.
    Recover(Person),
    Ban(Person),
}

/// Checks whether `actor`, who is active, may do this.
///
/// # Errors
/// `forbidden`.
pub fn may(actor: Person, action: Action) -> AppResult<()> {
    let allowed = match action {
        Action::UpdateWorkspace => actor.role == Role::Owner,
        Action::OpenRoom => actor.role != Role::Guest,
        Action::ManageInvites => actor.is_leading(),
        Action::Invite(role) => actor.is_leading() && role != Role::Owner,
        Action::GiveRole(person, role) if person.is_leading() || leads(role) => actor.role == Role::Owner,
        Action::GiveRole(person, _) => actor.stands_above(person),
        // Everybody may leave for good.
        Action::Deactivate(person) => person.id == actor.id || actor.stands_above(person),
        Action::Activate(person) | Action::Recover(person) | Action::Ban(person) => {
            person.id != actor.id && actor.stands_above(person)
        }
    };
    if allowed { Ok(()) } else { Err(AppError::new(Code::Forbidden)) }
}
