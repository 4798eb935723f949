//! The document around the app: head, links, the boot data, and the one script that starts the browser's half.

use super::{assets::Manifest, data::Data, markers, state::Process};
use crate::{
    app::root::App as View,
    features::rooms::names::called,
    i18n::{self, Lang, PRODUCT},
    model::{
        error::{AppError, AppResult, Code},
        initial_data::{Boot, Theme, View as Shown},
    },
};
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use leptos::{html, prelude::*};

/// The page's ground in both themes, as `style/tokens.css` has it.
const LIGHT: &str = "#f5f4f1";
const DARK: &str = "#0e1013";

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

/// A button with `data-copy` copies the page's address that is its value, or what stands in the `<pre>` beside it; then it is
/// called for a while what the attribute says, which is also said to screen readers. Pages of plain HTTP have no clipboard of
/// the new kind, so there the text is selected and copied.
const COPY: &str = "\
    addEventListener('click',async({target})=>{\
    const button=target.closest?.('[data-copy]');if(!button)return;\
    const text=button.value?new URL(button.value,location).href:button.closest('.copied').querySelector('pre').textContent;\
    try{await navigator.clipboard.writeText(text)}catch{\
    const field=document.createElement('textarea');field.value=text;document.body.append(field);field.select();\
    const done=document.execCommand('copy');field.remove();button.focus();if(!done)return}\
    const said=document.getElementById('said');\
    const label=button.dataset.label??=button.textContent;\
    said.textContent=button.textContent=button.dataset.copy;\
    clearTimeout(button.timer);button.timer=setTimeout(()=>{\
    button.textContent=label;said.textContent='';delete button.dataset.label},2000)})";

