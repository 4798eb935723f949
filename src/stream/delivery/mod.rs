//! Writes to the sockets of streams that wait.

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")))]
pub mod batch_write;
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64"))))]
#[path = "batch_write_elsewhere.rs"]
pub mod batch_write;
pub mod dispatcher;
pub(crate) mod parked;
pub mod poller;
pub mod socket;
pub mod workers;
