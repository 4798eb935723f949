//! Route: the address of a page, read, written and titled the same way on both sides.

use super::ids::{MessageId, RoomId, UserId};
use std::{fmt, str::FromStr};

/// The address of a page. No other code takes an address apart or puts one together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    /// `/`: leads to the room that was open last.
    Home,
    /// `/enter`
    Enter,
    /// `/setup`: makes the owner of a new workspace.
    SetUp,
    /// `/welcome`: what the owner of a new workspace may want to do first.
    Welcome,
    /// `/sign-in`
    SignIn,
    /// `/join`: where the link of an invitation leads to.
    Join,
    /// `/recover`: where a recovery link leads to.
    Recover,
    /// `/admin/invites`: making and ending invitations.
    Invites,
    /// `/admin/people`: roles, deactivation and recovery links.
    AdminPeople,
    /// `/browse`: the rooms that one may join.
    Browse,
    /// `/settings`: one's own name, password and sessions.
    Settings,
    /// `/rooms`: the list, a page of its own on a phone.
    Rooms,
    /// `/rooms/3`: the room at its newest message.
    Room(RoomId),
    /// `/rooms/3?before=120`: an older page of the room, for use without JavaScript.
    History(RoomId, MessageId),
    /// `/rooms/3/120`: the room around one message.
    Message(RoomId, MessageId),
    /// `/rooms/3/people`: who is in the room.
    People(RoomId),
    /// `/people`: everybody to whom one may write.
    Directory,
    /// `/people/12`: one person.
    Person(UserId),
}

/// The pages that have one address each: a line here is all that the address of such a page needs.
const FIXED: [(&str, Route); 13] = [
    ("/", Route::Home),
    ("/enter", Route::Enter),
    ("/setup", Route::SetUp),
    ("/welcome", Route::Welcome),
    ("/sign-in", Route::SignIn),
    ("/join", Route::Join),
    ("/recover", Route::Recover),
    ("/admin/invites", Route::Invites),
    ("/admin/people", Route::AdminPeople),
    ("/browse", Route::Browse),
    ("/settings", Route::Settings),
    ("/rooms", Route::Rooms),
    ("/people", Route::Directory),
];

/// A text that is not the address of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotARoute;

impl Route {
    /// Reads a path and a query (with or without its `?`). Only what [`Display`](fmt::Display) writes is accepted.
    pub fn parse(path: &str, query: &str) -> Option<Self> {
        let query = query.strip_prefix('?').unwrap_or(query);
        match (Self::from_path(path)?, query) {
            (route, "") => Some(route),
            (Self::Room(room), query) => Some(Self::History(room, query.strip_prefix("before=")?.parse().ok()?)),
            _ => None,
        }
    }

    /// Reads a path alone; a query changes a route to [`Route::History`] at most.
    pub fn from_path(path: &str) -> Option<Self> {
        if let Some((_, route)) = FIXED.iter().find(|(address, _)| *address == path) {
            return Some(*route);
        }
        if let Some(person) = path.strip_prefix("/people/") {
            return person.parse().ok().map(Self::Person);
        }
        let rest = path.strip_prefix("/rooms/")?;
        match rest.split_once('/') {
            None => rest.parse().ok().map(Self::Room),
            Some((room, "people")) => room.parse().ok().map(Self::People),
            Some((room, message)) => Some(Self::Message(room.parse().ok()?, message.parse().ok()?)),
        }
    }

    /// Returns the addresses of pages that have one each.
    pub fn fixed() -> impl Iterator<Item = &'static str> {
        FIXED.iter().map(|(address, _)| *address)
    }

    /// Returns the room that the page shows.
    pub const fn room(self) -> Option<RoomId> {
        match self {
            Self::Room(room) | Self::History(room, _) | Self::Message(room, _) | Self::People(room) => Some(room),
            _ => None,
        }
    }

    /// Returns the message that the page marks.
    pub const fn message(self) -> Option<MessageId> {
        match self {
            Self::Message(_, message) => Some(message),
            _ => None,
        }
    }
}

