//! Messages in a store: keys, tombstones, pages, and that no mark of a deleted text stays on disk.

use super::*;
use crate::{
    features::rooms::store as rooms,
    model::ids::{GENERAL, Seq},
    request::hooks::Hooks,
    tests::store_fixture::{Fixture, fresh_key, hooks},
};
use std::sync::Arc;

async fn shown(store: &Fixture, user: UserId, room: RoomId, range: PageRange, limit: u32) -> AppResult<Page> {
    store.db.read(move |read| visible_page(read, &Hooks::default(), &RenderCache::default(), user, room, range, limit)).await
}

fn refused<T: std::fmt::Debug>(answer: AppResult<T>) -> Code {
    answer.unwrap_err().code
}

#[tokio::test]
async fn a_message_is_stored_published_and_counted() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    store.forget();
    let first = store.send(&lin, GENERAL, "hi **there**").await;
    let second = store.send(&lin, GENERAL, "again").await;
    assert_eq!((first.n, second.n, second.seq), (1, 2, Seq(first.seq.0 + 1)));
    assert_eq!((first.id.0, first.author, first.room, first.deleted), (first.seq.0, lin.id, GENERAL, false));
    assert_eq!(first.body, markup::parse("hi **there**"));
    assert_eq!(store.published(), [Event::Message(first.clone()), Event::Message(second.clone())]);
    let page = page(&store.db, &Hooks::default(), lin.id, GENERAL, PageRange::Newest, 50).await.unwrap();
    assert_eq!(
        page,
        Page {
            messages: vec![first, second.clone()],
            at_start: true,
            at_end: true,
            head: second.seq,
            members: Some(1),
            ..Page::default()
        }
    );
    let general = &rooms::rooms(&store.db).await.unwrap()[0];
    assert_eq!((general.last, general.last_n), (second.id.0, 2));
}

#[tokio::test]
async fn a_resent_key_answers_the_same_message() {
    let store = Arc::new(Fixture::new());
    let lin = store.enter("Lin").await;
    store.forget();
    let key = fresh_key();
    let tries: Vec<_> = (0..40)
        .map(|_| {
            let (store, author) = (store.clone(), lin.id);
            tokio::spawn(async move { store.try_send(author, GENERAL, key, "once").await.unwrap() })
        })
        .collect();
    let mut answers = Vec::new();
    for answer in tries {
        answers.push(answer.await.unwrap());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    assert_eq!(store.published(), [Event::Message(answers[0].clone())]);
    assert_eq!(store.count("SELECT count(*) FROM messages").await, 1);
    // Another person's key is another key.
    let wei = store.enter("Wei").await;
    assert_ne!(store.try_send(wei.id, GENERAL, key, "once").await.unwrap().id, answers[0].id);
}

#[tokio::test]
async fn a_key_with_another_text_or_room_is_refused() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    let other = rooms::create(&store.db, &hooks(), lin.id, "Other".to_owned()).await.unwrap();
    let key = fresh_key();
    let sent = store.try_send(lin.id, GENERAL, key, "a").await.unwrap();
    assert_eq!(refused(store.try_send(lin.id, GENERAL, key, "b").await), Code::KeyUsed);
    assert_eq!(refused(store.try_send(lin.id, other.id, key, "a").await), Code::KeyUsed);
    assert_eq!(store.try_send(lin.id, GENERAL, key, "a").await, Ok(sent.clone()));
    let tombstone = store.delete(&lin, sent.id).await;
    for text in ["a", "b"] {
        assert_eq!(store.try_send(lin.id, GENERAL, key, text).await, Ok(tombstone.clone()));
    }
    assert_eq!(store.count("SELECT count(*) FROM messages").await, 1);
}

#[tokio::test]
async fn a_deleted_message_is_a_tombstone_everywhere() {
    let store = Fixture::new();
    let (lin, wei) = (store.enter("Lin").await, store.enter("Wei").await);
    let sent = store.send(&lin, GENERAL, "secret").await;
    assert_eq!(refused(delete(&store.db, &Hooks::default(), wei.id, sent.id).await), Code::Forbidden);
    store.forget();
    let gone = store.delete(&lin, sent.id).await;
    let wanted = Message { seq: Seq(sent.seq.0 + 1), deleted: true, text: String::new(), body: Body::default(), ..sent.clone() };
    assert_eq!(gone, wanted);
    assert_eq!(store.delete(&lin, sent.id).await, wanted, "twice is once");
    assert_eq!(store.published(), [Event::Message(wanted.clone())]);
    let page = page(&store.db, &Hooks::default(), wei.id, GENERAL, PageRange::Newest, 50).await.unwrap();
    assert_eq!(page.messages, [wanted]);
    assert_eq!(refused(delete(&store.db, &Hooks::default(), lin.id, MessageId(999)).await), Code::NotFound);
}

