//! The browser's twin of `once.rs`: it draws every row, and weighs nothing.

use crate::{
    app::state::{AppState, RowHandle},
    model::ids::MessageId,
};

#[derive(Clone)]
pub struct Once;

impl Once {
    pub fn here() -> Self {
        Self
    }

    #[inline(always)]
    pub fn row<V>(
        &self,
        state: AppState,
        handle: RowHandle,
        _: Option<MessageId>,
        draw: impl FnOnce(AppState, RowHandle) -> V,
    ) -> V {
        draw(state, handle)
    }
}
