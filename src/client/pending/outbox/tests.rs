//! What the outbox promises.

use super::*;
use proptest::prelude::*;

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

fn refuse(outbox: &mut Outbox, attempt: u32, code: Code) -> Next {
    outbox.refused(attempt, &AppError::new(code), u32::MAX)
}

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
fn without_an_answer_a_message_goes_again_by_itself_under_its_key_and_nothing_goes_past_it() {
    let mut outbox = outbox(2);
    for _ in 0..50 {
        let attempt = outbox.take_next().unwrap();
        assert_eq!((attempt.key, attempt.text.as_str()), (key(1), "1"));
        assert!(matches!(refuse(&mut outbox, attempt.number, Code::Network), Next::Wait(1..30_000)));
        assert_eq!(outbox.take_next(), None, "the second waits for the first");
        outbox.resume(attempt.number);
    }
    assert_eq!(states(&outbox), [Sending::Queued, Sending::Queued]);
}

#[test]
fn the_waits_grow_up_to_half_a_minute() {
    let mut outbox = outbox(1);
    let waits: Vec<_> = (0..7)
        .map(|_| {
            let attempt = outbox.take_next().unwrap();
            let Next::Wait(wait) = refuse(&mut outbox, attempt.number, Code::Network) else { panic!("waits") };
            outbox.resume(attempt.number);
            wait + 1
        })
        .collect();
    assert_eq!(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
}

#[test]
fn what_the_server_cannot_take_now_waits_as_long_as_it_says() {
    for code in [Code::TooFast, Code::Busy, Code::StorageFull] {
        let mut outbox = outbox(2);
        for _ in 0..50 {
            let attempt = outbox.take_next().unwrap();
            assert_eq!(attempt.key, key(1), "order is kept while waiting");
            let next = outbox.refused(attempt.number, &AppError::retry(code, 3), 0);
            assert_eq!(next, Next::Wait(3_000), "{code:?}");
            assert_eq!(outbox.take_next(), None);
            outbox.resume(attempt.number);
        }
    }
}

#[test]
fn many_that_were_told_to_come_back_at_the_same_moment_come_a_little_apart() {
    let mut outbox = outbox(1);
    let attempt = outbox.take_next().unwrap();
    assert_eq!(outbox.refused(attempt.number, &AppError::retry(Code::Busy, 2), u32::MAX), Next::Wait(2_999));
}

#[test]
fn what_the_server_will_never_have_is_refused_and_does_not_hold_back_the_next() {
    let never = [
        Code::BadInput,
        Code::Forbidden,
        Code::CrossSite,
        Code::NotFound,
        Code::MethodNotAllowed,
        Code::KeyUsed,
        Code::NameTaken,
        Code::TooLarge,
        Code::ContentType,
    ];
    for code in never {
        let mut outbox = outbox(2);
        let attempt = outbox.take_next().unwrap();
        assert_eq!(refuse(&mut outbox, attempt.number, code), Next::GoOn);
        assert_eq!(states(&outbox), [Sending::Refused(code), Sending::Queued]);
        assert_eq!(outbox.take_next().unwrap().key, key(2), "{code:?}");
    }
}

#[test]
fn a_text_the_server_fails_on_is_given_up_after_some_tries_and_the_next_goes() {
    let mut outbox = outbox(2);
    for _ in 0..TRIES {
        let attempt = outbox.take_next().unwrap();
        assert_eq!(attempt.key, key(1));
        assert!(matches!(refuse(&mut outbox, attempt.number, Code::Internal), Next::Wait(_)));
        outbox.resume(attempt.number);
    }
    let last = outbox.take_next().unwrap();
    assert_eq!(refuse(&mut outbox, last.number, Code::Internal), Next::GoOn);
    assert_eq!(states(&outbox), [Sending::Refused(Code::Internal), Sending::Queued]);
}

#[test]
fn the_echo_confirms_what_waits_for_another_try() {
    let mut outbox = outbox(2);
    let attempt = outbox.take_next().unwrap();
    refuse(&mut outbox, attempt.number, Code::Network);
    assert!(outbox.confirm(key(1)));
    assert!(!outbox.confirm(key(1)), "the answer after it changes nothing");
    assert_eq!(outbox.take_next().unwrap().key, key(2), "and the next goes at once");
}

#[test]
fn when_the_network_is_back_what_waits_goes_at_once_and_the_waits_start_anew() {
    let mut outbox = outbox(2);
    for _ in 0..6 {
        let attempt = outbox.take_next().unwrap();
        refuse(&mut outbox, attempt.number, Code::Network);
        outbox.resume(attempt.number);
    }
    let attempt = outbox.take_next().unwrap();
    refuse(&mut outbox, attempt.number, Code::Network);
    outbox.hurry();
    let now = outbox.take_next().unwrap();
    assert_eq!(now.key, key(1));
    outbox.resume(attempt.number);
    assert_eq!(states(&outbox)[0], Sending::Posted(now.number), "the old wait has nothing to say any more");
    assert_eq!(refuse(&mut outbox, now.number, Code::Network), Next::Wait(999));
}

#[test]
fn a_request_is_left_alone_when_the_network_is_back_unless_it_has_taken_too_long() {
    let mut outbox = outbox(1);
    let first = outbox.take_next().unwrap();
    outbox.hurry();
    assert_eq!(states(&outbox), [Sending::Posted(first.number)]);
    assert!(outbox.late(key(1)));
    outbox.hurry();
    let second = outbox.take_next().unwrap();
    assert_eq!(second.key, first.key);
    assert_eq!(refuse(&mut outbox, first.number, Code::Internal), Next::GoOn);
    assert_eq!(states(&outbox), [Sending::Posted(second.number)], "what was given up is not listened to");
}

#[test]
fn a_retry_goes_now_and_by_the_same_key() {
    let mut outbox = outbox(2);
    let attempt = outbox.take_next().unwrap();
    refuse(&mut outbox, attempt.number, Code::Network);
    outbox.all_late();
    assert_eq!(outbox.retry(key(1), key(9)), Some(key(1)));
    let first = &outbox.unsent()[0];
    assert!(!first.late && !first.slow && first.why.is_none(), "its row starts anew");
    assert_eq!(outbox.take_next().unwrap().key, key(1));
    assert_eq!(outbox.retry(key(7), key(9)), None, "one that is not there");
}

#[test]
fn a_used_key_is_retried_with_a_fresh_one() {
    let mut outbox = outbox(1);
    let attempt = outbox.take_next().unwrap();
    refuse(&mut outbox, attempt.number, Code::KeyUsed);
    assert_eq!(outbox.retry(key(1), key(9)), Some(key(9)));
    assert_eq!(outbox.take_next().unwrap().key, key(9));
}

#[test]
fn after_the_session_ended_every_text_is_kept_and_its_row_says_why() {
    let mut outbox = outbox(3);
    let attempt = outbox.take_next().unwrap();
    refuse(&mut outbox, attempt.number, Code::Forbidden);
    let attempt = outbox.take_next().unwrap();
    assert_eq!(refuse(&mut outbox, attempt.number, Code::NotEntered), Next::GoOn);
    outbox.end();
    assert_eq!(states(&outbox), [Sending::Refused(Code::Forbidden), Sending::Queued, Sending::Queued]);
    assert!(outbox.unsent()[1..].iter().all(|m| m.late && m.why == Some(Code::NotEntered)));
}

#[test]
fn only_a_message_whose_row_offers_it_can_be_given_up() {
    let mut outbox = outbox(2);
    assert_eq!(outbox.discard(key(1)), None);
    let attempt = outbox.take_next().unwrap();
    assert_eq!(outbox.discard(key(1)), None);
    refuse(&mut outbox, attempt.number, Code::NotFound);
    assert_eq!(outbox.discard(key(1)).as_deref(), Some("1"));
    assert!(outbox.late(key(2)));
    assert_eq!(outbox.discard(key(2)).as_deref(), Some("2"));
    assert!(outbox.unsent().is_empty());
}

#[test]
fn a_row_becomes_slow_once_and_late_once() {
    let mut outbox = outbox(1);
    assert!(outbox.slow(key(1)) && !outbox.slow(key(1)));
    assert!(outbox.late(key(1)) && !outbox.late(key(1)));
    outbox.retry(key(1), key(9));
    let attempt = outbox.take_next().unwrap();
    refuse(&mut outbox, attempt.number, Code::NotFound);
    assert!(!outbox.slow(key(1)), "a refused one shows no clock");
}

#[test]
fn what_comes_back_after_a_reload_goes_out_by_its_key_and_what_was_refused_stays_so() {
    let mut before = outbox(3);
    let attempt = before.take_next().unwrap();
    refuse(&mut before, attempt.number, Code::NotFound);
    before.take_next();
    let saved = serde_json::to_string(&before).unwrap();
    let mut after: Outbox = crate::model::wire::read(&saved).unwrap();
    assert_eq!(states(&after), [Sending::Refused(Code::NotFound), Sending::Queued, Sending::Queued]);
    let first = after.take_next().unwrap();
    assert_eq!((first.key, first.text.as_str()), (key(2), "2"));
}

#[test]
fn what_another_page_left_is_taken_over_once_in_the_order_it_was_written() {
    let mut mine = Outbox::default();
    mine.push(key(2), "2".into(), 2);
    mine.push(key(4), "4".into(), 4);
    mine.take_next();
    let mut left = Outbox::default();
    for n in [1, 2, 3, 5] {
        left.push(key(n), n.to_string(), u64::from(n));
    }
    mine.adopt(left);
    assert_eq!(mine.unsent().iter().map(|m| m.key).collect::<Vec<_>>(), [1, 2, 3, 4, 5].map(key));
    assert_eq!(mine.take_next(), None, "what is under way comes first");
}

#[derive(Debug, Clone)]
enum Step {
    Push,
    Post,
    /// The server stores it; its answer comes with the next step for it, or never.
    Store,
    Answer,
    Lose(bool),
    Busy,
    Resume,
    Hurry,
    Late,
    Echo,
    Reload,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => Just(Step::Push),
        4 => Just(Step::Post),
        4 => Just(Step::Store),
        3 => Just(Step::Answer),
        2 => any::<bool>().prop_map(Step::Lose),
        1 => Just(Step::Busy),
        3 => Just(Step::Resume),
        1 => Just(Step::Hurry),
        1 => Just(Step::Late),
        1 => Just(Step::Echo),
        1 => Just(Step::Reload),
    ];
    proptest::collection::vec(step, 1..200)
}

