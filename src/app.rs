//! The component tree of every page.
