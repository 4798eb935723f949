//! AppState: what the page knows, as signals. Made from [`Boot`] on both sides; in the browser the stream keeps it current.

use super::{navigation, start};
use crate::{
    features::{
        messages::{
            room_state::Room as RoomState,
            timeline::{Row, RowKey},
        },
        people::model::User,
        rooms::model::Room,
    },
    i18n::Lang,
    model::{
        error::{AppError, Code},
        ids::{MessageId, RoomId, Seq, UserId},
        initial_data::{Boot, Place, View},
        sorted::{Sorted, SortedSet},
    },
    ui::{keyed::order, time::Clock},
};
use leptos::{prelude::*, reactive::owner::WeakOwner};

/// What the page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    Rooms,
    Room(RoomId),
    NotJoined(RoomId),
    Missing,
}

/// How it stands with the stream, as a person is told (UX 41).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    Online,
    /// For less than five seconds: shows nothing.
    Interrupted,
    Reconnecting,
    /// Online again, said for two seconds.
    Back,
    /// The session has ended: asks to enter again.
    Ended,
}

impl LinkState {
    /// The stream broke off. An ended session stays ended.
    pub fn down(self) -> Self {
        match self {
            Self::Online | Self::Back => Self::Interrupted,
            other => other,
        }
    }

    /// The stream says hello.
    pub fn up(self) -> Self {
        match self {
            Self::Interrupted => Self::Online,
            Self::Reconnecting => Self::Back,
            other => other,
        }
    }

    /// The time this state stands for has passed.
    pub fn waited(self) -> Self {
        match self {
            Self::Interrupted => Self::Reconnecting,
            Self::Back => Self::Online,
            other => other,
        }
    }

    /// Milliseconds until [`LinkState::waited`] is due, if ever.
    pub fn patience(self) -> Option<u32> {
        match self {
            Self::Interrupted => Some(5_000),
            Self::Back => Some(2_000),
            _ => None,
        }
    }
}

/// One row of the list; only what changes in it is drawn again.
#[derive(Clone)]
pub struct RowHandle {
    pub key: RowKey,
    pub row: ArcRwSignal<Row>,
}

/// What the list of one room shows.
#[derive(Clone)]
pub struct RoomView {
    pub room: RoomId,
    pub rows: RwSignal<Vec<RowHandle>>,
    pub at_start: RwSignal<bool>,
    pub at_end: RwSignal<bool>,
    /// Messages of others below that have not been seen: the number on the pill.
    pub unseen: RwSignal<u32>,
    pub loading_older: RwSignal<bool>,
    /// The message a permalink names.
    pub target: Option<MessageId>,
    /// The key the composer's form carries at first.
    pub first_key: String,
}

impl RoomView {
    pub(crate) fn new(room: RoomId, target: Option<MessageId>, first_key: String) -> Self {
        Self {
            room,
            rows: RwSignal::new(Vec::new()),
            at_start: RwSignal::new(false),
            at_end: RwSignal::new(false),
            unseen: RwSignal::new(0),
            loading_older: RwSignal::new(false),
            target,
            first_key,
        }
    }

    /// Shows `rows`: a row that stays keeps its handle, and the list itself changes only when rows come, go or move.
    pub(crate) fn show(&self, rows: Vec<Row>) {
        let Some(old) = self.rows.try_get_untracked() else { return };
        let (known, wanted): (Vec<_>, Vec<_>) =
            (old.iter().map(|handle| &*handle.key.0).collect(), rows.iter().map(|row| &*row.key.0).collect());
        let places = order::places(&known, &wanted);
        if old.len() == rows.len() && places.iter().enumerate().all(|(at, place)| *place == Some(at)) {
            return old.iter().zip(rows).for_each(|(handle, row)| handle.show(row));
        }
        let handles = rows.into_iter().zip(places).map(|(row, place)| match place.map(|place| &old[place]) {
            Some(handle) => {
                handle.show(row);
                handle.clone()
            }
            None => RowHandle { key: row.key.clone(), row: ArcRwSignal::new(row) },
        });
        let handles = handles.collect();
        self.rows.try_set(handles);
    }
}

impl RowHandle {
    fn show(&self, row: Row) {
        if self.row.with_untracked(|old| *old != row) {
            self.row.set(row);
        }
    }
}

