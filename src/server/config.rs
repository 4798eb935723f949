//! Configuration: every key with its default, from where each value came, and clear words about a wrong one.

use crate::{
    features::server::FEATURES,
    request::{
        address::parse_block,
        feature::Key,
        limits::{Limits, Rates},
        services::Settings,
    },
};
use ipnet::IpNet;
use std::{
    collections::BTreeMap,
    fmt,
    net::{SocketAddr, ToSocketAddrs},
    path::{Path, PathBuf},
};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    Default,
    File(PathBuf),
    Environment(String),
    CommandLine,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => f.write_str(name),
            Self::CommandLine => f.write_str("command line"),
        }
    }
}

/// A configuration that cannot be used; the text says which key and what would be right.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigError(pub String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

/// Every key of `[rill]` with its default and what is right for it. `site_addr` comes from the leptos table.
const KEYS: [(&str, &str, &str); 24] = [
    ("site_addr", "127.0.0.1:3000", "an address and a port, like 127.0.0.1:3000"),
    ("data_dir", "./data", "a directory"),
    ("public_url", "", "an address like https://chat.example.org, without a path, in ASCII letters (xn--… for others)"),
    ("posts_per_second", "10", "a whole number; 0 turns the rate off"),
    ("post_burst", "30", "a whole number"),
    ("posts_per_second_per_address", "200", "a whole number; 0 turns the rate off"),
    ("requests_per_second", "100", "a whole number; 0 turns the rate off"),
    ("requests_per_second_per_address", "1000", "a whole number; 0 turns the rate off"),
    ("enters_per_minute", "60", "a whole number; 0 turns the rate off"),
    ("streams_per_session", "20", "a whole number; 0 turns the cap off"),
    ("streams_per_address", "200", "a whole number; 0 turns the cap off"),
    ("max_connections", "10000", "a whole number; 0 turns the cap off"),
    ("connections_per_address", "", "a whole number; 0 turns the cap off; empty is five times streams_per_address"),
    ("ring_frames", "8192", "a whole number above 0"),
    ("ring_bytes", "16 MB", "a size like 16 MB, at least 64 kB"),
    ("replay_events", "20000", "a whole number"),
    ("unread_bytes_per_session", "8 MB", "a size like 8 MB; 0 turns the bound off"),
    ("unread_bytes_per_address", "64 MB", "a size like 64 MB; 0 turns the bound off"),
    ("min_free_disk", "64 MB", "a size like 64 MB; 0 turns the floor off"),
    ("shutdown_seconds", "5", "a whole number from 1 to 300"),
    ("trusted_proxies", "", "addresses or networks, like [\"127.0.0.1\", \"10.0.0.0/8\"]"),
    ("log", "info", "a filter like info or rill=debug; levels are off, error, warn, info, debug, trace"),
    ("dev_reload_port", "0", "a port; set by cargo leptos watch"),
    ("idle_seconds", "30", "a whole number from 1 to 3600"),
];

/// Fewer bytes of recent events would be a unit that was forgotten.
const LEAST_RING: u64 = 64_000;

/// Keys of the leptos table that the file may hold because cargo-leptos knows them too.
const LEPTOS_KEYS: [&str; 6] = ["output-name", "site-root", "site-pkg-dir", "site-addr", "reload-port", "env"];

/// What is in force.
#[derive(Debug, Clone)]
pub struct Config {
    pub site_addr: SocketAddr,
    pub data_dir: PathBuf,
    /// Scheme and authority, as a browser writes an origin.
    pub public_url: Option<String>,
    pub posts_per_second: u32,
    pub post_burst: u32,
    pub posts_per_second_per_address: u32,
    pub requests_per_second: u32,
    pub requests_per_second_per_address: u32,
    pub enters_per_minute: u32,
    pub streams_per_session: u32,
    pub streams_per_address: u32,
    pub max_connections: u32,
    /// 0 is no cap.
    pub connections_per_address: u32,
    pub ring_frames: u32,
    pub ring_bytes: u64,
    pub replay_events: u32,
    /// Bytes of answers that one session, one address may leave unread.
    pub unread_bytes_per_session: u64,
    pub unread_bytes_per_address: u64,
    /// Bytes that stay free on the disk of the data directory.
    pub min_free_disk: u64,
    pub shutdown_seconds: u32,
    pub trusted_proxies: Vec<IpNet>,
    pub log: String,
    pub dev_reload_port: u32,
    /// Seconds a connection may take over a request's head, or stay silent between requests.
    pub idle_seconds: u32,
    values: BTreeMap<&'static str, (String, Origin)>,
}

