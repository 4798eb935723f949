//! The law of the timeline: whatever order events and pages arrive in, it is a gapless range of the server's history.

use super::{
    tests::{ME, message, tombstone},
    *,
};
use crate::model::ids::Seq;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The server: every state there ever was, in order; the state at a head is what a page shows.
#[derive(Debug, Default)]
struct Server {
    log: Vec<Message>,
}

impl Server {
    fn state(&self, head: usize) -> Vec<Message> {
        let mut newest = BTreeMap::new();
        for message in &self.log[..head] {
            newest.insert(message.id, message.clone());
        }
        newest.into_values().collect()
    }

    fn page(&self, range: PageRange, head: usize) -> Page {
        let all = self.state(head);
        let (from, to) = match range {
            PageRange::Newest => (all.len().saturating_sub(4), all.len()),
            PageRange::Before(id) => {
                let end = all.partition_point(|m| m.id < id);
                (end.saturating_sub(3), end)
            }
            PageRange::After(id) => {
                let start = all.partition_point(|m| m.id <= id);
                (start, (start + 3).min(all.len()))
            }
            PageRange::Around(_) | PageRange::Unread(_) => {
                let is_above = |m: &Message| match range {
                    PageRange::Unread(n) => m.n <= n,
                    PageRange::Around(id) => m.id < id,
                    _ => false,
                };
                let middle = all.partition_point(is_above);
                (middle.saturating_sub(2), (middle + 2).min(all.len()))
            }
        };
        Page {
            messages: all[from..to].to_vec(),
            at_start: from == 0,
            at_end: to == all.len(),
            head: Seq(head as u64),
            ..Page::default()
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Send,
    Delete(u8),
    Deliver,
    /// The stream starts again from an earlier cursor.
    Replay(u8),
    Ask(u8, u8),
    /// The server reads the page that was asked.
    Read(u8),
    Land(u8),
    Fail(u8),
    Reset,
    Trim(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => Just(Step::Send),
        3 => any::<u8>().prop_map(Step::Delete),
        8 => Just(Step::Deliver),
        1 => any::<u8>().prop_map(Step::Replay),
        3 => (any::<u8>(), any::<u8>()).prop_map(|(kind, id)| Step::Ask(kind, id)),
        3 => any::<u8>().prop_map(Step::Read),
        3 => any::<u8>().prop_map(Step::Land),
        1 => any::<u8>().prop_map(Step::Fail),
        1 => Just(Step::Reset),
        1 => any::<u8>().prop_map(Step::Trim),
    ];
    proptest::collection::vec(step, 1..120)
}

/// A reader at work: the timeline, the stream's cursor, and fetches under way with what the server read for them.
struct Reader {
    timeline: Timeline,
    cursor: usize,
    asked: Vec<(PageRequest, Option<Page>)>,
    gone: BTreeSet<MessageId>,
}

impl Reader {
    fn step(&mut self, server: &mut Server, step: Step) {
        let seq = server.log.len() as u64 + 1;
        let pick = |n: u8, of: usize| usize::from(n) % of.max(1);
        match step {
            Step::Send => server.log.push(message(seq)),
            Step::Delete(n) => {
                let living: Vec<_> = server.state(server.log.len()).into_iter().filter(|m| !m.deleted).collect();
                if let Some(message) = living.get(pick(n, living.len())) {
                    server.log.push(tombstone(message.id.0, seq));
                }
            }
            Step::Deliver => {
                if let Some(message) = server.log.get(self.cursor) {
                    self.cursor += 1;
                    if message.deleted {
                        self.gone.insert(message.id);
                    }
                    self.timeline.apply(message.clone(), ME);
                }
            }
            Step::Replay(n) => self.cursor = self.cursor.saturating_sub(usize::from(n % 5)),
            Step::Ask(kind, n) => {
                let range = match kind % 4 {
                    0 => Some(PageRange::Newest),
                    1 => Some(PageRange::Around(MessageId(u64::from(n) % seq + 1))),
                    2 => self.timeline.older(),
                    _ => self.timeline.newer(),
                };
                if let Some(range) = range {
                    let request = self.timeline.begin(range);
                    self.asked.push((request, None));
                }
            }
            Step::Read(n) => {
                let at = pick(n, self.asked.len());
                if let Some((request, read @ None)) = self.asked.get_mut(at) {
                    *read = Some(server.page(request.range(), server.log.len()));
                }
            }
            Step::Land(n) => {
                let at = pick(n, self.asked.len());
                if self.asked.get(at).is_some_and(|(_, page)| page.is_some()) {
                    let (request, page) = self.asked.remove(at);
                    self.timeline.complete(request, page.unwrap());
                }
            }
            Step::Fail(n) => {
                if !self.asked.is_empty() {
                    let (request, _) = self.asked.remove(pick(n, self.asked.len()));
                    self.timeline.fail(request);
                }
            }
            Step::Reset => {
                self.cursor = server.log.len();
                self.timeline.reset();
            }
            Step::Trim(n) => {
                let anchor = self.timeline.messages().get(pick(n, self.timeline.messages().len())).map(|m| m.id);
                let other = self.timeline.messages().get(pick(n / 3, self.timeline.messages().len())).map(|m| m.id);
                let held = anchor.zip(other).filter(|_| n % 2 == 0).map(|(a, b)| (a.min(b), a.max(b)));
                self.timeline.trim(anchor, held, usize::from(n % 3));
            }
        }
        self.holds();
    }

    fn holds(&self) {
        let window = self.timeline.messages();
        assert!(window.is_sorted_by(|a, b| a.id < b.id), "ids strictly ascend");
        let rows = self.timeline.rows(&[], &|_| 0, ME);
        assert_eq!(rows.iter().map(|r| &r.key).collect::<BTreeSet<_>>().len(), rows.len(), "no row twice");
        if !self.timeline.stale() {
            assert!(rows.iter().all(|row| !self.gone.contains(&row.id.unwrap())), "what is known to be gone shows no text");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn whatever_order_events_and_pages_arrive_in_the_window_is_the_server_s(steps in steps()) {
        let mut server = Server::default();
        for _ in 0..6 {
            server.log.push(message(server.log.len() as u64 + 1));
        }
        let timeline = Timeline::from_page(server.page(PageRange::Newest, server.log.len()));
        let mut reader = Reader { timeline, cursor: server.log.len(), asked: Vec::new(), gone: BTreeSet::new() };
        for step in steps {
            reader.step(&mut server, step);
        }
        // Everything under way arrives; after a reset the resync that is due is run.
        while !reader.asked.is_empty() {
            reader.step(&mut server, Step::Read(0));
            reader.step(&mut server, Step::Land(0));
        }
        if reader.timeline.stale() {
            let request = reader.timeline.begin(PageRange::Newest);
            let page = server.page(PageRange::Newest, server.log.len());
            prop_assert!(reader.timeline.complete(request, page));
        }
        while reader.cursor < server.log.len() {
            reader.step(&mut server, Step::Deliver);
        }
        let all = server.state(server.log.len());
        let window = reader.timeline.messages();
        let from = window.first().map_or(0, |first| all.partition_point(|m| m.id < first.id));
        prop_assert_eq!(window, &all[from..from + window.len()], "a gapless range, every message in its newest state");
        prop_assert!(!reader.timeline.at_end() || from + window.len() == all.len(), "the live end is reached where it is said");
        prop_assert!(!reader.timeline.at_start() || from == 0);
    }
}
