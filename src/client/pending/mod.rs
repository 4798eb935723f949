//! What is typed or sent and not stored by the server yet.

pub(crate) mod drafts;
pub(crate) mod outbox_storage;
pub(crate) mod tab_storage;
