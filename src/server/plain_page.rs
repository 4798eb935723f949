//! What stands around a page that starts no program: the document, the head, the card.

use super::{
    document::{document, html},
    shell,
    state::Process,
    words::WORDS,
};
use crate::{
    features::{
        preferences::{
            state::Preferences,
            switches::{LanguageSwitch, ThemeSwitch},
        },
        server::FEATURES,
    },
    i18n::PRODUCT,
    model::{
        error::{AppError, AppResult, Code},
        route::{Route, title},
    },
    request::{
        answer,
        caller::{Caller, Reader},
        plain::{Answer, Layout, PlainPage, PlainRequest, Shown},
        refusals::{Fields, Refusal},
    },
    screens::enter_page::Mark,
    sessions::token::random_hex,
    ui::icon::{Icon, icon},
};
use axum::{
    http::{HeaderValue, header::CONTENT_SECURITY_POLICY},
    response::Response,
};
use leptos::prelude::*;
use std::sync::Arc;

/// Returns the page that an address leads to, where a feature gives one for it.
pub fn find(route: Route) -> Option<&'static PlainPage> {
    FEATURES.iter().flat_map(|feature| feature.pages).find(|page| (page.is_at)(route))
}

/// Answers with a page, and with what was refused of one of its forms; or says which other page to show.
///
/// # Errors
/// `not_found` for a page that is none to this reader; those of the store.
pub async fn answer(
    app: &Process,
    caller: &Caller,
    page: &PlainPage,
    (route, query): (Route, Fields),
    refusal: Option<Arc<Refusal>>,
) -> AppResult<Result<Response, Route>> {
    let error = refusal.as_ref().map(|refusal| refusal.error.clone());
    let base = app.config.public_url.clone().unwrap_or_else(|| format!("http://{}", app.config.site_addr));
    let request = PlainRequest { services: app.services.clone(), caller: caller.clone(), route, query, refusal, base };
    match (page.show)(request).await? {
        Answer::To(route) => Ok(Err(route)),
        Answer::Page(shown) => {
            let mut response = respond(app, caller.reader, route, shown)?;
            if let Some(error) = error {
                answer::head(&mut response, &error);
            }
            Ok(Ok(response))
        }
    }
}

fn respond(app: &Process, reader: Reader, route: Route, shown: Shown) -> AppResult<Response> {
    let Shown { heading, layout, content, script } = shown;
    let nonce = random_hex(16)?;
    let script = script.map(|code| shell::own_script(&nonce, code));
    let is_scripted = script.is_some();
    let owner = Owner::new_root(None);
    let page = owner.with(|| {
        let content = match layout {
            Layout::Card { about } => card(reader, route, heading.clone(), about, content).into_any(),
            Layout::Parts { class, back, sign, note } => {
                let go_back = reader.lang.of(&WORDS).go_back;
                view! {
                    <main class=class>
                        <div class="head">
                            <a class="back" href=back.to_string() aria-label=go_back title=go_back>{icon(Icon::Back)}</a>
                            {sign.map(icon)}
                            <h1>{heading.clone()}</h1>
                            {(!note.is_empty()).then(|| view! { <p>{note}</p> })}
                        </div>
                        {content}
                    </main>
                }
                .into_any()
            }
        };
        document(reader, &app.style_sheet(), &title(Some(&heading), PRODUCT), view! { {content} {script} })
    });
    let mut response = html(page);
    if is_scripted {
        // Lets the page's own script run, and no other.
        let policy = HeaderValue::try_from(shell::content_security_policy(&nonce, app.config.dev_reload_port));
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy.map_err(|_| AppError::new(Code::Internal))?);
    }
    Ok(response)
}

/// One card: a heading, what it is about, its content, the switches of language and theme.
fn card(reader: Reader, route: Route, heading: String, about: String, content: AnyView) -> impl IntoView {
    let lang = reader.lang;
    provide_context(Preferences::new(reader.theme, None));
    view! {
        <main class="door" id="page">
            <div class="door-card">
                <p class="wordmark" aria-hidden="true">
                    <Mark />
                    {PRODUCT}
                </p>
                <h1>{heading}</h1>
                <p class="about">{about}</p>
                {content}
                <div class="door-foot">
                    <LanguageSwitch lang back=route />
                    <ThemeSwitch lang back=route />
                </div>
            </div>
        </main>
    }
}
