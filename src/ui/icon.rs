//! Line icons.
