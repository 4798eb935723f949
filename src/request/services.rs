//! Services: what a request can reach. Plain values, made by the process once and shared by all requests.

use super::{disk::Disk, endpoint::Endpoints, hooks::Hooks, limits::Limits};
use crate::{database::Database, sessions::cache::Sessions, stream::hub::Hub};
use ipnet::IpNet;
use std::{collections::BTreeMap, net::IpAddr, sync::Arc, time::SystemTime};

/// The process as its requests see it.
pub struct Services {
    pub db: Database,
    pub hub: Arc<Hub>,
    pub sessions: Sessions,
    pub limits: Limits,
    pub settings: Settings,
    pub disk: Disk,
    pub endpoints: Endpoints,
    pub hooks: Hooks,
}

impl Services {
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

    /// Returns whether a request may be addressed to `host`. With a public address set, other domain names are refused, since
    /// somebody else may have pointed them here (DNS rebinding). Addresses and names without a dot cannot be pointed, and
    /// proxies use those.
    pub fn is_ours(&self, host: &str) -> bool {
        let Some((_, public)) = self.public_url.as_deref().and_then(|url| url.split_once("://")) else { return true };
        let name = without_port(host);
        let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok();
        name.eq_ignore_ascii_case(without_port(public)) || address || !name.contains('.')
    }

    /// Returns the value of a feature's own key; empty for one that no feature has.
    pub fn value(&self, key: &str) -> &str {
        self.values.get(key).map_or("", String::as_str)
    }
}

/// Returns `host` without its port.
pub fn without_port(host: &str) -> &str {
    host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit())).map_or(host, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_refuse_foreign_domains_when_the_public_address_is_known() {
        let settings = Settings { public_url: Some("https://chat.example.org".to_owned()), ..Settings::default() };
        for ours in ["chat.example.org", "Chat.Example.org", "127.0.0.1:3000", "[::1]:3000", "localhost", "rill:3000"] {
            assert!(settings.is_ours(ours), "{ours}");
        }
        for other in ["evil.example", "evil.example:3000", "chat.example.org.evil.example", "127.0.0.1.evil.example:80"] {
            assert!(!settings.is_ours(other), "{other}");
        }
        assert!(Settings::default().is_ours("anything.example"));
    }
}
