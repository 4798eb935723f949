//! The channel between the tabs of one browser: notes go to all other tabs that have it open.

use super::tab_message::Note;
use crate::client::tabs;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

/// Hears notes; it outlives every channel, for a channel may be closed while it runs.
pub type Ear = Closure<dyn FnMut(MessageEvent)>;

/// An ear for [`tabs::noted`].
pub fn ear() -> Ear {
    Closure::new(|event: MessageEvent| {
        if let Some(note) = event.data().as_string().and_then(|text| Note::read(&text)) {
            tabs::noted(note);
        }
    })
}

/// An open channel; dropping it closes it.
pub struct Channel(BroadcastChannel);

impl Channel {
    /// The channel called `name`; none where the browser has none.
    pub fn open(name: &str, ear: &Ear) -> Option<Self> {
        let channel = BroadcastChannel::new(name).ok()?;
        channel.set_onmessage(Some(ear.as_ref().unchecked_ref()));
        Some(Self(channel))
    }

    pub fn post(&self, note: &Note) {
        // It fails only on what cannot be copied, or once it is closed.
        let _ = self.0.post_message(&JsValue::from_str(&note.write()));
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.0.set_onmessage(None);
        self.0.close();
    }
}
