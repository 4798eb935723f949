//! What the timeline promises: by example, and against a server whose events and pages arrive in any order.

use super::*;
use crate::{
    ids::{RoomId, Seq},
    messages::{model::Block, model::Span, outbox::Outbox},
};
use proptest::prelude::*;

const ME: UserId = UserId(1);
const LIN: UserId = UserId(2);
const MINUTE: u64 = 60_000;

fn message(id: u64) -> Message {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&id.to_be_bytes());
    let text = id.to_string();
    Message {
        seq: Seq(id),
        id: MessageId(id),
        n: id,
        room: RoomId(1),
        author: LIN,
        key: ClientKey(key),
        at: id * 1_000,
        edited: None,
        deleted: false,
        body: Body(vec![Block::P(vec![Span::Text(text.clone())])]),
        text,
    }
}

fn tombstone(id: u64, seq: u64) -> Message {
    Message { seq: Seq(seq), deleted: true, text: String::new(), body: Body::default(), ..message(id) }
}

fn page(ids: std::ops::RangeInclusive<u64>, at_start: bool, at_end: bool) -> Page {
    let head = Seq(*ids.end());
    Page { messages: ids.map(message).collect(), at_start, at_end, head }
}

fn ids(timeline: &Timeline) -> Vec<u64> {
    timeline.messages().iter().map(|m| m.id.0).collect()
}

fn rows(timeline: &Timeline, outbox: &Outbox) -> Vec<Row> {
    timeline.rows(outbox.unsent(), &|_| 0, ME)
}

#[test]
fn a_live_message_is_appended_where_the_window_reaches_the_end() {
    let mut timeline = Timeline::from_page(page(1..=3, true, true));
    assert!(timeline.apply(message(4), ME));
    assert!(!timeline.apply(message(4), ME), "the same event again changes nothing");
    assert_eq!(ids(&timeline), [1, 2, 3, 4]);
}

#[test]
fn a_live_message_beyond_a_window_that_does_not_reach_the_end_is_counted_only() {
    let mut timeline = Timeline::from_page(page(1..=3, true, false));
    timeline.follow(true);
    timeline.apply(message(9), ME);
    assert_eq!((ids(&timeline), timeline.unseen()), (vec![1, 2, 3], 1));
    let ticket = timeline.ask(Stretch::Newest);
    assert!(timeline.land(ticket, page(5..=9, false, true)));
    assert_eq!((ids(&timeline), timeline.unseen()), (vec![5, 6, 7, 8, 9], 0));
}

#[test]
fn messages_that_arrive_while_reading_history_are_counted_once_and_until_the_end_is_seen() {
    let mut timeline = Timeline::from_page(page(1..=3, true, true));
    timeline.follow(false);
    timeline.apply(message(4), ME);
    timeline.apply(message(4), ME);
    timeline.apply(message(5), ME);
    timeline.apply(Message { author: ME, ..message(6) }, ME);
    assert_eq!(timeline.unseen(), 2, "two of others, one's own is not new");
    timeline.apply(tombstone(5, 7), ME);
    assert_eq!(timeline.unseen(), 1, "a deleted one is not waiting");
    timeline.follow(true);
    assert_eq!(timeline.unseen(), 0);
}

#[test]
fn an_edit_of_an_old_message_is_not_a_new_message() {
    let mut timeline = Timeline::from_page(page(1..=3, true, true));
    timeline.follow(false);
    timeline.apply(Message { seq: Seq(9), ..message(2) }, ME);
    assert_eq!(timeline.unseen(), 0);
}

#[test]
fn a_page_read_before_a_deletion_cannot_bring_the_text_back() {
    let mut timeline = Timeline::from_page(page(5..=6, false, true));
    let ticket = timeline.ask(Stretch::Before(MessageId(5)));
    timeline.apply(tombstone(3, 7), ME);
    assert!(timeline.land(ticket, page(1..=4, true, false)));
    assert_eq!(ids(&timeline), [1, 2, 3, 4, 5, 6]);
    assert!(timeline.messages()[2].deleted);
    assert!(rows(&timeline, &Outbox::default()).iter().all(|row| row.id != Some(MessageId(3))));
}

#[test]
fn an_older_state_never_replaces_a_newer_one() {
    let mut timeline = Timeline::from_page(page(1..=3, true, true));
    timeline.apply(tombstone(2, 4), ME);
    assert!(!timeline.apply(message(2), ME));
    assert!(timeline.messages()[1].deleted);
}

