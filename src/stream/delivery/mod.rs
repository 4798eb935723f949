//! Writes to the sockets of streams that wait.

pub mod dispatcher;
pub(crate) mod parked;
pub mod poller;
pub mod socket;
pub mod workers;
