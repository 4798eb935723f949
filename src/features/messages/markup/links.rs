//! Links: where they may lead, and whether their words say another place than they lead to.

use super::characters::is_invisible;
use crate::features::messages::model::Span;
use unicode_normalization::UnicodeNormalization;

/// Last parts of host names by which words without a scheme are taken for an address. Short and well-known ones: others are
/// also the ends of file names.
const KNOWN_DOMAINS: [&str; 17] =
    ["com", "net", "org", "edu", "gov", "info", "io", "dev", "app", "example", "cn", "de", "uk", "jp", "fr", "ru", "eu"];

/// Whether a link may go there: http, https and mailto, with something after the scheme and no control character.
pub(crate) fn may_follow(href: &str) -> bool {
    let after = |scheme: &str| {
        href.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)) && href.len() > scheme.len()
    };
    (after("http://") || after("https://") || after("mailto:")) && !href.contains(char::is_control)
}

/// `href` with its scheme in small letters, as the body promises it.
pub(crate) fn tidy_scheme(href: &str) -> String {
    match href.split_once(':') {
        Some((scheme, rest)) => format!("{}:{rest}", scheme.to_ascii_lowercase()),
        None => href.to_owned(),
    }
}

/// Whether the words of a link are, or contain, an address of another host than the link's.
pub(super) fn names_another_host(words: &str, href: &str) -> bool {
    if !words.contains(|c: char| matches!(c, '.' | '@' | '/') || !c.is_ascii()) {
        return false;
    }
    // Full-width signs look like those of ASCII, and what shows nothing may stand anywhere.
    let words: String = words.nfkc().filter(|c| !is_invisible(*c)).collect::<String>().to_lowercase();
    let goes_to = host(after_scheme(href));
    let words = words.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '(' | ')' | '，' | '。'));
    words.filter_map(named_host).any(|named| named != goes_to)
}

/// The host that a word names: an address with its scheme, one that begins with `www.`, a mail address, a well-known domain.
fn named_host(word: &str) -> Option<String> {
    if let Some(at) = word.find("://") {
        return Some(host(&word[at + 3..])).filter(|host| !host.is_empty());
    }
    let word = word.trim_start_matches("//").trim_end_matches(['.', ',', ';', ':', '!', '?']);
    let host = host(word);
    let (rest, last) = host.rsplit_once('.')?;
    let is_name = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '-');
    let is_host = is_name(last) && rest.split('.').all(is_name);
    let is_meant = word.starts_with("www.") || word.contains('@') || KNOWN_DOMAINS.contains(&last);
    (is_host && is_meant).then_some(host)
}

fn after_scheme(href: &str) -> &str {
    href.split_once("://").map_or_else(|| href.split_once(':').map_or(href, |(_, rest)| rest), |(_, rest)| rest)
}

/// The host of an address without its scheme, in small letters, without `www.` and a dot at its end. Browsers take a backslash
/// for a slash, and what stands before an @ for a user's name.
fn host(address: &str) -> String {
    let authority = address.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => host,
    };
    let host = host.trim_end_matches('.').to_lowercase();
    host.strip_prefix("www.").map(str::to_owned).unwrap_or(host)
}

/// The words of spans, without their marks.
pub(super) fn words(spans: &[Span]) -> String {
    let mut words = String::new();
    for span in spans {
        match span {
            Span::Text(text) | Span::Code(text) | Span::Mention { text, .. } => words.push_str(text),
            Span::Strong(body) | Span::Em(body) | Span::Strike(body) | Span::Link { body, .. } => {
                words.push_str(&self::words(body))
            }
            Span::Break => words.push(' '),
        }
    }
    words
}
