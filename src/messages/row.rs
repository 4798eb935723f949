//! One message.
