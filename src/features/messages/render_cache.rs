//! What pages have shown of messages, for the pages that show them again: bounded in bytes, by message and the change that it
//! is as of.

mod cached_message;
#[cfg(test)]
mod tests;

use crate::model::{
    ids::{MessageId, Seq},
    things::Event,
};
pub use cached_message::{CachedMessage, RowState, escape_for_script};
use quick_cache::{
    OptionsBuilder, Weighter,
    sync::{Cache, DefaultLifecycle},
};
use rustc_hash::FxBuildHasher;
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Bytes that are kept at most: some 3,000 messages of usual length.
pub const MAX_BYTES: u64 = 8 << 20;
/// Bytes of a usual message with all that is kept of it.
const USUAL_BYTES: u64 = 3 << 10;
/// Each shard holds an equal part of the bytes, so the largest message must fit into one: its frame has at most 256 KiB, and so
/// have its rows.
const SHARDS: usize = 8;
/// What the cache itself keeps for an entry: key, pointer, links, hash.
const ENTRY_BYTES: usize = 96;

/// The weight of an entry in bytes.
#[derive(Clone)]
struct Bytes;

impl Weighter<MessageId, Arc<CachedMessage>> for Bytes {
    fn weight(&self, _: &MessageId, message: &Arc<CachedMessage>) -> u64 {
        (ENTRY_BYTES + message.bytes()) as u64
    }
}

/// Messages as pages show them: at most one state of each, and none that is older than a change the cache was told of.
pub struct RenderCache {
    messages: Cache<MessageId, Arc<CachedMessage>, Bytes, FxBuildHasher>,
    /// The newest change that altered an existing message. What was read before it may show what is gone.
    newest_change: AtomicU64,
}

impl Default for RenderCache {
    fn default() -> Self {
        let options = OptionsBuilder::new()
            .shards(SHARDS)
            .estimated_items_capacity((MAX_BYTES / USUAL_BYTES) as usize)
            .weight_capacity(MAX_BYTES)
            .build()
            // It fails only where one of the two capacities is missing.
            .expect("both capacities are set");
        let messages = Cache::with_options(options, Bytes, FxBuildHasher, DefaultLifecycle::default());
        Self { messages, newest_change: AtomicU64::new(0) }
    }
}

impl RenderCache {
    /// Returns the message `id` as it is since the change `seq`.
    pub fn get(&self, id: MessageId, seq: Seq) -> Option<Arc<CachedMessage>> {
        self.messages.get(&id).filter(|cached| cached.message().seq == seq)
    }

    /// Keeps a message that was read at `head`, unless a message was altered after `head`.
    pub fn insert(&self, head: Seq, cached: Arc<CachedMessage>) {
        if self.is_outdated(head) {
            return;
        }
        let id = cached.message().id;
        self.messages.insert(id, cached);
        // `invalidate` notes the change before it removes the message. If it did not find this entry, its note is seen here.
        if self.is_outdated(head) {
            self.messages.remove(&id);
        }
    }

    /// Removes the message that `event` alters, and keeps out all that was read before it.
    pub fn invalidate(&self, event: &Event) {
        if let Event::Message(message) = event
            && message.seq.0 != message.id.0
        {
            self.newest_change.fetch_max(message.seq.0, Ordering::AcqRel);
            self.messages.remove(&message.id);
        }
    }

    /// Removes everything, and keeps out all that was read before the change `seq`.
    pub fn clear(&self, seq: Seq) {
        self.newest_change.fetch_max(seq.0, Ordering::AcqRel);
        self.messages.clear();
    }

    /// Returns the bytes that are kept now.
    pub fn bytes(&self) -> u64 {
        self.messages.weight()
    }

    fn is_outdated(&self, head: Seq) -> bool {
        head.0 < self.newest_change.load(Ordering::Acquire)
    }
}

impl fmt::Debug for RenderCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RenderCache").field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}
