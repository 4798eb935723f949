//! Tests of the style.
