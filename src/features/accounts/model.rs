//! Accounts as the wire carries them.

use serde::{Deserialize, Serialize};

/// One of one's own sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionInfo {
    /// Public tag of the session.
    pub tag: String,
    /// Milliseconds since 1970, as is `seen`.
    pub created: u64,
    /// When it was used last, noted every ten minutes.
    pub seen: u64,
    /// The browser, as it calls itself.
    pub agent: String,
    /// The session that asks.
    pub current: bool,
}
