//! A store on a real disk, in a directory of its own, with verbs for tests.

use crate::{
    database::{Cell, Change, Database, OpenOptions, open, params},
    features::{
        messages::{
            markup,
            model::Message,
            store::{NewMessage, send},
        },
        people::{model::User, names},
        server::FEATURES,
        subscriptions::store::{self as subscriptions, SubscriptionUpdate},
    },
    model::{
        error::AppResult,
        ids::{ClientKey, MessageId, RoomId, Seq, UserId},
        things::{Event, Kind},
    },
    request::hooks::Hooks,
    sessions::store::NewSession,
};
use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};
use tempfile::TempDir;

/// The hooks of every feature, as the server has them.
pub fn hooks() -> Hooks {
    Hooks::new(FEATURES.iter().map(|feature| feature.hooks))
}

/// An open store; what its commits published is kept, a batch an entry.
pub struct Fixture {
    pub db: Database,
    pub commits: Arc<Mutex<Vec<Vec<Change>>>>,
    pub dir: TempDir,
}

static DRAWN: AtomicU64 = AtomicU64::new(1);

/// A number no other call has given.
pub fn fresh() -> u64 {
    DRAWN.fetch_add(1, Ordering::Relaxed)
}

/// A key no other call has given.
pub fn fresh_key() -> ClientKey {
    ClientKey(u128::from(fresh()).to_be_bytes())
}

/// A session's hash no other call has given.
pub fn fresh_hash() -> [u8; 32] {
    let mut hash = [7; 32];
    hash[..8].copy_from_slice(&fresh().to_be_bytes());
    hash
}

/// A session no other call has given.
pub fn fresh_session() -> NewSession {
    NewSession::new(fresh_hash(), "tag".to_owned())
}

pub fn options(dir: &Path) -> OpenOptions<'_> {
    OpenOptions { dir, readers: 2, queue: 1_024 }
}

impl Default for Fixture {
    fn default() -> Self {
        Self::new()
    }
}

impl Fixture {
    pub fn new() -> Self {
        Self::with(options)
    }

    pub fn with(options: impl Fn(&Path) -> OpenOptions<'_>) -> Self {
        let dir = TempDir::new().unwrap();
        let commits: Arc<Mutex<Vec<Vec<Change>>>> = Arc::default();
        let told = commits.clone();
        let db = open(options(dir.path()), move |changes| told.lock().unwrap().push(changes)).unwrap();
        Self { db, commits, dir }
    }

    /// Closes the store and opens it again, as a restart does.
    pub fn restart(self) -> Self {
        let Self { db, commits, dir } = self;
        db.close();
        drop(db);
        let told = commits.clone();
        let db = open(options(dir.path()), move |changes| told.lock().unwrap().push(changes)).unwrap();
        Self { db, commits, dir }
    }

    pub async fn try_enter(&self, name: &str) -> AppResult<User> {
        crate::features::accounts::store::add_person(&self.db, &hooks(), names::check(name).unwrap(), fresh_session()).await
    }

    pub async fn enter(&self, name: &str) -> User {
        self.try_enter(name).await.unwrap()
    }

    /// Makes a guest by an invitation to `room`; none where `owner` does not run it.
    pub async fn enter_guest(&self, name: &str, owner: UserId, room: RoomId) -> Option<User> {
        use crate::features::{accounts::store::sign_up, invites::store as invites, people::model::Role};
        let terms = invites::InviteTerms { role: Role::Guest, rooms: [room].into(), uses: 1, expires: u64::MAX >> 12 };
        let invite = invites::create(&self.db, owner, terms).await.ok()?;
        let (name, token) = (names::check(name).unwrap(), crate::sessions::token::hash_of(&invite.token));
        Some(sign_up(&self.db, &hooks(), name, None, token, fresh_session()).await.unwrap())
    }

    pub async fn try_send(&self, author: UserId, room: RoomId, key: ClientKey, text: &str) -> AppResult<Message> {
        let body = markup::parse(text);
        send(&self.db, &hooks(), NewMessage { room, author, key, text: text.to_owned(), body }).await
    }

    pub async fn send(&self, author: &User, room: RoomId, text: &str) -> Message {
        self.try_send(author.id, room, fresh_key(), text).await.unwrap()
    }

    pub async fn delete(&self, author: &User, message: MessageId) -> Message {
        crate::features::messages::store::delete(&self.db, &hooks(), author.id, message).await.unwrap()
    }

    /// Publishes a thing of `user` alone, about a room that they are in.
    pub async fn publish_own(&self, room: RoomId, user: UserId) -> Seq {
        publish_own(&self.db, room, user).await
    }

    /// Everything published so far, in order.
    pub fn published(&self) -> Vec<Event> {
        self.commits.lock().unwrap().iter().flatten().map(|change| change.event.clone()).collect()
    }

    /// Forgets what was published.
    pub fn forget(&self) {
        self.commits.lock().unwrap().clear();
    }

    /// Runs SQL behind the store's back.
    pub async fn sql(&self, sql: &'static str) {
        self.db.write(move |write| Ok(write.script(sql)?)).await.unwrap();
    }

    /// The first number that `sql` answers.
    pub async fn count(&self, sql: &'static str) -> u64 {
        self.db.read(move |read| Ok(read.row(sql, &[], |row| row.get(0))?)).await.unwrap().unwrap()
    }

    /// How many things of `kind` the table of changes has.
    pub async fn changes(&self, kind: Kind) -> u64 {
        const OF_KIND: &str = "SELECT count(*) FROM changes WHERE kind = ?1";
        self.db.read(move |read| Ok(read.row(OF_KIND, &params![kind.number()], |row| row.get(0))?)).await.unwrap().unwrap()
    }

    /// How the engine would run a statement, a step a line.
    pub async fn plan(&self, sql: &str, params: &[Cell<'_>]) -> String {
        let numbers: Vec<u64> = params.iter().map(|cell| if let Cell::Number(number) = cell { *number } else { 0 }).collect();
        let sql = format!("EXPLAIN QUERY PLAN {sql}");
        let steps = self.db.read(move |read| {
            let params: Vec<_> = numbers.iter().map(|number| Cell::Number(*number)).collect();
            Ok(read.rows(&sql, &params, |row| row.get::<String>(3))?)
        });
        steps.await.unwrap().join("\n")
    }
}

/// Publishes a thing of `user` alone: whether `room` is a favourite, which it has not been until now, or no longer.
pub async fn publish_own(db: &Database, room: RoomId, user: UserId) -> Seq {
    let before = subscriptions::of(db, user).await.unwrap();
    let is_favourite = before.iter().any(|subscription| subscription.room == room && subscription.favourite);
    let wanted = SubscriptionUpdate { favourite: Some(!is_favourite), ..SubscriptionUpdate::default() };
    subscriptions::subscribe(db, user, room, wanted).await.unwrap().seq
}
