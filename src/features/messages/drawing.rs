//! Drawing: brings the shown list in line with what is loaded, and keeps the reader's place while it changes.

use super::state::Messages;
use crate::{
    client::platform::{after_frame, later},
    model::scope::Scope,
};
use leptos::{prelude::*, task::spawn_local};

/// Milliseconds after which a hidden page draws, which has no frames.
const HIDDEN: u32 = 250;
/// Milliseconds from one look at a running flick to the next.
const GLIDE: u32 = 100;
/// Pixels of a list that is not on the page yet.
const HEIGHT: i32 = 1_000;
/// Rows that are drawn in one go when a list is shown.
const SLICE: usize = 24;

impl Messages {
    /// Brings the list of `scope` in line at once.
    pub fn draw(self, scope: Scope) {
        let (zone, me) = (self.page.zone, self.page.me);
        let own = self.scope(scope, |state| {
            let own = state.timeline.messages().iter().filter(|message| message.author == me);
            own.map(|message| message.key).collect::<Vec<_>>()
        });
        // An outbox that was stored may still hold what the page shows as sent.
        if self.pending.unsent_count(scope) > 0 {
            self.pending.outbox(scope, |outbox| {
                own.into_iter().flatten().for_each(|key| {
                    outbox.confirm(key);
                })
            });
        }
        let unsent = self.pending.unsent(scope);
        let drawn = self.scope(scope, |state| {
            state.trim(unsent.len());
            let offset = |at| zone.with_untracked(|zone| zone.offset(at));
            let (timeline, view) = (&state.timeline, &state.view);
            let (at_start, at_end, unseen) = (timeline.at_start(), timeline.at_end(), timeline.unseen());
            let (view, mut rows) = (view.clone(), timeline.rows(&unsent, &offset, me));
            let drawn = state.drawn(&rows);
            rows.truncate(drawn.end);
            (view, rows.split_off(drawn.start), (at_start && drawn.start == 0, at_end, unseen))
        });
        self.tell_window(scope);
        let Some((view, rows, (at_start, at_end, unseen))) = drawn else { return };
        view.show(rows);
        crate::client::page::put(view.at_start, at_start);
        crate::client::page::put(view.at_end, at_end);
        crate::client::page::put(view.unseen, unseen);
    }

    /// Draws what is shown and leaves the anchored message where it is; `to_end` goes to the newest message instead.
    pub(crate) fn draw_shown(self, to_end: bool) {
        let Some(scope) = self.shown() else { return };
        self.with(|inner| inner.drawing = false);
        if !self.page.is_live() {
            return self.draw(scope);
        }
        // Only for a reader who was at the live end: a page below that reaches it must not carry anybody along.
        let at_end = self.scope(scope, |state| state.timeline.at_end() && state.anchor.is_none()) == Some(true);
        let anchor = self.scroller.hold(at_end);
        self.draw(scope);
        spawn_local(async move {
            // Within the same frame: the list is changed by tasks of this turn, and nothing is painted before they are done.
            leptos::task::tick().await;
            if to_end {
                self.scroller.to_end();
            } else if let Some(anchor) = anchor {
                self.scroller.release(anchor);
            }
            self.look();
        });
    }

    /// Leaves all but the rows that are in view for later, when a list is shown that may be long: they are drawn in slices, each
    /// after a frame.
    pub(crate) fn draw_in_slices(self, scope: Scope) {
        let height = self.scroller.list().map_or(HEIGHT, |list| list.client_height());
        self.scope(scope, |state| state.draw_height(height));
        // The first frame is on the screen, and what was pressed meanwhile is done, before more is drawn.
        after_frame(move || self.draw_slice(scope));
    }

    fn draw_slice(self, scope: Scope) {
        let draw = move || {
            let is_due = self.shows(scope)
                && self.scope(scope, |state| {
                    state.drawn = state.drawn.map(|drawn| drawn + SLICE);
                    state.drawn.is_some()
                }) == Some(true);
            if is_due {
                if !self.scroller.is_gliding() {
                    self.draw_shown(false);
                }
                self.draw_slice(scope);
            }
        };
        after_frame(draw);
    }

    /// Draws with the next frame, so that a burst of events is one change of the page.
    pub(crate) fn draw_soon(self) {
        if !self.page.is_live() {
            return self.draw_shown(false);
        }
        if self.with(|inner| std::mem::replace(&mut inner.drawing, true)) == Some(false) {
            request_animation_frame(move || self.draw_if_due());
            let hidden = move || {
                if document().hidden() {
                    self.draw_if_due();
                }
            };
            later(HIDDEN, hidden);
        }
    }

    fn draw_if_due(self) {
        if self.with(|inner| inner.drawing) != Some(true) {
            return;
        }
        // What changes below the anchor waits until a flick has run out: phones ignore corrections while it runs.
        if self.scroller.is_gliding() {
            return later(GLIDE, move || self.draw_if_due());
        }
        self.draw_shown(false);
    }
}
