//! Direct rooms as their readers see them: what they are called, and in which order they are listed.

use super::{
    WORDS,
    model::{Room, RoomKind},
};
use crate::{i18n::Lang, model::ids::RoomId};

/// Returns what a direct room is called by one of its people, from the names of the others.
pub fn name(lang: Lang, others: &[String]) -> String {
    let words = lang.of(&WORDS);
    match others {
        [] => words.notes.to_owned(),
        [one] => one.clone(),
        several => (words.names)(several),
    }
}

/// Sorts the direct rooms of `rooms` for a list: first those of `before` in their order, then the one with the newest message.
pub fn newest_first(rooms: Vec<Room>, before: &[RoomId]) -> Vec<Room> {
    let rank = |room: &Room| before.iter().position(|id| *id == room.id).unwrap_or(before.len());
    // A room without messages counts as one whose newest came when it was opened.
    let key = |room: &Room| (rank(room), u64::MAX - room.last.max(room.seq.0));
    let mut sorted: Vec<Room> = Vec::with_capacity(rooms.len());
    for room in rooms {
        if room.kind == RoomKind::Direct {
            let place = key(&room);
            sorted.insert(sorted.partition_point(|other| key(other) < place), room);
        }
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::Seq;

    #[test]
    fn newest_direct_room_is_first_unless_the_order_is_held() {
        let room = |id, seq, last| Room {
            id: RoomId(id),
            seq: Seq(seq),
            last,
            kind: if id == 1 { RoomKind::Open } else { RoomKind::Direct },
            ..Room::default()
        };
        let rooms = vec![room(1, 1, 99), room(2, 5, 20), room(3, 7, 30), room(4, 25, 0)];
        let order = |before: &[u64]| {
            let before: Vec<RoomId> = before.iter().map(|id| RoomId(*id)).collect();
            newest_first(rooms.clone(), &before).iter().map(|room| room.id.0).collect::<Vec<_>>()
        };
        assert_eq!(order(&[]), [3, 4, 2]);
        assert_eq!(order(&[2, 3]), [2, 3, 4], "a new one comes last, where it moves none");
    }

    #[test]
    fn direct_room_is_called_after_its_other_people() {
        let names = |names: &[&str], lang| name(lang, &names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        for (others, en, zh) in [
            (&[][..], "Notes to yourself", "给自己的备忘"),
            (&["Mei"], "Mei", "Mei"),
            (&["Mei", "林薇"], "Mei and 林薇", "Mei和林薇"),
            (&["Mei", "林薇", "Ana"], "Mei, 林薇 and Ana", "Mei、林薇和Ana"),
            (&["Mei", "שלום"], "Mei and \u{2068}שלום\u{2069}", "Mei和\u{2068}שלום\u{2069}"),
        ] {
            assert_eq!((names(others, Lang::En), names(others, Lang::Zh)), (en.to_owned(), zh.to_owned()));
        }
    }
}
