//! Send, delete, page.
