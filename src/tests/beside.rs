//! Pins and favourite rooms over HTTP: who is told what, what pages and answers bring, and the plain forms.

use super::{app::TestApp, html, person::WAYS};
use crate::{
    features::{
        pins::model::{MAX_PINS, Pin, PinExcerpts, PinList, PinnedMessage},
        subscriptions::model::Subscription,
    },
    model::{
        error::{AppError, Code},
        ids::{MessageId, RoomId},
        initial_data::{View, Workspace},
        things::{Event, Kind},
    },
};

const PIN: &str = "/api/pins/set";
const SUBSCRIBE: &str = "/api/rooms/subscribe";

fn workspace(page: &str) -> Workspace {
    match html::boot(page).view {
        View::Workspace(workspace) => *workspace,
        View::Enter => panic!("the enter page"),
    }
}

#[tokio::test]
async fn a_pin_comes_on_every_stream_of_the_room_and_with_its_pages() {
    let app = TestApp::start().await;
    let (lin, mei, ada) = (app.enter("Lin").await, app.enter("Mei").await, app.enter("Ada").await);
    let room = lin.create_room("Tea").await;
    mei.join(room).await;
    let sent = lin.send(room, "read **me**").await;
    for way in WAYS {
        let (mut own, mut others, mut outside) =
            (lin.by(way).stream().await, mei.by(way).stream().await, ada.by(way).stream().await);
        for on in [true, false] {
            let pin: Pin = lin.post(PIN, &[("message", &sent.id.to_string()), ("on", &on.to_string())]).await.ok();
            assert_eq!((pin.message, pin.room, pin.on, pin.by), (sent.id, RoomId(room), on, lin.id));
            assert_eq!(own.change().await, Event::Pin(pin.clone()));
            assert_eq!(others.change().await, Event::Pin(pin));
        }
        lin.send(1, "for all").await;
        assert!(matches!(outside.change().await, Event::Message(_)), "nothing of the room before it");
    }
    let pin: Pin = mei.post(PIN, &[("message", &sent.id.to_string()), ("on", "true")]).await.ok();
    assert_eq!(lin.page(room).await.pins, std::slice::from_ref(&pin));
    let list: PinList = lin.post("/api/pins/list", &[("room", &room.to_string())]).await.ok();
    assert_eq!(
        list.items.iter().map(|item| (item.seq, item.by, item.message.clone())).collect::<Vec<_>>(),
        [(pin.seq, mei.id, sent.clone())]
    );
    let shown: PinExcerpts = lin.post("/api/pins/excerpts", &[("room", &room.to_string())]).await.ok();
    assert_eq!(shown.items, [PinnedMessage::new(pin.seq, sent.id, sent.seq, lin.id, &sent.body)]);
    assert_eq!((shown.items[0].excerpt.as_str(), shown.head, list.head), ("read me", pin.seq, pin.seq));
    let page = lin.get(&format!("/rooms/{room}")).await.body;
    assert_eq!(workspace(&page).beside.pinned, shown.items);
    // The page of another room has none of them.
    assert_eq!(workspace(&lin.get("/rooms/1").await.body).beside.pinned, []);
}

#[tokio::test]
async fn pins_are_refused_with_a_reason() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let room = lin.create_room("Tea").await;
    let sent = lin.send(room, "of the room").await.id;
    let pin = async |message: &str, on: &str| mei.post(PIN, &[("message", message), ("on", on)]).await.code();
    assert_eq!(pin(&sent.to_string(), "true").await, Code::NotFound);
    assert_eq!(pin("9007199254740991", "true").await, Code::NotFound);
    assert_eq!(pin("x", "true").await, Code::BadInput);
    assert_eq!(pin(&sent.to_string(), "maybe").await, Code::BadInput);
    assert_eq!(pin(&sent.to_string(), "").await, Code::BadInput);
    mei.join(room).await;
    lin.delete(sent).await;
    let gone = mei.post(PIN, &[("message", &sent.to_string()), ("on", "true")]).await;
    assert_eq!((gone.status, gone.code()), (410, Code::Gone));
    for list in ["/api/pins/list", "/api/pins/excerpts"] {
        assert_eq!(mei.post(list, &[("room", "77")]).await.code(), Code::NotFound);
        assert_eq!(mei.post(list, &[]).await.code(), Code::BadInput);
    }
    assert_eq!(mei.post("/api/pins/list", &[("room", "1"), ("before", "x")]).await.code(), Code::BadInput);
}

#[tokio::test]
async fn pin_over_the_limit_is_refused_in_the_words_of_pins() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    for n in 0..MAX_PINS {
        let sent = lin.send(1, &n.to_string()).await.id;
        lin.post(PIN, &[("message", &sent.to_string()), ("on", "true")]).await.ok::<Pin>();
    }
    let last = lin.send(1, "one more").await.id.to_string();
    let refused = lin.post(PIN, &[("message", &last), ("on", "true")]).await;
    assert_eq!((refused.status, refused.code()), (409, Code::Full));
    let sentence = "This room already has 100 pinned messages. Unpin one first.";
    assert_eq!(refused.json::<AppError>().message, sentence);
    let form = lin.post_html(PIN, &[("message", &last), ("on", "true")]).await;
    assert!(form.status == 409 && html::unmarked(&form.body).contains(sentence), "{}", form.body);
}

