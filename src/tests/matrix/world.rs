//! The workspace in which the matrix is asked: its people, rooms and messages, and the fields of each call.

use super::super::{answer::Answer, app::TestApp, person::Person};
use crate::{
    features::invites::model::NewInvite,
    sessions::{
        store::{NewSession, create_session},
        token::{Token, random_hex},
    },
};
use std::collections::HashMap;

/// The rooms, by the names of the table, and their numbers.
const ROOMS: [(&str, u64); 7] =
    [("general", 1), ("open", 2), ("private", 3), ("archived", 4), ("admins-post", 5), ("outside", 6), ("direct", 7)];
/// The number of a person, room or invitation that is not there.
const NOWHERE: &str = "9999";

/// People on whom is acted, who do not act themselves, and their roles.
const TARGETS: [(&str, u8); 7] =
    [("a-name", 3), ("a-member", 3), ("an-admin", 2), ("an-owner", 1), ("to-admin", 3), ("gone", 3), ("removed", 3)];

pub struct World {
    app: TestApp,
    /// Runs all rooms, is an owner, and puts right what a call has changed.
    keeper: Person,
    /// Those who act and those on whom is acted, by the names of the table.
    people: HashMap<&'static str, Person>,
    /// The keeper's message in each room, and those of the others.
    messages: HashMap<(&'static str, &'static str), u64>,
    /// An invitation that is used, and one that is ended.
    token: String,
    to_revoke: u64,
}

