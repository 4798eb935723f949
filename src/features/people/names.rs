//! Which names are allowed, and which cannot be told apart.

mod joiners;
#[cfg(test)]
mod tests;

use super::model::MAX_NAME;
use crate::model::error::Reason;
use icu_properties::{CodePointMapData, props::Script};
use joiners::{COLOURED, JOINER, is_joiner, joins};
use unicode_normalization::{
    UnicodeNormalization,
    char::{canonical_combining_class, is_combining_mark},
};
use unicode_security::{GeneralSecurityProfile, confusable_detection::skeleton, general_security_profile::IdentifierType};
use unicode_segmentation::UnicodeSegmentation;

/// Accents in a row. Two are what living languages put on one letter (Vietnamese, Arabic, pointed Hebrew); a pile of them
/// covers the lines around it.
const MAX_ACCENTS: usize = 2;
/// Marks of any kind in a row. Devanagari puts up to three after a letter (nukta, vowel, nasal), Burmese and Tibetan four.
const MAX_MARKS: usize = 4;
/// The combining class of strokes through a letter.
const OVERLAY: u8 = 1;
/// Small capitals, which the table of look-alikes has in part only, and the letters that they are.
const SMALL_CAPITALS: &str = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ";
const THEIR_LETTERS: &str = "abcdefghijklmnopqrstuvwyz";

/// A person's name that may be used, and what it looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedName {
    /// NFC, trimmed, white space inside as one space.
    pub name: String,
    /// As it is, in capitals, in small letters: two names that share a skeleton cannot be told apart.
    pub skeletons: [String; 3],
}

/// A person's name: 1–40 characters.
///
/// # Errors
/// Why it is refused: empty, too long, or a character that is not allowed.
pub fn check(text: &str) -> Result<CheckedName, Reason> {
    let name = tidy(text, MAX_NAME)?;
    let skeletons = skeletons(&name);
    Ok(CheckedName { name, skeletons })
}

/// What a name looks like, three ways (skeletons of Unicode TS 39, after NFKC): as it is, in capitals, in small letters. As it
/// is and in capitals are also compared with each other: "ADMlN" reads as the capitals of "admin", and "AIice" as "Alice".
/// Small letters are compared with small letters only, so that Lan and Ian, whose "lan" and "Ian" would be alike, are two people.
pub fn skeletons(name: &str) -> [String; 3] {
    let name: String = name.nfkc().map(letter).collect();
    let prefixed = |prefix: char, text: &str| std::iter::once(prefix).chain(skeleton(&without_loose_accents(text))).collect();
    [prefixed('=', &name), prefixed('=', &name.to_uppercase()), prefixed('~', &small(&name))]
}

/// The letter that a small capital or a letter in a box shows; NFKC leaves these as they are.
fn letter(c: char) -> char {
    let code = u32::from(c);
    let boxed = |first: u32| char::from_u32(u32::from('A') + code - first).unwrap_or(c);
    match code {
        0x1F150..=0x1F169 => boxed(0x1F150),
        0x1F170..=0x1F189 => boxed(0x1F170),
        0x1F1E6..=0x1F1FF => boxed(0x1F1E6),
        _ => SMALL_CAPITALS.chars().zip(THEIR_LETTERS.chars()).find(|(small, _)| *small == c).map_or(c, |(_, letter)| letter),
    }
}

/// In small letters; a capital I after a small letter is the l that it is meant to look like.
fn small(name: &str) -> String {
    let mut small = String::with_capacity(name.len());
    let mut inside = false;
    for c in name.chars() {
        let shows_l = inside && c.is_uppercase() && skeleton(c.encode_utf8(&mut [0; 4])).eq(['l']);
        match shows_l {
            true => small.push('l'),
            false => small.extend(c.to_lowercase()),
        }
        inside = shows_l || c.is_lowercase();
    }
    small
}

