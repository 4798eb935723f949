//! Site: the host that a request is addressed to, the page that it comes from, and one check of both for everything answered.

use super::services::Settings;
use axum::http::{HeaderMap, Uri, Version, header, uri::Authority};
use std::net::{IpAddr, Ipv6Addr};

/// Names that nobody can register: a third party cannot point one of them at this server (RFC 6761, 6762, 8375; ICANN's
/// `.internal`; `.lan`, which home routers give out).
const RESERVED: [&str; 6] = [".local", ".internal", ".home.arpa", ".lan", ".test", ".localhost"];
/// Characters of a header's value that the log and a page repeat, at most.
const SHOWN: usize = 100;

/// The host of a request: a name in lower case without a final dot, or an address, and the port where one is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    name: String,
    port: Option<u16>,
}

impl Host {
    /// Reads `name`, `name:port` or `[address]:port`; none for what is no host of http.
    pub fn parse(text: &str) -> Option<Self> {
        let authority: Authority = text.parse().ok()?;
        let host = authority.host();
        let port = match text.strip_prefix(host)? {
            "" | ":" => None,
            port => Some(port.strip_prefix(':').filter(|port| port.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?),
        };
        let name = match host.strip_prefix('[') {
            Some(address) => format!("[{}]", address.strip_suffix(']')?.parse::<Ipv6Addr>().ok()?),
            None => {
                let name = host.strip_suffix('.').unwrap_or(host);
                let is_label = |label: &str| {
                    !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
                };
                name.split('.').all(is_label).then(|| name.to_ascii_lowercase())?
            }
        };
        Some(Self { name, port })
    }

    /// The address, where the host is one.
    fn address(&self) -> Option<IpAddr> {
        self.name.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }

    /// Whether the host means the machine itself.
    pub fn is_loopback(&self) -> bool {
        self.name == "localhost" || self.address().is_some_and(|address| address.to_canonical().is_loopback())
    }

    fn has_dot(&self) -> bool {
        self.name.contains('.')
    }

    /// The origin of its pages as a browser writes it: the scheme's own port is left out.
    fn origin(&self, scheme: &str) -> String {
        let own = if scheme == "https" { 443 } else { 80 };
        match self.port.filter(|port| *port != own) {
            Some(port) => format!("{scheme}://{}:{port}", self.name),
            None => format!("{scheme}://{}", self.name),
        }
    }
}

/// Reads an `Origin`; none for what is no origin of a page of http or https, such as `null`.
fn origin(text: &str) -> Option<String> {
    let (scheme, host) = text.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    ["http", "https"].contains(&scheme.as_str()).then(|| Host::parse(host).map(|host| host.origin(&scheme)))?
}

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No host, two of them, or one that is none (RFC 9112, section 3.2).
    NoHost,
    /// Addressed to a name that may be anybody's (DNS rebinding).
    ForeignHost { host: String },
    /// Sent by a page of another origin. `origin` is what the browser said, `expected` the origin of our own pages.
    ForeignPage { origin: String, expected: String },
}

/// Returns the host that a request is addressed to: the target's where it names one, else the header's. HTTP/1.0 knows requests
/// without one.
///
/// # Errors
/// [`Refusal::NoHost`].
pub fn host(version: Version, uri: &Uri, headers: &HeaderMap) -> Result<Option<Host>, Refusal> {
    let mut lines = headers.get_all(header::HOST).iter();
    let named = match (lines.next(), lines.next()) {
        (None, _) if version == Version::HTTP_10 => None,
        (Some(host), None) => Some(host.to_str().ok().and_then(Host::parse).ok_or(Refusal::NoHost)?),
        _ => return Err(Refusal::NoHost),
    };
    match uri.authority() {
        Some(authority) => Host::parse(authority.as_str()).map(Some).ok_or(Refusal::NoHost),
        None => Ok(named),
    }
}

/// The host of the public address.
fn public_host(settings: &Settings) -> Option<Host> {
    settings.public_url.as_deref().and_then(|url| Host::parse(url.split_once("://")?.1))
}

/// Checks the host: with a public address its name, addresses and this very machine are ours, and names without a dot where a
/// trusted proxy uses them. Without one, it is every name that nobody can point here.
///
/// # Errors
/// [`Refusal::ForeignHost`].
pub fn check_host(host: &Host, settings: &Settings, by_proxy: bool) -> Result<(), Refusal> {
    let known = host.is_loopback() || host.address().is_some();
    let ours = match public_host(settings) {
        Some(public) => public.name == host.name || (by_proxy && !host.has_dot()),
        None => !host.has_dot() || RESERVED.iter().any(|suffix| host.name.ends_with(suffix)),
    };
    if known || ours { Ok(()) } else { Err(Refusal::ForeignHost { host: host.name.clone() }) }
}

/// Checks the page that a request comes from, by scheme, host and port. Programs that are no browser name none. `secure`: the
/// client came over https.
///
/// # Errors
/// [`Refusal::ForeignPage`].
pub fn check_origin(host: Option<&Host>, headers: &HeaderMap, settings: &Settings, secure: bool) -> Result<(), Refusal> {
    let own = host.map(|host| host.origin(if secure { "https" } else { "http" }));
    let public = settings.public_url.as_deref();
    let refuse = |origin: &[u8]| {
        let expected = public.map(str::to_owned).or_else(|| own.clone()).unwrap_or_default();
        Err(Refusal::ForeignPage { origin: shown(origin), expected })
    };
    for origin_line in headers.get_all(header::ORIGIN) {
        let from = origin_line.to_str().ok().and_then(origin);
        if !from.is_some_and(|from| Some(&*from) == public || Some(&from) == own.as_ref()) {
            return refuse(origin_line.as_bytes());
        }
    }
    // Browsers say how far away the page is that asks, also where they name no origin.
    match headers.get_all("sec-fetch-site").iter().find(|site| !["same-origin", "none"].iter().any(|fine| *site == fine)) {
        Some(site) => refuse(site.as_bytes()),
        None => Ok(()),
    }
}

