//! Which rooms fit a text, and in which order: the same on both sides. Only the server knows how names sound.

/// Returns where a name stands among those that fit `text`: 0 begins with it, 1 has a word that begins with it, 2 contains it.
/// Letters are compared as they are.
pub fn order(name: &str, text: &str) -> Option<u8> {
    let mut found = None;
    for (at, _) in name.match_indices(text) {
        let is_word = name[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
        let order = if at == 0 {
            0
        } else if is_word {
            1
        } else {
            2
        };
        found = Some(found.map_or(order, |best: u8| best.min(order)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::order;

    #[test]
    fn beginnings_come_first_then_words_then_the_rest() {
        assert_eq!((order("design", "des"), order("web design", "des"), order("redesign", "des")), (Some(0), Some(1), Some(2)));
        assert_eq!((order("inside-des", "des"), order("general", "des")), (Some(1), None));
        assert_eq!(order("公告大厅", "大厅"), Some(2));
    }
}
