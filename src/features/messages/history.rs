//! History: pages fetched into the timeline, above and below what is there.

use super::{
    api::MessagePage,
    model::{Page, PageRange},
    state::Messages,
    timeline::PageRequest,
};
use crate::{
    client::{
        call::post,
        lazy::{Task, lazy, task},
        page::put,
    },
    features::rooms::model::{MAX_COUNT, Member},
    model::{error::AppResult, ids::MessageId, scope::Scope},
};
use leptos::{prelude::*, task::spawn_local};

impl Messages {
    /// Returns the oldest loaded message above which there are more.
    pub fn oldest(self, scope: Scope) -> Option<MessageId> {
        match self.scope(scope, |state| state.timeline.older())?? {
            PageRange::Before(id) => Some(id),
            _ => None,
        }
    }

    /// Fetches the page above what is shown, if there is one and none is on its way.
    pub fn load_older(self, scope: Scope) {
        self.load(scope, true);
    }

    /// Fetches the page below what is shown, where the window does not reach the newest message.
    pub(crate) fn load_newer(self, scope: Scope) {
        self.load(scope, false);
    }

    fn load(self, scope: Scope, older: bool) {
        let due = self.scope(scope, |state| {
            let range = if older { state.timeline.older() } else { state.timeline.newer() };
            (range, state.view.loading_older, !std::mem::replace(&mut state.loading, true))
        });
        let Some((range, signal, idle)) = due else { return };
        if !idle {
            return;
        }
        let Some(range) = range else {
            self.scope(scope, |state| state.loading = false);
            return;
        };
        put(signal, older);
        spawn_local(async move {
            let fetched = self.fetch(scope, range).await;
            self.scope(scope, |state| state.loading = false);
            put(signal, false);
            if fetched.is_ok() && self.shows(scope) {
                self.draw_shown(false);
            }
        });
    }

    /// True when the reader of `scope` stands at its end, or has not been there.
    pub fn is_at_end(self, scope: Scope) -> bool {
        self.scope(scope, |state| state.anchor.is_none()) != Some(false)
    }

    /// Returns what is to be fetched of `scope` after changes were missed: a reader of history stays where they are, a reader at
    /// the end, who `follows` it, gets the newest.
    pub fn range_to_resync(self, scope: Scope, follows: bool) -> PageRange {
        let anchor = self.scope(scope, |state| state.anchor).flatten().filter(|_| !follows);
        anchor.map_or(PageRange::Newest, |(id, _)| PageRange::Around(id))
    }

    /// Notes that a range of `scope` is requested; call it before the request leaves. None when the page is gone.
    pub fn begin(self, scope: Scope, range: PageRange) -> Option<PageRequest> {
        let request = self.scope_or_new(scope, |state| state.timeline.begin(range));
        self.tell_window(scope);
        request
    }

    /// Merges the page of a request. False when it did not fit any more when it came.
    pub fn complete(self, scope: Scope, request: PageRequest, mut page: Page) -> bool {
        let (facets, head) = (page.take_facets(), page.head);
        if let Some(members) = page.members {
            self.scope(scope, |state| {
                state.counted = head;
                put(state.view.members, members);
            });
        }
        let ids: Vec<MessageId> = page.messages.iter().map(|message| message.id).collect();
        let fits = self.scope(scope, |state| state.timeline.complete(request, page)) == Some(true);
        if fits {
            self.tell_page(scope, ids, head, facets);
        }
        self.tell_window(scope);
        fits
    }

    /// Counts a person who has joined or left a room that is loaded.
    pub fn member_changed(self, member: &Member) {
        self.scope(member.room.into(), |state| {
            let count = state.view.members.get_untracked();
            if count > 0 && count <= MAX_COUNT && state.counted < member.seq {
                state.view.members.set(if member.joined { count + 1 } else { count - 1 });
            }
        });
    }

    /// Takes back a request whose page did not come.
    pub fn fail(self, scope: Scope, request: PageRequest) {
        self.scope(scope, |state| state.timeline.fail(request));
        self.tell_window(scope);
    }

    /// Fetches a range into the timeline of `scope`; draws nothing. False when the page did not fit any more when it came.
    pub(crate) async fn fetch(self, scope: Scope, range: PageRange) -> AppResult<bool> {
        fetch(self, scope, range).await?.await
    }

    async fn fetch_now(self, scope: Scope, range: PageRange) -> AppResult<bool> {
        let Some(request) = self.begin(scope, range) else { return Ok(false) };
        let room = scope.room.into();
        let none = MessagePage {
            room,
            before: None.into(),
            after: None.into(),
            around: None.into(),
            unread: None.into(),
            limit: None.into(),
        };
        let call = match range {
            PageRange::Newest => none,
            PageRange::Before(id) => MessagePage { before: id.into(), ..none },
            PageRange::After(id) => MessagePage { after: id.into(), ..none },
            PageRange::Around(id) => MessagePage { around: id.into(), ..none },
            PageRange::Unread(n) => MessagePage { unread: n.into(), ..none },
        };
        match post(&call).await {
            Ok(page) => Ok(self.complete(scope, request, page)),
            Err(error) => {
                self.fail(scope, request);
                self.page.ends(&error);
                Err(error)
            }
        }
    }
}

lazy! {
    live: fn fetch(messages: Messages, scope: Scope, range: PageRange) -> AppResult<Task<bool>> {
        task(messages.fetch_now(scope, range))
    }
}
