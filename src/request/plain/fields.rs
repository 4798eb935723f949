//! Fields of the forms of plain pages, and what was refused of them.

use crate::{
    model::error::AppError,
    request::{
        caller::Reader,
        refusals::{Fields, Refusal, field as typed},
    },
};
use leptos::prelude::*;

/// What was refused of a form, as its page shows it again.
#[derive(Default)]
pub struct Typed {
    fields: Fields,
    error: Option<AppError>,
}

impl Typed {
    /// Returns what was refused of the form to the server function at `path`.
    pub(super) fn new(reader: Reader, refusal: Option<&Refusal>, path: &str) -> Self {
        let is_of_form = |refusal: &&Refusal| refusal.row.is_some_and(|row| row.path == path);
        let Some(refusal) = refusal.filter(is_of_form) else { return Self::default() };
        Self { fields: refusal.fields.clone(), error: Some(refusal.error.clone().spoken(reader.lang)) }
    }

    pub fn error(&self) -> Option<&AppError> {
        self.error.as_ref()
    }

    /// Returns the text of a field: what was typed, else `first`.
    fn value(&self, name: &str, first: &str) -> String {
        typed(&self.fields, name).unwrap_or(first).to_owned()
    }

    /// Returns why the field was refused.
    fn refused(&self, name: &str) -> Option<String> {
        self.error.as_ref().filter(|error| error.field.as_deref() == Some(name)).map(|error| error.message.clone())
    }

    /// Shows a refusal that is not about one of `fields`, which say theirs themselves.
    pub fn elsewhere(&self, fields: &[&str]) -> impl IntoView + use<> {
        let is_shown = |error: &&AppError| error.field.as_deref().is_none_or(|field| !fields.contains(&field));
        self.error.as_ref().filter(is_shown).map(|error| view! { <p class="refusal" role="alert">{error.message.clone()}</p> })
    }
}

/// The field for what stands behind the `#` of a link.
pub fn token_field(name: &'static str, label: &str, help: &str, typed: &Typed) -> impl IntoView + use<> {
    Field { id: "token", name, label, help, max: 64, ..TEXT }.view(typed)
}

/// A text field that has to be filled in.
pub const TEXT: Field<'static> =
    Field { id: "", name: "", label: "", help: "", kind: "text", autocomplete: "off", first: "", max: 200, required: true };

/// One field of a form.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    /// Tells it from the other fields of the page.
    pub id: &'static str,
    pub name: &'static str,
    pub label: &'a str,
    pub help: &'a str,
    /// `text`, `password`, `email`.
    pub kind: &'static str,
    pub autocomplete: &'static str,
    /// What stands in it at first.
    pub first: &'a str,
    pub max: usize,
    pub required: bool,
}

impl Field<'_> {
    /// Shows the field, with what was typed and why it was refused. A password is never shown again.
    pub fn view(self, typed: &Typed) -> impl IntoView + use<> {
        let Self { id, name, required, label, help, kind, autocomplete, first, max } = self;
        let value = (kind != "password").then(|| typed.value(name, first));
        let refusal = typed.refused(name);
        let is_refused = refusal.is_some();
        let (help_id, error_id) = (format!("{id}-help"), format!("{id}-error"));
        let described = if is_refused { Some(error_id.clone()) } else { (!help.is_empty()).then(|| help_id.clone()) };
        let plain = name != "name" && name != "workspace";
        view! {
            <div class="field">
                <label for=id>{label.to_owned()}</label>
                <input
                    id=id
                    name=name
                    type=kind
                    value=value
                    required=required
                    // The limit counts UTF-16 units here and characters on the server.
                    maxlength=(2 * max).to_string()
                    autocomplete=autocomplete
                    autocapitalize=plain.then_some("none")
                    spellcheck=plain.then_some("false")
                    dir=if plain { "ltr" } else { "auto" }
                    aria-invalid=is_refused.then_some("true")
                    aria-describedby=described
                />
                {refusal.map(|words| view! { <p class="refusal" id=error_id role="alert">{words}</p> })}
                {(!help.is_empty()).then(|| view! { <p class="help" id=help_id>{help.to_owned()}</p> })}
            </div>
        }
    }
}
