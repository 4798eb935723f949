//! The page that asks for a name.
