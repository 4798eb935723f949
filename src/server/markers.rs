//! The renderer's markers as valid HTML.

/// Returns `html` with each `<!>`, as the renderer writes its markers, as the empty comment that browsers read it as. Text and
/// attributes have no `<` of their own: the renderer escapes it.
pub fn as_comments(html: &str) -> String {
    let mut valid = String::with_capacity(html.len() + html.len() / 32);
    let mut from = 0;
    // One character is found several times faster than three.
    for (at, _) in html.match_indices('!') {
        if html[..at].ends_with('<') && html[at + 1..].starts_with('>') {
            valid.push_str(&html[from..=at]);
            valid.push_str("----");
            from = at + 1;
        }
    }
    valid.push_str(&html[from..]);
    valid
}

#[cfg(test)]
mod tests {
    use super::as_comments;

    #[test]
    fn markers_are_comments_and_all_else_is_as_it_was() {
        for (written, valid) in [
            ("", ""),
            ("!", "!"),
            ("<!>", "<!---->"),
            ("<!DOCTYPE html><p>ä!<!><!>b<!></p>", "<!DOCTYPE html><p>ä!<!----><!---->b<!----></p>"),
            ("<!-- a -->!><!", "<!-- a -->!><!"),
        ] {
            assert_eq!(as_comments(written), valid);
        }
    }
}
