//! Guests: what they are told, by every way there is, and what they are not.

use super::{
    app::TestApp,
    html,
    person::{Person, WAYS},
    sse::Stream,
};
use crate::{
    features::{
        invites::model::{InviteSeen, NewInvite},
        people::model::{Role, User, UserList},
        rooms::model::{MemberList, MemberRole, RoomList},
        switcher::model::FoundRooms,
    },
    model::{
        error::{Code, Reason},
        ids::UserId,
        things::Event,
    },
};

/// What a guest may not meet: a room outside of theirs, a person with whom they share none, and those of another guest.
const FOREIGN: [&str; 4] = ["Zanzibar", "Quetzal", "quetzal-handle", "Hidden topic"];

/// Makes guests of people, as the store has them after a start.
async fn make_guests(app: TestApp, guests: &[&Person]) -> TestApp {
    for guest in guests {
        // In no room, and never in one: as somebody whom an invitation lets in.
        let sql = format!("UPDATE users SET role = 4 WHERE id = {0}; DELETE FROM members WHERE user_id = {0}", guest.id);
        app.app.db.write(move |write| Ok(write.script(&sql)?)).await.unwrap();
    }
    app.restart().await
}

/// A workspace with a guest in one room, and a foreign room with a foreign person.
struct Inn {
    app: TestApp,
    lin: Person,
    foreigner: Person,
    guest: Person,
    tea: u64,
    foreign: u64,
}

impl Inn {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let (lin, foreigner, guest) = (app.enter("Lin").await, app.enter("Quetzal").await, app.enter("Ana").await);
        let tea = lin.create_room("Tea").await;
        let foreign = foreigner.create_room("Zanzibar").await;
        let topic = [("room", &*foreign.to_string()), ("topic", "Hidden topic")];
        assert_eq!(foreigner.post("/api/rooms/update", &topic).await.status, 200);
        let sql = format!("UPDATE users SET handle = 'quetzal-handle' WHERE id = {}", foreigner.id);
        app.app.db.write(move |write| Ok(write.script(&sql)?)).await.unwrap();
        let app = make_guests(app, &[&guest]).await;
        let [lin, foreigner, guest] = [&lin, &foreigner, &guest].map(|person| app.again(person));
        let inn = Self { app, lin, foreigner, guest, tea, foreign };
        inn.add(tea).await;
        inn
    }

    async fn add(&self, room: u64) {
        let fields = [("room", &*room.to_string()), ("users", &self.guest.id.to_string())];
        let answer = self.lin.post("/api/rooms/add", &fields).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    /// Everything that a guest can ask for or open.
    async fn everything(&self) -> Vec<(String, String)> {
        let ids = (1..=9).map(|id| id.to_string()).collect::<Vec<_>>().join(",");
        let (tea, foreign) = (self.tea.to_string(), self.foreign.to_string());
        let mut all = Vec::new();
        let calls: [(&str, &[(&str, &str)]); 18] = [
            ("workspace/fetch", &[]),
            ("workspace/fetch", &[("room", &tea)]),
            ("workspace/fetch", &[("room", &foreign)]),
            ("people/list", &[("users", &ids)]),
            ("people/directory", &[]),
            ("people/role", &[("user", "2"), ("role", "member")]),
            ("rooms/list", &[]),
            ("rooms/browse", &[("archived", "true")]),
            ("rooms/find", &[("text", "za")]),
            ("rooms/find", &[("text", "t")]),
            ("rooms/members", &[("room", &tea)]),
            ("rooms/members", &[("room", &foreign)]),
            ("rooms/join", &[("room", &foreign)]),
            ("rooms/direct", &[("users", "2")]),
            ("rooms/add", &[("room", &tea), ("users", "2")]),
            ("messages/page", &[("room", &tea)]),
            ("pins/excerpts", &[("room", &tea)]),
            ("invites/list", &[]),
        ];
        for (call, fields) in calls {
            let answer = self.guest.post(&format!("/api/{call}"), fields).await;
            all.push((format!("{call} {fields:?}"), answer.body));
        }
        let pages = [
            "/rooms".to_owned(),
            format!("/rooms/{tea}"),
            format!("/rooms/{foreign}"),
            format!("/rooms/{tea}/people"),
            format!("/rooms/{foreign}/people"),
            "/rooms/1".to_owned(),
            "/browse".to_owned(),
            "/browse?archived=true".to_owned(),
            "/browse?find=z".to_owned(),
            "/people".to_owned(),
            "/people?find=q".to_owned(),
            "/people?with=2".to_owned(),
            "/people/2".to_owned(),
            "/settings".to_owned(),
            "/admin/people".to_owned(),
            "/admin/invites".to_owned(),
        ];
        for page in pages {
            let answer = self.guest.get(&page).await;
            all.push((page, answer.body));
        }
        all
    }

    /// What comes on the stream after `seq`, up to what is the newest now.
    async fn stream_after(&self, seq: u64) -> String {
        let end = self.lin.send(self.tea, "the end of it").await.id.0;
        read_up_to(self.guest.stream_after(seq).await, end).await
    }

    async fn check(&self, told: &[(String, String)], names: &[&str]) {
        for (what, text) in told {
            for name in names {
                assert!(!text.contains(name), "{what} tells of {name}: {text}");
            }
        }
    }
}

