//! The message form.
