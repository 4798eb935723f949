//! Catch-up from the database.