#[test]
fn a_page_asked_before_changes_were_missed_is_not_used() {
    let mut timeline = Timeline::from_page(page(5..=6, false, true));
    let ticket = timeline.ask(Stretch::Before(MessageId(5)));
    timeline.reset();
    assert!(!timeline.land(ticket, page(1..=4, true, false)));
    assert_eq!(timeline.older(), None, "nothing is added to a window that is no longer kept");
    timeline.apply(message(20), ME);
    assert_eq!(ids(&timeline), [5, 6], "and nothing is appended after the gap");
    let ticket = timeline.ask(Stretch::Newest);
    assert!(timeline.land(ticket, page(10..=20, false, true)));
    assert!(!timeline.stale());
    assert_eq!(ids(&timeline), (10..=20).collect::<Vec<_>>());
}

#[test]
fn of_two_pages_that_replace_the_window_the_one_asked_last_wins() {
    let mut timeline = Timeline::from_page(page(5..=6, false, true));
    let around = timeline.ask(Stretch::Around(MessageId(2)));
    let newest = timeline.ask(Stretch::Newest);
    assert!(timeline.land(newest, page(5..=6, false, true)));
    assert!(!timeline.land(around, page(1..=3, true, false)));
    assert_eq!(ids(&timeline), [5, 6]);
}

#[test]
fn an_empty_room_takes_its_first_message() {
    let mut timeline = Timeline::from_page(page(1..=0, true, true));
    assert!(timeline.loaded());
    timeline.apply(message(1), ME);
    assert_eq!(ids(&timeline), [1]);
}

#[test]
fn a_window_is_trimmed_at_the_end_further_from_the_eye() {
    let full = || {
        let mut timeline = Timeline::from_page(page(1..=400, true, true));
        timeline.apply(message(401), ME);
        timeline
    };
    let mut at_end = full();
    at_end.trim(None);
    assert_eq!((at_end.messages().len(), at_end.at_start(), at_end.at_end()), (WINDOW, false, true));
    assert_eq!(at_end.messages().last().unwrap().id.0, 401);
    let mut high = full();
    high.trim(Some(MessageId(50)));
    assert_eq!((high.messages().len(), high.at_start(), high.at_end()), (WINDOW, true, false));
    assert_eq!(high.messages()[0].id.0, 1);
}

#[test]
fn a_pending_message_keeps_its_row_when_it_is_confirmed() {
    let mut timeline = Timeline::from_page(page(1..=2, true, true));
    let mut outbox = Outbox::default();
    let mine = Message { author: ME, ..message(3) };
    outbox.push(mine.key, "3".into(), mine.at);
    outbox.push(ClientKey([9; 16]), "later".into(), mine.at);
    let before = rows(&timeline, &outbox);
    assert_eq!(before[2].content, Content::Plain("3".into()));
    assert_eq!(before[2].delivery, Delivery::Pending { slow: false });
    for _echo_and_answer in 0..2 {
        timeline.apply(mine.clone(), ME);
        outbox.confirm(mine.key);
        let after = rows(&timeline, &outbox);
        assert_eq!(after.len(), 4);
        assert_eq!((&after[2].key, after[2].id, after[2].delivery), (&before[2].key, Some(MessageId(3)), Delivery::Sent));
        assert_eq!(after[3].key, before[3].key, "what is still pending stays after it");
    }
}

#[test]
fn a_group_is_one_author_within_five_minutes_on_one_day() {
    let at = |id: u64, author, minutes: u64| Message { author, at: minutes * MINUTE, ..message(id) };
    let day = 24 * 60;
    let messages = vec![
        at(1, LIN, day - 8),
        at(2, LIN, day - 3),
        at(3, ME, day - 2),
        at(4, ME, day - 1),
        at(5, ME, day + 1),
        at(6, ME, day + 7),
    ];
    let timeline = Timeline::from_page(Page { messages, at_start: true, at_end: true, head: Seq(6) });
    let rows = rows(&timeline, &Outbox::default());
    let shape: Vec<_> = rows.iter().map(|row| (row.first, row.day, row.mine)).collect();
    assert_eq!(
        shape,
        [
            (true, Some(0), false),
            (false, None, false),
            (true, None, true),
            (false, None, true),
            (true, Some(1), true),
            (true, None, true)
        ]
    );
}

