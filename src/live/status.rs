//! The line that says whether we are connected.
