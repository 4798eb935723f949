//! What a person is told of the stream (UX 41): the state moves with what happens, and on from there when its time has passed.

use super::platform;
use crate::app::state::{AppState, LinkState};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use std::cell::RefCell;

thread_local! {
    static PATIENCE: RefCell<Option<Timeout>> = const { RefCell::new(None) };
}

pub(crate) fn settle(state: &AppState, step: fn(LinkState) -> LinkState) {
    let Some(link) = state.link.try_get_untracked() else { return };
    let next = step(link);
    if next == link {
        return;
    }
    state.link.try_set(next);
    let state = state.clone();
    let timer = next.patience().map(|wait| Timeout::new(wait, move || settle(&state, LinkState::waited)));
    // The old timer may be the one that runs now; it is dropped after its work.
    let old = PATIENCE.replace(timer);
    platform::later(0, move || drop(old));
}

/// The page is gone: nothing is to be said any more.
pub(crate) fn end() {
    PATIENCE.take();
}
