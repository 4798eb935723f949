//! What the page knows.

use crate::{
    boot::{Boot, Place, Theme, View, Workspace},
    error::AppResult,
    i18n::Lang,
    ids::{MessageId, RoomId, UserId},
    messages::timeline::{Content, Delivery, Row, RowKey},
    people::model::User,
    rooms::model::Room,
    ui::time::Clock,
};
use leptos::prelude::*;
use std::collections::BTreeSet;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    Rooms,
    Room(RoomId),
    NotJoined(RoomId),
    Missing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    Online,
    Interrupted,
    Reconnecting,
    Back,
    Ended,
}

#[derive(Clone)]
pub struct RowHandle {
    pub key: RowKey,
    pub row: ArcRwSignal<Row>,
}

#[derive(Clone)]
pub struct RoomView {
    pub room: RoomId,
    pub rows: RwSignal<Vec<RowHandle>>,
    pub at_start: RwSignal<bool>,
    pub at_end: RwSignal<bool>,
    pub unseen: RwSignal<u32>,
    pub loading_older: RwSignal<bool>,
    pub target: Option<MessageId>,
    pub first_key: String,
}

#[derive(Clone)]
pub struct AppState {
    pub lang: Lang,
    pub me: User,
    pub zone: RwSignal<Clock>,
    pub now: RwSignal<u64>,
    pub rooms: RwSignal<Vec<Room>>,
    pub joined: RwSignal<BTreeSet<RoomId>>,
    pub route: RwSignal<Route>,
    pub link: RwSignal<LinkState>,
    pub update_ready: RwSignal<bool>,
    pub notice: RwSignal<Option<crate::error::AppError>>,
    users: RwSignal<Vec<User>>,
    view: RwSignal<Option<RoomView>>,
}

impl AppState {
    pub fn from_boot(boot: &Boot) -> Option<Self> {
        let View::Workspace(workspace) = &boot.view else { return None };
        Some(Self::from_workspace(boot, workspace))
    }

    fn from_workspace(boot: &Boot, workspace: &Workspace) -> Self {
        let (route, view) = match &workspace.place {
            Place::Rooms => (Route::Rooms, None),
            Place::NotJoined { room } => (Route::NotJoined(*room), None),
            Place::Missing => (Route::Missing, None),
            Place::Room { room, page, target, key } => {
                let mut rows = Vec::<RowHandle>::new();
                let mut before: Option<(UserId, u64, i64)> = None;
                for m in page.messages.iter().filter(|m| !m.deleted) {
                    let day = crate::ui::time::day(m.at, boot.zone.offset(m.at));
                    let new_day = before.is_none_or(|(_, _, d)| d != day);
                    let first = new_day || before.is_none_or(|(a, at, _)| a != m.author || m.at - at > 300_000);
                    before = Some((m.author, m.at, day));
                    let key = RowKey(m.id.to_string());
                    rows.push(RowHandle {
                        key: key.clone(),
                        row: ArcRwSignal::new(Row {
                            key,
                            id: Some(m.id),
                            author: m.author,
                            at: m.at,
                            content: Content::Body(m.body.clone()),
                            delivery: Delivery::Sent,
                            day: new_day.then_some(day),
                            first,
                            mine: m.author == workspace.me.id,
                        }),
                    });
                }
                let view = RoomView {
                    room: *room,
                    rows: RwSignal::new(rows),
                    at_start: RwSignal::new(page.at_start),
                    at_end: RwSignal::new(page.at_end),
                    unseen: RwSignal::new(0),
                    loading_older: RwSignal::new(false),
                    target: *target,
                    first_key: key.clone(),
                };
                (Route::Room(*room), Some(view))
            }
        };
        Self {
            lang: boot.lang,
            me: workspace.me.clone(),
            zone: RwSignal::new(Clock::Table(boot.zone.clone())),
            now: RwSignal::new(boot.now),
            rooms: RwSignal::new(workspace.rooms.clone()),
            joined: RwSignal::new(workspace.joined.iter().copied().collect()),
            route: RwSignal::new(route),
            link: RwSignal::new(LinkState::Online),
            update_ready: RwSignal::new(false),
            notice: RwSignal::new(None),
            users: RwSignal::new(workspace.users.clone()),
            view: RwSignal::new(view),
        }
    }

    fn user<T: Clone + PartialEq + Send + Sync + Default + 'static>(&self, id: UserId, pick: fn(&User) -> T) -> Signal<T> {
        let users = self.users;
        Signal::derive(move || users.with(|all| all.iter().find(|u| u.id == id).map(pick).unwrap_or_default()))
    }
    pub fn user_name(&self, id: UserId) -> Signal<String> {
        self.user(id, |u| u.name.clone())
    }
    pub fn user_hue(&self, id: UserId) -> Signal<u8> {
        self.user(id, |u| u.hue)
    }
    pub fn room_view(&self) -> RwSignal<Option<RoomView>> {
        self.view
    }
    pub fn send(&self, _room: RoomId, _text: String) {}
    pub fn retry(&self, _room: RoomId, _key: &RowKey) {}
    pub fn discard(&self, _room: RoomId, _key: &RowKey) {}
    pub fn delete(&self, _room: RoomId, _message: MessageId) {}
    pub fn load_older(&self, _room: RoomId) {}
    pub fn jump_to_latest(&self, _room: RoomId) {}
    pub fn open(&self, _route: Route) {}
    pub fn set_theme(&self, _theme: Theme) {}
    pub async fn create_room(&self, _name: String) -> AppResult<()> {
        Ok(())
    }
    pub async fn rename_room(&self, _room: RoomId, _name: String) -> AppResult<()> {
        Ok(())
    }
    pub async fn join(&self, _room: RoomId) -> AppResult<()> {
        Ok(())
    }
}
