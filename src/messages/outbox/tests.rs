//! What the outbox promises.

use super::*;

fn key(n: u8) -> ClientKey {
    ClientKey([n; 16])
}

fn outbox(count: u8) -> Outbox {
    let mut outbox = Outbox::default();
    for n in 1..=count {
        outbox.push(key(n), n.to_string(), u64::from(n));
    }
    outbox
}

fn states(outbox: &Outbox) -> Vec<Sending> {
    outbox.unsent().iter().map(|m| m.state).collect()
}

const UNKNOWN: Sending = Sending::Failed { code: Some(Code::Network) };
const NEVER_TRIED: Sending = Sending::Failed { code: None };

#[test]
fn messages_leave_in_order_one_at_a_time() {
    let mut outbox = outbox(3);
    for n in 1..=3 {
        let attempt = outbox.take_next().unwrap();
        assert_eq!((attempt.key, attempt.text), (key(n), n.to_string()));
        assert_eq!(outbox.take_next(), None, "another one is under way");
        assert!(outbox.confirm(key(n)));
    }
    assert_eq!(outbox.take_next(), None);
    assert!(outbox.unsent().is_empty());
}

#[test]
fn no_answer_is_an_unknown_outcome_and_holds_back_what_is_queued() {
    let mut outbox = outbox(3);
    let attempt = outbox.take_next().unwrap();
    assert!(outbox.expired(attempt.number));
    assert_eq!(states(&outbox), [UNKNOWN, NEVER_TRIED, NEVER_TRIED]);
    assert_eq!(outbox.take_next(), None, "nothing goes past it by itself");
}

#[test]
fn a_late_answer_confirms_what_was_given_up() {
    let mut outbox = outbox(1);
    let attempt = outbox.take_next().unwrap();
    outbox.expired(attempt.number);
    assert!(outbox.confirm(key(1)));
    assert!(outbox.unsent().is_empty());
    assert!(!outbox.confirm(key(1)), "the echo after it changes nothing");
}

#[test]
fn a_retry_goes_by_the_same_key() {
    let mut outbox = outbox(1);
    let attempt = outbox.take_next().unwrap();
    outbox.refused(attempt.number, &AppError::new(Code::Network));
    assert_eq!(outbox.retry(key(1), key(9)), Some(key(1)));
    let again = outbox.take_next().unwrap();
    assert_eq!((again.key, again.text.as_str()), (key(1), "1"));
}

#[test]
fn a_used_key_is_retried_with_a_fresh_one() {
    let mut outbox = outbox(1);
    let attempt = outbox.take_next().unwrap();
    outbox.refused(attempt.number, &AppError::new(Code::KeyUsed));
    assert_eq!(outbox.retry(key(1), key(9)), Some(key(9)));
    assert_eq!(outbox.take_next().unwrap().key, key(9));
}

#[test]
fn what_an_attempt_says_that_was_given_up_is_not_listened_to() {
    let mut outbox = outbox(1);
    let first = outbox.take_next().unwrap();
    outbox.expired(first.number);
    outbox.retry(key(1), key(9));
    let second = outbox.take_next().unwrap();
    outbox.refused(first.number, &AppError::new(Code::Internal));
    assert!(!outbox.expired(first.number));
    assert_eq!(states(&outbox), [Sending::Posted(second.number)]);
}

#[test]
fn too_fast_waits_as_told_and_gives_up_after_a_bounded_number_of_tries() {
    let mut outbox = outbox(2);
    let mut waits = 0;
    loop {
        let attempt = outbox.take_next().unwrap();
        assert_eq!(attempt.key, key(1), "order is kept while waiting");
        match outbox.refused(attempt.number, &AppError::retry(Code::TooFast, 3)) {
            Next::Wait(seconds) => {
                assert_eq!(seconds, 3);
                assert_eq!(outbox.take_next(), None);
                assert!(!outbox.expired(attempt.number), "waiting is not silence");
                outbox.resume(attempt.number);
                waits += 1;
            }
            Next::GoOn => break,
        }
    }
    assert_eq!(waits, TRIES);
    assert_eq!(states(&outbox), [Sending::Failed { code: Some(Code::TooFast) }, Sending::Queued]);
}

#[test]
fn a_refused_message_does_not_hold_back_the_next() {
    let mut outbox = outbox(2);
    let attempt = outbox.take_next().unwrap();
    assert_eq!(outbox.refused(attempt.number, &AppError::new(Code::NotFound)), Next::GoOn);
    assert_eq!(outbox.take_next().unwrap().key, key(2));
}

#[test]
fn after_the_session_ended_every_text_is_kept() {
    let mut outbox = outbox(2);
    let attempt = outbox.take_next().unwrap();
    outbox.refused(attempt.number, &AppError::new(Code::NotEntered));
    assert_eq!(states(&outbox), [Sending::Failed { code: Some(Code::NotEntered) }, NEVER_TRIED]);
    assert_eq!(outbox.take_next(), None);
}

#[test]
fn only_a_failed_message_can_be_discarded() {
    let mut outbox = outbox(1);
    assert_eq!(outbox.discard(key(1)), None);
    let attempt = outbox.take_next().unwrap();
    assert_eq!(outbox.discard(key(1)), None);
    outbox.expired(attempt.number);
    assert_eq!(outbox.discard(key(1)).as_deref(), Some("1"));
    assert!(outbox.unsent().is_empty());
}

#[test]
fn a_message_is_slow_once_and_not_when_failed() {
    let mut outbox = outbox(1);
    assert!(outbox.slow(key(1)));
    assert!(!outbox.slow(key(1)));
    let attempt = outbox.take_next().unwrap();
    outbox.expired(attempt.number);
    outbox.retry(key(1), key(9));
    assert!(!outbox.unsent()[0].slow, "a retry starts anew");
}

#[test]
fn what_comes_back_after_a_reload_is_of_unknown_outcome_and_can_be_retried_by_its_key() {
    let mut before = outbox(2);
    before.take_next();
    let saved = serde_json::to_string(&before).unwrap();
    let mut after: Outbox = serde_json::from_str(&saved).unwrap();
    assert_eq!(states(&after), [UNKNOWN, UNKNOWN]);
    assert_eq!(after.take_next(), None);
    assert_eq!(after.retry(key(1), key(9)), Some(key(1)));
    assert_eq!(after.take_next().unwrap().text, "1");
}
