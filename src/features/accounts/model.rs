//! Accounts as the wire carries them.

use serde::{Deserialize, Serialize};

/// The answer of `people/recovery`: the only time that the token is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRecovery {
    pub token: String,
    /// Milliseconds since 1970.
    pub expires: u64,
}

/// A recovery link, as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoverySeen {
    /// Name of the person who has made it.
    pub by: String,
    /// Milliseconds since 1970.
    pub created: u64,
    /// False once it was used, has expired, or somebody has signed in.
    pub good: bool,
}

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