/// A header's value for people: short, and without anything that could forge a line.
fn shown(value: &[u8]) -> String {
    String::from_utf8_lossy(value).escape_debug().take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn settings(public_url: Option<&str>) -> Settings {
        Settings { public_url: public_url.map(str::to_owned), ..Settings::default() }
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap())).collect()
    }

    #[test]
    fn host_is_the_same_in_capitals_with_a_final_dot_and_with_the_default_port() {
        let origin = |text: &str| Host::parse(text).map(|host| host.origin("http"));
        for same in ["h", "H", "h.", "h:", "h:80"] {
            assert_eq!(origin(same).as_deref(), Some("http://h"), "{same}");
        }
        assert_eq!(origin("[0:0::1]:81").as_deref(), Some("http://[::1]:81"));
        for wrong in
            ["", ":80", ".", "a..b", "a b", "a/b", "a@b", "a,b", "a:b", "a:99999", "a:+1", "[::1", "[g]", "bücher", "%61"]
        {
            assert_eq!(Host::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn host_has_to_be_named_once_and_the_target_counts() {
        let of = |uri: &str, pairs: &[(&'static str, &'static str)], version| {
            host(version, &uri.parse().unwrap(), &headers(pairs)).map(|host| host.map(|host| host.name))
        };
        let name = |name: &str| Ok(Some(name.to_owned()));
        assert_eq!(of("/", &[("host", "a")], Version::HTTP_11), name("a"));
        assert_eq!(of("http://b/", &[("host", "a")], Version::HTTP_11), name("b"));
        assert_eq!(of("/", &[], Version::HTTP_10), Ok(None));
        let mut twice = headers(&[("host", "a")]);
        twice.append("host", HeaderValue::from_static("a"));
        assert_eq!(host(Version::HTTP_11, &"/".parse().unwrap(), &twice), Err(Refusal::NoHost));
        for wrong in [&[][..], &[("host", "")], &[("host", "bücher.example")], &[("host", "a b")]] {
            assert_eq!(of("/", wrong, Version::HTTP_11), Err(Refusal::NoHost), "{wrong:?}");
        }
    }

    #[test]
    fn without_a_public_address_only_names_that_nobody_can_register_are_ours() {
        let ours = |host: &str| check_host(&Host::parse(host).unwrap(), &settings(None), false).is_ok();
        for fine in
            ["127.0.0.1:3000", "10.1.2.3", "[::1]:3000", "localhost", "rill:3000", "nas.local", "chat.LAN.", "a.home.arpa"]
        {
            assert!(ours(fine), "{fine}");
        }
        for foreign in ["evil.example", "127.0.0.1.evil.example:80", "1.2.3", "local.evil", "xlocal.com", "evil.example."] {
            assert!(!ours(foreign), "{foreign}");
        }
    }

    #[test]
    fn with_a_public_address_its_name_is_ours_and_a_bare_name_only_from_a_trusted_proxy() {
        let settings = settings(Some("https://chat.example.org"));
        let ours = |host: &str, by_proxy| check_host(&Host::parse(host).unwrap(), &settings, by_proxy).is_ok();
        for fine in ["chat.example.org", "Chat.Example.org:8443", "127.0.0.1:3000", "[::1]", "localhost:3000"] {
            assert!(ours(fine, false), "{fine}");
        }
        for foreign in ["evil.example", "chat.example.org.evil.example", "nas.local"] {
            assert!(!ours(foreign, false) && !ours(foreign, true), "{foreign}");
        }
        assert!(ours("rill:3000", true) && !ours("rill:3000", false));
    }

    #[test]
    fn only_our_own_pages_may_ask() {
        let public = settings(Some("https://chat.example.org"));
        let checked = |pairs: &[(&'static str, &'static str)], settings: &Settings, secure| {
            let headers = headers(pairs);
            let host = host(Version::HTTP_11, &"/".parse().unwrap(), &headers).unwrap();
            check_origin(host.as_ref(), &headers, settings, secure).is_ok()
        };
        let fine: [&[(&str, &str)]; 6] = [
            &[("host", "a:1")],
            &[("host", "a:1"), ("origin", "http://a:1"), ("sec-fetch-site", "same-origin")],
            &[("host", "a:80"), ("origin", "http://A")],
            &[("host", "A"), ("origin", "http://a:80")],
            &[("host", "a"), ("sec-fetch-site", "none")],
            &[("host", "inner"), ("origin", "https://chat.example.org")],
        ];
        for pairs in fine {
            assert!(checked(pairs, &public, false), "{pairs:?}");
        }
        for (name, value) in [
            ("origin", "http://b:1"),
            ("origin", "https://a:1"),
            ("origin", "http://a"),
            ("origin", "http://a:2"),
            ("origin", "null"),
            ("origin", ""),
            ("origin", "http://chat.example.org"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", "junk"),
        ] {
            assert!(!checked(&[("host", "a:1"), (name, value)], &public, false), "{name}: {value}");
        }
        assert!(!checked(&[("host", "a"), ("origin", "http://a")], &public, true), "a page without https under an https address");
        assert!(checked(&[("host", "a"), ("origin", "https://a")], &settings(None), true));
    }
}
