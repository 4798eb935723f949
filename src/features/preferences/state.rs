//! Preferences in the browser: the theme in force, in every tab.

use super::api::SetPreferences;
use crate::{
    client::{
        call::post,
        page::{Page, put},
        platform,
    },
    model::initial_data::Theme,
};
use leptos::{prelude::*, task::spawn_local};

/// The prefix of a theme's name in the setting that other tabs receive.
const SETTING: &str = "theme=";

/// A handle; copies are the same state.
#[derive(Clone, Copy)]
pub struct Preferences {
    pub theme: RwSignal<Theme>,
    /// None on the enter page, where a choice is posted as a form.
    page: Option<Page>,
}

impl Preferences {
    pub fn new(theme: Theme, page: Option<Page>) -> Self {
        Self { theme: RwSignal::new(theme), page }
    }

    /// Returns whether a theme can be changed in place.
    pub fn is_live(self) -> bool {
        self.page.is_some_and(Page::is_live)
    }

    /// Shows a theme at once, here and in the other tabs, and stores it for the next page.
    pub fn set_theme(self, theme: Theme) {
        let Some(page) = self.page else { return };
        self.show(theme);
        let mut setting = String::from(SETTING);
        setting.push_str(theme.as_str());
        page.application(|application| application.tell_setting(&setting));
        spawn_local(async move {
            if let Err(error) = post(&SetPreferences { lang: None.into(), theme: theme.into() }).await {
                page.report(error);
            }
        });
    }

    /// Applies a setting that another tab has sent.
    pub fn apply_setting(self, setting: &str) {
        if let Some(theme) = setting.strip_prefix(SETTING).and_then(|theme| theme.parse().ok()) {
            self.show(theme);
        }
    }

    /// Applies what other tabs have changed while this page was in the back-forward cache.
    pub fn refresh(self) {
        if let Some(theme) = platform::cookie("theme").and_then(|theme| theme.parse().ok()) {
            self.show(theme);
        }
    }

    fn show(self, theme: Theme) {
        platform::set_root_attribute("data-theme", theme.as_str());
        put(self.theme, theme);
    }
}
