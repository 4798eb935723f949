//! When changes were missed: what is shown is fetched again, as the page itself would be, and until that has worked it is owed.

use super::state::{AppState, LinkState, Route};
use crate::{
    client::{backoff, platform},
    features::messages::{model::Stretch, timeline::Ticket},
    model::{
        ids::RoomId,
        initial_data::{Boot, Place, View, Workspace},
        wire,
    },
};
use leptos::{prelude::*, task::spawn_local};

impl AppState {
    /// The stream could not say what happened. `store` is given when the server's data is another than it was: then nothing
    /// that is known holds any more.
    pub(crate) fn missed(&self, store: Option<String>) {
        let idle = self.inner.with(|inner| {
            let shown = self.view.get_untracked().map(|view| view.room);
            for (id, room) in inner.rooms.iter_mut() {
                if Some(id) == shown && store.is_none() {
                    room.timeline.reset();
                } else {
                    room.timeline.forget();
                }
            }
            if let Some(store) = store {
                inner.store = store;
                inner.members.clear();
                for (_, user) in inner.people.iter() {
                    user.update_untracked(|user| user.seq.0 = 0);
                }
                self.rooms.update_untracked(|rooms| rooms.clear());
            }
            inner.resets += 1;
            !std::mem::replace(&mut inner.owed, true)
        });
        if idle == Some(true) {
            let state = self.clone();
            spawn_local(state.pay());
        }
    }

    /// Fetches until it has worked for the last time something was missed.
    async fn pay(self) {
        let mut failures = 0;
        loop {
            let Some(resets) = self.inner.with(|inner| inner.resets) else { return };
            if self.link.try_get_untracked() == Some(LinkState::Ended) {
                return;
            }
            if self.refetch().await {
                let done = self.inner.with(|inner| {
                    inner.owed = inner.resets != resets;
                    !inner.owed
                });
                if done != Some(false) {
                    return;
                }
                failures = 0;
            } else {
                platform::sleep(backoff::delay(failures, platform::random())).await;
                failures += 1;
            }
        }
    }

    /// One try; true when the page now stands as the server has it.
    async fn refetch(&self) -> bool {
        let asked = match self.route.get_untracked() {
            Route::Room(room) => self.room(room, |state| {
                // A reader of history stays where they are; who is at the end gets the newest.
                let stretch = state.eye.map_or(Stretch::Newest, |(id, _)| Stretch::Around(id));
                (room, state.timeline.ask(stretch))
            }),
            _ => None,
        };
        let mut path = String::from("/rooms");
        if let Some((room, ticket)) = &asked {
            path.push('/');
            path.push_str(&room.to_string());
            if let Stretch::Around(id) = ticket.stretch() {
                path.push('/');
                path.push_str(&id.to_string());
            }
        }
        let boot = fetch(&path).await;
        match boot.map(|boot| boot.view) {
            Some(View::Workspace(workspace)) => {
                self.take(*workspace, asked);
                true
            }
            other => {
                if let Some((room, ticket)) = asked {
                    self.room(room, |room| room.timeline.fail(ticket));
                }
                if other.is_some() {
                    self.ended();
                }
                false
            }
        }
    }

    fn take(&self, workspace: Workspace, asked: Option<(RoomId, Ticket)>) {
        self.learn_rooms(&workspace.rooms);
        workspace.users.iter().for_each(|user| self.learn_user(user));
        self.learn_memberships(&workspace);
        let Some((room, ticket)) = asked else { return };
        match workspace.place {
            Place::Room { room: fetched, page, .. } if fetched == room => {
                self.room(room, |room| room.timeline.land(ticket, page));
                self.draw_shown(false);
            }
            other => {
                self.room(room, |room| room.timeline.fail(ticket));
                if self.shows(room) {
                    self.view.set(None);
                    self.route.set(if matches!(other, Place::NotJoined { .. }) {
                        Route::NotJoined(room)
                    } else {
                        Route::Missing
                    });
                }
            }
        }
    }

    /// Memberships as of the page's head; what the stream has said since is newer.
    fn learn_memberships(&self, workspace: &Workspace) {
        let known = self.joined.get_untracked();
        let rooms = workspace.rooms.iter().map(|room| room.id).chain(known.iter().map(|(room, ())| room));
        let older = |room: &RoomId| {
            self.inner.with(|inner| inner.members.get(*room).is_none_or(|seq| *seq <= workspace.head)) == Some(true)
        };
        for room in rooms.filter(older).collect::<Vec<_>>() {
            self.mark_member(room, workspace.joined.contains(&room));
        }
    }
}

