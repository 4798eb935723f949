//! The timeline of one room: a gapless window of its history, merged from pages, live events and what is not sent yet.

use super::model::{Body, Message, Page, PageRange};
use crate::client::pending::outbox::{Sending, Unsent};
use crate::model::{
    error::Code,
    ids::{ClientKey, MessageId, Seq, UserId},
    sorted::{Sorted, SortedSet},
};

/// Most messages a window keeps: a bounded window instead of a virtual list.
pub const WINDOW: usize = 320;
/// Two messages of one author further apart than this are two groups, milliseconds.
const GROUP: u64 = 5 * 60_000;
const DAY: i64 = 86_400_000;

/// Names a row for as long as it stands on the page, from pending to confirmed: author and sender's key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowKey(pub String);

impl RowKey {
    pub fn new(author: UserId, key: ClientKey) -> Self {
        let mut text = author.to_string();
        text.push('-');
        text.push_str(&key.to_string());
        Self(text)
    }
}

impl std::fmt::Display for RowKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// One message as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub key: RowKey,
    /// As of which change it looks like this; 0 until the server has it.
    pub seq: Seq,
    /// None until the server has it.
    pub id: Option<MessageId>,
    pub author: UserId,
    /// Milliseconds since 1970.
    pub at: u64,
    pub content: Content,
    pub delivery: Delivery,
    /// A day separator stands above: civil day number, 0 is 1970-01-01, in the page's zone.
    pub day: Option<i64>,
    /// Starts a group, so avatar and name are shown.
    pub first: bool,
    pub mine: bool,
    /// Ordinal in the room; 0 until the server has it.
    pub n: u64,
    /// The line above what is new stands above.
    pub is_new: bool,
    /// It names the reader.
    pub mentions_me: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The server's tree.
    Body(Body),
    /// What was typed, with its line breaks, until the tree is there.
    Plain(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    Sent,
    /// `slow`: unconfirmed for half a second, so a clock shows.
    Pending {
        slow: bool,
    },
    /// Unconfirmed for so long that it is said in words; it goes on trying. `why`: what it waits for.
    Late {
        why: Code,
    },
    /// The server will not have it: "Not sent", and why.
    Refused {
        why: Code,
    },
}

/// First and last of the messages that hold the reader's focus or selection.
pub type RetainedRows = (MessageId, MessageId);

/// A fetch under way; give it back with [`Timeline::complete`] or [`Timeline::fail`], whichever comes.
#[derive(Debug, PartialEq, Eq)]
pub struct PageRequest {
    range: PageRange,
    number: u32,
}

impl PageRequest {
    /// Returns what was asked for.
    pub fn range(&self) -> PageRange {
        self.range
    }
}

/// What one room's reader has of its history.
///
/// The window is gapless: every message of the room between its first and its last is in it, tombstones too. Events fall into
/// it as `upsert if newer`; an event beyond its ends changes nothing but the count of unseen ones, for the next page brings it.
/// While a page is on its way every event is also kept aside and applied again once the page has landed, so that a
/// page read before a deletion cannot bring the text back.
#[derive(Debug, Default)]
pub struct Timeline {
    window: Vec<Message>,
    at_start: bool,
    at_end: bool,
    loaded: bool,
    /// Changes were missed: the window is shown but no longer kept, until a page replaces it.
    stale: bool,
    following: bool,
    unseen: SortedSet<MessageId>,
    /// Everything born up to here was there when the room was opened, or has been counted.
    horizon: u64,
    in_flight_events: Sorted<MessageId, Message>,
    in_flight: u32,
    requests: u32,
    /// Newest request that replaces the window; an older one lands in vain.
    replacing: u32,
    /// Requests up to this one were asked before changes were missed.
    void: u32,
    /// Ordinal above which messages are new to the reader, as long as a line says so.
    pub new_from: Option<u64>,
}

impl Timeline {
    /// Returns the first message that is loaded, and whether a page is in flight.
    pub fn loaded_from(&self) -> (Option<MessageId>, bool) {
        (self.window.first().map(|message| message.id), self.in_flight > 0)
    }

