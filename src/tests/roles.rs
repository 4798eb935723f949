//! Roles in the workspace, deactivation and return of others, and what streams and sessions notice of it.

use super::{
    app::TestApp,
    members::PASSWORD,
    person::{Person, WAYS},
};
use crate::{
    features::{
        invites::model::{InviteList, NewInvite},
        people::model::{Role, User, UserList},
        rooms::model::{MemberList, MemberRole},
    },
    model::{
        error::{Code, Reason},
        ids::UserId,
        things::Event,
    },
};

/// An owner, an admin and a member.
async fn town() -> (TestApp, [Person; 3]) {
    let app = TestApp::start().await;
    let (olga, ada, mei) = (app.owner().await, app.sign_up("ada").await, app.sign_up("mei").await);
    assert_eq!(olga.give_role(ada.id, "admin").await.status, 200);
    (app, [olga, ada, mei])
}

#[tokio::test]
async fn roles_are_given_by_owners_and_everyone_is_told() {
    let (_app, [olga, ada, mei]) = town().await;
    let mut stream = mei.stream().await;
    assert_eq!(mei.give_role(mei.id, "owner").await.code(), Code::Forbidden, "nobody raises themselves");
    assert_eq!(ada.give_role(mei.id, "admin").await.code(), Code::Forbidden, "an admin makes no admins");
    assert_eq!(ada.give_role(ada.id, "member").await.code(), Code::Forbidden, "nor unmakes one");
    assert_eq!(ada.give_role(olga.id, "member").await.code(), Code::Forbidden);
    assert_eq!(olga.give_role(UserId(99), "admin").await.code(), Code::NotFound);
    assert_eq!(mei.give_role(UserId(99), "admin").await.code(), Code::NotFound, "before what they may");
    let error = olga.give_role(mei.id, "king").await.error();
    assert_eq!((error.field.as_deref(), error.reason), (Some("role"), Some(Reason::Malformed)));
    assert_eq!(olga.give_role(mei.id, "").await.error().reason, Some(Reason::Missing));
    let given: User = olga.give_role(mei.id, "admin").await.ok();
    assert_eq!((given.id, given.role), (mei.id, Role::Admin));
    assert_eq!(stream.change().await, Event::User(given.clone()), "the stream goes on");
    assert_eq!(olga.give_role(mei.id, "admin").await.ok::<User>(), given, "again changes nothing");
    assert_eq!(mei.post("/api/invites/list", &[]).await.status, 200, "at once");
    olga.give_role(mei.id, "member").await;
    assert_eq!(mei.post("/api/invites/list", &[]).await.code(), Code::Forbidden, "at once");
}

#[tokio::test]
async fn one_owner_with_an_account_stays_whatever_happens() {
    let (app, [olga, ada, mei]) = town().await;
    assert_eq!(olga.give_role(olga.id, "member").await.code(), Code::LastOwner);
    assert_eq!(olga.on_person("deactivate", olga.id, &[]).await.code(), Code::LastOwner);
    let bo = app.enter("Bo").await;
    assert_eq!(olga.give_role(bo.id, "owner").await.status, 200);
    assert_eq!(olga.give_role(olga.id, "member").await.code(), Code::LastOwner, "Bo cannot sign in again");
    assert_eq!(bo.give_role(bo.id, "member").await.status, 200, "who does not count may step down");
    assert_eq!(olga.give_role(ada.id, "owner").await.status, 200);
    assert_eq!(olga.on_person("deactivate", ada.id, &[]).await.status, 200, "owners act on owners");
    assert_eq!(olga.give_role(olga.id, "member").await.code(), Code::LastOwner, "who has left does not count");
    assert_eq!(olga.on_person("activate", ada.id, &[]).await.status, 200);
    // Both step down at once, again and again: one of them stays.
    let ada = app.sign_in("ada").await;
    assert_eq!(olga.give_role(mei.id, "owner").await.status, 200);
    for _ in 0..20 {
        let (one, other) = tokio::join!(olga.give_role(ada.id, "member"), ada.give_role(olga.id, "member"));
        let done = [&one, &other].iter().filter(|answer| answer.status == 200).count();
        assert_eq!(done, 1, "{} {}", one.body, other.body);
        assert_eq!(mei.give_role(ada.id, "owner").await.status, 200);
        assert_eq!(mei.give_role(olga.id, "owner").await.status, 200);
    }
    mei.give_role(mei.id, "member").await;
    for _ in 0..20 {
        let (one, other) = tokio::join!(olga.give_role(olga.id, "member"), ada.give_role(ada.id, "member"));
        assert!([&one, &other].iter().any(|answer| answer.status == 409 && answer.code() == Code::LastOwner));
        let who_is_left = if one.status == 200 { &ada } else { &olga };
        assert_eq!(who_is_left.give_role(ada.id, "owner").await.status, 200);
        assert_eq!(who_is_left.give_role(olga.id, "owner").await.status, 200);
    }
}