/// Without the accents that do not compose with their letter, where the letter's script has composed ones: a dot above an i
/// shows nothing, and others are hardly seen.
fn without_loose_accents(name: &str) -> String {
    let mut composed = false;
    let is_kept = |c: &char| {
        if is_combining_mark(*c) {
            return !composed || canonical_combining_class(*c) == 0;
        }
        let script = CodePointMapData::<Script>::new().get(*c);
        composed = matches!(script, Script::Latin | Script::Greek | Script::Cyrillic);
        true
    };
    name.chars().filter(is_kept).collect()
}

/// Returns what an avatar shows of a name where that is more than its first character: its first grapheme cluster (UAX 29),
/// such as a flag or a letter with its vowel sign. Empty where the first character is enough.
pub fn initial(name: &str) -> String {
    let first = name.graphemes(true).next().unwrap_or_default();
    if first.chars().nth(1).is_some() { first.to_owned() } else { String::new() }
}

/// Returns a name of up to `max` characters as it is stored: NFC, trimmed, white space inside as one space. Persons' and rooms'
/// names have the same characters.
///
/// # Errors
/// As [`check`].
pub fn tidy(text: &str, max: usize) -> Result<String, Reason> {
    let mut name = String::new();
    let mut length = 0;
    let mut marks = Marks::default();
    let mut space = false;
    let all: Vec<char> = text.trim().nfc().collect();
    for (at, c) in all.iter().copied().enumerate() {
        let is_joined = |at: usize| all.get(at).is_some_and(|c| is_joiner(*c)) && joins(&all, at);
        // Shows nothing itself, and phones add it unasked; only before a joiner is it part of the emoji.
        if c == COLOURED && !(all.get(at + 1) == Some(&JOINER) && is_joined(at + 1)) {
            continue;
        }
        if c == COLOURED || is_joined(at) {
            name.push(c);
            length += 1;
            continue;
        }
        if c.is_whitespace() && !is_line_end_or_control(c) {
            space = !name.is_empty();
            continue;
        }
        if !is_allowed(c) {
            return Err(Reason::Character);
        }
        if std::mem::take(&mut space) {
            name.push(' ');
            length += 1;
            marks = Marks::default();
        }
        marks.follow(c)?;
        name.push(c);
        length += 1;
        if length > max {
            return Err(Reason::TooLong);
        }
    }
    match length {
        0 => Err(Reason::Empty),
        _ if length > max => Err(Reason::TooLong),
        _ => Ok(name),
    }
}

fn is_line_end_or_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Assigned, visible, no stroke through a letter, and not one that changes how its neighbours are laid out.
fn is_allowed(c: char) -> bool {
    if is_line_end_or_control(c) || is_format(c) || is_ignorable(c) || canonical_combining_class(c) == OVERLAY {
        return false;
    }
    // The table lists what is assigned: None is unassigned or for private use.
    !matches!(c.identifier_type(), None | Some(IdentifierType::Not_Character | IdentifierType::Default_Ignorable))
}

/// Format characters (category Cf) that are not default-ignorable, and the blank Braille cell, which shows as nothing.
fn is_format(c: char) -> bool {
    matches!(
        c,
        '\u{600}'..='\u{605}' | '\u{6DD}' | '\u{70F}' | '\u{890}' | '\u{891}' | '\u{8E2}' | '\u{FFF9}'..='\u{FFFC}'
            | '\u{110BD}' | '\u{110CD}' | '\u{13430}'..='\u{13455}' | '\u{2800}'
    )
}

/// Default-ignorable: zero-width, bidi controls, fillers, tags. The skeleton leaves out exactly these.
fn is_ignorable(c: char) -> bool {
    skeleton(c.encode_utf8(&mut [0; 4])).next().is_none()
}

/// Marks since the last letter; none may come before the first one.
#[derive(Debug, Default)]
struct Marks {
    letter: bool,
    accents: usize,
    all: usize,
}

impl Marks {
    fn follow(&mut self, c: char) -> Result<(), Reason> {
        if !is_combining_mark(c) {
            *self = Self { letter: true, ..Self::default() };
            return Ok(());
        }
        self.all += 1;
        self.accents += usize::from(canonical_combining_class(c) != 0);
        if self.letter && self.all <= MAX_MARKS && self.accents <= MAX_ACCENTS { Ok(()) } else { Err(Reason::Character) }
    }
}