    /// Returns a message that is loaded; it may be a tombstone.
    pub fn get(&self, id: MessageId) -> Option<&Message> {
        self.find(id).ok().map(|at| &self.window[at])
    }

    /// Returns the first living message that is new, where the window reaches up to it.
    pub fn first_new(&self) -> Option<MessageId> {
        let n = self.new_from?;
        let reaches = self.at_start || self.window.first().is_some_and(|first| first.n <= n + 1);
        self.window.iter().find(|message| reaches && message.n > n && !message.deleted).map(|message| message.id)
    }

    /// True when the newest messages are loaded, from the one with ordinal `n` on.
    pub fn reaches_from(&self, n: u64) -> bool {
        self.at_end && (self.at_start || self.window.first().is_some_and(|first| first.n <= n + 1))
    }

    /// Returns the ordinal up to which everything is read by who has seen `lowest`: deleted messages below it are no reason to
    /// come back. Where all are deleted there is nothing to see.
    pub fn read_to(&self, lowest: Option<MessageId>) -> Option<u64> {
        let Some(lowest) = lowest else {
            return self.window.last().filter(|_| self.at_end && self.window.iter().all(|one| one.deleted)).map(|one| one.n);
        };
        let at = self.find(lowest).ok()?;
        let below = self.window[at + 1..].iter().take_while(|message| message.deleted);
        below.last().or(self.window.get(at)).map(|message| message.n)
    }

    /// The timeline a page was rendered with.
    pub fn from_page(page: Page) -> Self {
        let mut timeline = Self::default();
        let request = timeline.begin(PageRange::Newest);
        timeline.complete(request, page);
        timeline
    }

    pub fn messages(&self) -> &[Message] {
        &self.window
    }
    /// Nothing older exists.
    pub fn at_start(&self) -> bool {
        self.at_start
    }
    /// The window reaches the live end: new messages are appended to it.
    pub fn at_end(&self) -> bool {
        self.at_end
    }
    /// A page has landed, so an empty window means an empty range.
    pub fn loaded(&self) -> bool {
        self.loaded
    }
    /// Changes were missed and no page has replaced the window since.
    pub fn stale(&self) -> bool {
        self.stale
    }
    /// Messages of others that arrived since the reader left the end.
    pub fn unseen(&self) -> u32 {
        self.unseen.len() as u32
    }

    /// Whether the reader is at the end of the list; there nothing stays unseen.
    pub fn follow(&mut self, following: bool) {
        self.following = following;
        if following && self.at_end {
            self.unseen.clear();
        }
    }

    /// The next page above the window; none where there is nothing to ask.
    pub fn older(&self) -> Option<PageRange> {
        let first = self.window.first()?;
        (!self.at_start && !self.stale).then_some(PageRange::Before(first.id))
    }

    /// The next page below the window.
    pub fn newer(&self) -> Option<PageRange> {
        let last = self.window.last()?;
        (!self.at_end && !self.stale).then_some(PageRange::After(last.id))
    }

    /// Notes that a page is being fetched; call it before the request leaves.
    pub fn begin(&mut self, range: PageRange) -> PageRequest {
        self.in_flight += 1;
        self.requests += 1;
        if range.replaces() {
            self.replacing = self.requests;
        }
        PageRequest { range, number: self.requests }
    }

