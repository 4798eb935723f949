//! What the relay promises, and a property: over any history of tabs that sleep, come late and take the lead, each page ends
//! with everything, once.

use super::*;
use crate::model::things::Kind;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn recent(head: u64, most: (usize, usize)) -> FrameLog {
    FrameLog { most, ..FrameLog::from(Seq(head)) }
}

fn at(cursor: u64) -> StreamPosition {
    StreamPosition { store: "s".into(), cursor: Seq(cursor) }
}

fn push(recent: &mut FrameLog, seq: u64) {
    recent.push(Seq(seq), Some(Thing::new(Kind::Message, (seq, 0))), seq.to_string());
}

fn frames(from: u64, to: u64, things: &[u64]) -> TabMessage {
    let things = things.iter().map(u64::to_string).collect();
    TabMessage::Frames(EventBatch { store: "s".into(), from: Seq(from), to: Seq(to), things })
}

fn missed_message(below: u64, to: u64) -> TabMessage {
    TabMessage::Missed { store: "s".into(), below: Seq(below), to: Seq(to) }
}

#[test]
fn a_tab_that_asks_gets_what_came_since_its_page() {
    let mut leader = recent(5, MOST);
    for seq in [6, 8, 9] {
        push(&mut leader, seq);
    }
    assert_eq!(leader.answer("s", &at(5)), frames(5, 9, &[6, 8, 9]));
    assert_eq!(leader.answer("s", &at(8)), frames(8, 9, &[9]));
    assert_eq!(leader.answer("s", &at(9)), frames(9, 9, &[]));
    // A page can be ahead of the stream.
    assert_eq!(leader.answer("s", &at(12)), frames(9, 9, &[]));
}

#[test]
fn what_the_leader_no_longer_holds_has_to_be_fetched() {
    let mut leader = recent(5, (2, 1_000));
    for seq in 6..=9 {
        push(&mut leader, seq);
    }
    assert_eq!(leader.answer("s", &at(7)), frames(7, 9, &[8, 9]));
    assert_eq!(leader.answer("s", &at(6)), missed_message(7, 9));
    assert_eq!(leader.answer("s", &at(4)), missed_message(7, 9));
    let mut narrow = recent(0, (100, 3));
    push(&mut narrow, 10);
    push(&mut narrow, 11);
    assert_eq!(narrow.answer("s", &at(9)), missed_message(10, 11));
}

#[test]
fn a_tab_of_another_store_has_to_fetch_wherever_it_stands() {
    let leader = recent(5, MOST);
    let stranger = StreamPosition { store: "t".into(), cursor: Seq(5) };
    assert_eq!(leader.answer("s", &stranger), missed_message(5, 5));
    let batch = EventBatch { store: "s".into(), from: Seq(5), to: Seq(6), things: Vec::new() };
    assert_eq!(check_batch(&stranger, &batch), Verdict::Gap);
}

#[test]
fn a_deleted_text_is_not_kept_and_the_stream_never_runs_backwards() {
    let mut leader = recent(0, MOST);
    push(&mut leader, 1);
    leader.push(Seq(2), Some(Thing::new(Kind::User, (1, 0))), "2".into());
    leader.push(Seq(3), Some(Thing::new(Kind::Message, (1, 0))), "3".into());
    leader.push(Seq(4), None, "4".into());
    leader.push(Seq(5), None, "5".into());
    leader.push(Seq(3), None, "again".into());
    assert_eq!(leader.answer("s", &at(0)), frames(0, 5, &[2, 3, 4, 5]));
    leader.moved(Seq(4));
    assert_eq!(leader.head(), Seq(5));
    leader.moved(Seq(8));
    assert_eq!(leader.answer("s", &at(5)), frames(5, 8, &[]));
}

#[test]
fn a_batch_is_known_follows_or_leaves_a_gap() {
    let batch = |from, to| EventBatch { store: "s".into(), from: Seq(from), to: Seq(to), things: Vec::new() };
    for (cursor, from, to, verdict) in [
        (5, 5, 6, Verdict::Follows),
        (5, 3, 9, Verdict::Follows),
        (5, 3, 5, Verdict::Applied),
        (5, 5, 5, Verdict::Applied),
        (5, 6, 7, Verdict::Gap),
        (5, 6, 6, Verdict::Gap),
    ] {
        assert_eq!(check_batch(&at(cursor), &batch(from, to)), verdict, "{cursor} {from} {to}");
    }
}

