//! Token: the secret of a session, as its cookie carries it, and the hash that the store keeps.

use crate::model::error::{AppError, AppResult, Code};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Seconds a session lasts for a person without an account: 30 days.
pub const LIFETIME: u64 = 30 * 24 * 3600;
/// Seconds a session lasts for a person with an account: 90 days.
pub const ACCOUNT_LIFETIME: u64 = 90 * 24 * 3600;
/// Seconds after which a session that nobody has used ends: 30 days.
pub const IDLE: u64 = 30 * 24 * 3600;

/// SHA-256 of the token: what the store keeps, useless as a cookie.
pub type TokenHash = [u8; 32];

/// The secret of a session: 64 hex digits, 256 random bits. Never logged.
pub struct Token(String);

impl Token {
    /// Draws a token.
    ///
    /// # Errors
    /// `internal` where the system gives no randomness.
    pub fn new() -> AppResult<Self> {
        Ok(Self(random_hex(32)?))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn hash(&self) -> TokenHash {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

/// Returns the hash of a cookie's value; none for what cannot be a token.
pub fn hash_of(cookie: &str) -> Option<TokenHash> {
    (cookie.len() == 64).then(|| Sha256::digest(cookie.as_bytes()).into())
}

/// Returns `bytes` random bytes as hex digits.
///
/// # Errors
/// `internal` where the system gives no randomness.
pub fn random_hex(bytes: usize) -> AppResult<String> {
    let mut buffer = vec![0; bytes];
    getrandom::fill(&mut buffer).map_err(|error| {
        tracing::error!(%error, "no randomness from the system");
        AppError::new(Code::Internal)
    })?;
    let mut text = String::with_capacity(bytes * 2);
    for byte in buffer {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}
