//! The outbox of one room: what is queued, under way, waiting or failed. Pure: it is told what happened and says what to do.

use crate::{
    error::{AppError, Code},
    ids::ClientKey,
};
use serde::{Deserialize, Serialize};

/// Times a refused send ("too fast", "busy") is tried again by itself before it counts as failed.
const TRIES: u32 = 5;
/// Seconds to wait where a refusal does not say how long.
const WAIT: u32 = 1;

/// A message the server has not confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsent {
    pub key: ClientKey,
    pub text: String,
    /// When it was sent by the person, milliseconds since 1970.
    pub at: u64,
    #[serde(skip)]
    pub state: Sending,
    /// Unconfirmed for half a second.
    #[serde(skip)]
    pub slow: bool,
    #[serde(skip)]
    tries: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    Queued,
    /// The request of this attempt is under way.
    Posted(u32),
    /// Refused for now; it goes again when the wait of this attempt is over.
    Waiting(u32),
    /// None: never tried. [`Code::Network`]: the outcome is not known.
    Failed {
        code: Option<Code>,
    },
}

impl Default for Sending {
    /// What comes back from a saved page may or may not have reached the server.
    fn default() -> Self {
        Self::Failed { code: Some(Code::Network) }
    }
}

/// One try to send: the request to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub number: u32,
    pub key: ClientKey,
    pub text: String,
}

/// What is to be done after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// See whether [`Outbox::take_next`] has another.
    GoOn,
    /// After so many seconds say [`Outbox::resume`].
    Wait(u32),
}

/// Messages leave in the order they were written, one at a time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbox {
    list: Vec<Unsent>,
    #[serde(skip)]
    attempts: u32,
}

impl Outbox {
    pub fn unsent(&self) -> &[Unsent] {
        &self.list
    }

    /// A new message joins the end.
    pub fn push(&mut self, key: ClientKey, text: String, at: u64) {
        self.list.push(Unsent { key, text, at, state: Sending::Queued, slow: false, tries: 0 });
    }

    /// Gives every message another key: what one person may have sent is not what another sends.
    pub fn rekey(&mut self, mut fresh: impl FnMut() -> ClientKey) {
        for message in &mut self.list {
            message.key = fresh();
        }
    }

    /// The next request to make, if none is under way or waiting.
    pub fn take_next(&mut self) -> Option<Attempt> {
        if self.list.iter().any(|m| matches!(m.state, Sending::Posted(_) | Sending::Waiting(_))) {
            return None;
        }
        let message = self.list.iter_mut().find(|m| m.state == Sending::Queued)?;
        self.attempts += 1;
        message.tries += 1;
        message.state = Sending::Posted(self.attempts);
        Some(Attempt { number: self.attempts, key: message.key, text: message.text.clone() })
    }

    /// The server has it: by the answer or by the stream, whichever comes first, even after it was given up. False if it
    /// was not known.
    pub fn confirm(&mut self, key: ClientKey) -> bool {
        let before = self.list.len();
        self.list.retain(|message| message.key != key);
        self.list.len() != before
    }

    /// An attempt was answered with an error. What an attempt says that has been given up already is not listened to.
    pub fn refused(&mut self, attempt: u32, error: &AppError) -> Next {
        let Some(at) = self.list.iter().position(|m| m.state == Sending::Posted(attempt)) else { return Next::GoOn };
        let message = &mut self.list[at];
        if matches!(error.code, Code::TooFast | Code::Busy) && message.tries <= TRIES {
            message.state = Sending::Waiting(attempt);
            return Next::Wait(error.retry_after.unwrap_or(WAIT));
        }
        message.state = Sending::Failed { code: Some(error.code) };
        if matches!(error.code, Code::Network | Code::NotEntered) {
            self.hold(at);
        }
        Next::GoOn
    }

    /// Ten seconds without an answer: whether it arrived is not known.
    pub fn expired(&mut self, attempt: u32) -> bool {
        let Some(at) = self.list.iter().position(|m| m.state == Sending::Posted(attempt)) else { return false };
        self.list[at].state = Sending::Failed { code: Some(Code::Network) };
        self.hold(at);
        true
    }

    /// What is queued behind a message that got no answer, or after the session's end, is not sent past it: the order is
    /// the person's.
    fn hold(&mut self, from: usize) {
        for message in &mut self.list[from..] {
            if message.state == Sending::Queued {
                message.state = Sending::Failed { code: None };
            }
        }
    }

    /// The wait that [`Next::Wait`] asked for is over.
    pub fn resume(&mut self, attempt: u32) {
        for message in &mut self.list {
            if message.state == Sending::Waiting(attempt) {
                message.state = Sending::Queued;
            }
        }
    }

    /// Half a second has passed since it was sent or sent again.
    pub fn slow(&mut self, key: ClientKey) -> bool {
        let found = self.list.iter_mut().find(|m| m.key == key && !m.slow && !matches!(m.state, Sending::Failed { .. }));
        found.map(|message| message.slow = true).is_some()
    }

    /// Sends a failed message again: under its own key, so that it cannot stand there twice; under `fresh` only where its
    /// own names another text already. Answers the key it goes by.
    pub fn retry(&mut self, key: ClientKey, fresh: ClientKey) -> Option<ClientKey> {
        let message = self.list.iter_mut().find(|m| m.key == key)?;
        let Sending::Failed { code } = message.state else { return None };
        if code == Some(Code::KeyUsed) {
            message.key = fresh;
        }
        (message.state, message.slow, message.tries) = (Sending::Queued, false, 0);
        Some(message.key)
    }

    /// The person gives a failed message up; its text is handed back.
    pub fn discard(&mut self, key: ClientKey) -> Option<String> {
        let at = self.list.iter().position(|m| m.key == key && matches!(m.state, Sending::Failed { .. }))?;
        Some(self.list.remove(at).text)
    }
}

#[cfg(test)]
mod tests;
