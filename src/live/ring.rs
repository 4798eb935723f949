//! Recent frames.
