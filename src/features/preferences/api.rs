//! Server function of preferences: `/api/preferences/set`, kept in cookies.

use crate::model::{argument::Argument, error::AppError, initial_data::Theme, lang::Lang};
use leptos::prelude::*;

/// Sets language (`en`, `zh-CN`) and theme (`system`, `light`, `dark`); what is empty stays as it is.
/// A form's `back` says where it came from; only the form layer reads it.
///
/// # Errors
/// `bad_input` (lang, theme).
#[server(name = SetPreferences, prefix = "/api", endpoint = "preferences/set")]
pub async fn set(#[server(default)] lang: Argument<Lang>, #[server(default)] theme: Argument<Theme>) -> Result<(), AppError> {
    use crate::request::{admit::admit_anyone, caller::answer_with, cookies};
    let (_, caller) = admit_anyone::<SetPreferences>()?;
    if let Some(lang) = lang.optional("lang")? {
        answer_with(cookies::preference("lang", lang.tag(), caller.secure));
    }
    if let Some(theme) = theme.optional("theme")? {
        answer_with(cookies::preference("theme", theme.as_str(), caller.secure));
    }
    Ok(())
}
