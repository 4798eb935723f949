//! The outbox of one room: what is queued, under way, waiting or refused. Pure: it is told what happened and says what to do.

use crate::{
    client::backoff,
    model::{
        error::{AppError, Code},
        ids::ClientKey,
    },
};
use serde::{Deserialize, Serialize};

/// A text that makes the server fail (`internal`) is tried so often again before it counts as refused: else it would hold up
/// for ever what was written after it.
const TRIES: u32 = 5;

/// A message the server has not confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsent {
    pub key: ClientKey,
    pub text: String,
    /// When it was sent by the person, milliseconds since 1970.
    pub at: u64,
    #[serde(default)]
    pub state: Sending,
    /// Unconfirmed for half a second.
    #[serde(skip)]
    pub slow: bool,
    /// Unconfirmed for so long that its row says so in words.
    #[serde(skip)]
    pub late: bool,
    /// Why its last try did not succeed.
    #[serde(skip)]
    pub why: Option<Code>,
    #[serde(skip)]
    tries: u32,
}

/// How it stands with a message. Kept over a reload is only that it was refused: everything else goes out again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Option<Code>", into = "Option<Code>")]
pub enum Sending {
    /// Its turn comes.
    #[default]
    Queued,
    /// The request of this attempt is under way.
    Posted(u32),
    /// Not taken for now; it goes again when the wait of this attempt is over.
    Waiting(u32),
    /// The server will not have it as it is: only the person can go on.
    Refused(Code),
}

impl From<Option<Code>> for Sending {
    fn from(refused: Option<Code>) -> Self {
        refused.map_or(Self::Queued, Self::Refused)
    }
}

impl From<Sending> for Option<Code> {
    fn from(state: Sending) -> Self {
        match state {
            Sending::Refused(code) => Some(code),
            _ => None,
        }
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
    /// After so many milliseconds say [`Outbox::resume`].
    Wait(u64),
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
        let (state, why) = (Sending::Queued, None);
        self.list.push(Unsent { key, text, at, state, slow: false, late: false, why, tries: 0 });
    }

    /// Takes over what another page left, each message where it belongs by its time; what is here already stays as it is.
    pub fn adopt(&mut self, other: Self) {
        for message in other.list {
            if self.find(message.key).is_none() {
                let at = self.list.partition_point(|m| m.at <= message.at);
                self.list.insert(at, message);
            }
        }
    }

    /// Forgets everything: another page has taken it over.
    pub fn clear(&mut self) {
        self.list.clear();
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
    ///
    /// Where the outcome is not known or the server cannot take it now, the message waits, and with it all behind it: the
    /// order is the person's. `random` is any evenly drawn number.
    pub fn refused(&mut self, attempt: u32, error: &AppError, random: u32) -> Next {
        let Some(message) = self.list.iter_mut().find(|m| m.state == Sending::Posted(attempt)) else { return Next::GoOn };
        message.why = Some(error.code);
        message.state = match error.code {
            Code::Network | Code::TooFast | Code::Busy | Code::StorageFull => Sending::Waiting(attempt),
            Code::Internal if message.tries <= TRIES => Sending::Waiting(attempt),
            Code::NotEntered => Sending::Queued,
            code => Sending::Refused(code),
        };
        if message.state != Sending::Waiting(attempt) {
            return Next::GoOn;
        }
        Next::Wait(match error.retry_after {
            // No sooner than asked; and not all that were told the same at the same moment.
            Some(seconds) => u64::from(seconds) * 1_000 + backoff::delay(0, random),
            None => backoff::delay(message.tries - 1, random),
        })
    }

    /// The wait that [`Next::Wait`] asked for is over.
    pub fn resume(&mut self, attempt: u32) {
        for message in &mut self.list {
            if message.state == Sending::Waiting(attempt) {
                message.state = Sending::Queued;
            }
        }
    }

    /// The network is back, or somebody does not want to wait: what waits goes now, and so does what has been under way for
    /// so long that its connection is not to be trusted. The key makes it one message all the same.
    pub fn hurry(&mut self) {
        for message in &mut self.list {
            if matches!((message.state, message.late), (Sending::Waiting(_), _) | (Sending::Posted(_), true)) {
                (message.state, message.tries) = (Sending::Queued, 0);
            }
        }
    }

    /// The session is over: nothing goes any more, and every row says why.
    pub fn end(&mut self) {
        for message in &mut self.list {
            if !matches!(message.state, Sending::Refused(_)) {
                (message.state, message.late, message.why) = (Sending::Queued, true, Some(Code::NotEntered));
            }
        }
    }

    /// Half a second has passed since it was sent or sent again.
    pub fn slow(&mut self, key: ClientKey) -> bool {
        let found = self.find(key).filter(|m| !m.slow && !matches!(m.state, Sending::Refused(_)));
        found.map(|message| message.slow = true).is_some()
    }

    /// Ten seconds have passed since it was sent or sent again. It goes on trying.
    pub fn late(&mut self, key: ClientKey) -> bool {
        let found = self.find(key).filter(|m| !m.late);
        found.map(|message| message.late = true).is_some()
    }

    /// There is no network, as everyone can see: no need to wait ten seconds before it is said.
    pub fn all_late(&mut self) {
        for message in &mut self.list {
            message.late = true;
        }
    }

    /// The person wants a message sent again, or now: under its own key, so that it cannot stand there twice; under `fresh`
    /// only where its own names another text already. Answers the key it goes by.
    pub fn retry(&mut self, key: ClientKey, fresh: ClientKey) -> Option<ClientKey> {
        self.hurry();
        let message = self.find(key)?;
        if let Sending::Refused(code) = message.state {
            message.state = Sending::Queued;
            if code == Code::KeyUsed {
                message.key = fresh;
            }
        }
        (message.slow, message.late, message.why, message.tries) = (false, false, None, 0);
        Some(message.key)
    }

    /// The person gives a message up; its text is handed back. Only one whose row offers that: refused, or late.
    pub fn discard(&mut self, key: ClientKey) -> Option<String> {
        let given_up = |m: &Unsent| m.key == key && (m.late || matches!(m.state, Sending::Refused(_)));
        let at = self.list.iter().position(given_up)?;
        Some(self.list.remove(at).text)
    }

    fn find(&mut self, key: ClientKey) -> Option<&mut Unsent> {
        self.list.iter_mut().find(|message| message.key == key)
    }
}

#[cfg(test)]
mod tests;
