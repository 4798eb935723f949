//! Avatar: a rounded square with the first letter of a name, in the person's hue.

use leptos::prelude::*;

/// Names of the ten hue classes; `style/tokens.css` gives each its colours.
const HUES: [&str; 10] = ["hue-0", "hue-1", "hue-2", "hue-3", "hue-4", "hue-5", "hue-6", "hue-7", "hue-8", "hue-9"];

/// Returns the class of a person's hue (0–9; a larger number wraps).
pub fn hue_class(hue: u8) -> &'static str {
    HUES[usize::from(hue) % HUES.len()]
}

/// Returns the first character of a name as a capital.
pub fn initial(name: &str) -> String {
    name.chars().next().map(|first| capital(first).into()).unwrap_or_default()
}

/// Returns the capital of a Latin, Greek or Cyrillic letter of living languages; another character stays as it is. The full
/// table, `char::to_uppercase`, adds 13 kB to the browser's module, 4 kB when compressed. `text-transform` in the style sheet
/// would also apply to pages in Chinese, which have no capitals by design.
fn capital(letter: char) -> char {
    let code = u32::from(letter);
    let below = match letter {
        'a'..='z' | 'à'..='ö' | 'ø'..='þ' | 'α'..='ρ' | 'σ'..='ϋ' | 'а'..='я' => 32,
        'ѐ'..='џ' => 80,
        // Here capital and small letter follow each other, from an even or from an odd number on.
        'Ā'..='į' | 'Ĳ'..='ķ' | 'Ŋ'..='ŷ' => code % 2,
        'Ĺ'..='ň' | 'Ź'..='ž' => 1 - code % 2,
        _ => 0,
    };
    char::from_u32(code - below).unwrap_or(letter)
}

/// Shows the avatar of a person. Their name stands beside it, so assistive technology does not read the avatar. The style sheet
/// draws the letter: as text it would count as a part of the label of what it stands in.
pub fn avatar(letter: String, hue: u8) -> impl IntoView {
    let mut class = String::from("avatar ");
    class.push_str(hue_class(hue));
    view! { <span class=class aria-hidden="true" data-letter=letter></span> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capital_is_the_one_that_unicode_defines() {
        for letter in '\0'..='\u{2fff}' {
            let (ours, all) = (capital(letter), letter.to_uppercase().to_string());
            assert!(ours == letter || ours.to_string() == all, "{letter:?}: {ours:?}, {all:?}");
        }
        for (small, large) in "azßéøþąčęıłňőœřşťůźžαωяёїџ".chars().zip("AZßÉØÞĄČĘıŁŇŐŒŘŞŤŮŹŽΑΩЯЁЇЏ".chars())
        {
            assert_eq!(initial(&format!("{small}{small}")), large.to_string());
        }
        assert_eq!((initial(""), initial("小乔"), initial("9")), (String::new(), "小".to_owned(), "9".to_owned()));
    }
}
