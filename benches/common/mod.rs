//! What both programs of the bench share.

pub mod guard;
pub mod http;
pub mod machine;
pub mod process;
pub mod server;
