//! The browser's counterpart of `cached_body.rs`: it makes the elements of every body, and weighs nothing.

use super::{body, timeline::Content};
use crate::model::ids::{MessageId, Seq};
use leptos::prelude::*;

#[derive(Clone)]
pub struct CachedBodies;

impl CachedBodies {
    pub fn here() -> Self {
        Self
    }

    /// Returns the view of `content`.
    #[inline(always)]
    pub fn view(&self, content: &Content, _: impl FnOnce() -> Option<(MessageId, Seq)>) -> Vec<AnyView> {
        match content {
            Content::Body(tree) => body::body(tree),
            Content::Plain(text) => body::plain(text.clone()),
        }
    }
}