/// Renders the page of `boot`, which starts the program where it is `live`.
///
/// # Errors
/// `internal` where the system gives no randomness for the nonce.
pub fn page(app: &Process, mut boot: Boot, status: StatusCode, live: bool) -> AppResult<Response> {
    let nonce = crate::sessions::token::random_hex(16)?;
    let data = Data::new(&mut boot, &app.render_cache)?;
    let html = document(boot, &data, &app.manifest, &app.style_sheet(), &nonce, app.config.dev_reload_port, live);
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

/// The document of the page. The app has an element of its own: what others put into `<body>` does not meet hydration.
fn document(boot: Boot, data: &Data, site: &Manifest, css: &str, nonce: &str, reload: u32, live: bool) -> String {
    let (title, lang, theme) = (title(&boot), boot.lang, boot.theme);
    let js = if site.js.is_empty() { "/pkg/rill.js" } else { &site.js };
    let workspace = matches!(boot.view, Shown::Workspace(_));
    let preview = (!workspace).then(|| link_preview(lang));
    let owner = Owner::new_root(None);
    owner.with(|| {
        provide_context(data.rows());
        let document = view! {
            <!DOCTYPE html>
            <html lang=lang.tag() data-theme=theme.as_str()>
                <head>
                    <meta charset="utf-8" />
                    <title translate="no">{title}</title>
                    <meta
                        name="viewport"
                        content="width=device-width,initial-scale=1,viewport-fit=cover,interactive-widget=resizes-content"
                    />
                    <meta name="color-scheme" content="light dark" />
                    <meta name="description" content=lang.of(&i18n::WORDS).about />
                    {preview}
                    {theme_colors(theme)}
                    <link rel="stylesheet" href=css.to_owned() />
                    <link rel="icon" href="/icon.svg" type="image/svg+xml" />
                    <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
                    <link rel="manifest" href="/manifest.webmanifest" crossorigin="use-credentials" />
                    {live.then(|| preloads(site, workspace))}
                </head>
                <body>
                    <div id="app">
                        <View boot />
                    </div>
                    // Says what a button has copied.
                    <p id="said" class="hidden" role="status"></p>
                    // Written as they are: the data has no `<` in it (`data.rs`); the scripts are made of constants, of names of
                    // the build's own files, and of a number.
                    <script type="application/json" id="boot" inner_html=data.json()></script>
                    {live
                        .then(|| {
                            view! {
                                <script type="module" nonce=nonce.to_owned() inner_html=start_script(js, &site.wasm)></script>
                            }
                        })}
                    {(reload > 0).then(|| view! { <script nonce=nonce.to_owned() inner_html=reload_script(reload)></script> })}
                </body>
            </html>
        };
        markers::as_comments(&document.to_html())
    })
}

/// The colours of the browser's own bars.
fn theme_colors(theme: Theme) -> impl IntoView {
    let color = |color, media| html::meta().name("theme-color").content(color).attr("media", media);
    match theme {
        Theme::System => {
            vec![color(LIGHT, Some("(prefers-color-scheme: light)")), color(DARK, Some("(prefers-color-scheme: dark)"))]
        }
        Theme::Light => vec![color(LIGHT, None)],
        Theme::Dark => vec![color(DARK, None)],
    }
}

/// Title and description for programs that show previews of links. A link to a room leads them to the enter page.
fn link_preview(lang: Lang) -> impl IntoView {
    let property = |name, content| html::meta().attr("property", name).content(content);
    [property("og:type", "website"), property("og:title", PRODUCT), property("og:description", lang.of(&i18n::WORDS).about)]
}

/// Links to the program. Low priority: the words come first, the program after them. A `workspace` needs the second module too.
fn preloads(site: &Manifest, workspace: bool) -> impl IntoView + use<> {
    let script = |href: &String| view! { <link rel="modulepreload" href=href.clone() fetchpriority="low" /> };
    let module = |href: &String| {
        view! { <link as="fetch" rel="preload" href=href.clone() type="application/wasm" crossorigin="" fetchpriority="low" /> }
    };
    // A program that is not split has neither a loader nor a second module.
    let is_there = |path: &&String| !path.is_empty();
    let second = if workspace { &site.live[..] } else { &[] };
    let modules: Vec<_> = [&site.wasm].into_iter().chain(second).filter(is_there).map(module).collect();
    let scripts: Vec<_> = [&site.js, &site.loader].into_iter().filter(is_there).map(script).collect();
    (!site.js.is_empty()).then_some((scripts, modules))
}

/// Starts the program, in a task of its own once the module is compiled. Where that fails the page is again what the server
/// sent, which works by links and forms, and says that it will not change by itself.
fn start_script(js: &str, wasm: &str) -> String {
    format!(
        "{KEEP};{COPY};const off=()=>{{const note=document.getElementById('no-live');if(note)note.hidden=false}};\
         const app=document.getElementById('app'),box=()=>document.getElementById('message-box')||{{}};\
         import('{js}').then(async m=>{{await m.default({{module_or_path:'{wasm}'}});\
         await new Promise(next=>setTimeout(next));\
         const html=app.innerHTML,text=box().value;\
         try{{m.hydrate()}}catch(error){{app.innerHTML=html;box().value=text;throw error}}}}).catch(off)"
    )
}

/// Takes over what was built, in development: another style sheet in place, everything else by a reload. cargo-leptos names
/// the style sheet in its message.
fn reload_script(port: u32) -> String {
    format!(
        "new WebSocket(`ws://${{location.hostname}}:{port}/live_reload`).onmessage=message=>{{\
         const {{css}}=JSON.parse(message.data);\
         if(css)document.querySelector('link[rel=stylesheet]').href=`/${{css}}?${{Date.now()}}`;\
         else setTimeout(()=>location.reload(),300)}}"
    )
}

/// A small script of a page that starts no program. It is a constant, so nothing that anybody wrote is in it.
pub fn own_script(nonce: &str, code: &'static str) -> impl IntoView + use<> {
    view! { <script type="module" nonce=nonce.to_owned() inner_html=code></script> }
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
    let name = match (room, &boot.view) {
        (Some(room), Shown::Workspace(workspace)) => Some(called(boot.lang, room, workspace.me.id, &workspace.users)),
        _ => None,
    };
    route::title(name.as_deref(), PRODUCT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_module_is_preloaded_with_a_workspace_alone() {
        let [js, wasm, css, loader, live, chunk] =
            ["js", "wasm", "css", "loader", "live", "chunk"].map(|name| format!("/pkg/b/{name}"));
        let site = Manifest { js, wasm, css, loader, live: vec![live, chunk], build: "b".into() };
        let [workspace, enter] = [true, false].map(|workspace| preloads(&site, workspace).to_html());
        for path in ["/pkg/b/js", "/pkg/b/loader", "/pkg/b/wasm"] {
            assert!(workspace.contains(path) && enter.contains(path), "{path}: {enter}");
        }
        for path in ["/pkg/b/live", "/pkg/b/chunk"] {
            assert!(workspace.contains(path) && !enter.contains(path), "{path}: {enter}");
        }
    }

    #[test]
    fn the_policy_allows_no_inline_style_and_no_unsafe_script() {
        let policy = content_security_policy("abc", 0);
        assert!(policy.contains("script-src 'self' 'nonce-abc' 'wasm-unsafe-eval';"));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'") && !policy.contains("ws:"));
    }
}
