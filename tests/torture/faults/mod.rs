//! The faults, one file each. Their short forms are ordinary tests; `long` repeats them for a given time.

mod busy;
mod command_line;
mod crowd;
mod descriptors;
mod failpoints;
mod full;
mod kill;
mod long;
mod restarts;
mod stalled;
mod terminate;
