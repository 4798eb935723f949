//! A data directory of an older release: after the upgrade everything is there, and replay finds it.

use crate::{
    database::{Database, open, params},
    features::{
        accounts::store::renew_set_up,
        messages::store::{NewMessage, delete, send},
        people::{model::Role, store::people},
        rooms::store::{create, joined, memberships, rooms},
        server::SOURCES,
        subscriptions::store as subscriptions,
        workspace::{
            model::Entry,
            store::{begin, entry},
        },
    },
    model::{
        ids::{ClientKey, GENERAL, MessageId, RoomId, Seq, UserId},
        things::{Event, Thing},
    },
    request::hooks::Hooks,
    sessions::store::{seen, session},
    stream::replay::{newest, replay},
    tests::store_fixture::options,
};
use rusqlite::Connection;
use std::path::Path;

const SCHEMA: &str = include_str!("../../../migrations/sqlite/0001_start.sql");
const ROWS: &str = include_str!("data/schema_1.sql");

const LIN: UserId = UserId(1);
const MEI: UserId = UserId(2);
const TEA: RoomId = RoomId(2);

/// What is stored of Lin's session.
const HASH_OF_LIN: [u8; 32] = [
    0x6f, 0xb4, 0x87, 0xa7, 0x42, 0x34, 0xfb, 0x70, 0xce, 0xaa, 0xda, 0xbe, 0x52, 0xe0, 0x17, 0x9c, 0xd5, 0x9e, 0xbf, 0x71, 0x1b,
    0x40, 0x2b, 0x9f, 0x2a, 0xab, 0x87, 0xf5, 0x17, 0x27, 0xbb, 0xe1,
];

/// Leaves in `dir` what the older release left there.
fn older(dir: &Path) -> Connection {
    let conn = Connection::open(dir.join("rill.db")).unwrap();
    conn.execute_batch(&format!("{SCHEMA}{ROWS}PRAGMA user_version = 1;")).unwrap();
    conn
}

/// A row of `texts`: its number, digest and text.
type TextRow = (i64, Vec<u8>, Vec<u8>);

/// The texts, and where their table begins in the file.
fn texts(conn: &Connection) -> (i64, Vec<TextRow>) {
    let page = conn.query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'texts'", [], |row| row.get(0)).unwrap();
    let mut statement = conn.prepare("SELECT rowid, digest, CAST(text AS BLOB) FROM texts").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    (page, rows.collect::<Result<_, _>>().unwrap())
}

/// The messages of a room as Lin would get them: id, text, whether deleted.
async fn shown(db: &Database, room: RoomId) -> Vec<(u64, String, bool)> {
    let all = replay(db, SOURCES, LIN, Seq(0), 500).await.unwrap().events;
    let messages = all.into_iter().filter_map(|change| match change.event {
        Event::Message(message) if message.room == room => Some((message.id.0, message.text, message.deleted)),
        _ => None,
    });
    messages.collect()
}

async fn replayed(db: &Database, user: UserId) -> Vec<(u64, &'static str)> {
    let all = replay(db, SOURCES, user, Seq(0), 500).await.unwrap();
    assert_eq!((all.cursor, all.more), (Seq(19), false));
    all.events.iter().map(|change| (change.event.seq().0, change.event.thing().kind.name())).collect()
}

#[tokio::test]
async fn an_older_directory_keeps_everything_when_it_is_opened() {
    let dir = tempfile::tempdir().unwrap();
    drop(older(dir.path()));
    let db = open(options(dir.path()), |_| {}).unwrap();
    assert_eq!(db.store_id(), "252c42ab7b596ddbaf20ae9812904a79");
    assert_eq!(db.head().await.unwrap(), Seq(19));

    let text = |id, text: &str| (id, text.to_owned(), false);
    assert_eq!(shown(&db, GENERAL).await, [text(13, "hi **there**"), text(19, "last")]);
    assert_eq!(shown(&db, TEA).await, [text(14, "tea? 茶"), (15, String::new(), true)]);
    let all = rooms(&db).await.unwrap();
    let all: Vec<_> = all.iter().map(|room| (room.id.0, room.seq.0, room.name.as_str(), room.creator, room.last_n)).collect();
    assert_eq!(all, [(1, 1, "General", None, 2), (2, 8, "Tea", Some(LIN), 2), (3, 17, "Silence", Some(LIN), 1)]);
    assert_eq!(joined(&db, LIN).await.unwrap(), [GENERAL, TEA, RoomId(3)]);
    assert_eq!(joined(&db, MEI).await.unwrap(), [GENERAL, TEA]);
    assert_eq!(memberships(&db).await.unwrap().len(), 6);
    for user in [LIN, MEI] {
        let subscribed = subscriptions::of(&db, user).await.unwrap();
        let rooms: Vec<_> = subscribed.iter().map(|subscription| subscription.room).collect();
        assert_eq!(rooms, joined(&db, user).await.unwrap(), "every membership has a subscription");
        assert_eq!(subscriptions::unread(&db, user).await.unwrap(), [], "and what was said before counts as read");
    }
    let names = people(&db, MEI, vec![MEI, LIN, UserId(3)]).await.unwrap();
    assert_eq!(names.iter().map(|user| user.name.as_str()).collect::<Vec<_>>(), ["Mei 梅", "Lin", "Gone"]);

    assert!(names.iter().all(|user| user.handle.is_none() && user.active && !user.hidden && user.role == Role::Member));
    assert_eq!(entry(&db).await.unwrap(), Entry::Open, "everyone may still enter");
    assert!(renew_set_up(&db, [7; 32]).await.unwrap(), "the set-up link waits");
    begin(&db, Entry::Closed).await.unwrap();
    assert_eq!(
        (entry(&db).await.unwrap(), db.head().await.unwrap()),
        (Entry::Open, Seq(19)),
        "the configuration changes nothing"
    );

    let row = session(&db, HASH_OF_LIN).await.unwrap().unwrap();
    assert!(row.seen >= row.created);
    assert_eq!((row.tag.as_str(), row.created, row.user), ("8cb4a46da1f3be32", 1_795_863_547_154, LIN));
    let gone = db.read(|read| Ok(read.row("SELECT left_at FROM activity WHERE user_id = 3", &[], |row| row.get::<u64>(0))?));
    assert_eq!(gone.await.unwrap(), Some(1_795_863_547_328));
}