impl Config {
    /// Defaults, then the file, then the environment, then the command line.
    ///
    /// # Errors
    /// An unknown key, or a value that is not right for its key.
    pub fn load(
        file: Option<(&Path, &str)>,
        environment: impl Iterator<Item = (String, String)>,
        flags: &[(&'static str, String)],
    ) -> Result<Self, ConfigError> {
        let mut values: BTreeMap<&'static str, (String, Origin)> =
            defaults().map(|(key, default)| (key, (default.to_owned(), Origin::Default))).collect();
        if let Some((path, text)) = file {
            read_file(path, text, &mut values)?;
        }
        let variables: Vec<(String, String)> = environment.collect();
        // cargo-leptos names the port for every command, but listens there only while it watches.
        let watched = variables.iter().any(|(name, _)| name == "LEPTOS_WATCH");
        // Empty is how many tools write "not set".
        for (name, value) in variables.into_iter().filter(|(_, value)| !value.trim().is_empty()) {
            let key = match name.as_str() {
                "LEPTOS_SITE_ADDR" => "site_addr",
                "LEPTOS_RELOAD_PORT" if watched => "dev_reload_port",
                _ => match name.strip_prefix("RILL_") {
                    Some(key) => known(&key.to_ascii_lowercase(), &name)?,
                    None => continue,
                },
            };
            values.insert(key, (value, Origin::Environment(name)));
        }
        for (key, value) in flags {
            values.insert(key, (value.clone(), Origin::CommandLine));
        }
        Self::from_values(values)
    }

    fn from_values(values: BTreeMap<&'static str, (String, Origin)>) -> Result<Self, ConfigError> {
        let read = Reader(&values);
        for key in feature_keys() {
            read.value(key.name, |text| (key.is_right)(text).then_some(()))?;
        }
        let streams_per_address = read.number("streams_per_address", 0, u32::MAX)?;
        let connections_per_address = match read.text("connections_per_address") {
            // A browser has a stream and up to five other connections, and few of many are at work at a time.
            "" => streams_per_address.saturating_mul(5),
            _ => read.number("connections_per_address", 0, u32::MAX)?,
        };
        Ok(Self {
            site_addr: read.value("site_addr", |text| text.parse().ok().or_else(|| text.to_socket_addrs().ok()?.next()))?,
            data_dir: read.value("data_dir", |text| (!text.is_empty()).then(|| PathBuf::from(text)))?,
            public_url: read.value("public_url", public_url)?,
            posts_per_second: read.number("posts_per_second", 0, u32::MAX)?,
            post_burst: read.number("post_burst", 0, u32::MAX)?,
            posts_per_second_per_address: read.number("posts_per_second_per_address", 0, u32::MAX)?,
            requests_per_second: read.number("requests_per_second", 0, u32::MAX)?,
            requests_per_second_per_address: read.number("requests_per_second_per_address", 0, u32::MAX)?,
            enters_per_minute: read.number("enters_per_minute", 0, u32::MAX)?,
            streams_per_session: read.number("streams_per_session", 0, u32::MAX)?,
            streams_per_address,
            max_connections: read.number("max_connections", 0, u32::MAX)?,
            connections_per_address,
            ring_frames: read.number("ring_frames", 1, 1 << 24)?,
            ring_bytes: read.value("ring_bytes", |text| size(text).filter(|bytes| *bytes >= LEAST_RING))?,
            replay_events: read.number("replay_events", 0, 10_000_000)?,
            unread_bytes_per_session: read.value("unread_bytes_per_session", size_or_none)?,
            unread_bytes_per_address: read.value("unread_bytes_per_address", size_or_none)?,
            min_free_disk: read.value("min_free_disk", size_or_none)?,
            shutdown_seconds: read.number("shutdown_seconds", 1, 300)?,
            trusted_proxies: read.value("trusted_proxies", |text| {
                text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(parse_block).collect()
            })?,
            log: read.value("log", |text| is_filter(text).then(|| text.to_owned()))?,
            dev_reload_port: read.number("dev_reload_port", 0, 65_535)?,
            idle_seconds: read.number("idle_seconds", 1, 3600)?,
            values,
        })
    }

    /// Returns the rates.
    pub fn limits(&self) -> Limits {
        Limits::new(Rates {
            posts_per_second: self.posts_per_second,
            post_burst: self.post_burst,
            posts_per_second_per_address: self.posts_per_second_per_address,
            requests_per_second: self.requests_per_second,
            requests_per_second_per_address: self.requests_per_second_per_address,
            enters_per_minute: self.enters_per_minute,
        })
    }

    /// Returns the part that requests need.
    pub fn settings(&self) -> Settings {
        let values = feature_keys().filter_map(|key| Some((key.name, self.values.get(key.name)?.0.clone()))).collect();
        Settings { public_url: self.public_url.clone(), trusted_proxies: self.trusted_proxies.clone(), values }
    }

    /// One line for each key: name, value, origin.
    pub fn lines(&self) -> impl Iterator<Item = String> + '_ {
        self.values.iter().map(|(key, (value, origin))| format!("{key} = {value:?}  # {origin}"))
    }
}

/// Returns the keys that features have for themselves.
fn feature_keys() -> impl Iterator<Item = &'static Key> {
    FEATURES.iter().flat_map(|feature| feature.keys)
}

