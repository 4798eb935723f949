//! How the list keeps its place.

use crate::live::state::{AppState, RoomView};
use leptos::{html, prelude::*};

pub fn attach(_list: NodeRef<html::Section>, _state: &AppState, _view: &RoomView) {}
