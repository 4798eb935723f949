//! The channel between the tabs of one browser: messages go to all other tabs that have it open.

use super::tab_message::TabMessage;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

/// Receives messages. It outlives every channel, for a channel may be closed while it runs.
pub type Listener = Closure<dyn FnMut(MessageEvent)>;

/// Makes a listener that reads messages and hands them to `receive`.
pub fn listener(receive: impl Fn(TabMessage) + 'static) -> Listener {
    Closure::new(move |event: MessageEvent| {
        if let Some(message) = event.data().as_string().and_then(|text| TabMessage::read(&text)) {
            receive(message);
        }
    })
}

/// An open channel; dropping it closes it.
pub struct Channel(BroadcastChannel);

impl Channel {
    /// Opens the channel called `name`; none where the browser has no channels.
    pub fn open(name: &str, listener: &Listener) -> Option<Self> {
        let channel = BroadcastChannel::new(name).ok()?;
        channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        Some(Self(channel))
    }

    pub fn post(&self, message: &TabMessage) {
        // It fails only on what cannot be copied, or once the channel is closed.
        let _ = self.0.post_message(&JsValue::from_str(&message.write()));
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.0.set_onmessage(None);
        self.0.close();
    }
}
