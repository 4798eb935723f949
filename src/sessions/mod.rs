//! Sessions: tokens, their hashes, the cache, ending for good.

pub mod cache;
pub mod store;
