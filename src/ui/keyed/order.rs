//! What becomes of a list's elements when its keys are others: which are known, and which of those need not be moved. Pure.

/// For each of `new` its place in `old`, if it has one; no place twice. Both are mostly in the same order, so the next one is
/// looked for behind the last one found.
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
    // A key that is there twice, against what was asked for, is a new one the second time.
    let mut taken = vec![false; old.len()];
    for place in &mut places {
        *place = place.filter(|place| !std::mem::replace(&mut taken[*place], true));
    }
    places
}

/// Which of the elements at `places` stay where they are: seen from the end, all that stand above the last one that does. Who
/// goes up is moved then, and not all those it passes, as where one's own message turns out to be older than what came
/// while it was under way.
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
    fn whoever_comes_or_goes_moves_nobody() {
        for new in ["abc", "xyabc", "abcxy", "axbyc", "xaybzc", "b", "ac", "xbz", ""] {
            assert_eq!(moved("abc", new), "", "{new}");
        }
    }

    #[test]
    fn whoever_goes_up_is_moved_alone() {
        assert_eq!(moved("abcx", "axbc"), "x");
        assert_eq!(moved("abcxy", "yabxzc"), "yx");
    }

    #[test]
    fn a_key_that_is_there_twice_is_new_the_second_time() {
        assert_eq!(places(&["a", "b"], &["b", "b", "a"]), [Some(1), None, Some(0)]);
    }

    proptest! {
        /// What the list does with it: take away, keep, move, make, from the last to the first.
        #[test]
        fn the_list_is_what_it_is_to_be(old in "[a-p]{0,9}", new in "[a-p]{0,9}") {
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
