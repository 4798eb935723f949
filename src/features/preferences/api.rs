//! Server function of preferences: `/api/preferences/set`, kept in cookies.

use crate::model::error::AppError;
use leptos::prelude::*;

/// Sets language (`en`, `zh-CN`) and theme (`system`, `light`, `dark`); what is empty stays as it is.
/// A form's `back` says where it came from; only the form layer reads it.
///
/// # Errors
/// `bad_input` (lang, theme).
#[server(name = SetPreferences, prefix = "/api", endpoint = "preferences/set")]
pub async fn set(#[server(default)] lang: String, #[server(default)] theme: String) -> Result<(), AppError> {
    use crate::{
        i18n::Lang,
        model::{error::Reason, initial_data::Theme},
        request::{caller, cookies},
    };
    let (_, caller) = caller::current()?;
    if !lang.is_empty() {
        let lang = Lang::parse(&lang).ok_or_else(|| AppError::bad_input("lang", Reason::Malformed))?;
        caller::answer_with(cookies::preference("lang", lang.tag(), caller.secure));
    }
    if !theme.is_empty() {
        let theme = Theme::parse(&theme).ok_or_else(|| AppError::bad_input("theme", Reason::Malformed))?;
        caller::answer_with(cookies::preference("theme", theme.as_str(), caller.secure));
    }
    Ok(())
}