/// Sets a signal only when the value is another one, so that nothing is drawn for nothing.
pub(crate) fn put<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.try_with_untracked(|old| *old != value) == Some(true) {
        signal.try_set(value);
    }
}

/// The page's state; by context. Cloning is cheap.
#[derive(Clone)]
pub struct AppState {
    pub lang: Lang,
    pub me: User,
    pub zone: RwSignal<Clock>,
    /// The server's clock, milliseconds since 1970, to the minute.
    pub now: RwSignal<u64>,
    /// All rooms, oldest first, so that no row moves under the pointer.
    pub rooms: RwSignal<Vec<Room>>,
    pub joined: RwSignal<SortedSet<RoomId>>,
    /// Rooms in which something is typed and not sent.
    pub drafting: RwSignal<SortedSet<RoomId>>,
    pub route: RwSignal<Route>,
    pub link: RwSignal<LinkState>,
    /// The server carries another build than this page: an update is ready. Never reloads by itself.
    pub update_ready: RwSignal<bool>,
    /// The last thing that was refused outside of a form or a row.
    pub notice: RwSignal<Option<AppError>>,
    pub(crate) view: RwSignal<Option<RoomView>>,
    pub(crate) inner: Behind,
}

/// The way to [`Inner`].
#[derive(Clone, Copy)]
pub(crate) struct Behind(StoredValue<Inner>);

impl Behind {
    /// Runs `work` with what stands behind the signals; none when the page is gone. Never call it from inside of `work`.
    pub fn with<T>(self, work: impl FnOnce(&mut Inner) -> T) -> Option<T> {
        let (mut work, mut outcome) = (Some(work), None);
        self.reach(&mut |inner| outcome = work.take().map(|work| work(inner)));
        outcome
    }

    /// One way for all that is done in there: what is generic about it stays small, and it is done in forty places.
    fn reach(self, work: &mut dyn FnMut(&mut Inner)) {
        self.0.try_update_value(work);
    }
}

/// What stands behind the signals.
pub(crate) struct Inner {
    /// Owns the signals of rooms opened later. Weak, for it owns this value too.
    pub owner: Option<WeakOwner>,
    pub session: String,
    pub store: String,
    pub build: String,
    /// Where the page's data was read.
    pub head: Seq,
    pub people: Sorted<UserId, ArcRwSignal<User>>,
    /// Authors nobody has told us about yet.
    pub wanted: SortedSet<UserId>,
    pub rooms: Sorted<RoomId, RoomState>,
    /// As of which change each of my memberships is known.
    pub members: Sorted<RoomId, Seq>,
    pub drafts: Sorted<RoomId, String>,
    /// What the address says; none where it is a page of history.
    pub place: Option<navigation::Place>,
    /// In the browser, after hydration: changes are drawn with the next frame and requests may be made.
    pub live: bool,
    pub drawing: bool,
    pub asking: bool,
    /// Counts the places gone to, so that a page that comes late does not lead back.
    pub visit: u32,
    /// Counts the times changes were missed; `owed`: the refetch for it has not succeeded yet.
    pub resets: u32,
    pub owed: bool,
    /// Server's clock minus ours, milliseconds.
    pub skew: f64,
}

impl AppState {
    /// The state of a page; none where nobody has entered. In the browser the page comes alive once it is hydrated.
    pub fn from_boot(boot: Boot) -> Option<Self> {
        let state = Self::still(boot)?;
        let page = state.clone();
        // Effects run in the browser only, and not before hydration is done.
        Effect::new(move |_| untrack(|| start::start(&page)));
        Some(state)
    }

