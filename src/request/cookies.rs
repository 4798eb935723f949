//! Cookies: reading one by name, and the lines that set them.

use axum::http::{HeaderMap, HeaderValue, header::COOKIE};

/// Seconds a preference is kept: a year, as long as browsers allow.
const YEAR: u64 = 365 * 24 * 3600;

/// The session's cookie of one store. The name has the beginning of the store's id: browsers keep one jar for all ports of a
/// host, and two servers there must not take each other's sessions. The prefix makes browsers refuse the cookie from anywhere
/// but this very host over https.
#[derive(Debug)]
pub struct SessionCookie {
    plain: String,
    secure: String,
}

/// The names before they had the store's id in them. Still read, so that an update ends no session.
const OLD_NAMES: [&str; 2] = ["rill_session", "__Host-rill_session"];

impl SessionCookie {
    /// The cookie of the store with this id.
    pub fn of(store: &str) -> Self {
        let part = store.get(..8).unwrap_or(store);
        let [plain, secure] = OLD_NAMES.map(|name| format!("{name}_{part}"));
        Self { plain, secure }
    }

    fn name(&self, secure: bool) -> &str {
        if secure { &self.secure } else { &self.plain }
    }

    /// Returns the token that a browser sends.
    pub fn token<'a>(&self, headers: &'a HeaderMap, secure: bool) -> Option<&'a str> {
        get(headers, self.name(secure)).or_else(|| get(headers, OLD_NAMES[usize::from(secure)]))
    }

    /// Gives the session to the browser, which keeps it for `seconds`.
    pub fn give(&self, token: &str, seconds: u64, secure: bool) -> HeaderValue {
        line(self.name(secure), token, seconds, "; HttpOnly", secure)
    }

    /// Takes the session from the browser.
    pub fn take_back(&self, secure: bool) -> HeaderValue {
        line(self.name(secure), "", 0, "; HttpOnly", secure)
    }
}

/// Value of the cookie `name`; the first where there are several. Other cookies of the host may hold any bytes.
pub fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .map(<[u8]>::trim_ascii)
        .filter_map(|pair| pair.strip_prefix(name.as_bytes())?.strip_prefix(b"="))
        .find_map(|value| std::str::from_utf8(value).ok())
}

fn line(name: &str, value: &str, seconds: u64, rest: &str, secure: bool) -> HeaderValue {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; SameSite=Lax; Max-Age={seconds}{rest}{secure}");
    // Names and values here are ours: ASCII without separators. Anything else sets nothing.
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// Name of the cookie that tells two posts of one enter page from those of two browsers.
pub const ENTER_MARK: &str = "rill_enter";
/// Seconds for which an enter page may lie open and still be known again: a day.
const DAY: u64 = 24 * 3600;

/// Marks a browser that is shown the enter page.
pub fn enter_mark(mark: &str, secure: bool) -> HeaderValue {
    line(ENTER_MARK, mark, DAY, "; HttpOnly", secure)
}

/// Name of the cookie that remembers which room an address led to before its reader had a name.
pub const DESTINATION: &str = "rill_to";
/// Seconds for which that holds: an hour.
const HOUR: u64 = 3600;

/// Remembers the address of a room for after the enter page.
pub fn destination(address: &str, secure: bool) -> HeaderValue {
    line(DESTINATION, address, HOUR, "; HttpOnly", secure)
}

/// Forgets it.
pub fn no_destination(secure: bool) -> HeaderValue {
    line(DESTINATION, "", 0, "; HttpOnly", secure)
}

/// Keeps a preference (`lang`, `theme`, `room`) where scripts may read and set it too.
pub fn preference(name: &str, value: &str, secure: bool) -> HeaderValue {
    line(name, value, YEAR, "", secure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("xrill_session=no; rill_session=yes; a=b=c"));
        headers.append(COOKIE, HeaderValue::from_bytes(b"theirs=caf\xe9; lang=zh-CN").unwrap());
        assert_eq!(get(&headers, "rill_session"), Some("yes"));
        assert_eq!(get(&headers, "a"), Some("b=c"));
        assert_eq!(get(&headers, "lang"), Some("zh-CN"));
        assert_eq!(get(&headers, "session"), None);
    }

    #[test]
    fn the_session_is_out_of_reach_of_scripts_and_other_sites() {
        let cookie = SessionCookie::of("1d39abcdef");
        let plain = cookie.give("t", 2_592_000, false);
        assert_eq!(plain, "rill_session_1d39abcd=t; Path=/; SameSite=Lax; Max-Age=2592000; HttpOnly");
        let https = cookie.give("t", 2_592_000, true);
        assert_eq!(https, "__Host-rill_session_1d39abcd=t; Path=/; SameSite=Lax; Max-Age=2592000; HttpOnly; Secure");
    }

    #[test]
    fn a_session_is_read_by_the_stores_name_first_and_by_the_old_one() {
        let cookie = SessionCookie::of("1d39abcdef");
        let token = |line: &'static str| {
            let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static(line))]);
            cookie.token(&headers, false).map(str::to_owned)
        };
        assert_eq!(token("rill_session=old; rill_session_1d39abcd=own").as_deref(), Some("own"));
        assert_eq!(token("rill_session=old; rill_session_00000000=another").as_deref(), Some("old"));
        assert_eq!(token("rill_session_00000000=another; __Host-rill_session=x"), None);
    }
}
