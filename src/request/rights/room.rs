//! Rights in rooms: one function checks what a call wants to do.

use crate::{
    features::{
        people::model::Role,
        rooms::model::{MemberRole, Posting, RoomKind},
    },
    model::{
        error::{AppError, AppResult, Code},
        ids::{GENERAL, RoomId},
    },
};

/// What somebody wants to do in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// See what is said, who is in it, and change what is one's own: read marks, favourites, deleted messages.
    Read,
    Post,
    /// Change what stands beside messages, such as pins.
    Annotate,
    /// Delete a message, one's own or somebody else's.
    Delete {
        own: bool,
    },
    Join,
    Leave,
    Add,
    /// Rename, set topic, posting and default.
    Update,
    Archive,
    Remove,
    GiveRole,
}

#[cfg(test)]
impl Action {
    pub const ALL: [Self; 12] = [
        Self::Read,
        Self::Post,
        Self::Annotate,
        Self::Delete { own: true },
        Self::Delete { own: false },
        Self::Join,
        Self::Leave,
        Self::Add,
        Self::Update,
        Self::Archive,
        Self::Remove,
        Self::GiveRole,
    ];
}

/// What counts of a room, and what somebody is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub room: RoomId,
    pub kind: RoomKind,
    pub posting: Posting,
    pub archived: bool,
    /// True in a direct room when one of its people has left for good: it can only be read.
    pub has_left: bool,
    /// None for somebody who is not in the room.
    pub role: Option<MemberRole>,
    /// What this person is in the workspace.
    pub rank: Role,
}

impl Standing {
    /// Whether this person runs the room: as its admin, or as a member of an open room who runs the workspace.
    pub fn is_admin(&self) -> bool {
        match self.role {
            Some(MemberRole::Admin) => true,
            Some(MemberRole::Member) => self.kind == RoomKind::Open && matches!(self.rank, Role::Owner | Role::Admin),
            None => false,
        }
    }

    /// Whether this person may name everybody in the room at once: no guest, and in General and where only admins post, its
    /// admins alone.
    pub fn may_name_all(&self) -> bool {
        let by_admins = self.room == GENERAL || self.posting == Posting::Admins;
        self.rank != Role::Guest && self.role.is_some() && (!by_admins || self.is_admin())
    }

