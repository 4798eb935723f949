//! The law: what the changes since N make of the state at N is what a fetch shows now. This file runs the browser's own
//! reducers on the host, so that the tests of the law check exactly what ships.

use crate::{
    app::workspace::Workspace,
    features::{
        MembershipChange,
        messages::model::{Message, Page, PageRange},
        people::model::User,
        pins::model::{Pin, PinExcerpts, PinnedMessage},
        rooms::model::Room,
        subscriptions::model::{OwnMessage, Subscription},
        workspace::model::WorkspaceState,
    },
    model::{
        ids::{GENERAL, MessageId, RoomId, Seq, UserId},
        initial_data::{Boot, InitialScreen, Theme, View, Workspace as Data, Zone},
        lang::Lang,
        scope::Scope,
        things::{Event, PageData},
    },
};
use leptos::prelude::{GetUntracked, Owner};
use std::collections::{BTreeMap, BTreeSet};

/// What one person's browser has, as plain data.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Snapshot {
    pub rooms: BTreeMap<RoomId, Room>,
    pub users: BTreeMap<UserId, User>,
    pub joined: BTreeSet<RoomId>,
    pub admin_of: BTreeSet<RoomId>,
    /// Those of the rooms that the person is in.
    pub messages: BTreeMap<MessageId, Message>,
    /// Those that are set, of the same rooms.
    pub pins: BTreeMap<MessageId, Pin>,
    /// The list of General, which is shown.
    pub pinned: Vec<PinnedMessage>,
    pub subscriptions: BTreeMap<RoomId, Subscription>,
    /// Rooms with something that the person has not read, and up to where they have.
    pub unread: BTreeMap<RoomId, u64>,
}

impl Snapshot {
    /// Leaves out the hints as of some change, which are no part of the law.
    pub fn without_hints(mut self) -> Self {
        for room in self.rooms.values_mut() {
            (room.last, room.last_n) = (0, 0);
        }
        self
    }

    /// The room with the hint that a page would have: how far it goes now.
    fn with_hint(&self, room: &Room) -> Room {
        let said = self.messages.values().filter(|message| message.room == room.id);
        let last_n = said.map(|message| message.n).max().unwrap_or_default().max(room.last_n);
        Room { last_n, ..room.clone() }
    }

    /// The newest message of `me` in each room.
    fn own_messages(&self, me: UserId) -> Vec<OwnMessage> {
        let own = self.messages.values().filter(|message| message.author == me);
        let newest: BTreeMap<RoomId, &Message> = own.map(|message| (message.room, message)).collect();
        newest.into_values().map(|message| OwnMessage { room: message.room, id: message.id, n: message.n }).collect()
    }
}

/// The features of one page, with an owner that keeps their signals.
pub struct Browser {
    /// Entered for every use: the signals are found through it alone.
    owner: Owner,
    workspace: Workspace,
}

impl Browser {
    /// Makes the browser of `me` as a page that shows `snapshot` would.
    pub fn new(me: UserId, snapshot: &Snapshot) -> Self {
        // Not a child of whatever the server has rendered last on this thread.
        let owner = Owner::new_root(None);
        // The page's own data always names its reader; number 0 is older than any change.
        let stranger = User { seq: Seq(0), id: me, name: String::new(), hue: 0, ..User::default() };
        let data = Data {
            workspace: WorkspaceState::default(),
            me: snapshot.users.get(&me).cloned().unwrap_or(stranger),
            session: String::new(),
            store: String::new(),
            head: Seq(0),
            rooms: snapshot.rooms.values().map(|room| snapshot.with_hint(room)).collect(),
            joined: snapshot.joined.iter().copied().collect(),
            admin_of: snapshot.admin_of.iter().copied().collect(),
            members: Vec::new(),
            subscriptions: Vec::new(),
            next: None,
            users: snapshot.users.values().cloned().collect(),
            place: InitialScreen::Rooms,
            beside: PageData {
                subscriptions: snapshot.subscriptions.values().cloned().collect(),
                own_messages: snapshot.own_messages(me),
                ..PageData::default()
            },
        };
        let (zone, view) = (Zone::utc(), View::Workspace(Box::new(data)));
        let boot = Boot { lang: Lang::En, theme: Theme::System, zone, now: 0, build: String::new(), view, refused: None };
        let workspace = owner.with(|| Workspace::from_boot(boot)).expect("a workspace is given");
        let browser = Self { owner, workspace };
        let list = PinExcerpts { head: Seq(0), items: snapshot.pinned.clone() };
        browser.load_pins(list);
        for room in &snapshot.joined {
            let messages = snapshot.messages.values().filter(|message| message.room == *room).cloned().collect();
            let pins = snapshot.pins.values().filter(|pin| pin.room == *room).cloned().collect();
            browser.load(*room, messages, pins);
        }
        browser
    }

    /// Applies an event. Returns a room that the browser would fetch now, since its reader has joined it.
    pub fn apply(&self, event: Event) -> Option<RoomId> {
        let changed = self.owner.with(|| self.workspace.features.apply(event));
        changed.filter(|change| change.joined).map(|MembershipChange { room, .. }| room)
    }

    /// Merges the whole history of a room, as one page.
    pub fn load(&self, room: RoomId, messages: Vec<Message>, pins: Vec<Pin>) {
        let (scope, features) = (Scope::from(room), self.workspace.features);
        let page = Page { messages, at_start: true, at_end: true, pins, ..Page::default() };
        self.owner.with(|| {
            let request = features.messages.begin(scope, PageRange::Newest).expect("the page is there");
            assert!(features.messages.complete(scope, request, page), "the page fits");
        });
    }

    /// True when the browser would fetch the list of General's pins now.
    pub fn wants_pins(&self) -> bool {
        self.owner.with(|| self.workspace.features.pins.list_to_fetch()) == Some(GENERAL)
    }

    /// Takes the list of General's pins.
    pub fn load_pins(&self, list: PinExcerpts) {
        self.owner.with(|| self.workspace.features.pins.load_list(GENERAL, list));
    }

    pub fn snapshot(&self) -> Snapshot {
        self.owner.with(|| self.read())
    }

    fn read(&self) -> Snapshot {
        let features = self.workspace.features;
        let joined: BTreeSet<RoomId> = features.rooms.joined.get_untracked().iter().map(|(room, ())| room).collect();
        let messages = joined.iter().flat_map(|room| features.messages.loaded(*room));
        let pins = joined.iter().flat_map(|room| features.pins.known(*room)).filter(|pin| pin.on);
        let subscriptions = features.subscriptions.snapshot().into_iter();
        Snapshot {
            pinned: features.pins.list(GENERAL),
            rooms: features.rooms.all.get_untracked().into_iter().map(|room| (room.id, room)).collect(),
            users: features.people.snapshot().into_iter().map(|user| (user.id, user)).collect(),
            messages: messages.map(|message| (message.id, message)).collect(),
            pins: pins.map(|pin| (pin.message, pin)).collect(),
            subscriptions: subscriptions.map(|subscription| (subscription.room, subscription)).collect(),
            unread: features.subscriptions.unread_rooms().into_iter().collect(),
            admin_of: features.rooms.admin_of.get_untracked().iter().map(|(room, ())| room).collect(),
            joined,
        }
    }
}
