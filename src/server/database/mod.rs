//! SQLite: one writer, some readers.