/// Returns every key with its default.
fn defaults() -> impl Iterator<Item = (&'static str, &'static str)> {
    KEYS.iter().map(|(name, default, _)| (*name, *default)).chain(feature_keys().map(|key| (key.name, key.default)))
}

struct Reader<'a>(&'a BTreeMap<&'static str, (String, Origin)>);

impl Reader<'_> {
    fn text(&self, key: &'static str) -> &str {
        self.0[key].0.trim()
    }

    fn value<T>(&self, key: &'static str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, ConfigError> {
        let (text, origin) = &self.0[key];
        parse(text.trim()).ok_or_else(|| {
            let own = KEYS.iter().find(|(name, ..)| *name == key).map(|(.., right)| *right);
            let right = own.or_else(|| feature_keys().find(|one| one.name == key).map(|one| one.right)).unwrap_or_default();
            ConfigError(format!("{key} = {text:?} ({origin}) is not right: {key} is {right}"))
        })
    }

    fn number(&self, key: &'static str, least: u32, most: u32) -> Result<u32, ConfigError> {
        self.value(key, |text| text.parse().ok().filter(|number| (least..=most).contains(number)))
    }
}

fn read_file(path: &Path, text: &str, values: &mut BTreeMap<&'static str, (String, Origin)>) -> Result<(), ConfigError> {
    let shown = path.display();
    let table: toml::Table = text.parse().map_err(|error| ConfigError(format!("{shown}: {error}")))?;
    let empty = toml::Table::new();
    let leptos = ["package", "metadata", "leptos"].iter().try_fold(&table, |table, key| table.get(*key)?.as_table());
    for (key, value) in leptos.unwrap_or(&empty) {
        if !LEPTOS_KEYS.contains(&key.as_str()) {
            let known = LEPTOS_KEYS.join(", ");
            return Err(ConfigError(format!("{shown}: unknown key {key} in [package.metadata.leptos]; known here: {known}")));
        }
        if key == "site-addr" {
            values.insert("site_addr", (plain(value), Origin::File(path.to_owned())));
        }
    }
    if let Some(other) = table.keys().find(|key| !["package", "rill"].contains(&key.as_str())) {
        return Err(ConfigError(format!(
            "{shown}: unknown table or key {other}; known are [package.metadata.leptos] and [rill]"
        )));
    }
    let rill = match table.get("rill") {
        None => &empty,
        Some(value) => value.as_table().ok_or_else(|| ConfigError(format!("{shown}: rill has to be a table: [rill]")))?,
    };
    for (key, value) in rill {
        let key = known(key, &format!("{shown}: {key}"))?;
        values.insert(key, (plain(value), Origin::File(path.to_owned())));
    }
    Ok(())
}

