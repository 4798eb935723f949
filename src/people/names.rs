//! Which names are allowed and which look alike.
