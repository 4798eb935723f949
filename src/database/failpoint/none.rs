//! What a release build has of `failpoint.rs`: nothing.

/// Goes on.
#[inline(always)]
pub fn reach(_place: &str) {}

/// Goes on.
#[inline(always)]
pub fn panic_at(_place: &str) {}
