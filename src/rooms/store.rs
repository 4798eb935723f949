//! SQL of rooms and memberships.
