//! StoredPage: what a page leaves behind in the browser's storage, as text.

use super::outbox::Outbox;
use crate::model::{
    ids::{MessageId, RoomId},
    scope::Scope,
    wire,
};
use serde::{Deserialize, Serialize};
use web_sys::Storage;

/// Unsent messages, drafts and wishes of one page.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct StoredPage {
    /// Public tag of the session in which it was written.
    pub session: String,
    /// Another page may take it over. In the tab: the session ended under the person's hands, and the next one who enters there
    /// goes on with the drafts. In the outbox storage: the page has gone.
    pub free: bool,
    outboxes: Vec<(RoomId, Outbox)>,
    drafts: Vec<(RoomId, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    thread_outboxes: Vec<(RoomId, MessageId, Outbox)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    thread_drafts: Vec<(RoomId, MessageId, String)>,
    /// Each as a text of its own: one that another release has written and this one cannot read costs nothing but itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wishes: Vec<String>,
    /// Id of the server's data that the wishes are about.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub store: String,
}

impl StoredPage {
    pub fn new(session: String, free: bool) -> Self {
        Self { session, free, ..Self::default() }
    }

    pub fn with_outboxes(mut self, all: impl Iterator<Item = (Scope, Outbox)>) -> Self {
        for (scope, outbox) in all.filter(|(_, outbox)| !outbox.unsent().is_empty()) {
            match scope.thread {
                None => self.outboxes.push((scope.room, outbox)),
                Some(thread) => self.thread_outboxes.push((scope.room, thread, outbox)),
            }
        }
        self
    }

    pub fn with_drafts(mut self, all: impl Iterator<Item = (Scope, String)>) -> Self {
        for (scope, text) in all {
            match scope.thread {
                None => self.drafts.push((scope.room, text)),
                Some(thread) => self.thread_drafts.push((scope.room, thread, text)),
            }
        }
        self
    }

    pub fn with_wishes(self, wishes: Vec<String>, store: String) -> Self {
        Self { wishes, store, ..self }
    }

    pub fn read(storage: &Storage, name: &str) -> Option<Self> {
        wire::read(&storage.get_item(name).ok()??)
    }

    /// Returns it as it is stored; empty where there is nothing to keep.
    pub fn text(&self) -> String {
        let nothing = self.outboxes.is_empty() && self.drafts.is_empty() && self.wishes.is_empty();
        if nothing && self.thread_outboxes.is_empty() && self.thread_drafts.is_empty() {
            return String::new();
        }
        serde_json::to_string(self).unwrap_or_default()
    }

    pub fn into_outboxes(self) -> Vec<(Scope, Outbox)> {
        let threads = self.thread_outboxes.into_iter();
        let threads = threads.map(|(room, thread, outbox)| (Scope { room, thread: Some(thread) }, outbox));
        self.outboxes.into_iter().map(|(room, outbox)| (room.into(), outbox)).chain(threads).collect()
    }

    /// Returns the drafts, with unsent texts put before them. A new session is another person, in whose name nothing goes out
    /// that they have not looked at.
    pub fn into_drafts(mut self) -> Vec<(Scope, String)> {
        let threads = std::mem::take(&mut self.thread_drafts).into_iter();
        let threads = threads.map(|(room, thread, text)| (Scope { room, thread: Some(thread) }, text));
        let rooms = std::mem::take(&mut self.drafts).into_iter().map(|(room, text)| (room.into(), text));
        let mut drafts: Vec<(Scope, String)> = rooms.chain(threads).collect();
        for (scope, outbox) in self.into_outboxes() {
            let mut text = String::new();
            for message in outbox.unsent() {
                text.push_str(&message.text);
                text.push_str("\n\n");
            }
            match drafts.iter_mut().find(|(other, _)| *other == scope) {
                Some((_, draft)) => draft.insert_str(0, &text),
                None => drafts.push((scope, text.trim_end().to_owned())),
            }
        }
        drafts
    }
}

/// Writes `text` under `name`, or removes what is there. A browser that refuses to store loses only this comfort.
pub(super) fn write(storage: &Storage, name: &str, text: &str) {
    let _ = if text.is_empty() { storage.remove_item(name) } else { storage.set_item(name, text) };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::ClientKey;

    fn outbox(texts: &[&str]) -> Outbox {
        let mut outbox = Outbox::default();
        texts.iter().for_each(|text| outbox.push(ClientKey([1; 16]), (*text).to_owned(), 1));
        outbox
    }

    #[test]
    fn unsent_text_stands_before_the_draft_of_its_scope() {
        let thread = Scope { room: RoomId(2), thread: Some(MessageId(9)) };
        let unsent =
            [(RoomId(1).into(), outbox(&["one", "two"])), (RoomId(2).into(), outbox(&["three"])), (thread, outbox(&["four"]))];
        let drafts = [(RoomId(1).into(), "half".to_owned()), (thread, "more".to_owned())];
        let stored = StoredPage::new(String::new(), true).with_outboxes(unsent.into_iter()).with_drafts(drafts.into_iter());
        let back: StoredPage = wire::read(&stored.text()).unwrap();
        let wanted = [
            (RoomId(1).into(), "one\n\ntwo\n\nhalf".to_owned()),
            (thread, "four\n\nmore".to_owned()),
            (RoomId(2).into(), "three".to_owned()),
        ];
        assert_eq!(back.into_drafts(), wanted);
    }

    #[test]
    fn unsent_messages_stay_when_a_wish_cannot_be_read() {
        let unsent = [(RoomId(1).into(), outbox(&["one"]))];
        let wishes = vec!["{\"of\":\"another release\"}".to_owned()];
        let stored = StoredPage::new(String::new(), true).with_outboxes(unsent.into_iter()).with_wishes(wishes, "5".to_owned());
        let back: StoredPage = wire::read(&stored.text()).unwrap();
        assert_eq!((back.wishes.len(), back.store.as_str()), (1, "5"));
        assert_eq!(back.into_drafts(), [(RoomId(1).into(), "one".to_owned())]);
    }

    #[test]
    fn stored_page_reads_what_the_release_before_has_written() {
        let old = concat!(
            r#"{"session":"5d1c","free":true,"outboxes":[[1,{"list":[{"key":"01010101010101010101010101010101","#,
            r#""text":"hi","at":5,"state":null}]}]],"drafts":[[2,"half"]]}"#
        );
        let stored: StoredPage = wire::read(old).unwrap();
        assert_eq!(stored.into_drafts(), [(RoomId(2).into(), "half".to_owned()), (RoomId(1).into(), "hi".to_owned())]);
    }
}
