//! Invitations in a store: who may make them, and what is left of one when it is used.

use super::*;
use crate::{
    features::rooms::{
        model::RoomKind,
        store::{NewRoom, archive, create as create_room, joined, leave},
    },
    model::ids::GENERAL,
    tests::store_fixture::{Fixture, hooks},
};

const FAR: u64 = 4_000_000_000_000;

fn terms(role: Role, rooms: &[RoomId], uses: u32) -> InviteTerms {
    InviteTerms { role, rooms: rooms.iter().copied().collect(), uses, expires: FAR }
}

fn refused<T: std::fmt::Debug>(answer: AppResult<T>) -> Code {
    answer.unwrap_err().code
}

/// A store with an owner, an admin and a member.
async fn store() -> (Fixture, [User; 3]) {
    let store = Fixture::new();
    let people = [store.enter("Ona").await, store.enter("Ada").await, store.enter("Mei").await];
    store.sql("UPDATE users SET role = 1 WHERE id = 1; UPDATE users SET role = 2 WHERE id = 2").await;
    (store, people)
}

fn hash(made: &NewInvite) -> TokenHash {
    crate::sessions::token::hash_of(&made.token).unwrap()
}

async fn used(store: &Fixture, made: &NewInvite) -> AppResult<Grant> {
    let hash = hash(made);
    store.db.write(move |write| take(write, hash)).await
}

#[tokio::test]
async fn owners_and_admins_invite_and_nobody_else() {
    let (store, [owner, admin, member]) = store().await;
    for maker in [&owner, &admin] {
        let made = create(&store.db, maker.id, terms(Role::Admin, &[GENERAL], 1)).await.unwrap();
        assert_eq!(used(&store, &made).await.unwrap(), Grant { role: Role::Admin, rooms: vec![GENERAL] });
    }
    assert_eq!(refused(create(&store.db, member.id, terms(Role::Member, &[], 1)).await), Code::Forbidden);
    assert_eq!(refused(create(&store.db, owner.id, terms(Role::Owner, &[], 1)).await), Code::Forbidden);
    assert_eq!(refused(list(&store.db, member.id).await), Code::Forbidden);
    let made = create(&store.db, owner.id, terms(Role::Member, &[], 1)).await.unwrap();
    assert_eq!(refused(revoke(&store.db, member.id, made.id).await), Code::Forbidden);
    assert_eq!(list(&store.db, admin.id).await.unwrap().items.len(), 1, "the used ones are over");
    revoke(&store.db, admin.id, made.id).await.unwrap();
    revoke(&store.db, admin.id, made.id).await.unwrap();
    assert_eq!(refused(revoke(&store.db, admin.id, 99).await), Code::NotFound);
    assert_eq!(refused(used(&store, &made).await), Code::Gone);
    let stored = store.count("SELECT count(*) FROM invites WHERE length(hash) = 32").await;
    assert_eq!(stored, 3, "and no token");
}

#[tokio::test]
async fn invitation_is_used_as_often_as_it_says_also_at_once() {
    let (store, [owner, ..]) = store().await;
    let made = create(&store.db, owner.id, terms(Role::Member, &[], 3)).await.unwrap();
    let tries: Vec<_> = (0..10).map(|_| used(&store, &made)).collect();
    let mut good = 0;
    for outcome in futures_util::future::join_all(tries).await {
        match outcome {
            Ok(_) => good += 1,
            Err(error) => assert_eq!(error.code, Code::Gone),
        }
    }
    assert_eq!(good, 3);
}

#[tokio::test]
async fn what_an_invitation_allows_is_checked_again_when_it_is_used() {
    let (store, [owner, admin, member]) = store().await;
    let kept = create_room(&store.db, &hooks(), admin.id, "Kept".to_owned()).await.unwrap().id;
    let left = create_room(&store.db, &hooks(), admin.id, "Left".to_owned()).await.unwrap().id;
    let old = create_room(&store.db, &hooks(), admin.id, "Old".to_owned()).await.unwrap().id;
    let secret = NewRoom { name: "Secret".to_owned(), kind: RoomKind::Private, ..NewRoom::default() };
    let secret = create_room(&store.db, &hooks(), owner.id, secret).await.unwrap().id;
    assert_eq!(refused(create(&store.db, admin.id, terms(Role::Member, &[secret], 1)).await), Code::NotFound, "not theirs");
    let made = create(&store.db, admin.id, terms(Role::Member, &[kept, left, old], 9)).await.unwrap();
    leave(&store.db, &hooks(), admin.id, left).await.unwrap();
    archive(&store.db, admin.id, old, true).await.unwrap();
    let seen = describe(&store.db, hash(&made)).await.unwrap();
    assert_eq!((seen.by, seen.rooms), (admin.name.clone(), vec!["Kept".to_owned()]));
    assert_eq!(used(&store, &made).await.unwrap().rooms, [kept]);
    // Somebody who is signed in gains rooms, never a role, and uses it up only by that.
    let accepted = accept(&store.db, &hooks(), member.id, hash(&made)).await.unwrap();
    assert_eq!(accepted, accept(&store.db, &hooks(), member.id, hash(&made)).await.unwrap());
    assert_eq!(joined(&store.db, member.id).await.unwrap(), [GENERAL, kept]);
    assert_eq!(list(&store.db, owner.id).await.unwrap().items[0].used, 2);
    assert_eq!(store.count("SELECT role FROM users WHERE id = 3").await, 3);
    store.sql("UPDATE users SET role = 3 WHERE id = 2").await;
    assert_eq!(refused(used(&store, &made).await), Code::Gone, "its maker may no longer invite");
    store.sql("UPDATE users SET role = 2, active = 0 WHERE id = 2").await;
    assert_eq!(refused(describe(&store.db, hash(&made)).await), Code::Gone, "nor is its maker there");
    store
        .sql(
            "UPDATE users SET active = 1 WHERE id = 2;
         INSERT INTO workspace (id, seq, name, entry) VALUES (1, 0, 'W', 3)",
        )
        .await;
    assert_eq!(refused(used(&store, &made).await), Code::EntryClosed);
    assert_eq!(refused(create(&store.db, owner.id, terms(Role::Member, &[], 1)).await), Code::EntryClosed);
    store.sql("UPDATE workspace SET entry = 2; UPDATE invites SET expires = 1").await;
    assert_eq!(refused(used(&store, &made).await), Code::Gone, "expired");
}