#[tokio::test]
async fn replay_finds_what_an_older_directory_holds() {
    let dir = tempfile::tempdir().unwrap();
    drop(older(dir.path()));
    let db = open(options(dir.path()), |_| {}).unwrap();
    let open_to_all =
        [(1, "room"), (2, "user"), (3, "member"), (4, "user"), (5, "member"), (6, "user"), (7, "member"), (8, "room")];
    let of_lin = [(9, "member"), (11, "member"), (12, "member"), (13, "message"), (14, "message"), (16, "message"), (17, "room")];
    let of_mei = [(9, "member"), (12, "member"), (13, "message"), (14, "message"), (17, "room")];
    let newest_of_all = [(18, "message"), (19, "message")];
    assert_eq!(replayed(&db, LIN).await, [&open_to_all[..], &of_lin, &newest_of_all].concat());
    assert_eq!(replayed(&db, MEI).await, [&open_to_all[..], &of_mei, &newest_of_all].concat());
    let ring = newest(&db, SOURCES, 500).await.unwrap().0;
    assert_eq!(ring.iter().map(|change| change.event.seq()).collect::<Vec<_>>().len(), 17);
    assert!(!format!("{ring:?}").contains("secret"));
}

#[tokio::test]
async fn an_older_directory_goes_on_counting_where_it_was() {
    let dir = tempfile::tempdir().unwrap();
    drop(older(dir.path()));
    let db = open(options(dir.path()), |_| {}).unwrap();
    let again = |key, text: &str| {
        let body = crate::features::messages::markup::parse(text);
        NewMessage { room: GENERAL, author: LIN, key: ClientKey(u128::to_be_bytes(key)), text: text.to_owned(), body }
    };
    assert_eq!(
        send(&db, &Hooks::default(), again(1, "hi **there**")).await.unwrap().id,
        MessageId(13),
        "a key is known for ever"
    );
    assert!(send(&db, &Hooks::default(), again(1, "another")).await.is_err());
    let sent = send(&db, &Hooks::default(), again(6, "after the upgrade")).await.unwrap();
    assert_eq!((sent.seq, sent.n), (Seq(20), 3));
    assert_eq!(create(&db, &Hooks::default(), MEI, "New".to_owned()).await.unwrap().id, RoomId(4));
    let gone = delete(&db, &Hooks::default(), LIN, MessageId(13)).await.unwrap();
    let caught = replay(&db, SOURCES, LIN, Seq(20), 500).await.unwrap();
    assert_eq!(caught.events.last().map(|change| change.event.clone()), Some(Event::Message(gone)));
    let things: Vec<Thing> = newest(&db, SOURCES, 500).await.unwrap().0.iter().map(|change| change.event.thing()).collect();
    assert_eq!(things.iter().collect::<std::collections::HashSet<_>>().len(), things.len(), "one change a thing");
    seen(&db, LIN, HASH_OF_LIN).await.unwrap();
    // References are kept again after the step that could not.
    let orphan = db.write(|write| Ok(write.later("UPDATE members SET user_id = ?1 WHERE user_id = 2", &params![99_u64])?));
    assert!(orphan.await.is_err());
}

#[test]
fn texts_stay_where_they_are_when_a_directory_is_upgraded() {
    let dir = tempfile::tempdir().unwrap();
    let before = texts(&older(dir.path()));
    open(options(dir.path()), |_| {}).unwrap().close();
    assert_eq!(texts(&Connection::open(dir.path().join("rill.db")).unwrap()), before);
}
