//! A store in a directory of its own, with verbs.
