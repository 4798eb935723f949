//! What the composer does.

use crate::{ids::RoomId, live::state::AppState};
use leptos::{ev, html, prelude::*};

pub fn adopt(_field: NodeRef<html::Textarea>, _state: &AppState, _room: RoomId) {}
pub fn on_keydown(_event: &ev::KeyboardEvent, _state: &AppState, _room: RoomId) {}
pub fn on_submit(_event: &ev::SubmitEvent, _state: &AppState, _room: RoomId) {}
pub fn on_input(_event: &ev::Event, _state: &AppState, _room: RoomId) {}
