//! A message, its typed body, and a page of history.

use crate::model::{
    error::Reason,
    ids::{ClientKey, MessageId, RoomId, Seq, UserId},
    things,
    versioned::Versioned,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;

/// Characters (Unicode scalar values) in a message, counted after [`tidy`].
pub const MAX_TEXT: usize = 8_000;
/// Messages in a page unless asked otherwise, and at most.
pub const PAGE: u32 = 50;
pub const MAX_PAGE: u32 = 100;

/// The `message` thing: newest state of one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub seq: Seq,
    pub id: MessageId,
    /// Ordinal in the room: 1, 2, 3 …
    pub n: u64,
    pub room: RoomId,
    pub author: UserId,
    pub key: ClientKey,
    /// Milliseconds since 1970, the server's clock. Order comes from `id`, never from this.
    pub at: u64,
    /// When it was last edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<u64>,
    /// A tombstone: `text` and `body` are empty.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    #[serde(default, skip_serializing_if = "Body::is_empty")]
    pub body: Body,
    #[serde(default, skip_serializing_if = "Mentions::is_empty")]
    pub mentions: Mentions,
}

impl Message {
    /// True when the message names `user` or everybody, and somebody else wrote it. A tombstone names nobody.
    pub fn mentions(&self, user: UserId) -> bool {
        let Mentions { users, room, here } = &self.mentions;
        self.author != user && !self.deleted && (*room || *here || users.contains(&user))
    }
}

/// Whom a message names: people of its room, everybody in it, or those who are there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mentions {
    #[serde(default)]
    pub users: Vec<UserId>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub room: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub here: bool,
}

impl Mentions {
    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && !self.room && !self.here
    }
}

impl Versioned for Message {
    const NAME: &'static str = "message";

    fn key(&self) -> (u64, u64) {
        (self.id.0, 0)
    }

    fn seq(&self) -> Seq {
        self.seq
    }

    fn text_bytes(&self) -> usize {
        self.text.len()
    }
}

/// What a text means: a tree of blocks, made by the server, rendered by one component on both sides. Shared, since it never
/// changes and stands in many places: a message, its row, the next page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body(pub Arc<Vec<Block>>);

impl From<Vec<Block>> for Body {
    fn from(blocks: Vec<Block>) -> Self {
        Self(Arc::new(blocks))
    }
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Vec::serialize(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from)
    }
}

impl Body {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the words without their marks, blocks and lines apart by a space; at least `enough` characters where there are
    /// as many.
    pub fn words(&self, enough: usize) -> String {
        let mut words = Words { text: String::new(), wanted: enough };
        words.blocks(&self.0);
        words.text
    }
}

/// Collects words until there are enough.
struct Words {
    text: String,
    /// Characters that are still wanted.
    wanted: usize,
}

impl Words {
    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.push(" ");
            match block {
                Block::P(spans) => self.spans(spans),
                Block::Code { text, .. } => self.push(text),
                Block::Quote(blocks) => self.blocks(blocks),
                Block::List { items, .. } => items.iter().for_each(|blocks| self.blocks(blocks)),
            }
        }
    }

    fn spans(&mut self, spans: &[Span]) {
        for span in spans {
            match span {
                Span::Text(text) | Span::Code(text) | Span::Mention { text, .. } => self.push(text),
                Span::Strong(spans) | Span::Em(spans) | Span::Strike(spans) | Span::Link { body: spans, .. } => self.spans(spans),
                Span::Break => self.push(" "),
            }
        }
    }

    fn push(&mut self, text: &str) {
        if self.wanted > 0 {
            self.wanted = self.wanted.saturating_sub(text.chars().count());
            self.text.push_str(text);
        }
    }
}

/// On the wire: `{"p":[…]}`, `{"code":{"lang":"rust","text":"…"}}`, `{"quote":[…]}`, `{"list":{"start":1,"items":[[…]]}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    P(Vec<Span>),
    Code {
        #[serde(default, skip_serializing_if = "String::is_empty")]
        lang: String,
        text: String,
    },
    Quote(Vec<Block>),
    /// `start` is the first number of an ordered list; none for bullets.
    List {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        start: Option<u64>,
        items: Vec<Vec<Block>>,
    },
}

