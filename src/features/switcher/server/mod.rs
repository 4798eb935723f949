//! The quick switcher on the server: the row of its endpoint, and the search by names and their pinyin.

mod sound;

use super::{
    api::FindRooms,
    find::order,
    model::{FoundRooms, MAX_FOUND, MAX_TEXT},
};
use crate::{
    database::Database,
    features::{
        people::store as people,
        rooms::{
            model::Room,
            store::{joined_rooms, visible},
        },
    },
    model::{
        error::{AppError, AppResult, Reason},
        ids::UserId,
        route::Route,
    },
    request::{
        endpoint::{Endpoint, Need, Rate, SMALL_BODY, Then},
        feature::Feature,
    },
};
use server_fn::ServerFn;
use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
};

/// Where names that only sound like the text stand: after all that contain it.
const BY_SOUND: u8 = 3;

pub const FEATURE: Feature = Feature {
    endpoints: &[Endpoint::new(FindRooms::PATH, Need::Session, Rate::Unlimited, SMALL_BODY, Then::To(Route::Rooms)).reading()],
    ..Feature::named("switcher")
};

/// Finds the rooms that `user` may see and whose names fit `text`.
///
/// # Errors
/// `bad_input` for a text that is too long; those of the store.
pub async fn search(db: &Database, user: UserId, text: &str) -> AppResult<FoundRooms> {
    if text.chars().count() > MAX_TEXT {
        return Err(AppError::bad_input("text", Reason::TooLong));
    }
    let text = text.trim().to_lowercase();
    if text.is_empty() {
        return Ok(FoundRooms::default());
    }
    let read = db.read(move |read| {
        let rooms = visible(read, user)?;
        let others: BTreeSet<u64> = rooms.iter().flat_map(|room| &room.people).map(|other| other.0).collect();
        let others = people::users(read, &others.into_iter().collect::<Vec<_>>())?;
        Ok((rooms, joined_rooms(read, user)?, others))
    });
    let (rooms, joined, others) = read.await?;
    let names: HashMap<UserId, String> = others.into_iter().map(|other| (other.id, other.name)).collect();
    let rank = |room: &Room| {
        // A direct room is called by the people in it.
        let named = room.people.iter().filter(|other| **other != user).filter_map(|other| names.get(other));
        let name = named.fold(room.name.clone(), |all, name| all + " " + name).trim().to_lowercase();
        order(&name, &text).or_else(|| sound::contains(&name, &text).then_some(BY_SOUND))
    };
    let mut found: Vec<_> = rooms
        .iter()
        .filter(|room| !room.archived)
        .filter_map(|room| Some((rank(room)?, !joined.contains(&room.id), Reverse(room.last), room.id)))
        .collect();
    found.sort_unstable();
    Ok(FoundRooms { rooms: found.into_iter().take(MAX_FOUND).map(|(.., room)| room).collect() })
}