/// Returns what the tab says: the room's name before the product's, where there is a room.
pub fn title(room_name: Option<&str>, product: &str) -> String {
    match room_name {
        Some(name) => [name, product].join(" · "),
        None => product.to_owned(),
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Room(room) => write!(f, "/rooms/{room}"),
            Self::History(room, before) => write!(f, "/rooms/{room}?before={before}"),
            Self::Message(room, message) => write!(f, "/rooms/{room}/{message}"),
            Self::People(room) => write!(f, "/rooms/{room}/people"),
            Self::Person(person) => write!(f, "/people/{person}"),
            fixed => f.write_str(FIXED.iter().find(|(_, route)| route == fixed).map_or("/", |(address, _)| *address)),
        }
    }
}

impl FromStr for Route {
    type Err = NotARoute;

    fn from_str(address: &str) -> Result<Self, NotARoute> {
        let (path, query) = match address.split_once('?') {
            // An empty query is never written.
            Some((_, "")) => return Err(NotARoute),
            Some(parts) => parts,
            None => (address, ""),
        };
        // A second `?` would be part of the query.
        Self::parse(path, query).filter(|_| !query.starts_with('?')).ok_or(NotARoute)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUTES: [(&str, Route); 5] = [
        ("/people/12", Route::Person(UserId(12))),
        ("/rooms/3", Route::Room(RoomId(3))),
        ("/rooms/3?before=120", Route::History(RoomId(3), MessageId(120))),
        ("/rooms/3/120", Route::Message(RoomId(3), MessageId(120))),
        ("/rooms/3/people", Route::People(RoomId(3))),
    ];

    #[test]
    fn route_is_the_same_after_writing_and_reading() {
        for (address, route) in FIXED.into_iter().chain(ROUTES) {
            assert_eq!(address.parse(), Ok(route));
            assert_eq!(route.to_string(), address);
        }
    }

    #[test]
    fn route_says_which_room_and_message_it_shows() {
        let shown: Vec<_> = ROUTES.iter().map(|(_, route)| (route.room(), route.message())).collect();
        let room = Some(RoomId(3));
        assert!(FIXED.iter().all(|(_, route)| (route.room(), route.message()) == (None, None)));
        assert_eq!(shown[0], (None, None));
        assert_eq!(shown[1..], [(room, None), (room, None), (room, Some(MessageId(120))), (room, None)]);
    }

    #[test]
    fn route_refuses_every_other_address() {
        for wrong in [
            "",
            " /",
            "/ ",
            "/enter ",
            "/enter?",
            "/enter?x=1",
            "/roomsy",
            "/rooms/",
            "/rooms/x",
            "/rooms/-1",
            "/rooms/3/",
            "/rooms//evil",
            "/rooms/3/x",
            "/rooms/3/people?before=1",
            "/rooms/people",
            "/people/",
            "/people/x",
            "/people/3/4",
            "/people?find=x",
            "/rooms/3/4/5",
            "/rooms/3?",
            "/rooms/3?x=1",
            "/rooms/3?before=",
            "/rooms/3?before=x",
            "/rooms/3?before=1&x=2",
            "/rooms/3??before=1",
            "/rooms/3/4?before=1",
            "/rooms/3#x",
            "/rooms/３",
            "/rooms/%31",
            "/rooms/../enter",
            "/rooms/9007199254740992",
            "/rooms/3\r\nset-cookie: a=b",
            "/api/rooms/3",
            "//evil.example",
            "///evil",
            "\t//evil",
            "/\\evil.example",
            "\\\\evil",
            "/.evil",
            "/@evil",
            "/%2f/evil.example",
            "http:/evil",
            "https://evil.example",
            "javascript:alert(1)",
        ] {
            assert_eq!(wrong.parse::<Route>(), Err(NotARoute), "{wrong:?}");
        }
    }

    #[test]
    fn title_names_the_room_first() {
        assert_eq!(title(Some("General"), "Rill"), "General · Rill");
        assert_eq!(title(None, "Rill"), "Rill");
    }
}