    fn still(boot: Boot) -> Option<Self> {
        let View::Workspace(workspace) = boot.view else { return None };
        let workspace = *workspace;
        let (mut rooms, mut view) = (Sorted::default(), None);
        let route = match workspace.place {
            Place::Rooms => Route::Rooms,
            Place::NotJoined { room } => Route::NotJoined(room),
            Place::Missing => Route::Missing,
            Place::Room { room, page, target, key } => {
                let shown = RoomView::new(room, target, key);
                rooms.insert(room, RoomState::from_page(page, shown.clone()));
                view = Some(shown);
                Route::Room(room)
            }
        };
        let inner = Inner {
            owner: Owner::current().map(|owner| owner.downgrade()),
            session: workspace.session,
            store: workspace.store,
            build: boot.build,
            head: workspace.head,
            people: workspace.users.into_iter().map(|user| (user.id, ArcRwSignal::new(user))).collect(),
            wanted: SortedSet::default(),
            rooms,
            members: Sorted::default(),
            drafts: Sorted::default(),
            place: None,
            live: false,
            drawing: false,
            asking: false,
            visit: 0,
            resets: 0,
            owed: false,
            skew: 0.0,
        };
        let state = Self {
            lang: boot.lang,
            me: workspace.me.clone(),
            zone: RwSignal::new(Clock::Table(boot.zone)),
            now: RwSignal::new(boot.now),
            rooms: RwSignal::new(Vec::new()),
            joined: RwSignal::new(workspace.joined.iter().map(|room| (*room, ())).collect()),
            drafting: RwSignal::new(SortedSet::default()),
            route: RwSignal::new(route),
            link: RwSignal::new(LinkState::Online),
            update_ready: RwSignal::new(false),
            notice: RwSignal::new(None),
            view: RwSignal::new(view),
            inner: Behind(StoredValue::new(inner)),
        };
        state.learn_rooms(&workspace.rooms);
        state.learn_user(&workspace.me);
        if let Route::Room(room) = route {
            state.draw(room);
        }
        Some(state)
    }

    /// The room that is shown; none while it is on its way.
    pub fn room_view(&self) -> RwSignal<Option<RoomView>> {
        self.view
    }

    /// Name of a person; empty until it is known.
    pub fn user_name(&self, id: UserId) -> Signal<String> {
        let user = self.person(id);
        Signal::derive(move || user.with(|user| user.name.clone()))
    }

    /// Which of the ten hues is a person's.
    pub fn user_hue(&self, id: UserId) -> Signal<u8> {
        let user = self.person(id);
        Signal::derive(move || user.with(|user| user.hue))
    }

    /// As of which change a person is known.
    pub fn person_seq(&self, id: UserId) -> Seq {
        self.person(id).with_untracked(|user| user.seq)
    }

    fn person(&self, id: UserId) -> ArcRwSignal<User> {
        let stranger = || ArcRwSignal::new(User { seq: Seq(0), id, name: String::new(), hue: (id.0 % 10) as u8 });
        let found = self.inner.with(|inner| {
            if let Some(user) = inner.people.get(id) {
                return user.clone();
            }
            inner.wanted.add(id);
            let user = stranger();
            inner.people.insert(id, user.clone());
            user
        });
        self.ask_for_people();
        found.unwrap_or_else(stranger)
    }

    /// Runs `work` with what stands behind the signals; none when the page is gone or has no such room.
    pub(crate) fn room<T>(&self, room: RoomId, work: impl FnOnce(&mut RoomState) -> T) -> Option<T> {
        self.inner.with(|inner| inner.rooms.get_mut(room).map(work)).flatten()
    }

    /// The same, for a room that may be new to this page.
    pub(crate) fn room_or_new<T>(&self, room: RoomId, work: impl FnOnce(&mut RoomState) -> T) -> Option<T> {
        self.inner.with(|inner| {
            if !inner.rooms.contains(room) {
                let owner = inner.owner.as_ref().and_then(WeakOwner::upgrade)?;
                let view = owner.with(|| RoomView::new(room, None, String::new()));
                inner.rooms.insert(room, RoomState::new(view));
            }
            inner.rooms.get_mut(room).map(work)
        })?
    }

    /// The session is over: nothing is fetched or sent any more, what was typed stays.
    pub(crate) fn ended(&self) {
        let news = self.link.try_get_untracked() != Some(LinkState::Ended);
        put(self.link, LinkState::Ended);
        crate::client::tabs::retire(news);
        self.inner.with(|inner| inner.rooms.iter_mut().for_each(|(_, room)| room.outbox.end()));
        crate::client::pending::tab_storage::save(self);
        self.draw_soon();
    }

    /// Takes note of an error that concerns the whole page; true if it did.
    pub(crate) fn ends(&self, error: &AppError) -> bool {
        let over = error.code == Code::NotEntered;
        if over {
            self.ended();
        }
        over
    }
}

#[cfg(test)]
mod tests;
