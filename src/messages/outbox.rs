//! What is being sent.