#[test]
fn a_new_leader_connects_from_the_lowest_cursor_within_reach() {
    assert_eq!(start(Seq(9), &[]), Seq(9));
    assert_eq!(start(Seq(9), &[Seq(12), Seq(7), Seq(30)]), Seq(7));
    assert_eq!(start(Seq(9_000), &[Seq(8_900), Seq(3)]), Seq(8_900));
    // All of them were away: none is out of reach of the newest of them.
    assert_eq!(start(Seq(10), &[Seq(12), Seq(11)]), Seq(10));
    // A leader far behind stands by its own page.
    assert_eq!(start(Seq(10), &[Seq(9_000)]), Seq(10));
}

/// A page: what it has taken, and up to where a fetch has told it.
struct Tab {
    cursor: Seq,
    taken: Vec<u64>,
    fetched: u64,
    asleep: bool,
}

/// Tabs of one browser, a stream, and one that leads.
struct Browser {
    tabs: Vec<Tab>,
    leader: usize,
    recent: FrameLog,
    /// What the server has for this person; the numbers between are somebody else's.
    stream: BTreeSet<u64>,
    head: u64,
}

impl Browser {
    fn hear(&mut self, at: usize, note: &TabMessage) {
        let tab = &mut self.tabs[at];
        let place = StreamPosition { store: "s".into(), cursor: tab.cursor };
        match note {
            TabMessage::Frames(batch) => match check_batch(&place, batch) {
                Verdict::Applied => {}
                Verdict::Follows => {
                    let news = batch.things.iter().map(|thing| thing.parse::<u64>().unwrap()).filter(|seq| *seq > tab.cursor.0);
                    tab.taken.extend(news);
                    tab.cursor = batch.to;
                }
                Verdict::Gap => self.ask(at),
            },
            TabMessage::Missed { below, to, .. } if tab.cursor < *below => {
                tab.cursor = *to;
                tab.fetched = self.head;
            }
            _ => {}
        }
    }

    fn ask(&mut self, at: usize) {
        if at != self.leader {
            let place = StreamPosition { store: "s".into(), cursor: self.tabs[at].cursor };
            let answer = self.recent.answer("s", &place);
            self.hear(at, &answer);
        }
    }

    fn relay(&mut self, seq: u64) {
        let from = self.recent.head();
        if seq <= from.0 {
            return;
        }
        push(&mut self.recent, seq);
        let leader = &mut self.tabs[self.leader];
        if seq > leader.cursor.0 {
            leader.taken.push(seq);
            leader.cursor = Seq(seq);
        }
        let note = TabMessage::Frames(EventBatch { store: "s".into(), from, to: Seq(seq), things: vec![seq.to_string()] });
        for at in 0..self.tabs.len() {
            if at != self.leader && !self.tabs[at].asleep {
                self.hear(at, &note);
            }
        }
    }

    fn step(&mut self, what: u8, which: usize) {
        let at = which % self.tabs.len();
        match what {
            // Something is said, to this person or past them.
            0..=5 => {
                self.head += 1;
                if what < 5 {
                    self.stream.insert(self.head);
                    self.relay(self.head);
                }
            }
            6 => self.tabs[at].asleep = at != self.leader,
            7 => {
                self.tabs[at].asleep = false;
                self.ask(at);
            }
            8 => {
                let page = Tab { cursor: Seq(self.head), taken: Vec::new(), fetched: self.head, asleep: false };
                self.tabs.push(page);
                self.ask(self.tabs.len() - 1);
            }
            _ => {
                let others: Vec<_> = self.tabs.iter().filter(|tab| !tab.asleep).map(|tab| tab.cursor).collect();
                self.leader = at;
                self.tabs[at].asleep = false;
                let start = start(self.tabs[at].cursor, &others);
                self.recent = FrameLog { most: self.recent.most, ..FrameLog::from(start) };
                for seq in self.stream.range(start.0 + 1..).copied().collect::<Vec<_>>() {
                    self.relay(seq);
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn every_page_ends_with_everything_once(
        steps in proptest::collection::vec((0..10_u8, any::<usize>()), 0..300),
        most in 1..20_usize,
    ) {
        let page = || Tab { cursor: Seq(0), taken: Vec::new(), fetched: 0, asleep: false };
        let recent = recent(0, (most, 1_000));
        let mut browser =
            Browser { tabs: vec![page(), page(), page()], leader: 0, recent, stream: BTreeSet::new(), head: 0 };
        for (what, which) in steps {
            browser.step(what, which);
        }
        for at in 0..browser.tabs.len() {
            browser.tabs[at].asleep = false;
            browser.ask(at);
        }
        for tab in &browser.tabs {
            prop_assert!(tab.taken.windows(2).all(|pair| pair[0] < pair[1]), "once and in order: {:?}", tab.taken);
            let lost: Vec<_> = browser.stream.iter().filter(|seq| **seq > tab.fetched && !tab.taken.contains(seq)).collect();
            prop_assert!(lost.is_empty(), "lost {lost:?} with {:?} and a page at {}", tab.taken, tab.fetched);
        }
    }
}
