//! Cookies: reading one by name, and the lines that set them.

use crate::sessions::token::LIFETIME;
use axum::http::{HeaderMap, HeaderValue, header::COOKIE};

/// Seconds a preference is kept: a year, as long as browsers allow.
const YEAR: u64 = 365 * 24 * 3600;

/// Name of the session cookie. The prefix makes browsers refuse it from anywhere but this very host over https.
pub const fn session_name(secure: bool) -> &'static str {
    if secure { "__Host-rill_session" } else { "rill_session" }
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

/// Gives the session to the browser.
pub fn session(token: &str, secure: bool) -> HeaderValue {
    line(session_name(secure), token, LIFETIME, "; HttpOnly", secure)
}

/// Name of the cookie that tells two posts of one enter page from those of two browsers.
pub const ENTER_MARK: &str = "rill_enter";
/// Seconds for which an enter page may lie open and still be known again: a day.
const DAY: u64 = 24 * 3600;

/// Marks a browser that is shown the enter page.
pub fn enter_mark(mark: &str, secure: bool) -> HeaderValue {
    line(ENTER_MARK, mark, DAY, "; HttpOnly", secure)
}

/// Takes the session from the browser.
pub fn no_session(secure: bool) -> HeaderValue {
    line(session_name(secure), "", 0, "; HttpOnly", secure)
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
        let plain = session("t", false);
        assert_eq!(plain, "rill_session=t; Path=/; SameSite=Lax; Max-Age=2592000; HttpOnly");
        let https = session("t", true);
        assert_eq!(https, "__Host-rill_session=t; Path=/; SameSite=Lax; Max-Age=2592000; HttpOnly; Secure");
    }
}
