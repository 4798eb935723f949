//! TabMessage: what the tabs of one browser say to each other. Written, it is a text: words on its first line, one event of the
//! stream on each line that follows. Pure.

use crate::model::ids::Seq;

/// Where a tab stands: everything up to `cursor` is on its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamPosition {
    pub store: String,
    pub cursor: Seq,
}

/// A piece of the stream: with it, who has everything up to `from` has everything up to `to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventBatch {
    pub store: String,
    pub from: Seq,
    pub to: Seq,
    /// Data of the events, as the stream has it.
    pub things: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TabMessage {
    /// A tab wants what came after its place, and to know that somebody leads.
    Ask(StreamPosition),
    /// A new leader is there and wants to know where the others stand.
    Lead,
    /// The answer to [`TabMessage::Lead`].
    Here(StreamPosition),
    Frames(EventBatch),
    /// A tab that knows another store, or stands below `below`, has to fetch what it shows; it goes on from `to`.
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
    /// A setting has changed, in the words of the feature that owns it: one word without blanks, as it was given.
    Setting(String),
}

impl TabMessage {
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
            Self::Setting(setting) => &["setting", setting],
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
            "ask" => Self::Ask(StreamPosition { store: word()?.to_owned(), cursor: word()?.parse().ok()? }),
            "lead" => Self::Lead,
            "here" => Self::Here(StreamPosition { store: word()?.to_owned(), cursor: word()?.parse().ok()? }),
            "frames" => {
                let (store, from, to) = (word()?.to_owned(), word()?.parse().ok()?, word()?.parse().ok()?);
                Self::Frames(EventBatch { store, from, to, things: lines.map(str::to_owned).collect() })
            }
            "missed" => Self::Missed { store: word()?.to_owned(), below: word()?.parse().ok()?, to: word()?.parse().ok()? },
            "up" => Self::Up { build: word().unwrap_or_default().to_owned() },
            "down" => Self::Down,
            "ended" => Self::Ended,
            "changed" => Self::Changed,
            "setting" => Self::Setting(word()?.to_owned()),
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
        let place = || StreamPosition { store: "8c1e".into(), cursor: Seq(7) };
        let things = vec![r#"{"type":"user","seq":8,"name":"a b\nc"}"#.to_owned(), r#"{"type":"new"}"#.to_owned()];
        for note in [
            TabMessage::Ask(place()),
            TabMessage::Lead,
            TabMessage::Here(place()),
            TabMessage::Frames(EventBatch { store: "8c1e".into(), from: Seq(7), to: Seq(9), things }),
            TabMessage::Frames(EventBatch { store: "8c1e".into(), from: Seq(7), to: Seq(7), things: Vec::new() }),
            TabMessage::Missed { store: "8c1e".into(), below: Seq(MAX_NUMBER), to: Seq(9) },
            TabMessage::Up { build: "3f2a91c".into() },
            TabMessage::Up { build: String::new() },
            TabMessage::Down,
            TabMessage::Ended,
            TabMessage::Changed,
            TabMessage::Setting("theme=dark".into()),
        ] {
            assert_eq!(TabMessage::read(&note.write()), Some(note));
        }
    }

    #[test]
    fn a_line_end_between_values_does_not_tear_a_thing_apart() {
        let batch = |thing: &str| EventBatch { store: "s".into(), from: Seq(1), to: Seq(2), things: vec![thing.into()] };
        let text = TabMessage::Frames(batch("{\n\"seq\":2}")).write();
        assert_eq!(TabMessage::read(&text), Some(TabMessage::Frames(batch("{ \"seq\":2}"))));
    }

    #[test]
    fn what_another_build_says_is_no_note() {
        for text in ["", " ", "whisper 1", "ask", "ask store", "ask store x", "frames store 1", "setting", "missed s 1 -2"] {
            assert_eq!(TabMessage::read(text), None, "{text:?}");
        }
    }
}
