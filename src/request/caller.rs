//! Caller: who asks, in which language, from where. Worked out once per request, carried as a request extension.

use super::{address, cookies, services::Services};
use crate::{
    model::{
        error::{AppError, AppResult, Code},
        ids::{RoomId, UserId},
        initial_data::Theme,
        lang::Lang,
    },
    sessions::cache::Session,
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

/// The peer's address, put into every request by the accept loop.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// The address of a request that came without a peer: nobody's, and not this machine's.
const NOWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
impl Peer {
    /// The peer of a request.
    pub fn of<B>(request: &axum::http::Request<B>) -> IpAddr {
        request.extensions().get::<Self>().map_or(NOWHERE, |peer| peer.0)
    }
}

/// In which language and theme a page is shown.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    pub lang: Lang,
    pub theme: Theme,
}

impl Reader {
    pub fn of(headers: &HeaderMap) -> Self {
        Self {
            lang: language(headers),
            theme: cookies::get(headers, "theme").and_then(|theme| theme.parse().ok()).unwrap_or_default(),
        }
    }
}

/// The sender of a request.
#[derive(Debug, Clone)]
pub struct Caller {
    pub session: Option<Arc<Session>>,
    /// Why it could not be told whether there is a session: the store does not answer, or the request is one too many.
    pub trouble: Option<AppError>,
    pub reader: Reader,
    /// The `tz` cookie, not yet looked up.
    pub zone: Option<String>,
    /// The `room` cookie: the room they were in last.
    pub room: Option<RoomId>,
    /// The mark of the enter page that this browser was given, if it looks like one.
    pub enter_mark: Option<String>,
    pub address: IpAddr,
    /// The browser came over https.
    pub secure: bool,
}

impl Caller {
    /// # Errors
    /// `not_entered`; what the store said where it could not be told.
    pub fn require_session(&self) -> AppResult<&Arc<Session>> {
        self.session.as_ref().ok_or_else(|| self.trouble.clone().unwrap_or(AppError::new(Code::NotEntered)))
    }

    /// Returns the refusal of a request that is one too many. It is answered instead of anything else, by whoever knows whether
    /// as a page or with what was typed.
    pub fn too_fast(&self) -> Option<&AppError> {
        self.trouble.as_ref().filter(|trouble| trouble.code == Code::TooFast)
    }

    /// The one gate of everything that needs a person.
    ///
    /// # Errors
    /// As [`Self::require_session`].
    pub fn require_user(&self) -> AppResult<UserId> {
        self.require_session().map(|session| session.user)
    }
}

/// Language of a request: the cookie's, else the first of `Accept-Language` that we speak, else English.
pub fn language(headers: &HeaderMap) -> Lang {
    if let Some(lang) = cookies::get(headers, "lang").and_then(Lang::parse) {
        return lang;
    }
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut best = (Lang::En, 0.0_f32);
    for range in wanted.split(',') {
        let (tag, rest) = range.split_once(';').unwrap_or((range, ""));
        let weight = rest.trim().strip_prefix("q=").map_or(1.0, |q| q.parse().unwrap_or(0.0));
        let primary = tag.trim().split('-').next().unwrap_or_default();
        let lang = match primary {
            _ if primary.eq_ignore_ascii_case("en") => Lang::En,
            _ if primary.eq_ignore_ascii_case("zh") => Lang::Zh,
            _ => continue,
        };
        if weight > best.1 {
            best = (lang, weight);
        }
    }
    best.0
}

/// Layer: works the caller out.
pub async fn identify(State(services): State<Arc<Services>>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let peer = Peer::of(&request);
    let secure = services.settings.is_secure(peer, headers);
    let address = address::client(peer, headers, &services.settings.trusted_proxies);
    let now = services.now();
    // Not an answer yet: a page says it as a page, and a form keeps what was typed.
    let (session, trouble) = match find_session(&services, headers, secure, address, now).await {
        Ok(session) => (session, None),
        Err(error) => (None, Some(error)),
    };
    if let Some(session) = session.clone().filter(|session| session.is_due(now)) {
        // Not awaited: a page must not be slow because the writer is.
        let services = services.clone();
        tokio::spawn(async move { services.sessions.seen(&session).await });
    }
    let caller = Caller {
        session,
        trouble,
        reader: Reader::of(headers),
        zone: cookies::get(headers, "tz").map(str::to_owned),
        room: cookies::get(headers, "room").and_then(|room| room.parse().ok()),
        enter_mark: cookies::get(headers, cookies::ENTER_MARK).filter(|mark| mark.len() == 32).map(str::to_owned),
        address,
        secure,
    };
    request.extensions_mut().insert(caller);
    next.run(request).await
}

/// Finds the session of a request, and counts the request.
async fn find_session(
    services: &Services,
    headers: &HeaderMap,
    secure: bool,
    address: IpAddr,
    now: u64,
) -> AppResult<Option<Arc<Session>>> {
    // First: a cookie that was made up costs a look into the store.
    services.limits.requesting_from(address)?;
    let Some(token) = services.session_cookie.token(headers, secure) else { return Ok(None) };
    let session = services.sessions.find(token, now).await?;
    session.as_ref().map_or(Ok(()), |session| services.limits.requesting(session.hash))?;
    Ok(session)
}

/// In a server function: adds a `Set-Cookie` line to the answer.
pub fn answer_with(cookie: HeaderValue) {
    if let Some(options) = use_context::<ResponseOptions>() {
        options.append_header(header::SET_COOKIE, cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cookie: &'static str, accept: &'static str) -> Lang {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static(cookie));
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accept));
        language(&headers)
    }

    #[test]
    fn the_cookie_decides_then_the_browser_then_english() {
        assert_eq!(of("lang=zh-CN", "en"), Lang::Zh);
        assert_eq!(of("lang=xx", "zh-TW,en;q=0.5"), Lang::Zh);
        assert_eq!(of("", "de, en;q=0.3, zh-CN;q=0.8"), Lang::Zh);
        assert_eq!(of("", "fr"), Lang::En);
        assert_eq!(of("", "zh;q=0, en;q=0.1"), Lang::En);
    }
}