fn plain(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

fn known(key: &str, shown: &str) -> Result<&'static str, ConfigError> {
    defaults().map(|(name, _)| name).find(|name| *name == key).ok_or_else(|| {
        let names: Vec<&str> = defaults().map(|(name, _)| name).collect();
        let distance = |name: &str| strsim::levenshtein(name, key);
        let nearest = names.iter().min_by_key(|name| distance(name)).filter(|name| distance(name) <= key.len() / 3);
        let meant = nearest.map(|name| format!(" Did you mean {name}?")).unwrap_or_default();
        ConfigError(format!("{shown} is no key of Rill's.{meant} Keys: {}", names.join(", ")))
    })
}

/// Whether a text is a filter for the log. A bare word that is neither a level nor a module of ours would log nothing.
fn is_filter(text: &str) -> bool {
    let is_known = |part: &str| {
        let word = part.split(['=', '[']).next().unwrap_or_default();
        let is_target = word.split("::").next() == Some(env!("CARGO_PKG_NAME"));
        !part.is_empty()
            && (part.contains(['=', '[']) || is_target || word.parse::<tracing_subscriber::filter::LevelFilter>().is_ok())
    };
    text.split(',').map(str::trim).all(is_known) && tracing_subscriber::EnvFilter::try_new(text).is_ok()
}

/// An origin as browsers write it; the outer option is "right or not", the inner one "set or not".
fn public_url(text: &str) -> Option<Option<String>> {
    if text.is_empty() {
        return Some(None);
    }
    let (scheme, rest) = text.split_once("://")?;
    let authority = rest.strip_suffix('/').unwrap_or(rest).to_ascii_lowercase();
    let scheme = scheme.to_ascii_lowercase();
    let plain = !authority.is_empty() && !authority.contains(['/', '?', '#', '@', ' ', '\\']);
    let default_port = if scheme == "https" { ":443" } else { ":80" };
    let authority = authority.strip_suffix(default_port).unwrap_or(&authority);
    let url = format!("{scheme}://{authority}");
    (plain && ["http", "https"].contains(&scheme.as_str()) && url.parse::<axum::http::Uri>().is_ok()).then_some(Some(url))
}

/// `16 MB`, `512kB`, `1048576`: bytes, with k and M and G as powers of 1,000.
fn size(text: &str) -> Option<u64> {
    let text = text.trim().trim_end_matches(['B', 'b']).trim_end();
    let (number, factor) = match text.chars().last()? {
        'k' | 'K' => (&text[..text.len() - 1], 1_000),
        'm' | 'M' => (&text[..text.len() - 1], 1_000_000),
        'g' | 'G' => (&text[..text.len() - 1], 1_000_000_000),
        _ => (text, 1),
    };
    number.trim().parse::<u64>().ok()?.checked_mul(factor).filter(|bytes| *bytes > 0)
}

