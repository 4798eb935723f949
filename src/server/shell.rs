//! The document around the app: head, links, the boot data, and the one script that starts the browser's half.

use super::{assets::Manifest, data::Data, refused::escape, state::Process};
use crate::{
    app::root::App as View,
    i18n::{self, PRODUCT},
    model::{
        error::{AppError, AppResult, Code},
        initial_data::{Boot, Theme, View as Shown},
    },
    screens::cached_row::CachedRows,
};
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use leptos::prelude::*;
use std::fmt::Write as _;

/// Keeps what the module's closures have left to the garbage collector from being collected while the page is in the
/// back-forward cache. What follows on a collection would run there, and a page that runs anything in it is thrown out.
const KEEP: &str = "\
    if(globalThis.FinalizationRegistry){\
    const refs=new Set,tokens=new WeakMap;let kept;\
    globalThis.FinalizationRegistry=class extends FinalizationRegistry{\
    constructor(clean){super(([ref,held])=>{refs.delete(ref);clean(held)})}\
    register(target,held,token){\
    const ref=new WeakRef(target);refs.add(ref);if(token)tokens.set(token,ref);super.register(target,[ref,held],token)}\
    unregister(token){refs.delete(tokens.get(token));return super.unregister(token)}};\
    addEventListener('pagehide',()=>kept=[...refs].map(ref=>ref.deref()));\
    addEventListener('pageshow',()=>kept=undefined)}";

/// Renders the page of `boot`.
///
/// # Errors
/// `internal` where the system gives no randomness for the nonce.
pub fn page(app: &Process, mut boot: Boot, status: StatusCode) -> AppResult<Response> {
    let nonce = crate::sessions::token::random_hex(16)?;
    let data = Data::new(&mut boot, &app.render_cache)?;
    let html = document(boot, &data, &app.manifest, &nonce, app.config.dev_reload_port);
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    let policy = content_security_policy(&nonce, app.config.dev_reload_port);
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::try_from(policy).map_err(|_| AppError::new(Code::Internal))?);
    Ok(response)
}

/// The policy of a page. `port` is that of the development reload, 0 for none; an empty nonce allows no inline script.
pub fn content_security_policy(nonce: &str, port: u32) -> String {
    let nonce = if nonce.is_empty() { String::new() } else { format!(" 'nonce-{nonce}'") };
    let reload = if port == 0 { String::new() } else { format!(" ws://127.0.0.1:{port} ws://localhost:{port}") };
    format!(
        "default-src 'none'; script-src 'self'{nonce} 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'{reload}; \
         img-src 'self' data:; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'; object-src 'none'"
    )
}

/// The app as HTML, with the marks hydration needs.
fn body(boot: Boot, rows: CachedRows) -> String {
    let owner = Owner::new_root(None);
    let html = owner.with(|| {
        provide_context(rows);
        view! { <View boot /> }.to_html()
    });
    drop(owner);
    html
}

fn document(boot: Boot, data: &Data, site: &Manifest, nonce: &str, reload: u32) -> String {
    let (title, lang, theme) = (title(&boot), boot.lang, boot.theme);
    let app = body(boot, data.rows());
    let mut html = String::with_capacity(app.len() + data.len() + 4096);
    let scheme = match theme {
        Theme::System => "",
        Theme::Light => "<meta name=\"theme-color\" content=\"#f5f4f1\">",
        Theme::Dark => "<meta name=\"theme-color\" content=\"#0e1013\">",
    };
    let scheme = if scheme.is_empty() {
        "<meta name=\"theme-color\" content=\"#f5f4f1\" media=\"(prefers-color-scheme: light)\">\
         <meta name=\"theme-color\" content=\"#0e1013\" media=\"(prefers-color-scheme: dark)\">"
    } else {
        scheme
    };
    // Writing to a String cannot fail.
    let _ = write!(
        html,
        "<!DOCTYPE html><html lang=\"{lang}\" data-theme=\"{theme}\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1,viewport-fit=cover,\
         interactive-widget=resizes-content\">\
         <meta name=\"color-scheme\" content=\"light dark\"><meta name=\"description\" content=\"{about}\">{scheme}\
         <link rel=\"stylesheet\" href=\"{css}\"><link rel=\"icon\" href=\"/icon.svg\" type=\"image/svg+xml\">\
         <link rel=\"apple-touch-icon\" href=\"/apple-touch-icon.png\"><link rel=\"manifest\" href=\"/manifest.webmanifest\">",
        lang = lang.tag(),
        theme = theme.as_str(),
        title = escape(&title),
        about = escape(lang.of(&i18n::WORDS).about),
        css = site.css,
    );
    // Low priority: the words come first, the program after them.
    if !site.js.is_empty() {
        let _ = write!(
            html,
            "<link rel=\"modulepreload\" href=\"{js}\" fetchpriority=\"low\">\
             <link rel=\"preload\" href=\"{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin fetchpriority=\"low\">",
            js = site.js,
            wasm = site.wasm,
        );
    }
    let _ = write!(html, "</head><body>{app}<script type=\"application/json\" id=\"boot\">");
    data.push_to(&mut html);
    let _ = write!(
        html,
        "</script><script type=\"module\" nonce=\"{nonce}\">{KEEP}\
         const off=()=>{{const note=document.getElementById('no-live');if(note)note.hidden=false}};\
         import('{js}').then(async m=>{{await m.default({{module_or_path:'{wasm}'}});m.hydrate()}}).catch(off)</script>",
        js = if site.js.is_empty() { "/pkg/rill.js" } else { &site.js },
        wasm = site.wasm,
    );
    if reload > 0 {
        let _ = write!(
            html,
            "<script nonce=\"{nonce}\">new WebSocket(`ws://${{location.hostname}}:{reload}/live_reload`).onmessage=\
             ()=>setTimeout(()=>location.reload(),300)</script>"
        );
    }
    html.push_str("</body></html>");
    html
}

/// What the tab says: the room's name where there is one.
fn title(boot: &Boot) -> String {
    use crate::model::{initial_data::InitialScreen, route};
    let room = match &boot.view {
        Shown::Workspace(workspace) => match &workspace.place {
            InitialScreen::Room { room, .. } | InitialScreen::NotJoined { room } => {
                workspace.rooms.iter().find(|one| one.id == *room)
            }
            _ => None,
        },
        Shown::Enter => None,
    };
    route::title(room.map(|room| room.name.as_str()), PRODUCT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_allows_no_inline_style_and_no_unsafe_script() {
        let policy = content_security_policy("abc", 0);
        assert!(policy.contains("script-src 'self' 'nonce-abc' 'wasm-unsafe-eval';"));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'") && !policy.contains("ws:"));
    }
}
