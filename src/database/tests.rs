//! The store's own promises, on real files: opening, batches, faults.

mod batches;
mod faults;
mod opening;
mod upgrade;
mod write_queue;