#[tokio::test]
async fn a_pin_goes_with_its_message_and_no_stream_says_more_of_it() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let start = app.head();
    let sent = lin.send(1, "soon gone").await.id;
    mei.post(PIN, &[("message", &sent.to_string()), ("on", "true")]).await.ok::<Pin>();
    lin.delete(sent).await;
    let last = lin.send(1, "after").await.id;
    for way in WAYS {
        let all = mei.by(way).stream_after(start).await.until(crate::model::ids::Seq(last.0)).await;
        // The ring still has the pin, before the tombstone; the store has not.
        let is_of_it = |event: &&Event| match event {
            Event::Pin(pin) => pin.message == sent,
            Event::Message(message) => message.id == sent && message.deleted,
            _ => false,
        };
        let kinds: Vec<Kind> = all.iter().filter(is_of_it).map(|event| event.thing().kind).collect();
        assert_eq!(kinds, [Kind::Pin, Kind::Message]);
    }
    let app = app.restart().await;
    let all = app.again(&mei).stream_after(start).await.until(crate::model::ids::Seq(last.0)).await;
    assert!(!all.iter().any(|event| matches!(event, Event::Pin(_))));
    assert_eq!(app.again(&mei).page(1).await.pins, []);
}

#[tokio::test]
async fn page_of_a_large_room_names_who_pinned_and_who_wrote_what_is_pinned() {
    let app = TestApp::start().await;
    let (mei, wei, lin) = (app.enter("Mei").await, app.enter("Wei").await, app.enter("Lin").await);
    let above = wei.send(1, "far above the page").await.id;
    let mut last = above;
    for n in 0..60 {
        last = lin.send(1, &format!("message {n}")).await.id;
    }
    for message in [above, last] {
        mei.post(PIN, &[("message", &message.to_string()), ("on", "true")]).await.ok::<Pin>();
    }
    // More members than a page names, all of them seen later.
    for n in 0..60 {
        app.enter(&format!("Guest {n}")).await;
    }
    let page = lin.get("/rooms/1").await.body;
    let named: Vec<_> = workspace(&page).users.into_iter().map(|user| user.id).collect();
    assert!(named.contains(&mei.id) && named.contains(&wei.id), "{named:?}");
    // Without a script too.
    let html = html::unmarked(&page);
    let (html, _) = html.split_once("id=\"boot\"").expect("the page's data");
    for shown in ["Pinned by", "Mei", "Wei", "far above the page"] {
        assert!(html.contains(shown), "{shown}");
    }
}

#[tokio::test]
async fn a_favourite_comes_on_all_streams_of_its_person_and_on_no_other() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    for way in WAYS {
        let (mut one, mut two, mut other) = (lin.by(way).stream().await, lin.by(way).stream().await, mei.by(way).stream().await);
        for favourite in [true, false] {
            let answer = lin.post(SUBSCRIBE, &[("room", "1"), ("favourite", &favourite.to_string())]).await;
            assert!(!answer.body.contains("user"), "{}", answer.body);
            let subscription: Subscription = answer.ok();
            assert_eq!((subscription.room, subscription.favourite), (RoomId(1), favourite));
            for stream in [&mut one, &mut two] {
                assert_eq!(stream.change().await, Event::Subscription(subscription.clone()));
            }
        }
        lin.send(1, "for all").await;
        assert!(matches!(other.change().await, Event::Message(_)));
    }
    let on: Subscription = lin.post(SUBSCRIBE, &[("room", "1"), ("favourite", "true")]).await.ok();
    assert_eq!(workspace(&lin.get("/rooms").await.body).beside.subscriptions, std::slice::from_ref(&on));
    assert!(!workspace(&mei.get("/rooms").await.body).beside.subscriptions[0].favourite);
    assert_eq!(lin.post(SUBSCRIBE, &[("room", "1")]).await.ok::<Subscription>(), on);
    let hers = lin.create_room("Tea").await;
    assert_eq!(mei.post(SUBSCRIBE, &[("room", &hers.to_string()), ("favourite", "true")]).await.code(), Code::NotFound);
}

#[tokio::test]
async fn plain_forms_pin_and_favour() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let sent: MessageId = lin.send(1, "read me").await.id;
    for on in [true, false] {
        let page = lin.get("/rooms/1").await.body;
        // The button of a row submits one of the two forms of the page.
        let form = if on { "pin" } else { "unpin" };
        let button = html::find(&page, "button", "form", form).expect("a pin button");
        assert_eq!((button.attribute("name"), button.attribute("value")), ("message", sent.to_string().as_str()));
        assert_eq!(html::find(&page, "form", "id", form).expect("its form").attribute("action"), PIN);
        let answer = lin.post_html(PIN, &[("message", &sent.to_string()), ("on", &on.to_string())]).await;
        assert_eq!((answer.status, answer.location()), (302, "/rooms/1"));
        assert_eq!(html::field(&page, SUBSCRIBE, "room").as_deref(), Some("1"));
        let favourite = html::field(&page, SUBSCRIBE, "favourite").expect("what it is to become");
        assert_eq!(favourite, on.to_string());
        let answer = lin.post_html(SUBSCRIBE, &[("room", "1"), ("favourite", &favourite)]).await;
        assert_eq!((answer.status, answer.location()), (302, "/rooms/1"));
    }
    let page = workspace(&lin.get("/rooms/1").await.body);
    assert_eq!((page.beside.pinned.len(), page.beside.subscriptions.len()), (0, 1));
}
