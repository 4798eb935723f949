//! Hooks: what features do along with what another feature does. Along with a change, in its transaction; along with a read, in
//! its snapshot.

use crate::{
    database::{self, Read, Write},
    features::{
        messages::model::{Facets, Message},
        rooms::model::Room,
    },
    model::{
        error::AppResult,
        ids::{MessageId, RoomId, UserId},
        things::PageData,
    },
};
use std::sync::Arc;

/// What a feature does with messages that have become tombstones.
pub type OnTombstone = fn(&mut Write<'_>, &[MessageId]) -> AppResult<()>;
/// What a feature does with a message that has been stored.
pub type AfterSend = fn(&mut Write<'_>, &Message) -> AppResult<()>;
/// What a feature does when a membership begins.
pub type OnJoin = fn(&mut Write<'_>, &Room, UserId) -> AppResult<()>;
/// What a feature does when a membership ends.
pub type OnLeave = fn(&mut Write<'_>, RoomId, UserId) -> AppResult<()>;
/// What a feature does when a person's standing in the workspace has changed.
pub type OnPerson = fn(&mut Write<'_>, UserId) -> AppResult<()>;

pub type ReadFacets = fn(&Read<'_>, RoomId, &[MessageId], &mut Facets) -> database::Result<()>;
pub type ReadUnread = fn(&Read<'_>, RoomId, UserId) -> database::Result<Option<u64>>;
pub type ReadPage = fn(&Read<'_>, &PageRequest, &mut PageData) -> database::Result<()>;

/// The hooks of one feature.
#[derive(Debug, Clone, Copy)]
pub struct FeatureHooks {
    /// Runs when messages become tombstones: what the feature keeps of them goes with their text.
    pub on_tombstone: Option<OnTombstone>,
    /// Runs when a message has been stored, once a message: a send that is repeated with its key does not run it again.
    pub after_send: Option<AfterSend>,
    /// Runs when a person's membership of a room begins, after the membership has been published.
    pub on_join: Option<OnJoin>,
    /// Runs when a person's membership of a room ends: what the feature keeps of the room for that person goes with it.
    pub on_leave: Option<OnLeave>,
    /// Runs when a person has left for good.
    pub on_deactivate: Option<OnPerson>,
    /// Runs when a person has become a guest.
    pub on_guest: Option<OnPerson>,
    /// Reads what stands beside messages of a room, ascending by id, in one statement. The reader is a member of the room.
    pub facets: Option<ReadFacets>,
    /// Reads what the feature gives to a page.
    pub page: Option<ReadPage>,
    /// Reads up to which ordinal a person has read a room in which more has been said since.
    pub unread: Option<ReadUnread>,
}

impl FeatureHooks {
    pub const NONE: Self = Self {
        on_tombstone: None,
        after_send: None,
        on_join: None,
        on_leave: None,
        on_deactivate: None,
        on_guest: None,
        facets: None,
        page: None,
        unread: None,
    };
}

/// Whom a page is for, and what it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    pub user: UserId,
    /// The room that is open; `user` is a member of it.
    pub room: Option<RoomId>,
}

/// The hooks of all features. Every method runs them in order; their first error is the change's own, which is then undone.
#[derive(Debug, Clone, Default)]
pub struct Hooks(Arc<[FeatureHooks]>);

impl Hooks {
    pub fn new(all: impl Iterator<Item = FeatureHooks>) -> Self {
        Self(all.collect())
    }

    /// Runs what belongs to messages that have just become tombstones.
    ///
    /// # Errors
    /// Those of the hooks.
    pub fn on_tombstone(&self, write: &mut Write<'_>, messages: &[MessageId]) -> AppResult<()> {
        self.0.iter().filter_map(|hooks| hooks.on_tombstone).try_for_each(|hook| hook(write, messages))
    }

    /// Runs what follows on a message that has just been stored.
    ///
    /// # Errors
    /// Those of the hooks.
    pub fn after_send(&self, write: &mut Write<'_>, message: &Message) -> AppResult<()> {
        self.0.iter().filter_map(|hooks| hooks.after_send).try_for_each(|hook| hook(write, message))
    }

    /// Runs what belongs to the beginning of a membership of `room` as it is now.
    ///
    /// # Errors
    /// Those of the hooks.
    pub fn on_join(&self, write: &mut Write<'_>, room: &Room, user: UserId) -> AppResult<()> {
        self.0.iter().filter_map(|hooks| hooks.on_join).try_for_each(|hook| hook(write, room, user))
    }

    /// Runs what belongs to the end of a membership.
    ///
    /// # Errors
    /// Those of the hooks.
    pub fn on_leave(&self, write: &mut Write<'_>, room: RoomId, user: UserId) -> AppResult<()> {
        self.0.iter().filter_map(|hooks| hooks.on_leave).try_for_each(|hook| hook(write, room, user))
    }

    /// Runs what follows when a person has left for good.
    ///
    /// # Errors
    /// Those of the hooks.
    pub fn on_deactivate(&self, write: &mut Write<'_>, user: UserId) -> AppResult<()> {
        self.0.iter().filter_map(|hooks| hooks.on_deactivate).try_for_each(|hook| hook(write, user))
    }

    /// Runs what follows when a person has become a guest.
    ///
    /// # Errors
    /// Those of the hooks.
    pub fn on_guest(&self, write: &mut Write<'_>, user: UserId) -> AppResult<()> {
        self.0.iter().filter_map(|hooks| hooks.on_guest).try_for_each(|hook| hook(write, user))
    }

    /// Reads what stands beside messages of a room, ascending by id.
    ///
    /// # Errors
    /// Those of the store.
    pub fn facets(&self, read: &Read<'_>, room: RoomId, messages: &[MessageId]) -> database::Result<Facets> {
        let mut facets = Facets::default();
        if !messages.is_empty() {
            self.0.iter().filter_map(|hooks| hooks.facets).try_for_each(|hook| hook(read, room, messages, &mut facets))?;
        }
        Ok(facets)
    }

    /// Reads up to which ordinal a person has read a room in which more has been said since; none where nothing was.
    ///
    /// # Errors
    /// Those of the store.
    pub fn unread(&self, read: &Read<'_>, room: RoomId, user: UserId) -> database::Result<Option<u64>> {
        self.0.iter().find_map(|hooks| hooks.unread).map_or(Ok(None), |hook| hook(read, room, user))
    }

    /// Reads what features give to a page.
    ///
    /// # Errors
    /// Those of the store.
    pub fn page(&self, read: &Read<'_>, request: &PageRequest) -> database::Result<PageData> {
        let mut data = PageData::default();
        self.0.iter().filter_map(|hooks| hooks.page).try_for_each(|hook| hook(read, request, &mut data))?;
        Ok(data)
    }
}
