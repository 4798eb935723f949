//! What the search for rooms answers with.

use crate::model::ids::RoomId;
use serde::{Deserialize, Serialize};

/// Characters that are looked for at a time.
pub const MAX_TEXT: usize = 64;
/// Rooms in one answer, at most.
pub const MAX_FOUND: usize = 20;

/// Rooms whose names fit, the best first. The reader knows all of them, so their ids are enough.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FoundRooms {
    pub rooms: Vec<RoomId>,
}
