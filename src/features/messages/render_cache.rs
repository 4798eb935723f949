//! What pages have shown: messages as they were read and encoded, and their rows as HTML, one for each kind of reader, so that
//! a page is put together from what others have made. Bounded in bytes; what was deleted is gone from it.

#[cfg(test)]
mod tests;

use super::model::{Block, Message, Span};
use crate::{
    i18n::Lang,
    model::{
        ids::{MessageId, Seq},
        things::Event,
    },
};
use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, PoisonError},
};

/// Bytes that are kept at most, counted with what surrounds them: some 2,000 messages, each with a row.
pub const MOST: usize = 8 << 20;
/// What one allocation takes beside what is asked for, and what stands before the contents of an `Arc`.
const ALLOCATED: usize = 16 + 16;

/// All that the row of a message depends on beside its id. What is not in here must not be read where a row is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Face {
    /// As of which change the message looks like this.
    pub message: Seq,
    /// As of which change its author's name and hue are known.
    pub author: Seq,
    pub lang: Lang,
    /// Minutes east of UTC when it was sent.
    pub offset: i16,
    /// The day of the separator above it, and which day is today.
    pub day: Option<(i64, i64)>,
    pub first: bool,
    pub mine: bool,
    /// It is the message the address names.
    pub target: bool,
}

/// A message as it was read, and as it stands in the data of a page.
#[derive(Debug)]
pub struct Known {
    pub message: Message,
    /// JSON in which no `<` stands, so that it may be put into a script element.
    pub json: Box<str>,
}

impl Known {
    /// # Errors
    /// None that a message can cause.
    pub fn new(message: Message) -> serde_json::Result<Self> {
        let json = in_script(&serde_json::to_string(&message)?).into();
        Ok(Self { message, json })
    }

    fn weight(&self) -> usize {
        let blocks = &self.message.body.0;
        size_of::<Self>()
            + 4 * ALLOCATED
            + self.json.len()
            + self.message.text.len()
            + size_of_val(&***blocks)
            + of_blocks(blocks)
    }
}

/// In a script element only "<" can end or change anything; in JSON it stands in strings alone.
pub fn in_script(json: &str) -> String {
    json.replace('<', "\\u003c")
}

/// The bytes behind the blocks themselves.
fn of_blocks(all: &[Block]) -> usize {
    let list = |inner: usize| ALLOCATED + inner;
    let blocks = |inner: &[Block]| list(size_of_val(inner) + of_blocks(inner));
    let of = |block: &Block| match block {
        Block::P(inner) => list(size_of_val(&**inner) + of_spans(inner)),
        Block::Code { lang, text } => list(lang.len()) + list(text.len()),
        Block::Quote(inner) => blocks(inner),
        Block::List { items, .. } => list(size_of_val(&**items)) + items.iter().map(|item| blocks(item)).sum::<usize>(),
    };
    all.iter().map(of).sum()
}

fn of_spans(all: &[Span]) -> usize {
    let spans = |inner: &[Span]| ALLOCATED + size_of_val(inner) + of_spans(inner);
    let of = |span: &Span| match span {
        Span::Text(text) | Span::Code(text) => ALLOCATED + text.len(),
        Span::Strong(inner) | Span::Em(inner) | Span::Strike(inner) => spans(inner),
        Span::Link { href, body } => ALLOCATED + href.len() + spans(body),
        Span::Break => 0,
    };
    all.iter().map(of).sum()
}

/// What is kept. Two generations: what is asked for moves into the younger one, and when that has taken half of the bytes the
/// older one goes as a whole.
#[derive(Debug, Default)]
pub struct Shown(Mutex<Generations>);

#[derive(Debug, Default)]
struct Generations {
    young: Generation,
    old: Generation,
    /// The newest change that made a message another. What was read before it is not kept: it may show what is gone.
    changed: Seq,
}

#[derive(Debug, Default)]
struct Generation {
    messages: HashMap<MessageId, Entry>,
    bytes: usize,
}

/// What is kept of one message; the bytes counted for each part stand beside it.
#[derive(Debug, Default)]
struct Entry {
    known: Option<(Arc<Known>, usize)>,
    rows: Vec<(Face, Arc<str>)>,
}

