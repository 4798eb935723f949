//! Sessions: tokens, their hashes, the cache, ending for good. A session knows the id of a person, and no more of them.

pub mod cache;
pub mod ended_file;
pub mod even_clock;
pub mod store;
pub mod token;
