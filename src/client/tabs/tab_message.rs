//! Note: what the tabs of one browser say to each other. On the wire between them a note is a text: words on its first line,
//! one thing of the stream on each that follows. Pure.

use crate::model::{ids::Seq, initial_data::Theme};

/// Where a tab stands: everything up to `cursor` is on its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub store: String,
    pub cursor: Seq,
}

/// A piece of the stream: with it, who has everything up to `from` has everything up to `to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub store: String,
    pub from: Seq,
    pub to: Seq,
    /// Data of the events, as the stream has it.
    pub things: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// A tab wants what came after its place, and to know that somebody leads.
    Ask(Place),
    /// A new leader is there and wants to know where the others stand.
    Lead,
    /// The answer to [`Note::Lead`].
    Here(Place),
    Frames(Batch),
    /// Who knows another store, or stands below `below`, has to fetch what it shows; it goes on from `to`.
    Missed {
        store: String,
        below: Seq,
        to: Seq,
    },
    /// The stream stands, to a server that carries this build of the page.
    Up {
        build: String,
    },
    Down,
    /// The session has ended.
    Ended,
    /// The browser's cookie is another session's now.
    Changed,
    Theme(Theme),
}

impl Note {
    pub fn write(&self) -> String {
        let mut text = String::new();
        let words: &[&str] = match self {
            Self::Ask(place) => &["ask", &place.store, &place.cursor.to_string()],
            Self::Lead => &["lead"],
            Self::Here(place) => &["here", &place.store, &place.cursor.to_string()],
            Self::Frames(batch) => &["frames", &batch.store, &batch.from.to_string(), &batch.to.to_string()],
            Self::Missed { store, below, to } => &["missed", store, &below.to_string(), &to.to_string()],
            Self::Up { build } => &["up", build],
            Self::Down => &["down"],
            Self::Ended => &["ended"],
            Self::Changed => &["changed"],
            Self::Theme(theme) => &["theme", theme.as_str()],
        };
        for word in words {
            text.push_str(word);
            text.push(' ');
        }
        if let Self::Frames(batch) = self {
            for thing in &batch.things {
                text.push('\n');
                // Between the values of JSON a line's end is a blank; inside of them it is always written as an escape.
                text.extend(thing.chars().map(|c| if c == '\n' { ' ' } else { c }));
            }
        }
        text
    }

    /// The note in `text`; none for what a tab of another build may say.
    pub fn read(text: &str) -> Option<Self> {
        let mut lines = text.split('\n');
        let mut words = lines.next()?.split_ascii_whitespace();
        let mut word = || words.next();
        Some(match word()? {
            "ask" => Self::Ask(Place { store: word()?.to_owned(), cursor: word()?.parse().ok()? }),
            "lead" => Self::Lead,
            "here" => Self::Here(Place { store: word()?.to_owned(), cursor: word()?.parse().ok()? }),
            "frames" => {
                let (store, from, to) = (word()?.to_owned(), word()?.parse().ok()?, word()?.parse().ok()?);
                Self::Frames(Batch { store, from, to, things: lines.map(str::to_owned).collect() })
            }
            "missed" => Self::Missed { store: word()?.to_owned(), below: word()?.parse().ok()?, to: word()?.parse().ok()? },
            "up" => Self::Up { build: word().unwrap_or_default().to_owned() },
            "down" => Self::Down,
            "ended" => Self::Ended,
            "changed" => Self::Changed,
            "theme" => Self::Theme(Theme::parse(word()?)?),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::MAX_NUMBER;

    #[test]
    fn every_note_comes_across_as_it_was_written() {
        let place = || Place { store: "8c1e".into(), cursor: Seq(7) };
        let things = vec![r#"{"type":"user","seq":8,"name":"a b\nc"}"#.to_owned(), r#"{"type":"new"}"#.to_owned()];
        for note in [
            Note::Ask(place()),
            Note::Lead,
            Note::Here(place()),
            Note::Frames(Batch { store: "8c1e".into(), from: Seq(7), to: Seq(9), things }),
            Note::Frames(Batch { store: "8c1e".into(), from: Seq(7), to: Seq(7), things: Vec::new() }),
            Note::Missed { store: "8c1e".into(), below: Seq(MAX_NUMBER), to: Seq(9) },
            Note::Up { build: "3f2a91c".into() },
            Note::Up { build: String::new() },
            Note::Down,
            Note::Ended,
            Note::Changed,
            Note::Theme(Theme::Dark),
        ] {
            assert_eq!(Note::read(&note.write()), Some(note));
        }
    }

    #[test]
    fn a_line_end_between_values_does_not_tear_a_thing_apart() {
        let batch = |thing: &str| Batch { store: "s".into(), from: Seq(1), to: Seq(2), things: vec![thing.into()] };
        let text = Note::Frames(batch("{\n\"seq\":2}")).write();
        assert_eq!(Note::read(&text), Some(Note::Frames(batch("{ \"seq\":2}"))));
    }

    #[test]
    fn what_another_build_says_is_no_note() {
        for text in ["", " ", "whisper 1", "ask", "ask store", "ask store x", "frames store 1", "theme pink", "missed s 1 -2"] {
            assert_eq!(Note::read(text), None, "{text:?}");
        }
    }
}