#[tokio::test]
async fn who_is_no_member_sees_and_does_nothing() {
    let store = Fixture::new();
    let (lin, wei) = (store.enter("Lin").await, store.enter("Wei").await);
    let room = rooms::create(&store.db, &hooks(), lin.id, "Ours".to_owned()).await.unwrap();
    let sent = store.send(&lin, room.id, "hi").await;
    for room in [room.id, RoomId(99)] {
        assert_eq!(refused(store.try_send(wei.id, room, fresh_key(), "a").await), Code::NotFound);
        assert_eq!(refused(page(&store.db, &Hooks::default(), wei.id, room, PageRange::Newest, 50).await), Code::NotFound);
        assert_eq!(refused(shown(&store, wei.id, room, PageRange::Around(sent.id), 50).await), Code::NotFound);
    }
    assert_eq!(refused(delete(&store.db, &Hooks::default(), wei.id, sent.id).await), Code::NotFound);
}

#[tokio::test]
async fn pages_walk_the_whole_room_both_ways() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    let other = rooms::create(&store.db, &hooks(), lin.id, "Other".to_owned()).await.unwrap();
    let mut all = Vec::new();
    for n in 0..23 {
        store.send(&lin, other.id, "elsewhere").await;
        all.push(store.send(&lin, GENERAL, &n.to_string()).await);
    }
    all[20] = store.delete(&lin, all[20].id).await;
    let hooks = Hooks::default();
    let get = |range| page(&store.db, &hooks, lin.id, GENERAL, range, 10);
    let check = |page: Page, wanted: &[Message], at_start, at_end| {
        assert_eq!((page.messages.as_slice(), page.at_start, page.at_end), (wanted, at_start, at_end));
    };
    check(get(PageRange::Newest).await.unwrap(), &all[13..], false, true);
    check(get(PageRange::Before(all[13].id)).await.unwrap(), &all[3..13], false, false);
    check(get(PageRange::Before(all[3].id)).await.unwrap(), &all[..3], true, false);
    check(get(PageRange::Before(all[0].id)).await.unwrap(), &[], true, false);
    check(get(PageRange::After(all[0].id)).await.unwrap(), &all[1..11], false, false);
    check(get(PageRange::After(all[12].id)).await.unwrap(), &all[13..], false, true);
    check(get(PageRange::After(all[22].id)).await.unwrap(), &[], false, true);
    check(get(PageRange::Around(all[10].id)).await.unwrap(), &all[6..16], false, false);
    check(get(PageRange::Around(all[0].id)).await.unwrap(), &all[..6], true, false);
    check(get(PageRange::Around(all[22].id)).await.unwrap(), &all[18..], false, true);
    check(get(PageRange::Before(MessageId(0))).await.unwrap(), &[], true, false);
    check(get(PageRange::After(MessageId(crate::model::ids::MAX_NUMBER))).await.unwrap(), &[], false, true);
    let nothing = rooms::create(&store.db, &hooks, lin.id, "Empty".to_owned()).await.unwrap();
    for range in [PageRange::Newest, PageRange::Before(all[3].id), PageRange::After(all[3].id), PageRange::Around(all[3].id)] {
        check(page(&store.db, &Hooks::default(), lin.id, nothing.id, range, 10).await.unwrap(), &[], true, true);
    }
    assert_eq!(get(PageRange::Newest).await.unwrap().head, store.db.head().await.unwrap());
    let one = page(&store.db, &Hooks::default(), lin.id, GENERAL, PageRange::Newest, 0).await.unwrap();
    assert_eq!(one.messages, all[22..]);
}

#[tokio::test]
async fn the_first_paint_goes_on_past_tombstones_but_not_for_ever() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    let mut all = Vec::new();
    for n in 0..60 {
        all.push(store.send(&lin, GENERAL, &n.to_string()).await);
    }
    for message in &mut all[30..] {
        *message = store.delete(&lin, message.id).await;
    }
    let get = |limit| shown(&store, lin.id, GENERAL, PageRange::Newest, limit);
    assert_eq!(get(10).await.unwrap().messages, all[20..], "ten that are not deleted, and what lies between");
    assert_eq!(get(5).await.unwrap().messages, all[40..], "four times the limit at most");
    let all_of_it = get(50).await.unwrap();
    assert_eq!((all_of_it.messages.len(), all_of_it.at_start, all_of_it.at_end), (60, true, true));
}