/// On the wire: `{"t":"text"}`, `{"b":[…]}`, `{"i":[…]}`, `{"s":[…]}`, `{"c":"code"}`, `{"a":{"href":"…","body":[…]}}`, `"br"`,
/// `{"m":{"user":12,"t":"@bob"}}`, `{"m":{"room":true,"t":"@room"}}`, `{"m":{"here":true,"t":"@here"}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Span {
    #[serde(rename = "t")]
    Text(String),
    #[serde(rename = "b")]
    Strong(Vec<Span>),
    #[serde(rename = "i")]
    Em(Vec<Span>),
    #[serde(rename = "s")]
    Strike(Vec<Span>),
    #[serde(rename = "c")]
    Code(String),
    /// `href` begins with http://, https:// or mailto: — nothing else ever gets into a body.
    #[serde(rename = "a")]
    Link { href: String, body: Vec<Span> },
    #[serde(rename = "br")]
    Break,
    /// A name with its sign, and the person it means; or everybody in the room, or those who are there.
    #[serde(rename = "m")]
    Mention {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user: Option<UserId>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        room: bool,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        here: bool,
        #[serde(rename = "t")]
        text: String,
    },
}

/// Makes [`Page`] and [`Facets`] with a field for each kind of facet.
macro_rules! page {
    ($($field:ident: $facet:ident),* $(,)?) => {
        /// A range of a room's history, ascending, and what stands beside its messages; `head` was read before all of it.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct Page {
            pub messages: Vec<Message>,
            /// Nothing older exists.
            pub at_start: bool,
            /// Nothing newer existed when the page was read.
            pub at_end: bool,
            pub head: Seq,
            /// How many people are in the room, with its newest messages or those around one; counted up to one more than
            /// [`MAX_COUNT`](crate::features::rooms::model::MAX_COUNT).
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub members: Option<u32>,
            $(#[serde(default)] pub $field: Vec<things::$facet>,)*
        }

        /// The facets of some messages, by kind.
        #[derive(Debug, Default)]
        pub struct Facets {
            $(pub $field: Vec<things::$facet>,)*
        }

        impl Page {
            /// Returns the messages that have a facet.
            pub fn with_facet(&self) -> std::collections::BTreeSet<MessageId> {
                let mut messages = std::collections::BTreeSet::new();
                $(messages.extend(self.$field.iter().map(crate::model::facet::Facet::message));)*
                messages
            }

            /// Returns the people that its messages and what stands beside them name.
            pub fn people(&self) -> std::collections::BTreeSet<UserId> {
                let mut people: std::collections::BTreeSet<_> = self.messages.iter().map(|message| message.author).collect();
                $(people.extend(self.$field.iter().flat_map(crate::model::names_people::NamesPeople::people));)*
                people
            }

            /// Takes the facets out.
            pub fn take_facets(&mut self) -> Facets {
                Facets { $($field: std::mem::take(&mut self.$field),)* }
            }

            /// Puts facets in.
            pub fn with_facets(self, facets: Facets) -> Self {
                let Facets { $($field,)* } = facets;
                Self { $($field,)* ..self }
            }
        }
    };
}
things::facets!(page);

/// Which range of history is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageRange {
    Newest,
    Before(MessageId),
    After(MessageId),
    Around(MessageId),
    /// The newest messages, or those around the first one above this ordinal where that is further up.
    Unread(u64),
}

impl PageRange {
    /// True when the page of this range takes the place of what is loaded.
    pub fn replaces(self) -> bool {
        matches!(self, Self::Newest | Self::Around(_) | Self::Unread(_))
    }
}

/// A text as it is counted and stored: CRLF and CR become LF, blank lines in front and white space behind go. The blanks of the
/// first line stay, since they may indent it. Client and server share this.
pub fn tidy(text: &str) -> String {
    let mut after_cr = false;
    let lines = text.chars().filter_map(|c| {
        let is_lf_of_crlf = after_cr && c == '\n';
        after_cr = c == '\r';
        (!is_lf_of_crlf).then_some(if after_cr { '\n' } else { c })
    });
    let text: String = lines.collect();
    let text = text.trim_end();
    let blank = text.len() - text.trim_start().len();
    let first_line = text[..blank].rfind('\n').map_or(0, |end| end + 1);
    text[first_line..].to_owned()
}

/// Whether a letter is emphasized by a dot instead of a slant, as those of Chinese, Japanese and Korean are.
pub fn takes_dots(c: char) -> bool {
    matches!(u32::from(c), 0x3040..=0x9FFF | 0xAC00..=0xD7FF | 0xF900..=0xFAFF | 0xFF66..=0xFF9F | 0x20000..=0x3FFFF)
}

/// Whether a tidied text may be sent.
pub fn check(text: &str) -> Result<(), Reason> {
    if text.is_empty() {
        Err(Reason::Empty)
    } else if text.contains('\0') {
        Err(Reason::Character)
    } else if text.chars().count() > MAX_TEXT {
        Err(Reason::TooLong)
    } else {
        Ok(())
    }
}
