//! Parts of the pages about accounts: the card that they stand in, its fields, and what was refused.

use super::words::{WORDS, Words};
use crate::{
    features::{
        accounts,
        people::model::MAX_NAME,
        preferences::{
            state::Preferences,
            switches::{LanguageSwitch, ThemeSwitch},
        },
        workspace::model::Entry,
    },
    i18n::PRODUCT,
    model::{
        error::{AppError, AppResult, Code},
        route::{Route, title},
    },
    request::caller::Reader,
    screens::enter_page::Mark,
    server::{
        form_body::{Fields, field as typed},
        refused::document,
        refused_forms::Refusal,
        shell,
        state::Process,
    },
};
use axum::{
    http::{HeaderValue, header::CONTENT_SECURITY_POLICY},
    response::Response,
};
use leptos::prelude::*;

/// A page as one card: a heading, what it is about, its content, the switches of language and theme. `back` is the page itself.
pub fn card(reader: Reader, css: &str, (heading, about): (&str, &str), back: Route, content: impl FnOnce() -> AnyView) -> String {
    let lang = reader.lang;
    let owner = Owner::new_root(None);
    owner.with(|| {
        provide_context(Preferences::new(reader.theme, None));
        let page = view! {
            <main class="door" id="page">
                <div class="door-card">
                    <p class="wordmark" aria-hidden="true">
                        <Mark />
                        {PRODUCT}
                    </p>
                    <h1>{heading.to_owned()}</h1>
                    <p class="about">{about.to_owned()}</p>
                    {content()}
                    <div class="door-foot">
                        <LanguageSwitch lang back />
                        <ThemeSwitch lang back />
                    </div>
                </div>
            </main>
        };
        document(reader, css, &title(Some(heading), PRODUCT), page)
    })
}

/// What was refused of a form, as its page shows it again.
#[derive(Default)]
pub struct Typed {
    fields: Fields,
    error: Option<AppError>,
}

impl Typed {
    /// Returns what was refused of the form to the server function at `path`.
    pub fn new(reader: Reader, refusal: Option<&Refusal>, path: &str) -> Self {
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

/// Shows who may come in, to be chosen.
pub fn entry_choice(words: &'static Words, entry: Entry) -> impl IntoView + use<> {
    let choices = [
        (Entry::Open, words.entry_open, words.entry_open_help),
        (Entry::Invite, words.entry_invite, words.entry_invite_help),
        (Entry::Closed, words.entry_closed, words.entry_closed_help),
    ]
    .map(|(one, label, help)| {
        view! {
            <label class="entry">
                <input type="radio" name="entry" value=one.as_str() checked=one == entry />
                <span>{label}</span>
                <small>{help}</small>
            </label>
        }
    });
    view! { <div role="radiogroup" aria-labelledby="entry">{choices.into_iter().collect::<Vec<_>>()}</div> }
}

/// Takes the token out of the address, before any other request, and puts it into the form; also where the link is opened in a
/// page that is there already.
const TAKE_TOKEN: &str = "\
    const field=document.getElementById('token'),take=()=>{const token=location.hash.slice(1);\
    if(token){field.value=token;field.parentElement.hidden=true;history.replaceState(null,'',location.pathname)}};\
    take();addEventListener('hashchange',take)";

/// The script that fills the field of [`token_field`].
pub fn token_script(nonce: &str) -> impl IntoView + use<> {
    shell::own_script(nonce, TAKE_TOKEN)
}

/// The field for what stands behind the `#` of a link.
pub fn token_field(name: &'static str, label: &str, help: &str, typed: &Typed) -> impl IntoView + use<> {
    Field { id: "token", name, label, help, max: 64, ..TEXT }.view(typed)
}

/// The fields of a new account, whose names are [`ACCOUNT_FIELDS`]. `name` is what the person is called already.
pub fn account_fields(reader: Reader, name: &str, typed: &Typed) -> impl IntoView + use<> {
    let words = reader.lang.of(&WORDS);
    let label = reader.lang.of(&accounts::WORDS).your_name;
    let name = Field { id: "name", name: "name", label, autocomplete: "name", first: name, max: MAX_NAME, ..TEXT };
    (name.view(typed), handle_field(words).view(typed), new_password("password", words.password, words).view(typed))
}

pub const ACCOUNT_FIELDS: [&str; 3] = ["name", "handle", "password"];

pub fn handle_field(words: &'static Words) -> Field<'static> {
    let (label, help) = (words.handle, words.handle_help);
    Field { id: "handle", name: "handle", label, help, autocomplete: "username", max: 32, ..TEXT }
}

pub fn new_password(name: &'static str, label: &'static str, words: &'static Words) -> Field<'static> {
    Field { id: name, name, label, help: words.password_help, kind: "password", autocomplete: "new-password", ..TEXT }
}

/// A text field that has to be filled in.
pub const TEXT: Field<'static> =
    Field { id: "", name: "", label: "", help: "", kind: "text", autocomplete: "off", first: "", max: 200, required: true };

/// Lets the page's own script run, and no other.
///
/// # Errors
/// `internal` for a policy that is no header.
pub fn secured(app: &Process, mut response: Response, nonce: &str) -> AppResult<Response> {
    let policy = HeaderValue::try_from(shell::content_security_policy(nonce, app.config.dev_reload_port));
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy.map_err(|_| AppError::new(Code::Internal))?);
    Ok(response)
}

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
