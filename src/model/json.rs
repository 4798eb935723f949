//! JSON as the server writes it for programs that read it by lines.

use std::borrow::Cow;

/// Returns `json` with U+2028, U+2029 and U+0085 as escapes. JSON allows them raw, in strings alone, but some readers of the
/// stream take them for ends of lines and lose the event.
pub fn escape_line_ends(json: &str) -> Cow<'_, str> {
    // They begin with one of these two bytes, and most texts have neither.
    if !json.bytes().any(|byte| matches!(byte, 0xC2 | 0xE2)) || !json.contains(['\u{85}', '\u{2028}', '\u{2029}']) {
        return Cow::Borrowed(json);
    }
    let escaped = json.replace('\u{85}', "\\u0085").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_escaped_and_read_back() {
        for text in ["a\u{2028}b\u{2029}c\u{85}d", "é — “x”", "\u{2028}", "\\u2028", ""] {
            let json = serde_json::to_string(text).unwrap();
            let escaped = escape_line_ends(&json);
            assert!(!escaped.contains(['\u{2028}', '\u{2029}', '\u{85}']), "{escaped}");
            assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
        }
    }
}
