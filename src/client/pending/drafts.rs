//! Drafts: what is typed and not sent, stored per scope in the browser's local storage, so that it outlives a reload and stands
//! in every tab. Storage is the truth; a tab reads it when it hears of a change, and when it comes back.

use super::Pending;
use crate::{
    client::platform,
    model::{scope::Scope, sorted::SortedSet},
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlTextAreaElement, Storage};

/// Milliseconds after the last key at which a draft is stored.
const PAUSE: u32 = 500;
/// How the items are called: this, the session, a blank, the scope.
const PREFIX: &str = "rill draft ";
/// Attribute of a text field: whose text is in it.
pub(super) const SCOPE: &str = "data-scope";

/// A draft as it is stored: where the caret stands, in UTF-16 units, then the text.
struct Draft {
    caret: u32,
    text: String,
}

impl Draft {
    fn read(item: &str) -> Option<Self> {
        let (caret, text) = item.split_once('\n')?;
        Some(Self { caret: caret.parse().ok()?, text: text.to_owned() })
    }

    fn write(&self) -> String {
        let mut item = self.caret.to_string();
        item.push('\n');
        item.push_str(&self.text);
        item
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// Returns the names of all drafts, of every session.
fn items(storage: &Storage) -> Vec<String> {
    let count = storage.length().unwrap_or_default();
    (0..count).filter_map(|at| storage.key(at).ok()?).filter(|key| key.starts_with(PREFIX)).collect()
}

/// Returns the text field that stands for `scope`.
fn field(scope: Scope) -> Option<HtmlTextAreaElement> {
    let mut selector = String::from("textarea[data-scope=\"");
    selector.push_str(&scope.to_string());
    selector.push_str("\"]");
    document().query_selector(&selector).ok()??.dyn_into().ok()
}

fn is_focused(field: &HtmlTextAreaElement) -> bool {
    let active = document().active_element();
    active.is_some_and(|active| active.is_same_node(Some(field))) && document().has_focus().unwrap_or(false)
}

impl Pending {
    fn item_name(self, scope: Scope) -> Option<String> {
        let mut name = String::from(PREFIX);
        name.push_str(&self.with(|inner| inner.session.clone())?);
        name.push(' ');
        name.push_str(&scope.to_string());
        Some(name)
    }

    fn stored_draft(self, scope: Scope) -> Option<Draft> {
        Draft::read(&storage()?.get_item(&self.item_name(scope)?).ok()??)
    }

    fn draft(self, scope: Scope) -> String {
        self.with(|inner| inner.drafts.get(scope).cloned()).flatten().unwrap_or_default()
    }

    fn set_draft(self, scope: Scope, text: String) {
        self.with(|inner| if text.is_empty() { inner.drafts.remove(scope) } else { inner.drafts.insert(scope, text) });
    }

    /// Takes a text field for `scope` over once it stands on the page: what was typed in it before stays, else the draft comes
    /// back.
    pub fn adopt_field(self, field: &HtmlTextAreaElement, scope: Scope) {
        // The element may be the one that served another scope, with that one's text in it.
        let name = scope.to_string();
        let fresh = field.get_attribute(SCOPE).is_none_or(|other| other == name);
        let _ = field.set_attribute(SCOPE, &name);
        if fresh && !field.value().is_empty() {
            self.place_caret(field, scope);
            return self.typed(scope, field.value());
        }
        field.set_value(&self.draft(scope));
        self.place_caret(field, scope);
    }

    /// The text in the field of `scope` has changed: the draft is stored once the person pauses, an emptied one at once.
    pub fn typed(self, scope: Scope, text: String) {
        let empty = text.is_empty();
        // Nothing new, as when the text has come from another tab.
        let known = self.stored_draft(scope).map_or(empty, |draft| draft.text == text);
        self.set_draft(scope, text);
        if known {
            return;
        }
        let other = self.with(|inner| {
            inner.erased = false;
            inner.typing.is_some_and(|typing| typing != scope)
        });
        // The draft of the scope that was typed in within the pause is stored first.
        if other == Some(true) {
            self.save_typing();
        }
        let count = self.with(|inner| {
            inner.typing = Some(scope);
            inner.typed += 1;
            inner.typed
        });
        platform::later(if empty { 0 } else { PAUSE }, move || {
            if self.with(|inner| inner.typed) == count {
                self.save_typing();
            }
        });
    }

    /// Stores what has been typed since the last time.
    fn save_typing(self) {
        if let Some(scope) = self.with(|inner| inner.typing.take()).flatten() {
            self.save_draft(scope);
        }
    }

    /// Stores everything, and where the caret stands in the field of the scope that is `shown`.
    pub(super) fn save_drafts(self, shown: Option<Scope>) {
        self.save_typing();
        if let Some(scope) = shown.filter(|scope| self.with(|inner| inner.drafts.contains(*scope)) == Some(true)) {
            self.save_draft(scope);
        }
    }

    fn save_draft(self, scope: Scope) {
        if self.with(|inner| inner.erased || inner.ended) != Some(false) {
            return;
        }
        let text = self.draft(scope);
        let caret = field(scope).and_then(|field| field.selection_end().ok()?).unwrap_or(u32::MAX);
        // An emptied draft stays as an empty item: the other tabs read it as emptied, not as erased.
        let empty = text.is_empty() && self.stored_draft(scope).is_none();
        if let (false, Some(storage), Some(name)) = (empty, storage(), self.item_name(scope)) {
            // A browser that refuses to store loses only this comfort.
            let _ = storage.set_item(&name, &Draft { caret, text }.write());
        }
        self.mark_drafts();
    }

    /// Brings back what earlier pages of this session have stored, and erases other sessions' drafts. Called after the tab's own
    /// storage was read.
    pub(super) fn restore_drafts(self) {
        if let (Some(storage), Some(mut ours)) = (storage(), self.with(|inner| inner.session.clone())) {
            ours.insert_str(0, PREFIX);
            ours.push(' ');
            for key in items(&storage) {
                let scope = key.strip_prefix(&ours).and_then(|scope| scope.parse().ok());
                match (scope, storage.get_item(&key).ok().flatten().and_then(|item| Draft::read(&item))) {
                    (Some(scope), Some(draft)) if !draft.text.is_empty() => self.set_draft(scope, draft.text),
                    (scope, _) => {
                        let _ = storage.remove_item(&key);
                        // Emptied in another tab since this one stored it.
                        if let Some(scope) = scope {
                            self.set_draft(scope, String::new());
                        }
                    }
                }
            }
        }
        for (scope, ()) in self.drafted().iter().filter(|(scope, ())| self.stored_draft(*scope).is_none()) {
            self.save_draft(scope);
        }
        self.mark_drafts();
    }

    /// Returns the scopes with a draft.
    fn drafted(self) -> SortedSet<Scope> {
        self.with(|inner| inner.drafts.iter().map(|(scope, _)| (scope, ())).collect()).unwrap_or_default()
    }

    /// Puts the caret where it stood when the text in `field` was stored.
    fn place_caret(self, field: &HtmlTextAreaElement, scope: Scope) {
        if let Some(draft) = self.stored_draft(scope)
            && draft.text == field.value()
        {
            let _ = field.set_selection_range(draft.caret, draft.caret);
        }
    }

    /// Takes over what other tabs have stored. A field that is typed in stays as it is: what is typed next is the newest.
    pub fn refresh_drafts(self) {
        let Some(storage) = storage() else { return };
        let erased = self.drafted().iter().any(|(scope, ())| self.stored_draft(scope).is_none() && !self.is_typing(scope));
        self.with(|inner| inner.erased = erased);
        for key in items(&storage) {
            let scope = key.rsplit_once(' ').and_then(|(_, scope)| scope.parse().ok());
            if let Some(scope) = scope.filter(|scope| self.item_name(*scope).as_ref() == Some(&key))
                && let Some(draft) = self.stored_draft(scope)
            {
                self.take_draft(scope, &draft);
            }
        }
        self.mark_drafts();
    }

    fn is_typing(self, scope: Scope) -> bool {
        self.with(|inner| inner.typing == Some(scope)) == Some(true)
    }

    fn take_draft(self, scope: Scope, draft: &Draft) {
        let field = field(scope);
        if field.as_ref().is_some_and(is_focused) || self.is_typing(scope) || platform::composing() {
            return;
        }
        self.set_draft(scope, draft.text.clone());
        let Some(field) = field.filter(|field| field.value() != draft.text) else { return };
        field.set_value(&draft.text);
        let _ = field.set_selection_range(draft.caret, draft.caret);
        // The counter and the others that measure the text hear of it as of any other change.
        if let Ok(input) = Event::new("input") {
            let _ = field.dispatch_event(&input);
        }
    }

    /// Erases every draft in this browser: the person leaves.
    pub fn erase_drafts(self) {
        self.with(|inner| {
            inner.typing = None;
            inner.drafts.clear();
        });
        if let Some(storage) = storage() {
            for key in items(&storage) {
                let _ = storage.remove_item(&key);
            }
        }
        self.mark_drafts();
    }

    /// Tells the list of rooms which of them have a draft.
    fn mark_drafts(self) {
        let drafted = self.drafted();
        if self.drafting.with(|known| std::mem::replace(known, drafted.clone()) != drafted) == Some(true) {
            self.drafting.changed();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draft_comes_back_with_its_lines_and_its_caret() {
        let text = "one\n\ntwo\n";
        let draft = Draft::read(&Draft { caret: 4, text: text.into() }.write()).unwrap();
        assert_eq!((draft.caret, &*draft.text), (4, text));
        let empty = Draft::read(&Draft { caret: 0, text: String::new() }.write()).unwrap();
        assert_eq!(empty.text, "");
        assert!(Draft::read("no number\ntext").is_none());
        assert!(Draft::read("12").is_none());
    }
}
