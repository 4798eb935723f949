//! Wishes over answers, failures and other pages.

use super::*;

fn wish(name: &str, on: bool) -> Wish {
    let fields = vec![("on".to_owned(), on.to_string())];
    let (name, path) = (name.to_owned(), "/api/pins/set".to_owned());
    Wish { name, on, path, fields, kind: Kind::Pin, at: 0, state: Sending::Queued, failures: 0 }
}

fn wished(wishes: &Wishes) -> Vec<(&str, bool)> {
    wishes.all.iter().map(|wish| (&*wish.name, wish.on)).collect()
}

/// Takes the only request that is due.
fn take(wishes: &mut Wishes) -> (u32, Wish) {
    let mut due = wishes.take_due();
    assert_eq!(due.len(), 1, "{due:?}");
    due.remove(0)
}

const OFFLINE: AppError = AppError::new(Code::Network);

#[test]
fn one_request_of_a_name_is_under_way_and_the_newest_wish_follows_it() {
    let mut wishes = Wishes::default();
    wishes.make(wish("pin 1", true), 10);
    let (first, sent) = take(&mut wishes);
    wishes.make(wish("pin 1", false), 11);
    assert_eq!(wishes.take_due(), [], "the first has not been answered");
    wishes.hurry();
    assert_eq!(wishes.take_due(), [], "also when the connection is back");
    // Another switch does not wait for it.
    wishes.make(wish("pin 2", true), 12);
    assert_eq!(take(&mut wishes).1.name, "pin 2");
    wishes.confirm(first, &sent);
    assert_eq!(wished(&wishes), [("pin 1", false), ("pin 2", true)]);
    let (second, sent) = take(&mut wishes);
    assert_eq!((sent.on, sent.fields[0].1.as_str()), (false, "false"));
    wishes.confirm(second, &sent);
    assert_eq!(wished(&wishes), [("pin 2", true)]);
}

#[test]
fn last_press_that_equals_what_is_under_way_makes_no_second_request() {
    let mut wishes = Wishes::default();
    wishes.make(wish("pin 1", true), 10);
    let (attempt, sent) = take(&mut wishes);
    wishes.make(wish("pin 1", false), 11);
    wishes.make(wish("pin 1", true), 12);
    wishes.confirm(attempt, &sent);
    assert_eq!(wished(&wishes), []);
    assert_eq!(wishes.take_due(), []);
}

#[test]
fn wish_waits_without_a_connection_and_goes_when_it_is_back() {
    let mut wishes = Wishes::default();
    wishes.make(wish("pin 1", true), 10);
    let (attempt, sent) = take(&mut wishes);
    assert!(matches!(wishes.refused(attempt, &sent, &OFFLINE, 0), Next::Wait(_)));
    assert_eq!(wishes.take_due(), []);
    wishes.hurry();
    let (again, sent) = take(&mut wishes);
    wishes.resume(attempt);
    assert_eq!(wishes.take_due(), [], "the old wait is over and changes nothing");
    let busy = AppError::retry(Code::Busy, 3);
    assert!(matches!(wishes.refused(again, &sent, &busy, 0), Next::Wait(3_000..)));
    wishes.resume(again);
    assert!(take(&mut wishes).1.on);
}

#[test]
fn newer_wish_does_not_wait_for_the_wait_of_an_older_one() {
    let mut wishes = Wishes::default();
    wishes.make(wish("pin 1", true), 10);
    let (attempt, sent) = take(&mut wishes);
    wishes.refused(attempt, &sent, &OFFLINE, 0);
    wishes.make(wish("pin 1", false), 11);
    assert!(!take(&mut wishes).1.on);
}

#[test]
fn refusal_is_reported_when_it_is_of_the_last_wish() {
    let full = AppError::new(Code::Full);
    let mut wishes = Wishes::default();
    wishes.make(wish("pin 1", true), 10);
    let (attempt, sent) = take(&mut wishes);
    wishes.make(wish("pin 1", false), 11);
    assert_eq!(wishes.refused(attempt, &sent, &full, 0), Next::GoOn, "it is wished no more");
    let (attempt, sent) = take(&mut wishes);
    assert_eq!(wishes.refused(attempt, &sent, &full, 0), Next::Report);
    assert_eq!(wished(&wishes), []);
    assert_eq!(wishes.refused(attempt, &sent, &full, 0), Next::GoOn, "nothing of it is known");
}

#[test]
fn failing_server_is_asked_a_few_times() {
    let mut wishes = Wishes::default();
    wishes.make(wish("pin 1", true), 10);
    for _ in 0..TRIES {
        let (attempt, sent) = take(&mut wishes);
        assert!(matches!(wishes.refused(attempt, &sent, &AppError::new(Code::Internal), 0), Next::Wait(_)));
        wishes.resume(attempt);
    }
    let (attempt, sent) = take(&mut wishes);
    assert_eq!(wishes.refused(attempt, &sent, &AppError::new(Code::Internal), 0), Next::Report);
}

#[test]
fn wish_of_an_older_page_does_not_override_a_newer_press() {
    let of = |on, at| Wish { at, ..wish("pin 1", on) };
    let mut wishes = Wishes::default();
    wishes.make(wish("pin 1", false), 20);
    wishes.adopt(of(true, 10));
    assert_eq!(wished(&wishes), [("pin 1", false)]);
    let (attempt, sent) = take(&mut wishes);
    wishes.confirm(attempt, &sent);
    wishes.adopt(of(true, 15));
    assert_eq!(wished(&wishes), [], "the newer press has been confirmed since");
    wishes.adopt(of(true, 30));
    assert_eq!(wished(&wishes), [("pin 1", true)], "that one is newer");
    wishes.clear();
    wishes.adopt(of(true, 15));
    assert_eq!(wished(&wishes), [("pin 1", true)], "of another store nothing is known");
}

#[test]
fn wish_comes_back_from_storage_as_it_was_made() {
    let mut wishes = Wishes::default();
    wishes.make(wish("pin 1", true), 10);
    take(&mut wishes);
    let stored = wishes.stored();
    let back: Wish = wire::read(&stored[0]).unwrap();
    assert_eq!(back, Wish { at: 10, ..wish("pin 1", true) });
}
