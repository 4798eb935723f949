//! Pages that are plain HTML and start no program: what a feature gives for one, and the parts that they are made of.

mod fields;
mod form;
mod secret_link;

pub use fields::{Field, TEXT, Typed, token_field};
pub use form::{address, find_form, plain_form};
pub use secret_link::{COPY_LINK, LinkWords, secret_link};

use super::{
    caller::Caller,
    endpoint::Need,
    refusals::{Fields, Refusal, field},
    services::Services,
};
use crate::{
    model::{error::AppResult, route::Route},
    sessions::cache::Session,
    ui::icon::Icon,
};
use leptos::prelude::AnyView;
use std::{future::Future, pin::Pin, sync::Arc};

/// A page, as its feature gives it.
#[derive(Clone, Copy)]
pub struct PlainPage {
    /// Whether an address leads to this page.
    pub is_at: fn(Route) -> bool,
    /// Whom it is for. Without a session, the address of a page that needs one leads to the enter page.
    pub need: Need,
    /// Whether it shows again what was refused of its forms; otherwise a small page does.
    pub shows_refusals: bool,
    pub show: fn(PlainRequest) -> PageFuture,
}

/// A page in the making. `not_found` is answered as for an address that is none of ours.
pub type PageFuture = Pin<Box<dyn Future<Output = AppResult<Answer>> + Send>>;

/// What a request for a page says.
pub struct PlainRequest {
    pub services: Arc<Services>,
    pub caller: Caller,
    pub route: Route,
    pub query: Fields,
    /// What was refused of a form of this page.
    pub refusal: Option<Arc<Refusal>>,
    /// Scheme and authority of links that people hand on.
    pub base: String,
}

impl PlainRequest {
    /// Returns a value of the address's query, without space around it; empty where there is none.
    pub fn query(&self, name: &str) -> &str {
        field(&self.query, name).unwrap_or_default().trim()
    }

    /// Returns the reader's session.
    ///
    /// # Errors
    /// `not_entered`; what the store said where it could not be told.
    pub fn session(&self) -> AppResult<Arc<Session>> {
        self.caller.require_session().cloned()
    }

    /// Returns what was refused of the form to the server function at `path`.
    pub fn typed(&self, path: &str) -> Typed {
        Typed::new(self.caller.reader, self.refusal.as_deref(), path)
    }

    /// Returns the secret that a form of this page has just made, if any.
    pub fn made(&self) -> Option<String> {
        let session = self.caller.session.as_ref()?;
        self.services.shown_once.get(self.query("made"), &session.tag, self.services.now())
    }
}

/// What a page answers with.
pub enum Answer {
    Page(Shown),
    /// Another page is to be shown.
    To(Route),
}

/// A page's content. What stands around it is the same for all.
pub struct Shown {
    pub heading: String,
    pub layout: Layout,
    pub content: AnyView,
    /// A small script of its own: a constant, so nothing that anybody wrote is in it.
    pub script: Option<&'static str>,
}

/// What stands around the content.
pub enum Layout {
    /// One card in the middle, with the switches of language and theme: for people who are not in yet.
    Card { about: String },
    /// A head with the way back, and parts below it; a small text beside the heading.
    Parts { class: &'static str, back: Route, sign: Option<Icon>, note: String },
}

impl Shown {
    /// Returns a page of parts, which leads back to `back`.
    pub fn parts(heading: impl Into<String>, back: Route, content: AnyView) -> Self {
        let layout = Layout::Parts { class: "people-page", back, sign: None, note: String::new() };
        Self { heading: heading.into(), layout, content, script: None }
    }

    /// Returns a page of one card, which says what it is about.
    pub fn card(heading: impl Into<String>, about: impl Into<String>, content: AnyView) -> Self {
        Self { heading: heading.into(), layout: Layout::Card { about: about.into() }, content, script: None }
    }

    /// Returns a page of parts with a sign before its heading and a small text after it.
    pub fn with_head(mut self, before: Icon, after: String) -> Self {
        if let Layout::Parts { sign, note, .. } = &mut self.layout {
            (*sign, *note) = (Some(before), after);
        }
        self
    }

    /// Returns a page of parts with another class for its style.
    pub fn with_class(mut self, name: &'static str) -> Self {
        if let Layout::Parts { class, .. } = &mut self.layout {
            *class = name;
        }
        self
    }

    /// Returns the page with a script of its own.
    pub fn with_script(self, script: &'static str) -> Self {
        Self { script: Some(script), ..self }
    }
}

/// Takes a token out of the address, before any other request, and puts it into the field of [`token_field`]; also where the link
/// is opened in a page that is there already.
pub const TAKE_TOKEN: &str = "\
    const field=document.getElementById('token'),take=()=>{const token=location.hash.slice(1);\
    if(token){field.value=token;field.parentElement.hidden=true;history.replaceState(null,'',location.pathname)}};\
    take();addEventListener('hashchange',take)";
