//! Create, rename, join.
