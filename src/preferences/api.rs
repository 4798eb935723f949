//! Set language and theme.
