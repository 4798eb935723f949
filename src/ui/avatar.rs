//! A square with a letter.
