//! The law over HTTP: whatever people do, and however often a reader drops and comes back, what it has applied is what is there.

use super::{
    app::TestApp,
    html,
    person::{Person, Way},
};
use crate::{
    boot::{View, Workspace},
    ids::{MessageId, RoomId},
    live::{
        apply::{State, upsert},
        event::Event,
    },
    messages::model::{Message, Page},
    rooms::model::Member,
};
use std::collections::BTreeMap;

/// Numbers that look random and are the same every time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}

/// What a browser knows.
#[derive(Debug, Clone, Default, PartialEq)]
struct Known {
    state: State,
    messages: BTreeMap<MessageId, Message>,
}

impl Known {
    /// Hints as of some change are no part of the law.
    fn without_hints(mut self) -> Self {
        for room in self.state.rooms.values_mut() {
            (room.last, room.last_n) = (0, 0);
        }
        self
    }
}

fn workspace(html: &str) -> Workspace {
    match html::boot(html).view {
        View::Workspace(workspace) => *workspace,
        View::Enter => panic!("the door"),
    }
}

/// Everything there is of a room, page by page.
async fn history(person: &Person, room: RoomId) -> BTreeMap<MessageId, Message> {
    let (mut all, mut before) = (BTreeMap::new(), String::new());
    loop {
        let page: Page =
            person.post("/api/messages/page", &[("room", &room.to_string()), ("before", &before), ("limit", "37")]).await.ok();
        before = page.messages.first().map(|message| message.id.to_string()).unwrap_or_default();
        all.extend(page.messages.into_iter().map(|message| (message.id, message)));
        if page.at_start {
            return all;
        }
    }
}

/// Memberships as they are stored, of the rooms `person` is in: no address answers them.
async fn members(app: &TestApp, person: &Person) -> BTreeMap<(RoomId, crate::ids::UserId), Member> {
    let me = person.id;
    let rows = app.app.db.read(move |conn| {
        let sql = "SELECT seq, room, user, joined FROM members
                   WHERE user = ?1 OR room IN (SELECT room FROM members WHERE user = ?1 AND joined)";
        let rows: rusqlite::Result<Vec<_>> = conn
            .prepare(sql)?
            .query_map([me], |row| Ok(Member { seq: row.get(0)?, room: row.get(1)?, user: row.get(2)?, joined: row.get(3)? }))?
            .collect();
        Ok(rows?)
    });
    rows.await.unwrap().into_iter().map(|member| ((member.room, member.user), member)).collect()
}

/// Everything `person` may see, now.
async fn fetch(app: &TestApp, person: &Person, people: usize) -> Known {
    let shown = workspace(&person.get("/rooms").await.body);
    let mut known = Known::default();
    known.state.rooms = shown.rooms.into_iter().map(|room| (room.id, room)).collect();
    let ids = (1..=people).map(|id| id.to_string()).collect::<Vec<_>>().join(",");
    let users: Vec<crate::people::model::User> = person.post("/api/people/list", &[("users", &ids)]).await.ok();
    known.state.users = users.into_iter().map(|user| (user.id, user)).collect();
    known.state.members = members(app, person).await;
    for room in shown.joined {
        known.messages.extend(history(person, room).await);
    }
    known
}

/// One thing somebody does; refusals are part of life.
async fn step(dice: &mut Dice, people: &[Person], rooms: &mut Vec<u64>, sent: &mut Vec<(usize, MessageId)>) {
    let who = dice.below(people.len());
    let (person, room) = (&people[who], rooms[dice.below(rooms.len())]);
    let text = format!("*{}* said {}", person.name, dice.below(1_000));
    match dice.below(20) {
        0 if rooms.len() < 7 => rooms.push(person.create_room(&format!("Room {}", dice.below(100))).await),
        0 | 1 => {
            person.post("/api/rooms/rename", &[("room", &room.to_string()), ("name", &text)]).await;
        }
        2..=4 => {
            person.join(room).await;
        }
        5..=7 if !sent.is_empty() => {
            let (author, id) = sent[dice.below(sent.len())];
            assert!(people[author].delete(id).await.deleted);
        }
        _ => {
            let key = crate::server::database::fixture::fresh_key().to_string();
            let answer = person.try_send(room, &key, &text).await;
            if answer.status == 200 {
                sent.push((who, answer.json::<Message>().id));
            } else {
                assert_eq!(answer.status, 404, "{}", answer.body);
            }
        }
    }
}

/// The last thing said, which the reader sees for certain: so it knows when it has everything.
const END: &str = "the end";

/// Reads what comes, now and then drops the stream and comes back with the last id, until the end.
async fn read(app: &TestApp, person: &Person, known: &mut Known, start: u64, mut dice: Dice) {
    let (mut cursor, mut stream) = (start, person.stream_after(start).await);
    let mut over = false;
    while !over {
        let event = stream.change().await;
        assert!(event.seq().0 > cursor, "{} after {cursor}: each once, rising, over all streams", event.seq());
        cursor = event.seq().0;
        known.state.apply(&event);
        match event {
            Event::Message(message) => {
                over = message.text == END;
                upsert(&mut known.messages, message.id, message);
            }
            Event::Member(member) if member.user == person.id => {
                // What the client does: fetch the room; what the stream says of it later is newer or the same.
                for (id, message) in history(person, member.room).await {
                    upsert(&mut known.messages, id, message);
                }
                for (key, member) in members(app, person).await.into_iter().filter(|((room, _), _)| *room == member.room) {
                    upsert(&mut known.state.members, key, member);
                }
            }
            _ => {}
        }
        if dice.below(9) == 0 {
            stream = person.stream_after(cursor).await;
        }
    }
}

async fn history_of(seed: u64, ring_frames: u32, way: Way) {
    let app = TestApp::with("ring_frames", ring_frames).start().await;
    let mut dice = Dice(seed);
    let mut people = Vec::new();
    for name in ["Lin", "Mei", "Ada", "Bo"] {
        people.push(app.enter(name).await);
    }
    let reader = people[1].by(way);
    let (mut rooms, mut sent) = (vec![1], Vec::new());
    for _ in 0..30 {
        step(&mut dice, &people, &mut rooms, &mut sent).await;
    }
    let start = app.head();
    let mut known = fetch(&app, &reader, people.len()).await;
    let doing = async {
        for _ in 0..250 {
            step(&mut dice, &people, &mut rooms, &mut sent).await;
        }
        reader.send(1, END).await;
    };
    let reading = read(&app, &reader, &mut known, start, Dice(!seed));
    tokio::join!(doing, reading);
    let now = fetch(&app, &reader, people.len()).await;
    assert_eq!(known.without_hints(), now.without_hints(), "seed {seed}");
    assert!(sent.len() > 60 && rooms.len() > 2, "a history worth reading");
}

#[tokio::test]
async fn what_was_applied_is_what_is_there_with_a_large_ring() {
    history_of(1, 8_192, Way::Short).await;
}

#[tokio::test]
async fn what_was_applied_is_what_is_there_with_a_small_ring() {
    history_of(2, 3, Way::Short).await;
}

#[tokio::test]
async fn what_was_applied_is_what_is_there_when_it_comes_as_a_body() {
    history_of(3, 20, Way::Body).await;
}
