//! Enter, me, leave.