#[tokio::test]
async fn sql_in_texts_and_names_is_text() {
    let store = Fixture::new();
    for garbage in [
        "'; DROP TABLE messages; --",
        "\" OR \"\"=\"",
        "1 OR 1=1",
        "%' AND 1=0 UNION SELECT hash FROM sessions --",
        "?1",
        ":a",
        "\\",
        "a\u{1}b",
        "NULL",
        "x'00'",
        "')) RETURNING *; --",
    ] {
        let text = garbage.to_owned();
        let name = garbage.replace('\u{1}', "");
        let person = store.enter(&name.chars().take(40).collect::<String>()).await;
        let room = rooms::create(&store.db, &hooks(), person.id, text.clone()).await.unwrap();
        let sent = store.send(&person, room.id, garbage).await;
        assert_eq!(sent.text, garbage);
        let page = page(&store.db, &Hooks::default(), person.id, room.id, PageRange::Newest, 50).await.unwrap();
        assert_eq!(page.messages, [sent]);
        assert_eq!(rooms::rooms(&store.db).await.unwrap().last().map(|room| room.name.clone()), Some(text));
    }
    assert_eq!(store.count("SELECT count(*) FROM messages").await, 11);
    assert_eq!(store.count("SELECT count(*) FROM users").await, 11);
}

/// A text of its own of about `bytes` bytes: looked for in the files, it is found nowhere else.
fn marked_text(number: usize, bytes: usize) -> String {
    (0..bytes / 16 + 1).map(|part| format!("<{number:05}:{part:08}>")).collect()
}

fn holds(dir: &std::path::Path, mark: &str) -> bool {
    let file = |entry: std::io::Result<std::fs::DirEntry>| std::fs::read(entry.unwrap().path()).unwrap();
    let has = |bytes: Vec<u8>| bytes.windows(mark.len()).any(|window| window == mark.as_bytes());
    std::fs::read_dir(dir).unwrap().map(file).any(has)
}

#[tokio::test]
async fn no_byte_of_a_deleted_text_stays_in_any_file() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    let mut sent = Vec::new();
    // Short ones share pages, long ones overflow into pages of their own.
    for number in 0..160_usize {
        let bytes = [5, 40, 200, 900, 2_500, 7_000][number * 7 % 6];
        sent.push(store.send(&lin, GENERAL, &marked_text(number, bytes)).await);
        if number % 3 == 2 {
            // Deleting between sends is when rows would be moved.
            store.delete(&lin, sent[number / 2].id).await;
        }
    }
    for (_, sent) in sent.iter().enumerate().filter(|(number, _)| number % 5 != 0) {
        store.delete(&lin, sent.id).await;
    }
    store.db.checkpoint_truncate().await.unwrap();
    for (number, sent) in sent.iter().enumerate() {
        let deleted =
            page(&store.db, &Hooks::default(), lin.id, GENERAL, PageRange::Around(sent.id), 1).await.unwrap().messages[0].deleted;
        let found = holds(store.dir.path(), &format!("<{number:05}:"));
        assert_eq!(found, !deleted, "message {number}");
    }
    let emptied = "SELECT count(*) FROM texts
                   WHERE digest = zeroblob(32) AND text = zeroblob(octet_length(text)) AND octet_length(text) > 0";
    let deleted = store.count("SELECT count(*) FROM messages WHERE deleted").await;
    assert_eq!(store.count(emptied).await, deleted, "overwritten in place, by as many zeros");
}

#[tokio::test]
async fn a_text_deleted_right_before_a_crash_is_in_no_file_after_the_next_start() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    let sent = store.send(&lin, GENERAL, &marked_text(7, 900)).await;
    store.delete(&lin, sent.id).await;
    // The files as a killed process leaves them.
    let left = tempfile::tempdir().unwrap();
    for file in ["rill.db", "rill.db-wal"] {
        std::fs::copy(store.dir.path().join(file), left.path().join(file)).unwrap();
    }
    assert!(holds(left.path(), "<00007:"), "the log has it");
    let db = crate::database::open(crate::tests::store_fixture::options(left.path()), |_| {}).unwrap();
    assert!(!holds(left.path(), "<00007:"));
    assert!(db.read(move |read| Ok(message(read, sent.id)?)).await.unwrap().unwrap().deleted);
}

#[tokio::test]
async fn a_deletion_whose_caller_has_gone_is_erased_all_the_same() {
    use futures_util::FutureExt;
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    let sent = store.send(&lin, GENERAL, &marked_text(7, 900)).await;
    // Asked once and dropped, as when the connection breaks: the command is in the queue.
    let _ = delete(&store.db, &crate::tests::store_fixture::hooks(), lin.id, sent.id).now_or_never();
    store.db.write(|_| Ok(())).await.unwrap();
    assert!(holds(store.dir.path(), "<00007:"));
    store.db.erase_deleted().await.unwrap();
    assert!(!holds(store.dir.path(), "<00007:"));
}

#[tokio::test]
async fn pages_are_read_along_an_index() {
    let store = Fixture::new();
    for sql in [OLDER, NEWER, BARE_OLDER, BARE_NEWER] {
        let plan = store.plan(sql, &params![GENERAL, 9_u64, 50_u64]).await;
        assert!(
            plan.contains("messages_room (room_id=? AND rowid") && !plan.contains("SCAN") && !plan.contains("TEMP"),
            "{plan}"
        );
    }
}
