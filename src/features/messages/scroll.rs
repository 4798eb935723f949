//! The scroll rule: the list stays at its end, or the message that is the scroll anchor stays where it is, through every change.

use super::{
    retained_rows::retained_rows,
    room_view::RoomView,
    scroller::{anchor_message, is_pinned, lowest_in_view, row, shift, top},
    state::Messages,
};
use crate::client::page::put;
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Where the line above what is new stands when a room opens, from the upper edge.
const NEW_LINE: f64 = 0.25;

impl Messages {
    /// Takes over the scroller of `view` once it stands on the page, and goes where the reader belongs: to the message that a
    /// link names, to where they left, else to the end.
    pub fn attach_list(self, node: NodeRef<html::Section>, view: &RoomView) {
        let (scope, target) = (view.scope, view.target);
        Effect::new(move |_| {
            let Some(list) = node.get() else { return };
            let list: HtmlElement = list.unchecked_into();
            let number = self.scroller.attach(list.clone(), move || self.look(), move || self.on_resize());
            on_cleanup(move || self.scroller.detach(number));
            let opening = self.scope(scope, |state| (state.left_at(), std::mem::take(&mut state.opens_at_new)));
            let (left, at_new) = opening.unwrap_or_default();
            let line = if at_new { list.query_selector(".new").ok().flatten() } else { None };
            if let Some(row) = target.and_then(row) {
                let (row, frame) = (row.get_bounding_client_rect(), list.get_bounding_client_rect());
                list.scroll_by_with_x_and_y(0.0, row.top() + row.height() / 2.0 - frame.top() - frame.height() / 2.0);
            } else if let Some(line) = line {
                // A reader who has scrolled before the program was there stays.
                if number > 1 || list.scroll_top() == 0 {
                    shift(&list, top(&line) - top(&list) - f64::from(list.client_height()) * NEW_LINE);
                }
            } else if let Some((row, offset)) = left.and_then(|(id, offset)| Some((row(id)?, offset))) {
                list.scroll_by_with_x_and_y(0.0, top(&row) - top(&list) - offset);
            } else if number > 1 {
                // Not at hydration: there the reader may have scrolled already.
                list.set_scroll_top(0);
            }
            self.scroller.note_top(list.scroll_top());
            self.look();
        });
    }

    /// Keeps the anchored message where it was last seen when the list or its content gets another size: the box has grown, a
    /// keyboard has come, the window is another, a picture or a font has arrived.
    fn on_resize(self) {
        let (Some(list), Some(scope)) = (self.scroller.list(), self.shown()) else { return };
        if self.scroller.is_gliding() {
            return;
        }
        match self.scope(scope, |state| state.left_at()).flatten().and_then(|(id, offset)| Some((row(id)?, offset))) {
            Some((row, offset)) => shift(&list, top(&row) - top(&list) - offset),
            None if is_pinned(&list) && !self.scroller.is_leaving() => list.set_scroll_top(0),
            None => {}
        }
    }

    /// Notes where the reader is, by the list itself: a scroll whose event has not come yet counts. Call it before anything
    /// changes the window, and after the list was drawn.
    pub(crate) fn note_scroll(self) {
        let (Some(list), Some(scope)) = (self.scroller.list(), self.shown()) else { return };
        let (pinned, retained) = (is_pinned(&list), retained_rows());
        self.scope(scope, |state| {
            state.timeline.follow(pinned);
            state.retained = retained;
            state.anchor = if pinned && state.timeline.at_end() { None } else { anchor_message(&list) };
        });
    }

    /// Looks where the reader is: what they have seen, and what they will need next. Older messages are fetched from two
    /// viewports before the top on, newer ones likewise.
    pub(crate) fn look(self) {
        self.note_scroll();
        let (Some(list), Some(scope)) = (self.scroller.list(), self.shown()) else { return };
        let (viewport, below) = (list.client_height(), -list.scroll_top());
        let shown = self.scope(scope, |state| (state.view.unseen, state.timeline.unseen(), state.view.is_far));
        if let Some((unseen, count, is_far)) = shown {
            put(unseen, count);
            put(is_far, below > viewport);
        }
        let above = list.scroll_height() - viewport - below;
        // A list that was never moved is filled, no more: the first paint costs one request less.
        let reach = if self.scroller.has_scrolled() { 2 * viewport } else { 1 };
        if self.scope(scope, |state| state.drawn.is_some()) == Some(true) {
            // What is missing comes by itself.
        } else if above < reach {
            self.load_older(scope);
        } else if below < reach {
            self.load_newer(scope);
        }
    }

    /// Returns up to which ordinal everything is read by who sees the list as it is now.
    pub fn seen(self) -> Option<u64> {
        let (list, scope) = (self.scroller.list()?, self.shown()?);
        self.scope(scope, |state| state.timeline.read_to(lowest_in_view(&list))).flatten()
    }

    /// Moves the focus to the list: what has it is about to go.
    pub fn take_focus(self) {
        self.scroller.take_focus();
    }
}
