//! Sessions: cookie, lookup, require_user.
