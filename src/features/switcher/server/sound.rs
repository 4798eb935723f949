//! How names of Han characters sound: whether a text in letters fits a name by its pinyin.

use pinyin::ToPinyinMulti;

/// Whether `text` (small letters) stands in `name` (small letters) as it sounds: each Han character by one of its readings,
/// written out or by the first letter; the last one also by a part of a reading; every other character by itself. Spaces in the
/// name may be left out.
pub fn contains(name: &str, text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    // Which parts of the text, by their lengths, are fitted up to the character at hand.
    let mut fitted = vec![false; text.len() + 1];
    for character in name.chars() {
        // A fit may begin at each character.
        fitted[0] = true;
        let mut next = vec![false; text.len() + 1];
        for from in (0..text.len()).filter(|from| fitted[*from]) {
            let rest = &text[from..];
            if character.is_whitespace() {
                next[from] = true;
            }
            if character == rest[0] {
                next[from + 1] = true;
            }
            for reading in character.to_pinyin_multi().into_iter().flatten() {
                let reading = reading.plain();
                let same = reading.chars().zip(rest).take_while(|(one, other)| one == *other).count();
                if same == reading.chars().count() || same == rest.len() {
                    next[from + same] = true;
                }
                if same > 0 {
                    next[from + 1] = true;
                }
            }
        }
        if next[text.len()] {
            return true;
        }
        fitted = next;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::contains;

    #[test]
    fn names_are_found_by_pinyin_by_initials_and_by_both() {
        for text in ["ggdt", "gonggao", "gonggaodating", "gonggdt", "gdating", "dt", "gong", "gongg", "datin", "公告", "公gao"]
        {
            assert!(contains("公告大厅", text), "{text}");
        }
        for text in ["ggdx", "gogo", "tg", "ongao", "gonggaodatingx", "g大x"] {
            assert!(!contains("公告大厅", text), "{text}");
        }
        assert!(contains("重庆 team", "cqteam") && contains("重庆 team", "zhongqing t"), "each reading, spaces or not");
        assert!(!contains("team", "t m") && contains("team", "ea"));
    }

    #[test]
    fn the_work_for_a_name_grows_with_its_length() {
        for (piece, text) in [("公", "gggggggggggggggggggggggggggggggx"), ("a", "aaaaaaaaaaaaaaaaaaaab"), (" ", "x")] {
            crate::tests::growth::assert_linear("", piece, "", |name| {
                std::hint::black_box(contains(name, text));
            });
        }
    }
}