/// Everything that a stream brings up to a number.
async fn read_up_to(mut stream: Stream, end: u64) -> String {
    let mut told = String::new();
    loop {
        let event: Event = stream.change().await;
        told += &serde_json::to_string(&event).unwrap();
        told.push('\n');
        if event.seq().0 >= end {
            return told;
        }
    }
}

#[tokio::test]
async fn guest_is_told_of_no_room_and_no_person_out_of_sight_by_any_way() {
    let inn = Inn::new().await;
    let live = inn.guest.stream().await;
    // What everybody is told: a new name and topic, another room, a new person.
    inn.foreigner.rename(inn.foreign, "Zanzibar again").await;
    inn.foreigner.create_room("Zanzibar too").await;
    inn.foreigner.post("/api/people/update", &[("hue", "7")]).await;
    inn.foreigner.send(inn.foreign, "hello Quetzal").await;
    inn.app.enter("Quetzal the second").await;
    let mut told = inn.everything().await;
    let end = inn.lin.send(inn.tea, "so far").await.id.0;
    told.push(("the live stream".to_owned(), read_up_to(live, end).await));
    for after in [0, 1, 5, end - 3] {
        told.push((format!("a resume after {after}"), inn.stream_after(after).await));
    }
    inn.check(&told, &FOREIGN).await;
    // What is theirs is there.
    let has = |what: &str, name: &str| told.iter().any(|(from, text)| from.starts_with(what) && text.contains(name));
    for (what, name) in [("workspace/fetch", "Tea"), ("people/list", "Lin"), ("people/directory", "Lin"), ("rooms/list", "Tea")] {
        assert!(has(what, name), "{what}: {name}");
    }
    assert!(has("a resume after 0", "\"Tea\"") && has("a resume after 0", "\"Lin\"") && has("/people", "Lin"));
    let restarted = Inn { app: inn.app.restart().await, ..inn };
    let [lin, guest] = [&restarted.lin, &restarted.guest].map(|person| restarted.app.again(person));
    let restarted = Inn { lin, guest, ..restarted };
    for after in [0, end] {
        let again = restarted.stream_after(after).await;
        restarted.check(&[("a resume after a start".to_owned(), again)], &FOREIGN).await;
    }
}

#[tokio::test]
async fn guest_lists_what_they_see_and_nothing_else() {
    let inn = Inn::new().await;
    let guest = &inn.guest;
    let people: UserList = guest.post("/api/people/directory", &[]).await.ok();
    let ids: Vec<UserId> = people.items.iter().map(|user| user.id).collect();
    assert_eq!((ids, people.next), (vec![inn.lin.id, guest.id], None));
    let rooms: RoomList = guest.post("/api/rooms/list", &[]).await.ok();
    assert_eq!(rooms.items.iter().map(|room| room.id.0).collect::<Vec<_>>(), [inn.tea]);
    let browse: RoomList = guest.post("/api/rooms/browse", &[("archived", "true")]).await.ok();
    assert_eq!((browse.items, browse.next), (Vec::new(), None));
    let found: FoundRooms = guest.post("/api/rooms/find", &[("text", "z")]).await.ok();
    assert!(found.rooms.is_empty());
    let foreign = inn.foreign.to_string();
    for call in ["rooms/join", "rooms/members", "rooms/leave", "messages/page"] {
        assert_eq!(guest.post(&format!("/api/{call}"), &[("room", &foreign)]).await.code(), Code::NotFound, "{call}");
    }
    assert_eq!(guest.get(&format!("/rooms/{foreign}")).await.status, 404);
    assert_eq!(guest.post("/api/rooms/create", &[("name", "Mine")]).await.code(), Code::Forbidden);
    assert_eq!(guest.get("/").await.location(), format!("/rooms/{}", inn.tea), "home is a room of theirs");
}

