//! Samples: things for tests that only need some, as a new server would store them.

use crate::{
    features::messages::{markup, model::Message},
    model::ids::{ClientKey, GENERAL, MessageId, Seq, UserId},
};

/// A message by the first person in General, never changed: `id` is its number, its ordinal and what its key is made from.
pub fn message(id: u64, text: &str) -> Message {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&id.to_be_bytes());
    Message {
        seq: Seq(id),
        id: MessageId(id),
        n: id,
        room: GENERAL,
        author: UserId(1),
        key: ClientKey(key),
        at: id * 1_000,
        edited: None,
        deleted: false,
        text: text.to_owned(),
        body: markup::parse(text),
        mentions: Default::default(),
    }
}
