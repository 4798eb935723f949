//! Things of one person alone: on that person's streams in order with everything else, on no other's, also after a restart.

use super::{
    app::TestApp,
    person::{Person, WAYS},
    sse::Stream,
    store_fixture::publish_own,
};
use crate::model::{
    ids::RoomId,
    things::{Event, Kind},
};

/// Numbers and kinds of changes.
type Changes = Vec<(u64, Kind)>;

async fn next(stream: &mut Stream, count: usize) -> Changes {
    let mut all = Vec::new();
    for _ in 0..count {
        let event: Event = stream.change().await;
        all.push((event.seq().0, event.thing().kind));
    }
    all
}

/// Publishes messages and own things of `lin` in turn, whether each room is a favourite.
async fn publish(app: &TestApp, lin: &Person, rooms: &[u64]) -> Changes {
    let mut all = Vec::new();
    for room in rooms {
        all.push((publish_own(&app.app.db, RoomId(*room), lin.id).await.0, Kind::Subscription));
        for text in ["one", "two"] {
            all.push((lin.send(1, text).await.seq.0, Kind::Message));
        }
    }
    all
}

fn messages(all: &Changes) -> Changes {
    all.iter().copied().filter(|(_, kind)| *kind == Kind::Message).collect()
}

async fn rooms(lin: &Person, count: usize) -> Vec<u64> {
    let mut rooms = Vec::new();
    for n in 0..count {
        rooms.push(lin.create_room(&n.to_string()).await);
    }
    rooms
}

#[tokio::test]
async fn own_things_come_in_order_with_what_the_ring_brings_and_to_nobody_else() {
    for frames in [8_192, 4] {
        let app = TestApp::with("ring_frames", frames).start().await;
        let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
        let rooms = rooms(&lin, 12).await;
        for way in WAYS {
            let (mut own, mut others) = (lin.by(way).stream().await, mei.by(way).stream().await);
            let all = publish(&app, &lin, &rooms).await;
            assert_eq!(next(&mut own, all.len()).await, all);
            assert_eq!(next(&mut others, messages(&all).len()).await, messages(&all));
            // A quiet stream waits without a task; one own thing alone reaches it.
            let alone = publish_own(&app.app.db, RoomId(rooms[0]), lin.id).await;
            assert_eq!(next(&mut own, 1).await, [(alone.0, Kind::Subscription)]);
            assert!(others.is_quiet());
        }
    }
}

#[tokio::test]
async fn own_things_are_replayed_from_every_cursor_also_after_a_restart() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let rooms = rooms(&lin, 4).await;
    let start = app.head();
    let all = publish(&app, &lin, &rooms).await;
    let replayed = async |app: &TestApp| {
        for (at, after) in [start].into_iter().chain(all.iter().map(|(seq, _)| *seq)).enumerate() {
            for way in WAYS {
                let mut own = app.again(&lin).by(way).stream_after(after).await;
                assert_eq!(next(&mut own, all.len() - at).await, all[at..]);
                let mut others = app.again(&mei).by(way).stream_after(after).await;
                let left = messages(&all[at..].to_vec());
                assert_eq!(next(&mut others, left.len()).await, left);
            }
        }
    };
    replayed(&app).await;
    let app = app.restart().await;
    replayed(&app).await;
    // Live ones go on behind the restart.
    let mut own = app.again(&lin).stream().await;
    let more = publish(&app, &app.again(&lin), &rooms).await;
    assert_eq!(next(&mut own, more.len()).await, more);
}

#[tokio::test]
async fn a_slow_reader_of_own_things_gets_every_one_of_them_once() {
    let app = TestApp::with("ring_frames", 16).start().await;
    let lin = app.enter("Lin").await;
    let rooms = rooms(&lin, 40).await;
    for way in WAYS {
        let mut own = lin.by(way).stream().await;
        let mut all = Vec::new();
        for room in &rooms {
            all.push((lin.send(1, &"long ".repeat(1_500)).await.seq.0, Kind::Message));
            all.push((publish_own(&app.app.db, RoomId(*room), lin.id).await.0, Kind::Subscription));
        }
        assert_eq!(next(&mut own, all.len()).await, all);
    }
}