/// An entry in its table, which is at least half empty when it has just grown.
const ENTRY: usize = 2 * size_of::<(MessageId, Entry)>();

fn of_row(row: &str) -> usize {
    size_of::<(Face, Arc<str>)>() + 2 * ALLOCATED + row.len()
}

impl Shown {
    /// The row of `id` that looks like `face`.
    pub fn row(&self, id: MessageId, face: &Face) -> Option<Arc<str>> {
        self.with(|all| {
            if let Some(row) = all.young.row(id, face) {
                return Some(row);
            }
            let row = all.old.row(id, face)?;
            all.make_room(of_row(&row));
            all.young.put_row(id, *face, row.clone());
            Some(row)
        })
    }

    /// Keeps a row that was drawn from what had been read at `head`.
    pub fn keep_row(&self, head: Seq, id: MessageId, face: Face, row: &str) {
        self.with(|all| {
            if head >= all.changed && all.young.row(id, &face).is_none() {
                all.make_room(of_row(row));
                all.young.put_row(id, face, row.into());
            }
        });
    }

    /// The message `id` as it is since the change `seq`.
    pub fn known(&self, id: MessageId, seq: Seq) -> Option<Arc<Known>> {
        self.with(|all| {
            if let Some((known, _)) = all.young.known(id, seq) {
                return Some(known);
            }
            let (known, weight) = all.old.known(id, seq)?;
            all.make_room(weight);
            all.young.put_known(known.clone(), weight);
            Some(known)
        })
    }

    /// Keeps a message that was read at `head`.
    pub fn keep(&self, head: Seq, known: Arc<Known>) {
        let weight = known.weight();
        self.with(|all| {
            if head >= all.changed && all.young.known(known.message.id, known.message.seq).is_none() {
                all.make_room(weight);
                all.young.put_known(known, weight);
            }
        });
    }

    /// Forgets a message that `event` has made into another.
    pub fn learn(&self, event: &Event) {
        if let Event::Message(message) = event
            && message.seq.0 != message.id.0
        {
            self.forget(message.id, message.seq);
        }
    }

    fn forget(&self, id: MessageId, seq: Seq) {
        self.with(|all| {
            all.changed = all.changed.max(seq);
            all.young.remove(id);
            all.old.remove(id);
        });
    }

    /// Bytes that are kept now.
    pub fn bytes(&self) -> usize {
        self.with(|all| all.young.bytes + all.old.bytes)
    }

    fn with<T>(&self, work: impl FnOnce(&mut Generations) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Generations {
    fn make_room(&mut self, weight: usize) {
        if self.young.bytes + ENTRY + weight > MOST / 2 {
            self.old = mem::take(&mut self.young);
        }
    }
}

impl Generation {
    fn row(&self, id: MessageId, face: &Face) -> Option<Arc<str>> {
        self.messages.get(&id)?.rows.iter().find(|(known, _)| known == face).map(|(_, row)| row.clone())
    }

    fn known(&self, id: MessageId, seq: Seq) -> Option<(Arc<Known>, usize)> {
        self.messages.get(&id)?.known.clone().filter(|(known, _)| known.message.seq == seq)
    }

    fn put_row(&mut self, id: MessageId, face: Face, row: Arc<str>) {
        self.bytes += of_row(&row);
        let rows = &mut self.entry(id).rows;
        // Most messages have one or two, and a list that grows by itself begins with room for four.
        rows.reserve_exact(1);
        rows.push((face, row));
    }

    fn put_known(&mut self, known: Arc<Known>, weight: usize) {
        self.bytes += weight;
        if let Some((_, before)) = self.entry(known.message.id).known.replace((known, weight)) {
            self.bytes -= before;
        }
    }

    fn entry(&mut self, id: MessageId) -> &mut Entry {
        self.messages.entry(id).or_insert_with(|| {
            self.bytes += ENTRY;
            Entry::default()
        })
    }

    fn remove(&mut self, id: MessageId) {
        let Some(Entry { known, rows }) = self.messages.remove(&id) else { return };
        let rows: usize = rows.iter().map(|(_, row)| of_row(row)).sum();
        self.bytes -= ENTRY + rows + known.map_or(0, |(_, weight)| weight);
    }
}
