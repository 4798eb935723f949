//! Facet: what a type says of itself that stands beside a message and changes on its own.

use super::{
    ids::{MessageId, RoomId},
    names_people::NamesPeople,
    versioned::Versioned,
};

/// The newest state of something beside one message.
pub trait Facet: Versioned + NamesPeople + Clone + PartialEq + Send + Sync + 'static {
    fn message(&self) -> MessageId;
    fn room(&self) -> RoomId;
}