#[tokio::test]
async fn guest_learns_of_a_room_and_its_people_with_it_and_is_told_no_more_without_it() {
    let inn = Inn::new().await;
    let (guest, tea) = (&inn.guest, inn.tea.to_string());
    let users = [("users", "2")];
    assert_eq!(guest.post("/api/people/list", &users).await.body, "[]");
    // Somebody comes into their room: they may be asked for, and their changes come.
    let mut live = guest.stream().await;
    let fields = [("room", &*tea), ("users", "2")];
    assert_eq!(inn.lin.post("/api/rooms/add", &fields).await.status, 200);
    inn.foreigner.post("/api/people/update", &[("hue", "3")]).await;
    assert!(matches!(live.change().await, Event::Member(member) if member.user == inn.foreigner.id));
    assert!(matches!(live.change().await, Event::User(user) if user.id == inn.foreigner.id && user.hue == 3));
    assert!(guest.post("/api/people/list", &users).await.body.contains("Quetzal"));
    // One who has left the room stays known.
    inn.foreigner.post("/api/rooms/leave", &[("room", &tea)]).await;
    assert!(guest.post("/api/people/list", &users).await.body.contains("Quetzal"));
    // A room brings itself, by `as_of`; its changes come while they are in it.
    let open = inn.lin.create_room("Zoo").await;
    inn.add(open).await;
    inn.lin.rename(open, "The Zoo").await;
    let head = inn.app.head();
    let told = inn.stream_after(0).await;
    assert!(told.contains("The Zoo"), "{told}");
    let mut live = guest.stream_after(head).await;
    let own = [("room", &*open.to_string())];
    assert_eq!(guest.post("/api/rooms/leave", &own).await.status, 200);
    inn.lin.rename(open, "Nobody's Zoo").await;
    let end = inn.lin.send(inn.tea, "and so on").await.id.0;
    let mut told = String::new();
    loop {
        let event: Event = live.change().await;
        told += &serde_json::to_string(&event).unwrap();
        if event.seq().0 == end {
            break;
        }
    }
    assert!(told.contains("\"joined\":false") && !told.contains("Zoo"), "{told}");
    assert!(!inn.stream_after(0).await.contains("Zoo"));
    // Out of their only room, they see themselves.
    guest.post("/api/rooms/leave", &[("room", &tea)]).await;
    let people: UserList = guest.post("/api/people/directory", &[]).await.ok();
    assert_eq!(people.items.iter().map(|user| user.id).collect::<Vec<_>>(), [guest.id]);
    assert_eq!(guest.get("/").await.location(), "/rooms");
}

/// A workspace with an owner and two members, one of whom runs a room.
async fn town() -> (TestApp, [Person; 3], u64) {
    let app = TestApp::start().await;
    let (olga, ada, mei) = (app.owner().await, app.sign_up("ada").await, app.enter("Mei").await);
    let tea = ada.create_room("Tea").await;
    (app, [olga, ada, mei], tea)
}

#[tokio::test]
async fn guest_is_made_and_unmade_and_their_streams_begin_anew() {
    for way in WAYS {
        let (app, [olga, ada, mei], tea) = town().await;
        let ada = ada.by(way);
        mei.join(tea).await;
        let zoo = mei.create_room("Zoo").await;
        let (cursor, mut stream) = (app.head(), ada.stream().await);
        assert_eq!(mei.give_role(ada.id, "guest").await.code(), Code::Forbidden);
        let guest: User = olga.give_role(ada.id, "guest").await.ok();
        assert_eq!((guest.role, guest.seq.0 > cursor), (Role::Guest, true));
        assert_eq!(stream.read_to_end().await.last().map(|frame| frame.event.clone()).as_deref(), Some("bye"));
        assert_eq!(ada.stream_after(cursor).await.next().await.event, "reset");
        let rooms: RoomList = ada.post("/api/rooms/list", &[]).await.ok();
        assert_eq!(rooms.items.iter().map(|room| room.id.0).collect::<Vec<_>>(), [1, tea], "they keep their rooms");
        assert_eq!(ada.post("/api/rooms/create", &[("name", "Mine")]).await.code(), Code::Forbidden);
        // A guest does not run a room alone.
        let members: MemberList = mei.post("/api/rooms/members", &[("room", &tea.to_string())]).await.ok();
        let admins: Vec<_> = members.items.iter().filter(|one| one.role == MemberRole::Admin).map(|one| one.user).collect();
        assert!(admins.contains(&mei.id), "{admins:?}");
        let app = app.restart().await;
        let [olga, ada, mei] = [&olga, &ada, &mei].map(|person| app.again(person));
        assert_eq!(ada.stream_after(cursor).await.next().await.event, "reset", "also after a start");
        let mut stream = ada.stream().await;
        mei.rename(zoo, "The Zoo").await;
        mei.send(1, "hi").await;
        assert!(matches!(stream.change().await, Event::Message(message) if message.text == "hi"), "nothing of the Zoo");
        let member: User = olga.give_role(ada.id, "member").await.ok();
        assert_eq!(member.role, Role::Member);
        assert_eq!(stream.read_to_end().await.last().map(|frame| frame.event.clone()).as_deref(), Some("bye"));
        assert_eq!(ada.stream_after(guest.seq.0).await.next().await.event, "reset");
        let rooms: RoomList = ada.post("/api/rooms/list", &[]).await.ok();
        assert_eq!(rooms.items.len(), 3);
        assert!(ada.join(zoo).await.joined);
    }
}