/// The page at `path`, as data.
async fn fetch(path: &str) -> Option<Boot> {
    let answer = gloo_net::http::Request::get(path).header("accept", "text/html").send().await.ok()?;
    boot_in(&answer.text().await.ok()?)
}

/// The value a page carries in its `<script id="boot">`.
fn boot_in(html: &str) -> Option<Boot> {
    let (_, rest) = html.split_once("id=\"boot\"")?;
    let (_, rest) = rest.split_once('>')?;
    let (json, _) = rest.split_once("</script>")?;
    wire::read(json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        features::{
            messages::model::{Body, Message, Page},
            people::model::User,
            rooms::model::{Member, Room},
        },
        i18n::Lang,
        model::{
            ids::{ClientKey, MessageId, Seq, UserId},
            initial_data::{Theme, Zone},
            things::Event,
        },
    };

    #[test]
    fn a_page_carries_the_value_it_was_made_from() {
        let boot = Boot { lang: Lang::Zh, theme: Theme::Dark, zone: Zone::utc(), now: 5, build: "<b>".into(), view: View::Enter };
        let json = serde_json::to_string(&boot).unwrap().replace('<', "\\u003c");
        let html =
            String::from("<html><body><p>hi</p><script type=\"application/json\" id=\"boot\">") + &json + "</script></body>";
        assert_eq!(boot_in(&html), Some(boot));
        assert_eq!(boot_in("<html>no page of ours</html>"), None);
        assert_eq!(boot_in("<script id=\"boot\">{</script>"), None);
    }

    #[test]
    fn a_refetch_makes_a_window_live_again_and_drops_what_is_gone() {
        let owner = Owner::new();
        owner.set();
        let page = |ids: &[u64], head| Page {
            messages: ids.iter().map(|id| message(*id)).collect(),
            at_start: true,
            at_end: true,
            head: Seq(head),
        };
        let workspace = |page, joined: &[RoomId], head| Workspace {
            me: User { seq: Seq(1), id: UserId(1), name: "Me".into(), hue: 0 },
            session: String::new(),
            store: String::new(),
            head: Seq(head),
            rooms: [1, 2]
                .map(|id| Room { seq: Seq(id), id: RoomId(id), name: id.to_string(), creator: None, last: 0, last_n: 0 })
                .into(),
            joined: joined.to_vec(),
            users: Vec::new(),
            place: Place::Room { room: RoomId(1), page, target: None, key: String::new() },
        };
        let boot = |workspace| Boot {
            lang: Lang::En,
            theme: Theme::System,
            zone: Zone::utc(),
            now: 0,
            build: String::new(),
            view: View::Workspace(Box::new(workspace)),
        };
        let state = AppState::from_boot(boot(workspace(page(&[3, 4], 4), &[RoomId(1), RoomId(2)], 4))).unwrap();
        state.room(RoomId(1), |room| room.timeline.reset());
        let ticket = state.room(RoomId(1), |room| room.timeline.ask(Stretch::Newest)).unwrap();
        // The stream goes on while the page is on its way, and says of one membership what the page does not know yet.
        state.apply(Event::Message(message(21)));
        state.apply(Event::Member(Member { seq: Seq(22), room: RoomId(2), user: UserId(1), joined: false }));
        state.take(workspace(page(&[4, 9, 20], 20), &[RoomId(1), RoomId(2)], 20), Some((RoomId(1), ticket)));
        let ids = state.room(RoomId(1), |room| room.timeline.messages().iter().map(|m| m.id.0).collect::<Vec<_>>());
        assert_eq!(ids, Some(vec![4, 9, 20, 21]));
        assert_eq!(state.room_view().get_untracked().unwrap().rows.get_untracked().len(), 4);
        assert_eq!(state.joined.get_untracked().iter().map(|(room, ())| room).collect::<Vec<_>>(), [RoomId(1)]);
    }

    fn message(id: u64) -> Message {
        Message {
            seq: Seq(id),
            id: MessageId(id),
            n: id,
            room: RoomId(1),
            author: UserId(2),
            key: ClientKey([id as u8; 16]),
            at: id,
            edited: None,
            deleted: false,
            text: String::new(),
            body: Body::default(),
        }
    }
}
