//! The whole HTTP surface on one screen.

use super::{assets, events::events, forms, layers, pages, state::Process, unread};
use crate::{
    features::server::FEATURES,
    model::error::{AppError, Code},
    request::{answer, caller},
};
use axum::{
    Extension, Router,
    extract::{Request, State},
    http::HeaderMap,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use leptos::prelude::provide_context;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, csrf::CsrfLayer};

/// Everything the server answers.
pub fn router(app: Process) -> Router {
    // Public files: no session, no cookie.
    let mut files = Router::new().route("/pkg/{file}", get(assets::hashed));
    for name in PUBLIC {
        files = files.route(&format!("/{name}"), get(move |headers: HeaderMap| assets::public(name, headers)));
    }
    let api = Router::new().route("/api/{*function}", any(function)).layer(from_fn_with_state(app.clone(), forms::accept));
    let pages = Router::new()
        .route("/", get(pages::page))
        .route("/enter", get(pages::page))
        .route("/rooms", get(pages::page))
        .route("/rooms/{room}", get(pages::page))
        .route("/rooms/{room}/{message}", get(pages::page))
        .fallback(pages::page);
    let people = Router::new()
        .merge(api)
        .merge(features(&app))
        .merge(pages)
        .layer(from_fn_with_state(app.unread.clone(), unread::bound))
        .layer(CompressionLayer::new().quality(tower_http::CompressionLevel::Fastest))
        .route("/events", get(events))
        .layer(from_fn_with_state(app.services.clone(), caller::identify))
        .layer(csrf(&app));
    let https = app.settings.is_https();
    outer_layers(Router::new().merge(people).merge(files).route("/healthz", get(healthz)).with_state(app), https)
}

/// The routes of features that are no server functions.
fn features(app: &Process) -> Router<Process> {
    let routes = FEATURES.iter().filter_map(|feature| feature.routes);
    routes.fold(Router::new(), |all, routes| all.merge(routes(Router::new()).with_state(app.services.clone())))
}

/// What every answer passes through, whatever it is an answer to.
pub fn outer_layers(routes: Router, https: bool) -> Router {
    routes
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(from_fn(move |request, next| layers::guard(https, request, next)))
        .layer(from_fn(layers::log))
}

/// Files of `public/` that browsers ask for by name.
const PUBLIC: [&str; 7] = [
    "icon.svg",
    "favicon.ico",
    "apple-touch-icon.png",
    "icon-192.png",
    "icon-512.png",
    "icon-maskable-512.png",
    "manifest.webmanifest",
];

/// Refuses posts from other sites; behind a proxy that changes `Host`, the public URL's origin is ours too.
fn csrf(app: &Process) -> CsrfLayer {
    let layer = CsrfLayer::new();
    match app.settings.public_url.as_deref().map(|origin| CsrfLayer::new().add_trusted_origin(origin)) {
        Some(Ok(trusting)) => trusting,
        Some(Err(error)) => {
            tracing::warn!(%error, "public_url is no origin the cross-site layer takes");
            layer
        }
        None => layer,
    }
}

/// `POST /api/*`: the server functions, with the services in their context.
async fn function(State(app): State<Process>, request: Request) -> Response {
    let services = app.services.clone();
    leptos_axum::handle_server_fns_with_context(move || provide_context(services.clone()), request).await.into_response()
}

/// `GET /healthz`: 200 `ok` when the store answers. With `?verbose`, asked from this very machine, the figures too.
async fn healthz(State(app): State<Process>, peer: Option<Extension<caller::Peer>>, request: Request) -> Response {
    if let Err(error) = app.db.ping().await {
        tracing::warn!(?error, "the store does not answer");
        return answer::error(AppError::retry(Code::Busy, 5), caller::language(request.headers()));
    }
    let forwarded = ["forwarded", "x-forwarded-for"].iter().any(|name| request.headers().contains_key(*name));
    let local = peer.is_some_and(|Extension(peer)| peer.0.to_canonical().is_loopback()) && !forwarded;
    if local && request.uri().query() == Some("verbose") {
        let (streams, (frames, bytes), head) = app.hub.figures();
        let (cached, waiting) = (app.render_cache.bytes(), app.db.waiting());
        let ring = format!("ring_frames {frames}\nring_bytes {bytes}");
        return format!("ok\nstreams {streams}\n{ring}\nshown_bytes {cached}\nwrites_waiting {waiting}\nhead {head}\n")
            .into_response();
    }
    "ok".into_response()
}
