//! Process: what the process's own handlers see: what requests reach, and beside that what only the process needs.

use super::{
    assets::{self, Manifest},
    config::Config,
    unread::Unread,
};
use crate::{
    features::messages::render_cache::RenderCache,
    request::{refusals::Refusals, services::Services},
    stream::event_stream::StreamConfig,
};
use std::{
    borrow::Cow,
    ops::Deref,
    sync::{Arc, Mutex},
    time::Instant,
};

/// The process's state; a clone is a reference.
#[derive(Clone)]
pub struct Process(Arc<Inner>);

/// What the state holds. The services' fields are reached as its own.
pub struct Inner {
    pub services: Arc<Services>,
    pub config: Config,
    pub stream_config: StreamConfig,
    pub manifest: Manifest,
    /// Bytes of answers that are not read yet.
    pub unread: Arc<Unread>,
    /// Forms that were refused lately.
    pub refusals: Refusals,
    /// When the log said last why a host or an origin is refused.
    pub refusal_logged: Mutex<Option<Instant>>,
    /// With it a caller is told the figures of `/healthz?verbose`.
    pub health_token: Option<String>,
    /// Messages that pages have shown, with their rows.
    pub render_cache: Arc<RenderCache>,
}

impl Process {
    pub fn new(process: Inner) -> Self {
        Self(Arc::new(process))
    }

    /// Returns the path of the style sheet: the newest one while cargo-leptos watches, else the one found at the start.
    pub fn style_sheet(&self) -> Cow<'_, str> {
        match self.config.dev_reload_port {
            0 => Cow::Borrowed(&self.manifest.css),
            _ => Cow::Owned(assets::style_sheet()),
        }
    }
}

impl Deref for Process {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Deref for Inner {
    type Target = Services;

    fn deref(&self) -> &Services {
        &self.services
    }
}
