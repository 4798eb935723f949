//! Services: what a request can reach. Plain values, made by the process once and shared by all requests.

use super::{
    address, cookies::SessionCookie, disk::Disk, endpoint::Endpoints, hooks::Hooks, limits::Limits, shown_once::ShownOnce,
};
use crate::{
    database::Database,
    sessions::{cache::Sessions, store::EndedSession},
    stream::hub::Hub,
};
use axum::http::HeaderMap;
use ipnet::IpNet;
use std::{collections::BTreeMap, net::IpAddr, sync::Arc, time::SystemTime};

/// The process as its requests see it.
pub struct Services {
    pub db: Database,
    pub hub: Arc<Hub>,
    pub sessions: Sessions,
    pub session_cookie: SessionCookie,
    pub limits: Limits,
    pub settings: Settings,
    pub disk: Disk,
    pub endpoints: Endpoints,
    pub hooks: Hooks,
    /// Secrets that plain forms have made lately.
    pub shown_once: ShownOnce,
}

impl Services {
    /// Ends sessions that the store has ended already, for requests and for streams.
    pub fn sessions_ended(&self, ended: &[EndedSession]) {
        self.sessions.forget(ended.iter().map(|session| session.hash));
        ended.iter().for_each(|session| self.hub.end_session(&session.tag));
    }

    /// Returns the milliseconds since 1970 by the system's clock.
    pub fn now(&self) -> u64 {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
    }
}

/// The part of the configuration that requests need.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Scheme and authority, as a browser writes an origin.
    pub public_url: Option<String>,
    pub trusted_proxies: Vec<IpNet>,
    /// Values of the features' own keys.
    pub values: BTreeMap<&'static str, String>,
}

impl Settings {
    /// Returns whether the public address is an https one.
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// Returns whether a client came over https: the public address is one, or a trusted proxy says so.
    pub fn is_secure(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        self.is_https() || address::forwarded_https(peer, headers, &self.trusted_proxies)
    }

    /// Returns whether this peer is one of the proxies that are trusted.
    pub fn is_trusted(&self, peer: IpAddr) -> bool {
        address::is_within(peer, &self.trusted_proxies)
    }

    /// Returns the value of a feature's own key; empty for one that no feature has.
    pub fn value(&self, key: &str) -> &str {
        self.values.get(key).map_or("", String::as_str)
    }
}
