//! Addresses: which may be followed, and those that stand bare in a text.

use crate::features::messages::model::Span;

/// Characters that end a bare address wherever they stand: white space, quotes, and the brackets and stops of Chinese and
/// Japanese, which are written without a space before what follows.
fn ends(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '<' | '>' | '"' | '`' | '“' | '”' | '‘' | '’' | '…')
        || matches!(c, '，' | '。' | '、' | '；' | '：' | '？' | '！' | '（' | '）' | '【' | '】' | '《' | '》' | '〈' | '〉')
        || matches!(c, '「' | '」' | '『' | '』' | '．' | '｜' | '～' | '\u{3000}')
}

/// Characters that belong to the sentence when an address ends in them.
const TRAILING: [char; 11] = ['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~', '&'];

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

/// Passes `text` to `push` piece by piece: bare http and https addresses as links, the rest as text. Linear in the text.
pub(crate) fn linkify(text: &str, mut push: impl FnMut(Span)) {
    let mut said = 0;
    let mut from = 0;
    while let Some(colon) = text[from..].find("://").map(|at| from + at) {
        from = colon + 3;
        let Some(start) = scheme_start(&text[said..colon]).map(|at| said + at) else { continue };
        let stop = text[from..].find(ends).map_or(text.len(), |at| from + at);
        let end = from + without_trailing(&text[from..stop]);
        if !text[from..end].starts_with(|c: char| c.is_alphanumeric() || c == '[') {
            continue;
        }
        if start > said {
            push(Span::Text(text[said..start].to_owned()));
        }
        let address = &text[start..end];
        push(Span::Link { href: tidy_scheme(address), body: vec![Span::Text(address.to_owned())] });
        (said, from) = (end, end);
    }
    if said < text.len() {
        push(Span::Text(text[said..].to_owned()));
    }
}

/// Where the scheme that `before` ends in begins: http or https, and no letter or digit before it.
fn scheme_start(before: &str) -> Option<usize> {
    let start = ["https", "http"].into_iter().find_map(|scheme| {
        let start = before.len().checked_sub(scheme.len())?;
        before.get(start..)?.eq_ignore_ascii_case(scheme).then_some(start)
    })?;
    // CJK is written without spaces, so only a letter of the same kind of word counts.
    let joined = before[..start].chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric());
    (!joined).then_some(start)
}

/// How much of an address is not the sentence's punctuation. A closing bracket belongs to it if it was opened inside.
fn without_trailing(address: &str) -> usize {
    let mut open = [0_i32; 3];
    for c in address.chars() {
        match c {
            '(' => open[0] += 1,
            ')' => open[0] -= 1,
            '[' => open[1] += 1,
            ']' => open[1] -= 1,
            '{' => open[2] += 1,
            '}' => open[2] -= 1,
            _ => {}
        }
    }
    let mut end = address.len();
    while let Some(c) = address[..end].chars().next_back() {
        let bracket = [')', ']', '}'].iter().position(|close| *close == c);
        match bracket {
            Some(kind) if open[kind] < 0 => open[kind] += 1,
            None if TRAILING.contains(&c) => {}
            _ => break,
        }
        end -= c.len_utf8();
    }
    end
}
