//! RoomView: what the list of one room shows, as signals.

use super::timeline::{Row, RowKey};
use crate::{
    model::{ids::MessageId, scope::Scope},
    ui::keyed::order,
};
use leptos::prelude::*;

/// One row of the list; only what changes in it is drawn again.
#[derive(Clone)]
pub struct RowHandle {
    pub key: RowKey,
    pub row: ArcRwSignal<Row>,
}

impl RowHandle {
    fn show(&self, row: Row) {
        if self.row.with_untracked(|old| *old != row) {
            self.row.set(row);
        }
    }
}

/// The list of one scope.
#[derive(Clone)]
pub struct RoomView {
    pub scope: Scope,
    pub rows: RwSignal<Vec<RowHandle>>,
    pub at_start: RwSignal<bool>,
    pub at_end: RwSignal<bool>,
    /// Messages of others below that have not been seen: the number on the pill.
    pub unseen: RwSignal<u32>,
    /// The end is more than a screen below.
    pub is_far: RwSignal<bool>,
    pub loading_older: RwSignal<bool>,
    /// How many people are in the room; 0 until that is known.
    pub members: RwSignal<u32>,
    /// The message that a permalink names.
    pub target: Option<MessageId>,
    /// The key that the composer's form carries at first.
    pub first_key: String,
}

impl RoomView {
    pub fn new(scope: Scope, target: Option<MessageId>, first_key: String) -> Self {
        Self {
            scope,
            rows: RwSignal::new(Vec::new()),
            at_start: RwSignal::new(false),
            at_end: RwSignal::new(false),
            unseen: RwSignal::new(0),
            is_far: RwSignal::new(false),
            loading_older: RwSignal::new(false),
            members: RwSignal::new(0),
            target,
            first_key,
        }
    }

    /// Shows `rows`: a row that stays keeps its handle, and the list itself changes only when rows come, go or move.
    pub fn show(&self, rows: Vec<Row>) {
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
