//! `GET /healthz`: whether the store answers; and the figures, for callers on this very machine.

use super::state::Process;
use crate::{
    model::error::{AppError, Code},
    request::{
        answer,
        caller::{Peer, Reader},
        services::Settings,
        site::{self, Host},
    },
    sessions::token::{hash_of, random_hex},
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use std::{fs::OpenOptions, io::Write, net::IpAddr, os::unix::fs::OpenOptionsExt, path::Path};

/// Headers that proxies add: a request with one of them comes from elsewhere.
const FORWARDING: [&str; 5] = ["forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip"];

/// The file in the data directory whose content proves that a caller may read the data anyway.
const TOKEN_FILE: &str = "rill.health";

/// Draws the token of this process and writes it for `rill healthcheck`; none where it cannot be written.
pub fn write_token(data_dir: &Path) -> Option<String> {
    let token = random_hex(32).ok()?;
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(data_dir.join(TOKEN_FILE));
    match file.and_then(|mut file| file.write_all(token.as_bytes())) {
        Ok(()) => Some(token),
        Err(error) => {
            tracing::warn!(%error, "rill healthcheck --verbose will print no figures: {TOKEN_FILE} could not be written");
            None
        }
    }
}

/// The header line with which `rill healthcheck` asks for the figures; empty where the token cannot be read.
pub fn authorization(data_dir: &Path) -> String {
    let token = std::fs::read_to_string(data_dir.join(TOKEN_FILE)).ok().filter(|token| hash_of(token).is_some());
    token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default()
}

/// Whether a request carries the token. Hashes are compared, so that the time tells nothing of it.
fn has_token(headers: &HeaderMap, token: Option<&str>) -> bool {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    given.and_then(hash_of).is_some_and(|given| token.and_then(hash_of) == Some(given))
}

/// The handler: 200 `ok` when the store answers. With `?verbose`, from this very machine or with the token, the figures too.
pub async fn healthz(State(app): State<Process>, request: Request) -> Response {
    if let Err(error) = app.db.ping().await {
        tracing::warn!(?error, "the store does not answer");
        return answer::error(AppError::retry(Code::Busy, 5), Reader::of(request.headers()).lang);
    }
    let host = site::host(request.version(), request.uri(), request.headers()).ok().flatten();
    let local = is_local(Peer::of(&request), host.as_ref(), request.headers(), &app.settings);
    let told = local || has_token(request.headers(), app.health_token.as_deref());
    if told && request.uri().query() == Some("verbose") {
        let (streams, (frames, bytes), head) = app.hub.figures();
        let (cached, waiting) = (app.render_cache.bytes(), app.db.waiting());
        let ring = format!("ring_frames {frames}\nring_bytes {bytes}");
        return format!("ok\nstreams {streams}\n{ring}\nshown_bytes {cached}\nwrites_waiting {waiting}\nhead {head}\n")
            .into_response();
    }
    "ok".into_response()
}

/// Whether a request comes from this machine and through no proxy. A proxy on this machine may add no header at all: where one
/// is to be expected, nobody is told from it.
fn is_local(peer: IpAddr, host: Option<&Host>, headers: &HeaderMap, settings: &Settings) -> bool {
    let forwarded = headers.keys().any(|name| name.as_str().starts_with("x-forwarded") || FORWARDING.contains(&name.as_str()));
    let behind_proxy = settings.public_url.is_some() || settings.is_trusted(peer);
    peer.to_canonical().is_loopback() && host.is_some_and(Host::is_loopback) && !forwarded && !behind_proxy
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::site;
    use axum::{body::Body, http::Request};

    #[test]
    fn a_request_is_local_only_with_a_peer_that_is() {
        let settings = Settings::default();
        let is_local = |peer: Option<Peer>| {
            let mut request = Request::get("/healthz?verbose").header("host", "127.0.0.1:3000").body(Body::empty()).unwrap();
            peer.map(|peer| request.extensions_mut().insert(peer));
            let host = site::host(request.version(), request.uri(), request.headers()).ok().flatten();
            is_local(Peer::of(&request), host.as_ref(), request.headers(), &settings)
        };
        for (peer, local) in [("127.0.0.1", true), ("::1", true), ("::ffff:127.0.0.1", true), ("192.0.2.1", false)] {
            assert_eq!(is_local(Some(Peer(peer.parse().unwrap()))), local, "{peer}");
        }
        assert!(!is_local(None), "a missing peer is nobody's address");
    }
}
