//! Devices: what a browser calls itself, in words that its owner knows.

use crate::features::accounts::page_words::Words;

/// Browsers by the word that only they have, the more particular first: most of them also call themselves Chrome and Safari.
const BROWSERS: [(&str, &str); 8] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("MicroMessenger", "WeChat"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// Returns the device of a `User-Agent`; what it calls itself where that is no browser.
pub fn device(agent: &str, words: &Words) -> String {
    let of = |list: &[(&str, &'static str)]| list.iter().find(|(word, _)| agent.contains(word)).map(|(_, name)| *name);
    match (of(&BROWSERS), of(&SYSTEMS)) {
        (Some(browser), Some(system)) => [browser, system].join(" · "),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        // A program: its name and version, without what follows.
        (None, None) => match agent.split_whitespace().next() {
            Some(program) => program.chars().take(40).collect(),
            None => words.unknown_device.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{features::accounts::page_words::WORDS, i18n::Lang};

    #[test]
    fn devices_are_called_what_their_owners_call_them() {
        let of = |agent: &str, lang: Lang| device(agent, lang.of(&WORDS));
        let edge =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130 Safari/537.36 Edg/130";
        let phone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1";
        assert_eq!(of(edge, Lang::En), "Edge · Windows");
        assert_eq!((of(phone, Lang::En), of("", Lang::Zh)), ("Safari · iPhone".to_owned(), "未知设备".to_owned()));
        assert_eq!((of("curl/8.5.0", Lang::En), of("", Lang::En)), ("curl/8.5.0".to_owned(), "Unknown device".to_owned()));
    }
}
