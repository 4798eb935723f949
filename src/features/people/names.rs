//! Which names are allowed, and which cannot be told apart.

#[cfg(test)]
mod tests;

use super::model::MAX_NAME;
use crate::model::error::Reason;
use unicode_normalization::{
    UnicodeNormalization,
    char::{canonical_combining_class, is_combining_mark},
};
use unicode_security::{GeneralSecurityProfile, confusable_detection::skeleton, general_security_profile::IdentifierType};

/// Accents in a row. Two are what living languages put on one letter (Vietnamese, Arabic, pointed Hebrew); a pile of them
/// covers the lines around it.
const MAX_ACCENTS: usize = 2;
/// Marks of any kind in a row. Devanagari puts up to three after a letter (nukta, vowel, nasal), Burmese and Tibetan four.
const MAX_MARKS: usize = 4;

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
fn skeletons(name: &str) -> [String; 3] {
    let name: String = name.nfkc().collect();
    let prefixed = |prefix: char, text: &str| std::iter::once(prefix).chain(skeleton(text)).collect();
    [prefixed('=', &name), prefixed('=', &name.to_uppercase()), prefixed('~', &name.to_lowercase())]
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
    for c in text.trim().nfc() {
        // Asks for the coloured form of the emoji before it: shows nothing itself, and phones add it unasked.
        if c == '\u{FE0F}' {
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
    if name.is_empty() { Err(Reason::Empty) } else { Ok(name) }
}

fn is_line_end_or_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Assigned, visible, and not one that changes how its neighbours are laid out.
fn is_allowed(c: char) -> bool {
    if is_line_end_or_control(c) || is_format(c) || is_ignorable(c) {
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