    /// Checks an action.
    ///
    /// # Errors
    /// `not_found` for whoever may not know of the room or of what is in it, then `forbidden`, then `archived`.
    pub fn may(&self, action: Action) -> AppResult<()> {
        let refuse = |code| Err(AppError::new(code));
        let (inside, open, general) = (self.role.is_some(), self.kind == RoomKind::Open, self.room == GENERAL);
        let direct = self.kind == RoomKind::Direct;
        // What an outsider may know of: an open room, not what is in it.
        let known = match action {
            Action::Join | Action::Update | Action::Archive | Action::Remove | Action::GiveRole => {
                inside || (open && self.rank != Role::Guest)
            }
            Action::Read | Action::Post | Action::Annotate | Action::Delete { .. } | Action::Leave | Action::Add => inside,
        };
        if !known {
            return refuse(Code::NotFound);
        }
        let allowed = match action {
            Action::Read => true,
            Action::Post | Action::Annotate if self.has_left => false,
            Action::Post => self.posting == Posting::All || self.is_admin(),
            Action::Annotate => true,
            Action::Delete { own } => own || self.is_admin(),
            // It stays what it is: its people, without a name.
            _ if direct => false,
            Action::Join => true,
            Action::Add => self.rank != Role::Guest || self.is_admin(),
            Action::Leave => !general,
            Action::Update | Action::GiveRole => self.is_admin(),
            Action::Archive | Action::Remove => self.is_admin() && !general,
        };
        if !allowed {
            return refuse(Code::Forbidden);
        }
        match action {
            // Joining what one is in changes nothing.
            Action::Join if inside => Ok(()),
            Action::Read | Action::Delete { .. } | Action::Leave | Action::Archive => Ok(()),
            _ if self.archived => refuse(Code::Archived),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Action::*;

    const NONE: Option<Code> = None;

    fn standing(room: u64) -> Standing {
        let (kind, posting, role) = (RoomKind::Open, Posting::All, Some(MemberRole::Member));
        Standing { room: RoomId(room), kind, posting, archived: false, has_left: false, role, rank: Role::Member }
    }

    fn verdict(room: u64, kind: RoomKind, role: Option<MemberRole>, action: Action) -> Option<Code> {
        Standing { kind, role, ..standing(room) }.may(action).err().map(|error| error.code)
    }

    #[test]
    fn rights_follow_from_kind_and_role() {
        let (not_found, forbidden) = (Some(Code::NotFound), Some(Code::Forbidden));
        // Outside of an open room, outside of a private or direct one, member, admin, member of General, in a direct room.
        let table = [
            (Read, [not_found, not_found, NONE, NONE, NONE, NONE]),
            (Post, [not_found, not_found, NONE, NONE, NONE, NONE]),
            (Annotate, [not_found, not_found, NONE, NONE, NONE, NONE]),
            (Delete { own: true }, [not_found, not_found, NONE, NONE, NONE, NONE]),
            (Delete { own: false }, [not_found, not_found, forbidden, NONE, forbidden, forbidden]),
            (Join, [NONE, not_found, NONE, NONE, NONE, forbidden]),
            (Leave, [not_found, not_found, NONE, NONE, forbidden, forbidden]),
            (Add, [not_found, not_found, NONE, NONE, NONE, forbidden]),
            (Update, [forbidden, not_found, forbidden, NONE, forbidden, forbidden]),
            (Archive, [forbidden, not_found, forbidden, NONE, forbidden, forbidden]),
            (Remove, [forbidden, not_found, forbidden, NONE, forbidden, forbidden]),
            (GiveRole, [forbidden, not_found, forbidden, NONE, forbidden, forbidden]),
        ];
        assert_eq!(table.map(|(action, _)| action), Action::ALL);
        let (member, admin) = (Some(MemberRole::Member), Some(MemberRole::Admin));
        for (action, [open, private, inside, running, general, direct]) in table {
            assert_eq!(verdict(2, RoomKind::Open, None, action), open, "{action:?}");
            for kind in [RoomKind::Private, RoomKind::Direct] {
                assert_eq!(verdict(2, kind, None, action), private, "{action:?} {kind}");
            }
            assert_eq!(verdict(2, RoomKind::Direct, member, action), direct, "{action:?}");
            for kind in [RoomKind::Open, RoomKind::Private] {
                assert_eq!(verdict(2, kind, member, action), inside, "{action:?} {kind}");
                assert_eq!(verdict(2, kind, admin, action), running, "{action:?} {kind}");
            }
            assert_eq!(verdict(1, RoomKind::Open, member, action), general, "{action:?}");
        }
        for action in [Leave, Archive, Remove] {
            assert_eq!(verdict(1, RoomKind::Open, admin, action), forbidden, "nobody does that to General: {action:?}");
        }
    }

    #[test]
    fn archived_room_is_read_and_left_and_taken_back() {
        let allowed = Action::ALL
            .into_iter()
            .filter(|action| Standing { archived: true, role: Some(MemberRole::Admin), ..standing(2) }.may(*action).is_ok());
        let deletes = [Delete { own: true }, Delete { own: false }];
        let expected = [&[Read][..], &deletes, &[Join, Leave, Archive]].concat();
        assert_eq!(allowed.collect::<Vec<_>>(), expected, "joining again changes nothing");
        let outside = Standing { archived: true, role: None, ..standing(2) };
        assert_eq!(outside.may(Join).unwrap_err().code, Code::Archived);
    }

    #[test]
    fn direct_room_is_run_by_nobody_and_only_read_when_somebody_has_left() {
        let direct = Standing { kind: RoomKind::Direct, ..standing(2) };
        for rank in Role::ALL {
            let allowed = |standing: Standing| Action::ALL.into_iter().filter(move |action| standing.may(*action).is_ok());
            let rank = Standing { rank, ..direct };
            assert_eq!(allowed(rank).collect::<Vec<_>>(), [Read, Post, Annotate, Delete { own: true }]);
            assert_eq!(allowed(Standing { has_left: true, ..rank }).collect::<Vec<_>>(), [Read, Delete { own: true }]);
        }
        let left = Standing { has_left: true, ..direct };
        assert_eq!(left.may(Post).unwrap_err().code, Code::Forbidden);
    }

    #[test]
    fn admins_alone_post_where_the_room_says_so() {
        let may = |role| Standing { posting: Posting::Admins, role: Some(role), ..standing(2) }.may(Post).is_ok();
        assert_eq!((may(MemberRole::Member), may(MemberRole::Admin)), (false, true));
    }

    #[test]
    fn those_who_run_the_workspace_run_the_open_rooms_that_they_are_in() {
        for rank in [Role::Owner, Role::Admin, Role::Member, Role::Guest] {
            let runs = matches!(rank, Role::Owner | Role::Admin);
            let may = |kind, role| Standing { kind, role, rank, ..standing(2) }.may(Update).is_ok();
            assert_eq!(may(RoomKind::Open, Some(MemberRole::Member)), runs, "{rank:?}");
            assert!(!may(RoomKind::Private, Some(MemberRole::Member)) && !may(RoomKind::Open, None), "{rank:?}");
        }
    }

    #[test]
    fn guest_has_the_rooms_they_are_in_and_adds_nobody() {
        let guest = |role, action| Standing { role, rank: Role::Guest, ..standing(2) }.may(action).err().map(|error| error.code);
        assert!(Action::ALL.into_iter().all(|action| guest(None, action) == Some(Code::NotFound)));
        assert_eq!(guest(Some(MemberRole::Member), Add), Some(Code::Forbidden));
        assert_eq!((guest(Some(MemberRole::Admin), Add), guest(Some(MemberRole::Member), Post)), (NONE, NONE));
    }
}