#[test]
fn days_are_those_of_the_page_s_zone() {
    let timeline = Timeline::from_page(Page {
        messages: vec![Message { at: 17 * 60 * MINUTE, ..message(1) }],
        at_start: true,
        at_end: true,
        head: Seq(1),
    });
    assert_eq!(timeline.rows(&[], &|_| 0, ME)[0].day, Some(0));
    assert_eq!(timeline.rows(&[], &|_| 480, ME)[0].day, Some(1));
    assert_eq!(timeline.rows(&[], &|_| -1_440, ME)[0].day, Some(-1));
}

#[test]
fn a_deleted_message_groups_nothing_and_leaves_no_row() {
    let mut timeline = Timeline::from_page(page(1..=3, true, true));
    timeline.apply(tombstone(1, 4), ME);
    let rows = rows(&timeline, &Outbox::default());
    assert_eq!(rows.len(), 2);
    assert!(rows[0].first && rows[0].day.is_some(), "the next one takes over the head of the group and of the day");
}

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

    fn page(&self, stretch: Stretch, head: usize) -> Page {
        let all = self.state(head);
        let (from, to) = match stretch {
            Stretch::Newest => (all.len().saturating_sub(4), all.len()),
            Stretch::Before(id) => {
                let end = all.partition_point(|m| m.id < id);
                (end.saturating_sub(3), end)
            }
            Stretch::After(id) => {
                let start = all.partition_point(|m| m.id <= id);
                (start, (start + 3).min(all.len()))
            }
            Stretch::Around(id) => {
                let middle = all.partition_point(|m| m.id < id);
                (middle.saturating_sub(2), (middle + 2).min(all.len()))
            }
        };
        Page { messages: all[from..to].to_vec(), at_start: from == 0, at_end: to == all.len(), head: Seq(head as u64) }
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
    asked: Vec<(Ticket, Option<Page>)>,
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
                let stretch = match kind % 4 {
                    0 => Some(Stretch::Newest),
                    1 => Some(Stretch::Around(MessageId(u64::from(n) % seq + 1))),
                    2 => self.timeline.older(),
                    _ => self.timeline.newer(),
                };
                if let Some(stretch) = stretch {
                    let ticket = self.timeline.ask(stretch);
                    self.asked.push((ticket, None));
                }
            }
            Step::Read(n) => {
                let at = pick(n, self.asked.len());
                if let Some((ticket, read @ None)) = self.asked.get_mut(at) {
                    *read = Some(server.page(ticket.stretch(), server.log.len()));
                }
            }
            Step::Land(n) => {
                let at = pick(n, self.asked.len());
                if self.asked.get(at).is_some_and(|(_, page)| page.is_some()) {
                    let (ticket, page) = self.asked.remove(at);
                    self.timeline.land(ticket, page.unwrap());
                }
            }
            Step::Fail(n) => {
                if !self.asked.is_empty() {
                    let (ticket, _) = self.asked.remove(pick(n, self.asked.len()));
                    self.timeline.fail(ticket);
                }
            }
            Step::Reset => {
                self.cursor = server.log.len();
                self.timeline.reset();
            }
            Step::Trim(n) => {
                let eye = self.timeline.messages().get(pick(n, self.timeline.messages().len())).map(|m| m.id);
                self.timeline.trim(eye);
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
        let timeline = Timeline::from_page(server.page(Stretch::Newest, server.log.len()));
        let mut reader = Reader { timeline, cursor: server.log.len(), asked: Vec::new(), gone: BTreeSet::new() };
        for step in steps {
            reader.step(&mut server, step);
        }
        // Everything under way arrives; after a reset the refetch that is owed is made.
        while !reader.asked.is_empty() {
            reader.step(&mut server, Step::Read(0));
            reader.step(&mut server, Step::Land(0));
        }
        if reader.timeline.stale() {
            let ticket = reader.timeline.ask(Stretch::Newest);
            let page = server.page(Stretch::Newest, server.log.len());
            prop_assert!(reader.timeline.land(ticket, page));
        }
        while reader.cursor < server.log.len() {
            reader.step(&mut server, Step::Deliver);
        }
        let all = server.state(server.log.len());
        let window = reader.timeline.messages();
        let from = window.first().map_or(0, |first| all.partition_point(|m| m.id < first.id));
        prop_assert_eq!(window, &all[from..from + window.len()], "a gapless stretch, every message in its newest state");
        prop_assert!(!reader.timeline.at_end() || from + window.len() == all.len(), "the live end is reached where it is said");
        prop_assert!(!reader.timeline.at_start() || from == 0);
    }
}