impl World {
    pub async fn new() -> Self {
        let app = TestApp::start().await;
        let keeper = app.enter("Keeper").await;
        let mut people = HashMap::new();
        let actors = super::ACTORS.into_iter().map(|(name, _)| name).filter(|name| !["nobody", "guest"].contains(name));
        for name in actors.chain(TARGETS.map(|(name, _)| name)) {
            people.insert(name, app.enter(&format!("The {name}")).await);
        }
        // Accounts without the work of a hash.
        let mut accounts = format!("UPDATE users SET role = 1, handle = 'keeper' WHERE id = {};", keeper.id);
        for (name, person) in people.iter().filter(|(name, _)| !["named", "a-name"].contains(name)) {
            let role = match *name {
                "owner" => 1,
                "admin" => 2,
                name => TARGETS.iter().find(|(target, _)| *target == name).map_or(3, |(_, role)| *role),
            };
            accounts +=
                &format!("UPDATE users SET role = {role}, handle = 'h{0}', handle_skeleton = 'h{0}' WHERE id = {0};", person.id);
        }
        app.app.db.write(move |write| Ok(write.script(&accounts)?)).await.unwrap();

        let inside = ["former", "named", "member", "runs", "admin", "owner", "removed", "left"];
        let ids = inside.map(|name| people[name].id.to_string()).join(",");
        let mut messages = HashMap::new();
        for (room, number) in ROOMS.into_iter().filter(|(room, _)| !["general", "direct"].contains(room)) {
            let kind = if ["private", "outside"].contains(&room) { "private" } else { "open" };
            let users = if room == "outside" { "" } else { &ids };
            let made = keeper.post("/api/rooms/create", &[("name", room), ("kind", kind), ("users", users)]).await;
            assert!(made.body.contains(&format!(r#""id":{number},"#)), "{}", made.body);
            messages.insert((room, "keeper"), keeper.send(number, "kept").await.id.0);
            for name in inside.into_iter().filter(|_| room != "outside") {
                messages.insert((room, name), people[name].send(number, "mine").await.id.0);
            }
        }
        // The guest comes as guests do.
        let fields = [("role", "guest"), ("rooms", "2,3,4,5"), ("uses", "1")];
        let invite = keeper.post("/api/invites/create", &fields).await.ok::<NewInvite>().token;
        let guest = app.post("/api/auth/sign_up", &[("invite", &invite), ("name", "The guest")]).await;
        people.insert("guest", Person::entered(app.site.clone(), &guest));
        for (room, number) in ROOMS.into_iter().filter(|(_, number)| (2..=5).contains(number)) {
            messages.insert((room, "guest"), people["guest"].send(number, "mine").await.id.0);
        }
        let direct = ["named", "guest", "member", "runs", "admin", "owner"];
        let users = direct.map(|name| people[name].id.to_string()).join(",");
        let made = keeper.post("/api/rooms/direct", &[("users", &users)]).await;
        assert!(made.body.contains(r#""id":7,"#), "{}", made.body);
        messages.insert(("direct", "keeper"), keeper.send(7, "kept").await.id.0);
        for name in direct {
            messages.insert(("direct", name), people[name].send(7, "mine").await.id.0);
        }
        let token = keeper.post("/api/invites/create", &[("uses", "1000")]).await.ok::<NewInvite>().token;
        let to_revoke = keeper.post("/api/invites/create", &[]).await.ok::<NewInvite>().id;
        let world = Self { app, keeper, people, messages, token, to_revoke };
        for (room, _) in ROOMS.into_iter().filter(|(room, _)| !["general", "outside", "direct"].contains(room)) {
            world.people["former"].post("/api/rooms/leave", &[("room", &world.room(room))]).await;
            world.set_role(room).await;
        }
        world.keep("rooms/update", &[("room", &world.room("admins-post")), ("posting", "admins")]).await;
        world.archive(true).await;
        for name in ["left", "gone"] {
            world.keep("people/deactivate", &[("user", &world.people[name].id.to_string())]).await;
        }
        world
    }

    fn room(&self, name: &str) -> String {
        ROOMS.iter().find(|(room, _)| *room == name).map_or(NOWHERE.to_owned(), |(_, number)| number.to_string())
    }

    async fn keep(&self, call: &str, fields: &[(&str, &str)]) {
        let answer = self.keeper.post(&format!("/api/{call}"), fields).await;
        assert_eq!(answer.status, 200, "{call} {fields:?}: {}", answer.body);
    }

    async fn archive(&self, on: bool) {
        self.keep("rooms/archive", &[("room", &self.room("archived")), ("on", if on { "true" } else { "false" })]).await;
    }

    async fn set_role(&self, room: &str) {
        let runs = self.people["runs"].id.to_string();
        self.keep("rooms/role", &[("room", &self.room(room)), ("user", &runs), ("role", "admin")]).await;
    }

    /// Puts memberships right after a call that changes them.
    pub async fn restore(&self, call: &str, object: &str) {
        if !["rooms/join", "rooms/leave", "rooms/remove"].contains(&call) || ["general", "direct", "nowhere"].contains(&object) {
            return;
        }
        let (room, archived) = (self.room(object), object == "archived");
        if archived {
            self.archive(false).await;
        }
        let inside =
            ["named", "guest", "member", "runs", "admin", "owner", "removed"].map(|name| self.people[name].id.to_string());
        self.keep("rooms/add", &[("room", &room), ("users", &inside.join(","))]).await;
        self.set_role(object).await;
        for name in ["outsider", "former"] {
            // Whether or not they had come in.
            self.keeper.post("/api/rooms/remove", &[("room", &room), ("user", &self.people[name].id.to_string())]).await;
        }
        if archived {
            self.archive(true).await;
        }
    }

    /// Asks as `actor`, with a session of its own, since some calls end it.
    pub async fn ask(&self, actor: &str, call: &str, object: &str) -> Answer {
        let fields = self.fields(actor, call, object);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let path = format!("/api/{call}");
        match actor {
            "nobody" => self.app.post(&path, &fields).await,
            // With the cookie that they had.
            "left" => self.people[actor].post(&path, &fields).await,
            actor => self.session(&self.people[actor]).await.post(&path, &fields).await,
        }
    }

    async fn session(&self, person: &Person) -> Person {
        let token = Token::new().unwrap();
        let session = NewSession::new(token.hash(), random_hex(8).unwrap());
        create_session(&self.app.app.db, person.id, session).await.unwrap();
        let name = person.cookie.split('=').next().unwrap();
        Person { cookie: format!("{name}={}", token.as_str()), ..person.clone() }
    }

    /// The fields of a call on an object. What they ask for is there already where that can be, so that one cell does not
    /// change the next.
    fn fields(&self, actor: &str, call: &str, object: &str) -> Vec<(&'static str, String)> {
        let text = |text: &str| text.to_owned();
        let fresh = || random_hex(16).unwrap();
        let person = |name: &str| self.people.get(name).map_or(NOWHERE.to_owned(), |person| person.id.to_string());
        let room = || ("room", self.room(object));
        let target = || ("user", person(if object == "left" { "gone" } else { object }));
        let message = || {
            let (whose, room) = object.strip_prefix("own-").map_or(("keeper", object), |room| (actor, room));
            let number = self.messages.get(&(room_name(room), actor_name(whose)));
            ("message", number.or(self.messages.get(&(room_name(room), "keeper"))).map_or(NOWHERE.to_owned(), u64::to_string))
        };
        let removed = || ("user", person("removed"));
        match call {
            "auth/enter" => vec![("name", format!("N {:.12}", fresh()))],
            "auth/sign_in" => vec![("login", text("somebody")), ("password", text("wrong password"))],
            "auth/sign_up" => vec![("name", text("New")), ("handle", text("new")), ("password", text("short"))],
            "auth/claim" => vec![("handle", text("claimed")), ("password", text("short"))],
            "auth/password" => vec![("old", text("wrong password")), ("new", text("another horse"))],
            "auth/end_session" => vec![("tag", text("nobody's"))],
            "auth/recover" => vec![("token", text(&"0".repeat(64))), ("password", text("another horse"))],
            "setup/create" => vec![
                ("token", text(&"0".repeat(64))),
                ("workspace", text("Tea")),
                ("name", text("New")),
                ("handle", text("new")),
                ("password", text("another horse")),
            ],
            "workspace/update" => vec![("entry", text("open"))],
            "preferences/set" => vec![("theme", text("dark"))],
            "invites/see" => vec![("token", self.token.clone())],
            "invites/accept" => vec![("invite", self.token.clone())],
            "invites/create" if object == "-" => vec![],
            "invites/create" => vec![("rooms", self.room(object))],
            "invites/revoke" if object == "nowhere" => vec![("invite", text(NOWHERE))],
            "invites/revoke" => vec![("invite", self.to_revoke.to_string())],
            "people/list" => vec![("users", text("1"))],
            "people/update" => vec![("hue", text("3"))],
            "people/role" => {
                let role = match object {
                    "an-admin" | "to-admin" => "admin",
                    "an-owner" => "owner",
                    _ => "member",
                };
                vec![target(), ("role", text(role))]
            }
            "people/recovery" | "people/activate" | "people/ban" | "people/deactivate" => vec![target()],
            "rooms/direct" if object == "-" => vec![("users", self.keeper.id.to_string())],
            "rooms/direct" => vec![("users", target().1)],
            "rooms/create" => vec![("name", format!("R {:.12}", fresh())), ("kind", text("private"))],
            "rooms/join" | "rooms/leave" | "rooms/members" | "messages/page" | "pins/list" | "pins/excerpts" => vec![room()],
            "rooms/add" => vec![room(), ("users", self.keeper.id.to_string())],
            "rooms/remove" => vec![room(), removed()],
            "rooms/role" => vec![room(), removed(), ("role", text("member"))],
            "rooms/update" => vec![room(), ("topic", text("as it is"))],
            "rooms/rename" => vec![room(), ("name", text(object))],
            "rooms/archive" => vec![room(), ("on", (object == "archived").to_string())],
            "rooms/read" => vec![room(), ("n", text("0"))],
            "rooms/subscribe" => vec![room(), ("favourite", text("false"))],
            "messages/send" => vec![room(), ("key", fresh()), ("text", text("hi"))],
            "messages/delete" => vec![message()],
            "pins/set" => vec![message(), ("on", text("false"))],
            _ => vec![],
        }
    }
}

fn room_name(name: &str) -> &'static str {
    ROOMS.iter().find(|(room, _)| *room == name).map_or("", |(room, _)| *room)
}

fn actor_name(name: &str) -> &'static str {
    super::ACTORS.iter().find(|(actor, _)| *actor == name).map_or("keeper", |(actor, _)| *actor)
}