#[tokio::test]
async fn who_is_deactivated_hears_nothing_more_and_cannot_come_in() {
    for way in WAYS {
        let (app, [olga, ada, mei]) = town().await;
        let (lin, there) = (app.sign_up("lin").await.by(way), app.sign_in("lin").await);
        let room = lin.create_room("Tea").await;
        mei.join(room).await;
        ada.join(room).await;
        let invited: NewInvite = ada.post("/api/invites/create", &[]).await.ok();
        assert_eq!(mei.on_person("deactivate", lin.id, &[]).await.code(), Code::Forbidden);
        assert_eq!(ada.on_person("deactivate", olga.id, &[]).await.code(), Code::Forbidden);
        let (mut stream, mut told) = (lin.stream().await, mei.stream().await);
        let cursor = app.head();
        let gone: User = ada.on_person("deactivate", lin.id, &[]).await.ok();
        assert!(!gone.active && gone.role == Role::Member);
        olga.send(1, "she is gone").await;
        assert_eq!(told.change().await, Event::User(gone.clone()));
        let end = stream.read_to_end().await;
        assert_eq!(end.last().map(|frame| frame.event.as_str()), Some("bye"));
        assert!(!stream.raw().concat().contains("she is gone") && !stream.raw().concat().contains(r#""active":false"#));
        assert!(!lin.is_in().await && !there.is_in().await);
        assert_eq!(app.try_sign_in("lin", PASSWORD).await.code(), Code::WrongLogin);
        let members: MemberList = mei.post("/api/rooms/members", &[("room", &room.to_string())]).await.ok();
        let admins: Vec<_> = members.items.iter().filter(|one| one.role == MemberRole::Admin).map(|one| one.user).collect();
        assert!(admins.contains(&mei.id), "her room is handed on: {admins:?}");
        assert_eq!(ada.on_person("deactivate", lin.id, &[]).await.ok::<User>(), gone, "again changes nothing");

        let back: User = ada.on_person("activate", lin.id, &[]).await.ok();
        assert!(back.active);
        assert_eq!(ada.on_person("activate", lin.id, &[]).await.ok::<User>(), back, "again changes nothing");
        assert!(!lin.is_in().await, "the sessions stay ended");
        let lin = app.sign_in("lin").await.by(way);
        assert_eq!(lin.page(room).await.messages.len(), 0);
        let mut stream = lin.stream_after(cursor).await;
        let reset = stream.next().await;
        assert_eq!((reset.event.as_str(), reset.id), ("reset", app.head().to_string()), "not what was missed");
        lin.send(room, "back").await;
        assert_eq!(stream.text().await, "back");
        assert_eq!(lin.stream_after(back.seq.0).await.text().await, "back", "from her return on it goes on");
        let app = app.restart().await;
        assert_eq!(app.again(&lin).stream_after(cursor).await.next().await.event, "reset", "also after a restart");

        // What an admin has made ends with them, for good.
        let (olga, mei) = (app.again(&olga), app.again(&mei));
        olga.on_person("deactivate", ada.id, &[]).await;
        let see = async || app.post("/api/invites/see", &[("token", &invited.token)]).await;
        assert_eq!(see().await.code(), Code::Gone);
        assert_eq!(olga.post("/api/invites/list", &[]).await.ok::<InviteList>().items.len(), 0);
        assert_eq!(mei.on_person("activate", ada.id, &[]).await.code(), Code::Forbidden);
        assert_eq!(olga.on_person("activate", ada.id, &[]).await.ok::<User>().role, Role::Admin);
        assert_eq!(see().await.code(), Code::Gone);
    }
}

#[tokio::test]
async fn no_frame_and_no_answer_follows_a_deactivation_among_many_changes() {
    let (app, [olga, ada, _]) = town().await;
    for n in 0..12 {
        let handle = format!("lin{n}");
        let lin = app.sign_up(&handle).await.by(WAYS[n % 2]);
        let mut stream = lin.stream().await;
        let talk = tokio::spawn({
            let ada = ada.clone();
            async move {
                for k in 0..30 {
                    ada.send(1, &format!("word {k}")).await;
                }
            }
        });
        let asking = tokio::spawn({
            let lin = lin.clone();
            async move {
                let mut last = std::time::Instant::now();
                for k in 0..200 {
                    let began = std::time::Instant::now();
                    let key = format!("{:032x}", k + 1);
                    if lin.try_send(1, &key, "still here").await.status != 200 {
                        break;
                    }
                    last = began;
                }
                last
            }
        });
        tokio::time::sleep(std::time::Duration::from_millis(n as u64 * 3)).await;
        let gone: User = olga.on_person("deactivate", lin.id, &[]).await.ok();
        let answered = std::time::Instant::now();
        let frames = stream.read_to_end().await;
        for frame in frames.iter().filter(|frame| frame.event == "message") {
            assert!(frame.change().seq() < gone.seq, "{frame:?} came after {}", gone.seq);
        }
        assert!(asking.await.unwrap() <= answered, "a request that began later has succeeded");
        talk.await.unwrap();
        let own: u64 = app
            .count("SELECT count(*) FROM messages m JOIN users u ON u.id = m.author_id WHERE u.active = 0 AND m.seq > u.seq")
            .await;
        assert_eq!(own, 0, "nothing of somebody who has left is stored after that");
    }
}

#[tokio::test]
async fn directory_lists_everybody_in_parts() {
    let (app, [olga, ada, mei]) = town().await;
    app.enter("Bo").await;
    olga.on_person("deactivate", mei.id, &[]).await;
    let list = async |fields: &[(&str, &str)]| ada.post("/api/people/directory", fields).await.ok::<UserList>();
    let ids = |list: &UserList| list.items.iter().map(|user| user.id.0).collect::<Vec<_>>();
    let all = list(&[]).await;
    assert_eq!((ids(&all), all.next), (vec![1, 2, 3, 4], None));
    assert_eq!(all.items.iter().map(|user| user.active).collect::<Vec<_>>(), [true, true, false, true]);
    let first = list(&[("limit", "3")]).await;
    assert_eq!((ids(&first), first.next), (vec![1, 2, 3], Some(UserId(3))));
    let rest = list(&[("limit", "3"), ("after", "3")]).await;
    assert_eq!((ids(&rest), rest.next), (vec![4], None));
    for (field, value) in [("limit", "0"), ("limit", "101"), ("after", "x")] {
        let error = ada.post("/api/people/directory", &[(field, value)]).await.error();
        assert_eq!((error.field.as_deref(), error.reason), (Some(field), Some(Reason::Malformed)));
    }
}
