//! The whole HTTP surface on one screen.

use super::{
    assets,
    events::{EVENTS, events},
    forms,
    health::healthz,
    layers, pages,
    state::Process,
};
use crate::{
    features::server::FEATURES,
    model::route::Route,
    request::{caller, services::Settings},
};
use axum::{
    Router,
    extract::{Request, State},
    http::HeaderMap,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use leptos::prelude::provide_context;
use std::sync::Arc;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

/// Everything the server answers. Layers stand in groups, the outermost first: axum copies a route, with each group around it,
/// for every request.
pub fn router(app: Process) -> Router {
    let build = app.manifest.build.clone();
    // Public files: no session, no cookie.
    let mut files = Router::new()
        .route("/pkg/{file}", get(assets::package))
        .route("/pkg/{build}/{file}", get(move |path, headers| assets::code(build.clone(), path, headers)))
        .route("/robots.txt", get(robots));
    for name in PUBLIC {
        files = files.route(&format!("/{name}"), get(move |headers: HeaderMap| assets::public(name, headers)));
    }
    let api = Router::new().route("/api/{*function}", any(function)).layer(from_fn_with_state(app.clone(), forms::accept));
    let pages = Route::fixed().fold(Router::new(), |pages, address| pages.route(address, get(pages::page)));
    let pages = pages
        .route("/rooms/{room}", get(pages::page))
        .route("/rooms/{room}/{message}", get(pages::page))
        .route("/people/{person}", get(pages::page))
        .fallback(pages::elsewhere)
        .merge(features(&app))
        .layer(from_fn_with_state(app.clone(), layers::refuse_too_fast));
    let identify = from_fn_with_state(app.services.clone(), caller::identify);
    let stream = Router::new()
        .route(EVENTS, get(events))
        .layer((identify.clone(), from_fn_with_state(app.clone(), layers::refuse_too_fast)));
    let compress = CompressionLayer::new().quality(tower_http::CompressionLevel::Fastest);
    let people = Router::new()
        .merge(api)
        .merge(pages)
        .layer((identify, compress, from_fn_with_state(app.clone(), layers::bound_unread)))
        .merge(stream);
    let all = Router::new().merge(people).merge(files).route("/healthz", get(healthz));
    let settings = app.settings.clone();
    outer_layers(all.layer(from_fn_with_state(app.clone(), layers::check_request)).with_state(app), settings)
}

/// The routes of features that are no server functions.
fn features(app: &Process) -> Router<Process> {
    let routes = FEATURES.iter().filter_map(|feature| feature.routes);
    routes.fold(Router::new(), |all, routes| all.merge(routes(Router::new()).with_state(app.services.clone())))
}

/// What every answer passes through, whatever it is an answer to.
pub fn outer_layers(routes: Router, settings: Settings) -> Router {
    let settings = Arc::new(settings);
    let guard = from_fn(move |request, next| layers::guard(settings.clone(), request, next));
    routes.layer((from_fn(layers::log), guard, CatchPanicLayer::custom(layers::panicked)))
}

/// Files of `public/` that browsers ask for by name.
const PUBLIC: [&str; 9] = [
    "icon.svg",
    "icon-mentions.svg",
    "icon-unread.svg",
    "favicon.ico",
    "apple-touch-icon.png",
    "icon-192.png",
    "icon-512.png",
    "icon-maskable-512.png",
    "manifest.webmanifest",
];

/// `GET /robots.txt`: nothing here is for search engines.
async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /\n"
}

/// `POST /api/*`: the server functions, with the services in their context.
async fn function(State(app): State<Process>, request: Request) -> Response {
    let services = app.services.clone();
    leptos_axum::handle_server_fns_with_context(move || provide_context(services.clone()), request).await.into_response()
}
