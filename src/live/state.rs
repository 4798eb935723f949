//! What the page knows.
