//! The faults, a file each. Their short forms are ordinary tests; `long` draws from them for as long as it is asked to.

mod busy;
mod descriptors;
mod failpoints;
mod full;
mod kill;
mod long;
mod stalled;
mod storm;
mod terminate;
