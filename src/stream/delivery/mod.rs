//! Writes to the sockets of streams that wait.

pub mod dispatcher;
pub mod inbox;
pub mod parked;
pub mod poller;
pub mod socket;
pub mod workers;
