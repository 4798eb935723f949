//! GET /events.
