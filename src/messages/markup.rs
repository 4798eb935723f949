//! Markdown to the typed tree.
