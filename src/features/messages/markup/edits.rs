//! Edits that leave the length of a text as it is.

use std::borrow::Cow;

/// The character at a byte is another one of the same length.
pub(super) type Edit = (usize, char);

/// Returns `text` with the edits made. An edit that would change the length, or a place twice, is left out.
pub(super) fn edited<'t>(text: Cow<'t, str>, mut edits: Vec<Edit>) -> Cow<'t, str> {
    if edits.is_empty() {
        return text;
    }
    edits.sort_by_key(|(at, _)| *at);
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, new) in edits {
        let same_length = text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(|c| c.len_utf8() == new.len_utf8());
        if at >= from && same_length {
            out.push_str(&text[from..at]);
            out.push(new);
            from = at + new.len_utf8();
        }
    }
    out.push_str(&text[from..]);
    Cow::Owned(out)
}
