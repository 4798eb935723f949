//! A room: header, list, composer.
