//! What the rules of text ask of a character: its script, whether it is punctuation, whether it shows anything.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup, Script},
};

/// Whether a character is one of Chinese, Japanese or Korean writing, punctuation and full-width forms included. White space is
/// not, though U+3000 stands in one of these blocks.
pub(crate) fn is_cjk(c: char) -> bool {
    !c.is_whitespace()
        && matches!(
            u32::from(c),
            0x1100..=0x11FF
                | 0x2E80..=0xA4CF
                | 0xA960..=0xA97F
                | 0xAC00..=0xD7FF
                | 0xF900..=0xFAFF
                | 0xFE10..=0xFE1F
                | 0xFE30..=0xFE6F
                | 0xFF01..=0xFFEE
                | 0x16FE0..=0x18DFF
                | 0x1AFF0..=0x1B2FF
                | 0x1F200..=0x1F2FF
                | 0x20000..=0x3FFFF
        )
}

/// Whether a character is part of a word in a script that puts blanks between words.
pub(super) fn is_spaced_word(c: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    let is_word = c.is_alphanumeric() || GeneralCategoryGroup::Mark.contains(category);
    let script = CodePointMapData::<Script>::new().get(c);
    let is_unspaced = matches!(script, Script::Thai | Script::Lao | Script::Khmer | Script::Myanmar | Script::Tibetan);
    is_word && !is_unspaced && !is_cjk(c)
}

/// Whether a character chooses the glyph of the one before it and is nothing by itself.
pub(super) fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Whether a character is a sign that modifies letters (general category Sk), such as a macron that stands alone.
pub(super) fn is_modifier(c: char) -> bool {
    CodePointMapData::<GeneralCategory>::new().get(c) == GeneralCategory::ModifierSymbol
}

/// Whether a character is punctuation outside of ASCII (general category P), or one of the two full-width signs that stand
/// between words as punctuation does.
pub(super) fn is_wide_punctuation(c: char) -> bool {
    let category = || CodePointMapData::<GeneralCategory>::new().get(c);
    !c.is_ascii() && (GeneralCategoryGroup::Punctuation.contains(category()) || matches!(c, '｜' | '～'))
}

/// Whether a character shows nothing: zero-width, direction marks, fillers, controls.
pub(super) fn is_invisible(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || matches!(category, GeneralCategory::Format | GeneralCategory::Control)
        || c == '\u{2800}'
}
