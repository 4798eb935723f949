//! The typed tree as elements.
