//! The law over HTTP: whatever people do, and however often a reader drops and comes back, what it has applied is what is there.

use super::{
    app::TestApp,
    html,
    law::{Browser, Snapshot},
    person::{Person, Way},
};
use crate::{
    features::{
        messages::model::{Message, Page},
        people::model::UserList,
        pins::model::{Pin, PinExcerpts},
        rooms::model::Room,
        subscriptions::model::effective_read,
    },
    model::{
        ids::{MessageId, RoomId, UserId},
        initial_data::{View, Workspace},
        things::Event,
    },
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

fn workspace(html: &str) -> Workspace {
    match html::boot(html).view {
        View::Workspace(workspace) => *workspace,
        View::Enter => panic!("the enter page"),
    }
}

/// Everything there is of a room, page by page: its messages and their pins.
async fn history(person: &Person, room: RoomId) -> Option<(Vec<Message>, Vec<Pin>)> {
    let (mut messages, mut pins, mut before) = (BTreeMap::new(), Vec::new(), String::new());
    loop {
        let fields = [("room", &*room.to_string()), ("before", &before), ("limit", "37")];
        let answer = person.post("/api/messages/page", &fields).await;
        // The room may be lost again before it is fetched.
        if answer.status == 404 {
            return None;
        }
        let page: Page = answer.ok();
        before = page.messages.first().map(|message| message.id.to_string()).unwrap_or_default();
        messages.extend(page.messages.into_iter().map(|message| (message.id, message)));
        pins.extend(page.pins);
        if page.at_start {
            return Some((messages.into_values().collect(), pins));
        }
    }
}

/// Fetches everything that `person` may see now.
async fn fetch(person: &Person, people: usize) -> Snapshot {
    let shown = workspace(&person.get("/rooms").await.body);
    let ids = (1..=people).map(|id| id.to_string()).collect::<Vec<_>>().join(",");
    let users: Vec<crate::features::people::model::User> = person.post("/api/people/list", &[("users", &ids)]).await.ok();
    let (mut messages, mut pins) = (BTreeMap::new(), BTreeMap::new());
    for room in &shown.joined {
        let (said, pinned) = history(person, *room).await.expect("nothing happens meanwhile");
        messages.extend(said.into_iter().map(|message| (message.id, message)));
        pins.extend(pinned.into_iter().map(|pin| (pin.message, pin)));
    }
    let pinned: PinExcerpts = person.post("/api/pins/excerpts", &[("room", "1")]).await.ok();
    let own: BTreeMap<RoomId, _> = shown.beside.own_messages.iter().map(|own| (own.room, (own.id, own.n))).collect();
    let last: BTreeMap<RoomId, u64> = shown.rooms.iter().map(|room| (room.id, room.last_n)).collect();
    let unread = shown.beside.subscriptions.iter().map(|subscription| {
        let room = subscription.room;
        (room, effective_read(subscription.seq, subscription.read, own.get(&room).copied()))
    });
    let unread = unread.filter(|(room, read)| *read < last[room]).collect();
    let subscriptions = shown.beside.subscriptions.into_iter();
    Snapshot {
        rooms: shown.rooms.into_iter().map(|room| (room.id, room)).collect(),
        users: users.into_iter().map(|user| (user.id, user)).collect(),
        joined: shown.joined.into_iter().collect(),
        admin_of: shown.admin_of.into_iter().collect(),
        messages,
        pins,
        pinned: pinned.items,
        unread,
        subscriptions: subscriptions.map(|subscription| (subscription.room, subscription)).collect(),
    }
}

/// The people and what they have made.
struct Town {
    dice: Dice,
    people: Vec<Person>,
    /// How many have ever entered; their ids count up.
    entered: usize,
    rooms: Vec<u64>,
    sent: Vec<(UserId, MessageId)>,
}

impl Town {
    async fn new(app: &TestApp, seed: u64) -> Self {
        let mut people = Vec::new();
        for name in ["Lin", "Mei", "Ada", "Bo"] {
            people.push(app.enter(name).await);
        }
        Self { dice: Dice(seed), entered: people.len(), people, rooms: vec![1], sent: Vec::new() }
    }

    /// One thing somebody does; refusals are part of life.
    async fn step(&mut self, app: &TestApp) {
        let Self { dice, people, entered, rooms, sent } = self;
        let (person, room) = (&people[dice.below(people.len())], rooms[dice.below(rooms.len())]);
        let text = format!("*{}* said {}", person.name, dice.below(1_000));
        // Mostly the reader, who is the second.
        let named = match dice.below(6) {
            0 => " to @room".to_owned(),
            1 => format!(" to @\"{}\"", people[dice.below(people.len())].name),
            2 | 3 => format!(" to @\"{}\"", people[1].name),
            _ => String::new(),
        };
        match dice.below(49) {
            0 if rooms.len() < 7 => {
                let name = format!("Room {} {}", rooms.len(), dice.below(100));
                let kind = if dice.below(2) == 0 { "open" } else { "private" };
                let answer = person.post("/api/rooms/create", &[("name", &name), ("kind", kind)]).await;
                // A guest opens none.
                if answer.status == 200 {
                    rooms.push(answer.json::<Room>().id.0);
                }
            }
            0 | 1 => {
                person.post("/api/rooms/rename", &[("room", &room.to_string()), ("name", &text)]).await;
            }
            2..=4 => {
                person.post("/api/rooms/join", &[("room", &room.to_string())]).await;
            }
            16 => {
                person.post("/api/rooms/leave", &[("room", &room.to_string())]).await;
            }
            17..=19 => {
                let other = people[dice.below(people.len())].id.to_string();
                let (path, field) = if dice.below(3) == 0 { ("remove", "user") } else { ("add", "users") };
                person.post(&format!("/api/rooms/{path}"), &[("room", &room.to_string()), (field, &other)]).await;
            }
            20 => {
                let on = (dice.below(3) == 0).to_string();
                person.post("/api/rooms/archive", &[("room", &room.to_string()), ("on", &on)]).await;
            }
            21 => {
                let other = people[dice.below(people.len())].id.to_string();
                let role = if dice.below(2) == 0 { "admin" } else { "member" };
                person.post("/api/rooms/role", &[("room", &room.to_string()), ("user", &other), ("role", role)]).await;
            }
            22 if rooms.len() < 9 => {
                // Mostly with the reader, who is the second.
                let users = [1, dice.below(people.len())].map(|at| people[at].id.to_string());
                let users = &users[dice.below(4) / 3..];
                let answer = person.post("/api/rooms/direct", &[("users", &users.join(","))]).await;
                let room: Room = answer.ok();
                if !rooms.contains(&room.id.0) {
                    rooms.push(room.id.0);
                }
            }
            5..=8 if !sent.is_empty() => {
                let (author, id) = sent[dice.below(sent.len())];
                // An author who has left can delete nothing any more.
                if let Some(author) = people.iter().find(|person| person.id == author) {
                    let answer = author.post("/api/messages/delete", &[("message", &id.to_string())]).await;
                    // Nor does one who is no longer in the room.
                    assert!(answer.status == 404 || answer.json::<Message>().deleted, "{}", answer.body);
                }
            }
            9 if people.len() < 8 => {
                *entered += 1;
                people.push(app.enter(&format!("Guest {entered}")).await);
            }
            11..=13 if !sent.is_empty() => {
                let (_, id) = sent[dice.below(sent.len())];
                let on = (dice.below(3) > 0).to_string();
                person.post("/api/pins/set", &[("message", &id.to_string()), ("on", &on)]).await;
            }
            14 | 15 => {
                let favourite = (dice.below(2) > 0).to_string();
                let field = if dice.below(2) == 0 { "favourite" } else { "hidden" };
                person.post("/api/rooms/subscribe", &[("room", &room.to_string()), (field, &favourite)]).await;
            }
            23..=27 => {
                // From a tab that knows of everything, or from one that has heard nothing for a while.
                let (n, basis) = (dice.below(12).to_string(), if dice.below(2) == 0 { "9" } else { "" });
                person.post("/api/rooms/read", &[("room", &room.to_string()), ("n", &n), ("basis", basis)]).await;
            }
            28 => drop(person.post("/api/rooms/read_all", &[]).await),
            // The reader is the second, and stays.
            10 if people.len() > 4 => people.remove(2 + dice.below(people.len() - 2)).leave().await,
            _ => {
                let key = crate::tests::store_fixture::fresh_key().to_string();
                let answer = person.try_send(room, &key, &(text + &named)).await;
                if answer.status == 200 {
                    sent.push((person.id, answer.json::<Message>().id));
                } else {
                    assert!([404, 409].contains(&answer.status), "{}", answer.body);
                }
            }
        }
    }
}

/// The last thing said, which the reader sees for certain: so it knows when it has everything.
const END: &str = "the end";

/// What a reader had at a cursor.
type Moment = (u64, Snapshot);

/// Applies an event as the client does; true once it was the last.
async fn apply(person: &Person, browser: &Browser, event: Event) -> bool {
    let over = matches!(&event, Event::Message(message) if message.text == END);
    let joined = matches!(&event, Event::Member(member) if member.joined);
    if let Some(room) = browser.apply(event) {
        // The client fetches the room; what the stream says of it later is newer or the same.
        if let Some((messages, pins)) = history(person, room).await {
            browser.load(room, messages, pins);
        }
    }
    if joined {
        // Of somebody who comes into a guest's sight the client asks.
        let people: UserList = person.post("/api/people/directory", &[("limit", "100")]).await.ok();
        for user in people.items {
            browser.apply(Event::User(user));
        }
    }
    if browser.wants_pins() {
        browser.load_pins(person.post("/api/pins/excerpts", &[("room", "1")]).await.ok());
    }
    over
}

/// Reads what comes, now and then drops the stream and comes back with the last id, until the end. Returns some moments of it.
async fn read(person: &Person, browser: &Browser, start: u64, mut dice: Dice) -> Vec<Moment> {
    let (mut cursor, mut stream) = (start, person.stream_after(start).await);
    let mut moments = vec![(start, browser.snapshot())];
    loop {
        let event = stream.change().await;
        assert!(event.seq().0 > cursor, "{} after {cursor}: each once, rising, over all streams", event.seq());
        cursor = event.seq().0;
        if apply(person, browser, event).await {
            return moments;
        }
        if dice.below(9) == 0 {
            stream = person.stream_after(cursor).await;
        }
        if dice.below(12) == 0 {
            moments.push((cursor, browser.snapshot()));
        }
    }
}

/// Comes back from a moment of long ago. Returns what the browser has then, and whether that took a reset.
async fn come_back(app: &TestApp, person: &Person, (cursor, then): &Moment, entered: usize) -> (Snapshot, bool) {
    let browser = Browser::new(person.id, then);
    let mut stream = person.stream_after(*cursor).await;
    let mut last = *cursor;
    while last < app.head() {
        let frame = stream.next().await;
        if frame.event == "reset" {
            return (fetch(person, entered).await, true);
        }
        let event = frame.change();
        assert!(event.seq().0 > last, "{} after {last}", event.seq());
        last = event.seq().0;
        apply(person, &browser, event).await;
    }
    (browser.snapshot(), false)
}

/// Runs a history; `replay_events` is how far a resume may go back.
async fn history_of(seed: u64, ring_frames: u32, replay_events: u32, way: Way) {
    let app = TestApp::with("ring_frames", ring_frames).set("replay_events", replay_events).start().await;
    let mut town = Town::new(&app, seed).await;
    let reader = town.people[1].by(way);
    for _ in 0..30 {
        town.step(&app).await;
    }
    let start = app.head();
    let browser = Browser::new(reader.id, &fetch(&reader, town.entered).await);
    let doing = async {
        for _ in 0..600 {
            town.step(&app).await;
        }
        reader.send(1, END).await;
        town
    };
    let reading = read(&reader, &browser, start, Dice(!seed));
    let (town, moments) = tokio::join!(doing, reading);
    let now = fetch(&reader, town.entered).await.without_hints();
    assert_eq!(browser.snapshot().without_hints(), now, "seed {seed}");
    assert!(town.sent.len() > 60 && town.rooms.len() > 2 && town.entered > 4, "a history worth reading");
    // From wherever one comes back, in or out of the ring; and after a restart, whose ring is another.
    let mut resets = 0;
    let app = come_back_from_all(app, &reader, &moments, &town, &now, &mut resets).await.restart().await;
    let reader = app.again(&reader);
    come_back_from_all(app, &reader, &moments, &town, &now, &mut resets).await;
    assert_eq!(resets > 0, replay_events < 100, "{resets} resets");
}

async fn come_back_from_all(
    app: TestApp,
    reader: &Person,
    moments: &[Moment],
    town: &Town,
    now: &Snapshot,
    resets: &mut u32,
) -> TestApp {
    for moment in moments {
        let (snapshot, reset) = come_back(&app, reader, moment, town.entered).await;
        *resets += u32::from(reset);
        assert_eq!(snapshot.without_hints(), *now, "from {}", moment.0);
    }
    app
}

#[tokio::test]
async fn what_was_applied_is_what_is_there_with_a_large_ring() {
    history_of(1, 8_192, 20_000, Way::Short).await;
}

#[tokio::test]
async fn what_was_applied_is_what_is_there_with_a_small_ring() {
    history_of(2, 3, 20_000, Way::Short).await;
}

#[tokio::test]
async fn what_was_applied_is_what_is_there_when_it_comes_as_a_body() {
    history_of(3, 20, 20_000, Way::Body).await;
}

#[tokio::test]
async fn what_was_applied_is_what_is_there_also_where_a_reset_is_part_of_it() {
    history_of(4, 5, 90, Way::Short).await;
}

#[tokio::test]
async fn what_was_applied_is_what_is_there_for_a_reader_who_is_made_a_guest_and_back() {
    let app = TestApp::with("ring_frames", 20).start().await;
    let mut town = Town::new(&app, 5).await;
    app.app.db.write(|write| Ok(write.script("UPDATE users SET role = 1 WHERE id = 1")?)).await.unwrap();
    let (owner, reader) = (town.people[0].clone(), town.people[1].clone());
    for _ in 0..80 {
        town.step(&app).await;
    }
    for round in 0..6 {
        let (before, mut live) = (app.head(), reader.stream().await);
        let role = if round % 2 == 0 { "guest" } else { "member" };
        assert_eq!(owner.give_role(reader.id, role).await.status, 200);
        let frames = live.read_to_end().await;
        assert_eq!(frames.last().map(|frame| frame.event.as_str()), Some("bye"));
        assert_eq!(reader.stream_after(before).await.next().await.event, "reset");
        let start = app.head();
        let first = fetch(&reader, town.entered).await;
        let outside = first.rooms.keys().filter(|room| !first.joined.contains(room)).count();
        assert!(role == "member" || outside == 0, "a guest knows of {outside} rooms that are not theirs");
        let browser = Browser::new(reader.id, &first);
        let doing = async {
            for _ in 0..100 {
                town.step(&app).await;
            }
            reader.send(1, END).await;
        };
        let (moments, ()) = tokio::join!(read(&reader, &browser, start, Dice(round)), doing);
        let now = fetch(&reader, town.entered).await.without_hints();
        // Of people out of sight a guest's browser keeps what it knew.
        let in_sight = |snapshot: Snapshot| {
            let mut snapshot = snapshot.without_hints();
            snapshot.users.retain(|user, _| now.users.contains_key(user));
            snapshot
        };
        assert_eq!(in_sight(browser.snapshot()), now, "round {round}");
        for moment in &moments {
            let (snapshot, reset) = come_back(&app, &reader, moment, town.entered).await;
            assert!(!reset);
            assert_eq!(in_sight(snapshot), now, "round {round} from {}", moment.0);
        }
    }
}
