//! Order: which elements of a list stay when its keys change, and which of those need not be moved. Pure.

/// Returns the index in `old` of each key of `new`, if it is there; no index twice. Both are mostly in the same order, so the
/// search for a key begins after the last one found.
pub fn places<A: AsRef<str>, B: AsRef<str>>(old: &[A], new: &[B]) -> Vec<Option<usize>> {
    let old: Vec<&str> = old.iter().map(AsRef::as_ref).collect();
    let mut from = 0;
    let place = |key: &B| {
        let found = old[from..].iter().position(|known| *known == key.as_ref()).map(|at| from + at);
        let found = found.or_else(|| old[..from].iter().position(|known| *known == key.as_ref()));
        from = found.map_or(from, |at| at + 1);
        found
    };
    let mut places: Vec<_> = new.iter().map(place).collect();
    // A key that is there twice, although keys are unique, is a new one the second time.
    let mut taken = vec![false; old.len()];
    for place in &mut places {
        *place = place.filter(|place| !std::mem::replace(&mut taken[*place], true));
    }
    places
}

/// Returns which of the elements at `places` are not moved. Seen from the end, an element stays when it stood above the last one
/// that stays. An element that goes up is moved alone, instead of all that it passes. This happens when the reader's own message
/// turns out to be older than messages that arrived while it was being sent.
pub fn stay(places: &[Option<usize>]) -> Vec<bool> {
    let mut border = usize::MAX;
    let mut stays = vec![false; places.len()];
    for (place, stays) in places.iter().zip(&mut stays).rev() {
        if let Some(place) = place.filter(|place| *place < border) {
            (border, *stays) = (place, true);
        }
    }
    stays
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn moved(old: &str, new: &str) -> String {
        let keys = |text: &str| text.chars().map(String::from).collect::<Vec<_>>();
        let places = places(&keys(old), &keys(new));
        let stays = stay(&places);
        let moved = |at: &usize| places[*at].is_some() && !stays[*at];
        (0..places.len()).filter(moved).map(|at| keys(new)[at].clone()).collect()
    }

    #[test]
    fn elements_stay_when_others_are_inserted_or_removed() {
        for new in ["abc", "xyabc", "abcxy", "axbyc", "xaybzc", "b", "ac", "xbz", ""] {
            assert_eq!(moved("abc", new), "", "{new}");
        }
    }

    #[test]
    fn element_is_moved_alone_when_it_goes_up() {
        assert_eq!(moved("abcx", "axbc"), "x");
        assert_eq!(moved("abcxy", "yabxzc"), "yx");
    }

    #[test]
    fn key_is_new_the_second_time_when_it_is_there_twice() {
        assert_eq!(places(&["a", "b"], &["b", "b", "a"]), [Some(1), None, Some(0)]);
    }

    proptest! {
        /// Does what the list does: removes, keeps, moves and makes elements, from the last to the first.
        #[test]
        fn list_has_the_new_order_after_its_moves(old in "[a-p]{0,9}", new in "[a-p]{0,9}") {
            let unique = |text: &str| {
                let mut seen = Vec::new();
                text.chars().for_each(|c| if !seen.contains(&c.to_string()) { seen.push(c.to_string()) });
                seen
            };
            let (old, new) = (unique(&old), unique(&new));
            let places = places(&old, &new);
            for (key, place) in new.iter().zip(&places) {
                prop_assert_eq!(old.iter().position(|known| known == key), *place);
            }
            let stays = stay(&places);
            let mut page: Vec<String> = old.iter().filter(|key| new.contains(key)).cloned().collect();
            for at in (0..new.len()).rev() {
                if !stays[at] {
                    page.retain(|key| *key != new[at]);
                    let below = new.get(at + 1).map_or(page.len(), |below| page.iter().position(|key| key == below).unwrap());
                    page.insert(below, new[at].clone());
                }
            }
            prop_assert_eq!(page, new);
        }
    }
}
