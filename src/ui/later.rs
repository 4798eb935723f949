//! Later: work that is put off to a task of its own. It is boxed: each type of closure would bring along once more what hands it
//! to the browser.

use leptos::prelude::{request_animation_frame, set_timeout};
use std::time::Duration;

/// Does `work` in so many milliseconds.
pub fn later(milliseconds: u32, work: impl FnOnce() + 'static) {
    wait(milliseconds, Box::new(work));
}

fn wait(milliseconds: u32, work: Box<dyn FnOnce()>) {
    set_timeout(work, Duration::from_millis(milliseconds.into()));
}

/// Does `work` after the next frame, which it would delay. A hidden page has none until it is shown.
pub fn after_frame(work: impl FnOnce() + 'static) {
    frame(Box::new(work));
}

fn frame(work: Box<dyn FnOnce()>) {
    request_animation_frame(move || wait(0, work));
}