    /// The page did not come.
    pub fn fail(&mut self, _request: PageRequest) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if self.in_flight == 0 {
            self.in_flight_events.clear();
        }
    }

    /// Merges a page. False when it no longer fits: the window has moved on, or changes were missed since it was asked.
    pub fn complete(&mut self, request: PageRequest, page: Page) -> bool {
        let fits = request.number > self.void
            && match request.range {
                PageRange::Newest | PageRange::Around(_) | PageRange::Unread(_) => request.number == self.replacing,
                PageRange::Before(id) => self.older() == Some(PageRange::Before(id)),
                PageRange::After(id) => self.newer() == Some(PageRange::After(id)),
            };
        if fits {
            match request.range {
                PageRange::Newest | PageRange::Around(_) | PageRange::Unread(_) => self.replace(page),
                PageRange::Before(_) => {
                    self.at_start = page.at_start;
                    self.join(page.messages);
                }
                PageRange::After(_) => {
                    self.at_end = page.at_end;
                    self.join(page.messages);
                }
            }
            let in_flight_events = std::mem::take(&mut self.in_flight_events);
            for (_, message) in in_flight_events.iter() {
                self.keep(message);
            }
            self.in_flight_events = in_flight_events;
            self.follow(self.following);
        }
        self.fail(request);
        fits
    }

    fn replace(&mut self, page: Page) {
        let old = std::mem::take(&mut self.window);
        self.at_start = page.at_start;
        self.at_end = page.at_end;
        self.loaded = true;
        self.stale = false;
        self.horizon = self.horizon.max(page.head.0);
        self.join(page.messages);
        // What the old window knew better stays known; what lies outside the new one is dropped.
        for message in old {
            if let Ok(at) = self.find(message.id)
                && self.window[at].seq < message.seq
            {
                self.window[at] = message;
            }
        }
        // A message unseen and gone, or one that the page shows as a tombstone, is not waiting any more.
        let window = &self.window;
        self.unseen.retain(|id| window.binary_search_by_key(&id, |m| m.id).map_or(true, |at| !window[at].deleted));
    }

    fn join(&mut self, messages: Vec<Message>) {
        for message in messages {
            match self.find(message.id) {
                Ok(at) if self.window[at].seq < message.seq => self.window[at] = message,
                Ok(_) => {}
                Err(at) => self.window.insert(at, message),
            }
        }
    }

    fn find(&self, id: MessageId) -> Result<usize, usize> {
        self.window.binary_search_by_key(&id, |message| message.id)
    }

    /// A live event: the newest state of one message of this room, `me` being the reader. True if the rows may look
    /// different now.
    pub fn apply(&mut self, message: Message, me: UserId) -> bool {
        let mut counted = false;
        if message.deleted {
            counted = self.unseen.remove(message.id).is_some();
        } else if self.loaded && message.id.0 > self.horizon {
            if message.author != me && !(self.following && self.at_end) {
                counted = self.unseen.add(message.id);
            }
            self.horizon = message.id.0;
        }
        let kept = self.keep(&message);
        if self.in_flight > 0 {
            let newer = self.in_flight_events.get(message.id).is_none_or(|known| known.seq < message.seq);
            if newer {
                self.in_flight_events.insert(message.id, message);
            }
        }
        kept || counted
    }

    fn keep(&mut self, message: &Message) -> bool {
        match self.find(message.id) {
            Ok(at) if self.window[at].seq < message.seq => self.window[at] = message.clone(),
            Ok(_) => return false,
            Err(at) => {
                let above = at == 0 && (!self.at_start || self.window.is_empty());
                let below = at == self.window.len();
                let inside = if below { self.at_end } else { !above };
                if !inside {
                    return false;
                }
                self.window.insert(at, message.clone());
            }
        }
        true
    }

    /// Changes were missed (a `reset`): the window stays on the page, but only a page that replaces it makes it live again.
    pub fn reset(&mut self) {
        self.void = self.requests;
        self.stale = true;
        self.at_end = false;
    }

    /// Nothing that is known holds any more, nor what is on its way; as if the room had never been opened.
    pub fn forget(&mut self) {
        let Self { in_flight, requests, replacing, following, .. } = *self;
        *self = Self { in_flight, requests, replacing, following, void: requests, ..Self::default() };
    }

    /// Drops what is more than [`WINDOW`] with the `unsent` messages below it, from the end further from the scroll anchor
    /// (none: at the live end). What is `held`, from its first message to its last, stays until the window is twice as large.
    pub fn trim(&mut self, anchor: Option<MessageId>, held: Option<RetainedRows>, unsent: usize) {
        let (length, most) = (self.window.len(), WINDOW - unsent.min(WINDOW / 2));
        if length <= most {
            return;
        }
        let place = |id| self.find(id).unwrap_or_else(|at| at);
        let anchor = anchor.map_or(length, place);
        let (first, last) = held.map_or((length, 0), |(first, last)| (place(first), place(last) + 1));
        if anchor * 2 >= length {
            let over = (length - most).min(first).max(length.saturating_sub(2 * WINDOW));
            self.window.drain(..over);
            self.at_start &= over == 0;
        } else {
            let kept = most.max(last).min(2 * WINDOW);
            self.window.truncate(kept);
            self.at_end &= kept >= length;
        }
    }

    /// The message at `id`, or the next that is still there if it was deleted since: where a reader belongs who left there.
    pub fn living(&self, id: MessageId) -> Option<MessageId> {
        let at = self.find(id).unwrap_or_else(|at| at);
        let (before, after) = self.window.split_at(at);
        after.iter().chain(before.iter().rev()).find(|message| !message.deleted).map(|message| message.id)
    }

    /// Whether the window holds the place of `id`, as it is now.
    pub fn covers(&self, id: MessageId) -> bool {
        self.loaded && !self.stale && self.find(id).is_ok()
    }

    /// What is shown, in order: the window without its tombstones, then what is not sent yet. `offset` gives minutes east
    /// of UTC at an instant.
    pub fn rows(&self, unsent: &[Unsent], offset: &dyn Fn(u64) -> i16, me: UserId) -> Vec<Row> {
        let first_new = self.first_new();
        let mut rows = Rows { list: Vec::with_capacity(self.window.len() + unsent.len()), offset, day: None, me };
        for message in &self.window {
            if !message.deleted {
                let (stored, content) = ((message.id, message.seq), Content::Body(message.body.clone()));
                rows.push(Some(stored), message.author, message.key, message.at, content, Delivery::Sent);
                if let Some(row) = rows.list.last_mut() {
                    row.n = message.n;
                    row.is_new = first_new == Some(message.id);
                    row.mentions_me = message.mentions(me);
                    row.first |= row.is_new;
                }
            }
        }
        // What is behind one that waits, waits for the same.
        let why = unsent.iter().find_map(|message| message.why.filter(|_| !matches!(message.state, Sending::Refused(_))));
        for message in unsent {
            let delivery = match message.state {
                Sending::Refused(why) => Delivery::Refused { why },
                _ if message.late => Delivery::Late { why: why.unwrap_or(Code::Network) },
                _ => Delivery::Pending { slow: message.slow },
            };
            rows.push(None, me, message.key, message.at, Content::Plain(message.text.clone()), delivery);
        }
        rows.list
    }
}