/// The same, or 0.
fn size_or_none(text: &str) -> Option<u64> {
    if text == "0" { Some(0) } else { size(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Result<Config, ConfigError> {
        Config::load(Some((Path::new("Leptos.toml"), text)), std::iter::empty(), &[])
    }

    fn environment(name: &str, value: &str) -> Result<Config, ConfigError> {
        Config::load(None, [(name.to_owned(), value.to_owned())].into_iter(), &[])
    }

    #[test]
    fn nothing_given_is_enough() {
        let config = Config::load(None, std::iter::empty(), &[]).unwrap();
        assert_eq!(config.site_addr.to_string(), "127.0.0.1:3000");
        assert_eq!((config.ring_frames, config.ring_bytes), (8192, 16_000_000));
        assert_eq!(config.public_url, None);
        assert_eq!((config.streams_per_address, config.connections_per_address), (200, 1_000));
    }

    #[test]
    fn the_cap_of_connections_follows_that_of_streams_unless_it_is_set() {
        let cap = |text: &str| file(&format!("[rill]\n{text}")).unwrap().connections_per_address;
        assert_eq!((cap("streams_per_address = 0"), cap("streams_per_address = 40")), (0, 200));
        assert_eq!(cap("streams_per_address = 0\nconnections_per_address = 9"), 9);
        assert!(file("[rill]\nconnections_per_address = \"many\"").unwrap_err().0.contains("is not right"));
    }

    #[test]
    fn the_command_line_beats_the_environment_beats_the_file() {
        let text = "[rill]\npost_burst = 5\nposts_per_second = 6\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]";
        let variables =
            [("RILL_POST_BURST".to_owned(), "7".to_owned()), ("LEPTOS_SITE_ADDR".to_owned(), "127.0.0.1:1".to_owned())];
        let flags = [("site_addr", "127.0.0.1:2".to_owned())];
        let config = Config::load(Some((Path::new("f"), text)), variables.into_iter(), &flags).unwrap();
        assert_eq!((config.post_burst, config.posts_per_second, config.site_addr.port()), (7, 6, 2));
        assert_eq!(config.trusted_proxies.len(), 2);
        let lines: Vec<String> = config.lines().collect();
        assert!(lines.contains(&"post_burst = \"7\"  # RILL_POST_BURST".to_owned()), "{lines:?}");
        assert!(lines.contains(&"posts_per_second = \"6\"  # f".to_owned()));
    }

    #[test]
    fn an_unknown_key_is_named_with_what_was_meant() {
        let error = file("[rill]\ndatadir = \"x\"").unwrap_err().0;
        assert!(error.contains("datadir") && error.contains("Did you mean data_dir?"), "{error}");
        assert!(environment("RILL_PORT", "1").unwrap_err().0.contains("RILL_PORT"));
        assert!(file("[ril]\n").unwrap_err().0.contains("ril"));
        assert!(file("[package.metadata.leptos]\nsite-adr = \"x\"").unwrap_err().0.contains("site-adr"));
    }

    #[test]
    fn a_wrong_value_says_what_would_be_right() {
        for (text, key) in [
            ("posts_per_second = -1", "posts_per_second"),
            ("ring_bytes = \"lots\"", "ring_bytes"),
            ("public_url = \"chat.example.org\"", "public_url"),
            ("public_url = \"https://a/b\"", "public_url"),
            ("trusted_proxies = [\"nowhere\"]", "trusted_proxies"),
            ("shutdown_seconds = 0", "shutdown_seconds"),
            ("log = \"rill=loud\"", "log"),
            ("log = \"loud\"", "log"),
            ("log = \"warning\"", "log"),
            ("log = \"\"", "log"),
            ("ring_bytes = 16", "ring_bytes"),
            ("public_url = \"https://聊天.example\"", "public_url"),
        ] {
            let error = file(&format!("[rill]\n{text}")).unwrap_err().0;
            assert!(error.starts_with(key) && error.contains("is not right"), "{error}");
        }
        assert!(environment("LEPTOS_SITE_ADDR", "localhost").unwrap_err().0.contains("an address and a port"));
    }

    #[test]
    fn a_name_is_resolved_and_an_empty_variable_counts_as_not_set() {
        let config = environment("RILL_SITE_ADDR", "localhost:3000").unwrap();
        assert!(config.site_addr.ip().is_loopback() && config.site_addr.port() == 3000);
        assert_eq!(environment("RILL_LOG", " ").unwrap().log, "info");
        for right in ["warn", "INFO,rill=debug", "rill", "rill::stream=trace,warn", "off"] {
            assert_eq!(environment("RILL_LOG", right).unwrap().log, right);
        }
    }

    #[test]
    fn a_public_url_is_kept_as_browsers_write_an_origin() {
        let url = |text: &str| file(&format!("[rill]\npublic_url = \"{text}\"")).unwrap().public_url.unwrap();
        assert_eq!(url("HTTPS://Chat.Example.org:443/"), "https://chat.example.org");
        assert_eq!(url("http://chat.example.org:8080"), "http://chat.example.org:8080");
    }

    #[test]
    fn the_file_in_the_tree_is_right_and_agrees_with_cargo() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let ours: toml::Table = std::fs::read_to_string(root.join("Leptos.toml")).unwrap().parse().unwrap();
        let cargo: toml::Table = std::fs::read_to_string(root.join("Cargo.toml")).unwrap().parse().unwrap();
        file(&std::fs::read_to_string(root.join("Leptos.toml")).unwrap()).unwrap();
        let table = |t: &toml::Table| t["package"]["metadata"]["leptos"].as_table().unwrap().clone();
        for (key, value) in table(&ours) {
            assert_eq!(table(&cargo).get(&key), Some(&value), "{key}");
        }
        for key in ["output-name", "site-root", "site-pkg-dir", "site-addr", "reload-port"] {
            assert!(table(&ours).contains_key(key), "{key}");
        }
    }
}