#[tokio::test]
async fn guest_comes_in_by_an_invitation_with_a_name_alone_into_its_rooms_alone() {
    let (app, [olga, ada, mei], tea) = town().await;
    app.app.db.write(|write| Ok(write.script("UPDATE workspace SET entry = 2")?)).await.unwrap();
    let room = olga.create_room("Guests").await;
    let error = olga.post("/api/invites/create", &[("role", "guest")]).await.error();
    assert_eq!((error.field.as_deref(), error.reason), (Some("rooms"), Some(Reason::Missing)));
    let terms = |rooms: &str| [("role", "guest".to_owned()), ("rooms", rooms.to_owned()), ("uses", "3".to_owned())];
    let invite = async |person: &Person, rooms: &str| {
        let terms = terms(rooms);
        person.post("/api/invites/create", &terms.each_ref().map(|(name, value)| (*name, value.as_str()))).await
    };
    assert_eq!(invite(&olga, &tea.to_string()).await.code(), Code::NotFound, "she is not in it");
    assert_eq!(invite(&mei, "1").await.code(), Code::Forbidden);
    let made: NewInvite = invite(&olga, &room.to_string()).await.ok();
    let seen: InviteSeen = app.post("/api/invites/see", &[("token", &made.token)]).await.ok();
    assert_eq!((seen.role, seen.rooms), (Role::Guest, vec!["Guests".to_owned()]));
    let page = app.get("/join").await.body;
    for field in ["handle", "password"] {
        assert!(
            html::find(&page, "input", "id", field)
                .is_some_and(|input| input.attributes.iter().all(|(name, _)| name != "required")),
            "{page}"
        );
    }
    let sign_up = async |more: &[(&str, &str)]| {
        let fields: Vec<_> = [("invite", &*made.token)].into_iter().chain(more.iter().copied()).collect();
        app.post("/api/auth/sign_up", &fields).await
    };
    let half = sign_up(&[("name", "Gus"), ("handle", "gus")]).await.error();
    assert_eq!(half.field.as_deref(), Some("password"));
    assert_eq!(sign_up(&[("name", "Mei")]).await.code(), Code::NameTaken, "as for everybody without an account");
    let fields = [("invite", &*made.token), ("name", "Gus"), ("handle", ""), ("password", ""), ("session", "")];
    let answer = app.site.post_html("/api/auth/sign_up", &fields).await;
    assert_eq!(answer.status, 302, "{}", answer.body);
    let cookie = answer.session_cookie().expect("a session");
    let gus: User = {
        let me = Person { site: app.site.clone(), id: UserId(4), name: "Gus".to_owned(), cookie, way: WAYS[0] };
        let rooms: RoomList = me.post("/api/rooms/list", &[]).await.ok();
        assert_eq!(rooms.items.iter().map(|room| room.id.0).collect::<Vec<_>>(), [room], "not in the default rooms");
        assert_eq!(me.get("/").await.location(), format!("/rooms/{room}"));
        let own = me.get(&format!("/rooms/{room}")).await.body;
        assert!(!own.contains("href=\"/browse\"") && !own.contains("/api/rooms/create"), "{own}");
        let claimed = [("handle", "gus"), ("password", "correct horse")];
        me.post("/api/auth/claim", &claimed).await.ok()
    };
    assert_eq!((gus.role, gus.handle.as_deref()), (Role::Guest, Some("gus")), "with an account still a guest");
    let kim = sign_up(&[("name", "Kim"), ("handle", "kim"), ("password", "correct horse")]).await;
    assert!(kim.body.contains("\"role\":\"guest\""), "{}", kim.body);
    // Guests are added by a room's admins alone.
    mei.join(tea).await;
    let add = async |by: &Person, room: u64, user: UserId| {
        by.post("/api/rooms/add", &[("room", &*room.to_string()), ("users", &*user.to_string())]).await
    };
    assert_eq!(add(&mei, tea, gus.id).await.code(), Code::Forbidden);
    assert_eq!(add(&ada, tea, gus.id).await.status, 200);
    assert_eq!(add(&mei, tea, gus.id).await.status, 200, "again changes nothing");
    // The pages of those who lead offer it.
    let invites = olga.get("/admin/invites").await.body;
    assert!(html::find(&invites, "input", "value", "guest").is_some() && invites.contains("Guests, who"), "{invites}");
    assert!(olga.get("/admin/people").await.body.contains("Make guest"));
}
