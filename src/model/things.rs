//! Things: what the stream and the store carry the newest state of. One list makes the event, its kinds, its keys and its reader.

use super::{
    ids::{Seq, UserId},
    names_people::NamesPeople,
    versioned::Versioned,
    wire,
};
pub use crate::features::workspace::model::WorkspaceState as Workspace;
use crate::features::{
    messages::model::Message,
    people::model::User,
    pins::model::PinnedMessage,
    rooms::model::{Member, Room},
    subscriptions::model::OwnMessage,
};
pub use crate::features::{pins::model::Pin, subscriptions::model::Subscription};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A check of the type of every thing, for tests.
#[cfg(test)]
pub(crate) trait TypeCheck {
    fn check<T: Serialize + serde::de::DeserializeOwned>(&mut self, event: fn(T) -> Event);
}

/// Makes [`Event`] and [`Kind`] of the names of types, each of which is [`Versioned`].
macro_rules! things {
    ($($name:ident),+ $(,)?) => {
        /// One durable change, as the default SSE event carries it: `{"type":"message","seq":5120,…}`.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "type", rename_all = "snake_case")]
        pub enum Event {
            $($name($name),)+
        }

        /// The kinds of things. The number of each is stored, so the list only grows, at its end.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[repr(u8)]
        pub enum Kind {
            $($name,)+
        }

        /// Passes the type of every thing to a check.
        #[cfg(test)]
        pub(crate) fn check_types(check: &mut impl TypeCheck) {
            $(check.check::<$name>(Event::$name);)+
        }

        impl Kind {
            /// Every kind, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The `type` on the wire.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => <$name as Versioned>::NAME,)+
                }
            }
        }

        impl Event {
            /// Reads what the stream carries; none for what this page does not know. First the kind, then the thing: what is
            /// derived would keep all fields aside until it has met the kind, and for that read everything in a second way.
            pub fn read(data: &str) -> Option<Self> {
                Self::read_kind(wire::read::<Tag>(data)?.kind, data)
            }

            /// True when the kind of what the stream carries is one of these, whether or not the rest can be read.
            pub fn has_known_kind(data: &str) -> bool {
                wire::read::<Tag>(data).is_some()
            }

            /// Reads a thing whose kind is known, as a call answers it.
            pub fn read_kind(kind: Kind, data: &str) -> Option<Self> {
                match kind {
                    $(Kind::$name => wire::read(data).map(Self::$name),)+
                }
            }

            /// The number of this change.
            pub fn seq(&self) -> Seq {
                match self {
                    $(Self::$name(thing) => Versioned::seq(thing),)+
                }
            }

            /// Which thing this is the state of.
            pub fn thing(&self) -> Thing {
                match self {
                    $(Self::$name(thing) => Thing::new(Kind::$name, thing.key()),)+
                }
            }

            /// Bytes of text in it, where there may be many.
            pub fn text_bytes(&self) -> usize {
                match self {
                    $(Self::$name(thing) => thing.text_bytes(),)+
                }
            }
        }
    };
}

things! { Message, Room, Member, User, Pin, Subscription, Workspace }

/// The facets: things beside a message, kept by its id. Passes the list, `field: Type, …`, to the macro that is named.
macro_rules! facets {
    ($make:ident) => {
        $make! { pins: Pin }
    };
}
pub(crate) use facets;

/// Makes [`PageData`] of the lists that features give to a page.
macro_rules! page_data {
    ($($field:ident: $item:ty),* $(,)?) => {
        /// What features give to a page beside rooms, people and messages.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct PageData {
            $(#[serde(default)] pub $field: Vec<$item>,)*
        }

        impl PageData {
            /// Returns the people that the lists name.
            pub fn people(&self) -> BTreeSet<UserId> {
                let mut people = BTreeSet::new();
                $(people.extend(self.$field.iter().flat_map(NamesPeople::people));)*
                people
            }
        }
    };
}

page_data! { pinned: PinnedMessage, subscriptions: Subscription, own_messages: OwnMessage }

impl Kind {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The number that is stored: the place in the list, from 1 on.
    pub const fn number(self) -> u64 {
        self as u64 + 1
    }

    /// The kind with this number; none for one that a newer version has stored.
    pub fn from_number(number: u64) -> Option<Self> {
        Self::ALL.get(usize::try_from(number.checked_sub(1)?).ok()?).copied()
    }
}

/// Which thing an event is about; two events of one thing replace each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Thing {
    pub kind: Kind,
    /// The thing's key among those of its kind.
    pub a: u64,
    pub b: u64,
}

impl Thing {
    pub const fn new(kind: Kind, (a, b): (u64, u64)) -> Self {
        Self { kind, a, b }
    }
}

/// What tells the kinds of [`Event`] apart.
#[derive(Deserialize)]
struct Tag {
    #[serde(rename = "type")]
    kind: Kind,
}

/// Data of the `hello` event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Names the client code the server carries; another one than the page's means an update is ready.
    pub build: String,
    /// Random id of the data directory; sequence numbers mean nothing in another store.
    pub store: String,
    pub head: Seq,
    pub me: UserId,
    /// Public tag of the session.
    pub session: String,
}

/// Data of the `reset` event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reset {
    pub head: Seq,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_keep_the_numbers_that_are_stored() {
        let numbers: Vec<_> = Kind::ALL.iter().map(|kind| (kind.number(), kind.name())).collect();
        let stored = [(1, "message"), (2, "room"), (3, "member"), (4, "user"), (5, "pin"), (6, "subscription"), (7, "workspace")];
        assert_eq!(numbers, stored, "a new kind is added at the end, here too");
        for kind in Kind::ALL {
            assert_eq!(Kind::from_number(kind.number()), Some(*kind));
        }
        assert_eq!((Kind::from_number(0), Kind::from_number(Kind::COUNT as u64 + 1)), (None, None));
    }

    #[test]
    fn a_kind_is_called_the_same_on_the_wire() {
        for kind in Kind::ALL {
            let tag: Option<Tag> = wire::read(&format!(r#"{{"type":"{}"}}"#, kind.name()));
            assert_eq!(tag.map(|tag| tag.kind), Some(*kind));
        }
    }
}