proptest! {
    /// A server that stores by key, a line that loses requests and answers, a page that reloads: what the server ends up
    /// with is what was written, once each and in order.
    #[test]
    fn whatever_fails_everything_arrives_once_and_in_order(steps in steps()) {
        let (mut outbox, mut written, mut stored) = (Outbox::default(), 0u8, Vec::new());
        let mut line: Vec<Attempt> = Vec::new();
        let store = |stored: &mut Vec<ClientKey>, key| if !stored.contains(&key) { stored.push(key) };
        for step in steps {
            match step {
                Step::Push if written < 250 => {
                    written += 1;
                    outbox.push(key(written), written.to_string(), u64::from(written));
                }
                Step::Push => {}
                Step::Post => line.extend(outbox.take_next()),
                Step::Store => if let Some(attempt) = line.first() { store(&mut stored, attempt.key) },
                Step::Answer => if !line.is_empty() {
                    let attempt = line.remove(0);
                    store(&mut stored, attempt.key);
                    outbox.confirm(attempt.key);
                },
                Step::Lose(arrives) => if !line.is_empty() {
                    let attempt = line.remove(0);
                    if arrives { store(&mut stored, attempt.key) }
                    refuse(&mut outbox, attempt.number, Code::Network);
                },
                Step::Busy => if let Some(attempt) = line.pop() {
                    outbox.refused(attempt.number, &AppError::retry(Code::Busy, 1), 0);
                },
                Step::Resume => (1..=outbox.attempts).for_each(|n| outbox.resume(n)),
                Step::Hurry => outbox.hurry(),
                Step::Late => outbox.all_late(),
                Step::Echo => for key in &stored { outbox.confirm(*key); },
                Step::Reload => {
                    let saved = serde_json::to_string(&outbox).unwrap();
                    outbox = crate::model::wire::read(&saved).unwrap();
                    // Requests of the page before may still reach the server, but nobody hears their answers.
                    line.drain(..).for_each(|attempt| store(&mut stored, attempt.key));
                }
            }
        }
        // The line holds at last.
        for attempt in line { store(&mut stored, attempt.key); outbox.confirm(attempt.key); }
        (1..=outbox.attempts).for_each(|n| outbox.resume(n));
        outbox.all_late();
        outbox.hurry();
        while let Some(attempt) = outbox.take_next() {
            store(&mut stored, attempt.key);
            outbox.confirm(attempt.key);
        }
        prop_assert!(outbox.unsent().is_empty());
        prop_assert_eq!(stored, (1..=written).map(key).collect::<Vec<_>>());
    }
}
