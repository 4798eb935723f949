//! The workspace: made once, changed by its owners alone.

use super::*;
use crate::{database::Change, model::ids::Seq, tests::store_fixture::Fixture};

#[tokio::test]
async fn a_workspace_is_made_once() {
    let store = Fixture::new();
    begin(&store.db, Entry::Closed).await.unwrap();
    begin(&store.db, Entry::Open).await.unwrap();
    assert_eq!(entry(&store.db).await.unwrap(), Entry::Closed);
    assert_eq!(store.published(), []);
}

#[tokio::test]
async fn an_owner_changes_name_and_entry_and_nobody_else_does() {
    let store = Fixture::new();
    begin(&store.db, Entry::Invite).await.unwrap();
    let lin = store.enter("Lin").await;
    let refused = update(&store.db, lin.id, None, Some(Entry::Open)).await.unwrap_err();
    assert_eq!(refused.code, Code::Forbidden);
    store.sql("UPDATE users SET role = 2").await;
    assert!(update(&store.db, lin.id, None, Some(Entry::Open)).await.is_err(), "an admin");
    store.sql("UPDATE users SET role = 1").await;
    let head = store.db.head().await.unwrap();
    store.forget();
    let open = update(&store.db, lin.id, Some("Tea house".to_owned()), Some(Entry::Open)).await.unwrap();
    assert_eq!(open, WorkspaceState { seq: Seq(head.0 + 1), name: "Tea house".to_owned(), entry: Entry::Open });
    assert_eq!(update(&store.db, lin.id, Some("Tea house".to_owned()), None).await.unwrap(), open, "no number for the same");
    let published = Change { event: Event::Workspace(open), audience: Audience::Everyone };
    assert_eq!(*store.commits.lock().unwrap(), [vec![published]]);
    store.sql("UPDATE users SET active = 0").await;
    assert!(update(&store.db, lin.id, None, Some(Entry::Closed)).await.is_err(), "an owner who has left");
}
