//! A hub that has not heard yet of what is on disk: publishing follows the commit, and a stream may catch up in between.

use super::store_fixture::{Fixture, hooks};
use crate::{
    database::Change,
    features::server::SOURCES,
    model::ids::{GENERAL, Seq},
    stream::{
        event_stream::{Cursor, EventStream, StreamConfig},
        hub::{Caps, Hub, Owner},
        subscription::Subscription,
    },
};
use std::{sync::Arc, time::Duration};

#[tokio::test]
async fn what_the_hub_has_not_heard_of_yet_is_not_lost() {
    let store = Fixture::new();
    let (lin, mei) = (store.enter("Lin").await, store.enter("Mei").await);
    let room = crate::features::rooms::store::create(&store.db, &hooks(), lin.id, "Plans".to_owned()).await.unwrap().id;
    let heard = store.db.head().await.unwrap();
    store.forget();
    crate::features::rooms::store::join(&store.db, &hooks(), mei.id, room).await.unwrap();
    let said = store.send(&lin, room, "with Mei").await;

    // The ring begins where the hub stands, so that the stream has to read from the store, which is ahead.
    let members = vec![(GENERAL, lin.id), (GENERAL, mei.id), (room, lin.id)];
    let hub = Arc::new(Hub::new(heard, Vec::new(), members, 64, 1 << 20, Caps { per_session: 0, per_address: 0 }));
    let owner = Owner { user: mei.id, session: "tag".into(), address: [127, 0, 0, 1].into() };
    let stream_config =
        StreamConfig { build: "dev".into(), sources: SOURCES, replay: 1_000, shutdown_spread: Duration::from_secs(2) };
    let place = Subscription::open(&hub, owner).unwrap();
    let mut stream = EventStream::open(
        place,
        store.db.clone(),
        &stream_config,
        "tag",
        Duration::from_secs(3_600),
        Cursor::After(Seq(0)),
        None,
    )
    .await
    .unwrap();
    let mut got = String::new();
    // Her own membership concerns her whatever the hub knows of the room.
    while !got.contains(&format!("\"room\":{room},\"user\":{}", mei.id)) {
        got += std::str::from_utf8(&stream.next().await.unwrap()).unwrap();
    }
    assert!(!got.contains("with Mei"), "not before the hub knows that she may see it");
    let changes: Vec<Change> = store.commits.lock().unwrap().iter().flatten().cloned().collect();
    hub.publish(&changes);
    got += std::str::from_utf8(&stream.next().await.unwrap()).unwrap();
    assert_eq!(got.matches("with Mei").count(), 2, "in the text and in the tree, once each: {got}");
    assert_eq!(got.matches(&format!("id: {}\n", said.seq)).count(), 1);
}