struct Rows<'a> {
    list: Vec<Row>,
    offset: &'a dyn Fn(u64) -> i16,
    day: Option<i64>,
    me: UserId,
}

/// Which message it is, and as of which change; none until the server has it.
type Stored = Option<(MessageId, Seq)>;

impl Rows<'_> {
    fn push(&mut self, stored: Stored, author: UserId, key: ClientKey, at: u64, content: Content, delivery: Delivery) {
        let civil = i64::try_from(at).unwrap_or(i64::MAX / 2) + i64::from((self.offset)(at)) * 60_000;
        let today = civil.div_euclid(DAY);
        let day = (self.day != Some(today)).then_some(today);
        self.day = Some(today);
        let near = self.list.last().is_some_and(|last| last.author == author && last.at.abs_diff(at) <= GROUP);
        let (first, mine) = (day.is_some() || !near, author == self.me);
        let (id, seq) = stored.map_or((None, Seq(0)), |(id, seq)| (Some(id), seq));
        let key = RowKey::new(author, key);
        self.list.push(Row {
            key,
            seq,
            id,
            author,
            at,
            content,
            delivery,
            day,
            first,
            mine,
            n: 0,
            is_new: false,
            mentions_me: false,
        });
    }
}

#[cfg(test)]
mod law;
#[cfg(test)]
mod tests;
