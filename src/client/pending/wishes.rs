//! Wishes: changes that a person has made with one click and the server has not confirmed. A wish is shown at once, waits while
//! there is no connection, outlives the page, and a newer wish of the same name replaces it.

use super::Pending;
use crate::{
    client::{backoff, call, page::Page, platform},
    model::{
        error::{AppError, Code},
        fields::fields,
        things::{Event, Kind},
        wire,
    },
};
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn;

/// A wish that makes the server fail (`internal`) is tried so often again before it counts as refused.
const TRIES: u32 = 5;

/// One switch that is to be set: a pin, a favourite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// Names the switch, as `pin 120`.
    pub name: String,
    /// What it is to be.
    pub on: bool,
    /// Endpoint, as `/api/pins/set`.
    pub path: String,
    /// The endpoint's fields by name.
    pub fields: Vec<(String, String)>,
    /// The kind of thing that is answered.
    pub kind: Kind,
    /// When it was made, milliseconds since 1970.
    #[serde(default)]
    at: u64,
    #[serde(skip)]
    state: Sending,
    #[serde(skip)]
    failures: u32,
}

/// How it stands with the switch of a wish. Kept over a reload is only the wish: it goes out again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Sending {
    #[default]
    Queued,
    /// The request of this attempt is under way.
    Posted(u32),
    /// Not taken for now; it goes again when the wait of this attempt is over.
    Waiting(u32),
}

impl Wish {
    /// Makes the wish that `call` sets the switch called `name`; a thing of `kind` is answered.
    pub fn of<F: ServerFn + Serialize>(name: String, on: bool, call: &F, kind: Kind) -> Self {
        let fields = fields(call).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { name, on, path: F::PATH.to_owned(), fields, kind, at: 0, state: Sending::Queued, failures: 0 }
    }
}

/// What is to be done after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// See whether [`Wishes::take_due`] has another.
    GoOn,
    /// After so many milliseconds say [`Wishes::resume`].
    Wait(u64),
    /// Tell the person that their last wish was refused.
    Report,
}

/// The newest wish of each name. Of one name only one request is under way; a newer wish goes out after its answer. Pure.
#[derive(Debug, Default)]
pub struct Wishes {
    all: Vec<Wish>,
    attempts: u32,
    /// When the last confirmed wish of each name was made.
    confirmed: Vec<(String, u64)>,
}

impl Wishes {
    fn find(&mut self, name: &str) -> Option<&mut Wish> {
        self.all.iter_mut().find(|wish| wish.name == name)
    }

    /// Takes a wish that is made `now`.
    fn make(&mut self, mut wish: Wish, now: u64) {
        // The clock may have been set back.
        wish.at = self.find(&wish.name).map_or(now, |own| own.at.max(now));
        self.put(wish);
    }

    /// Takes over a wish of another page. One that was made here later stays.
    fn adopt(&mut self, wish: Wish) {
        let is_older = |(name, at): &(String, u64)| *name == wish.name && *at > wish.at;
        if !self.confirmed.iter().any(is_older) && self.find(&wish.name).is_none_or(|own| own.at < wish.at) {
            self.put(wish);
        }
    }

    fn put(&mut self, wish: Wish) {
        match self.find(&wish.name) {
            Some(own) => {
                let state = if let Sending::Posted(_) = own.state { own.state } else { Sending::Queued };
                *own = Wish { state, ..wish };
            }
            None => self.all.push(wish),
        }
    }

    /// Returns the requests to make now, each with the number of its attempt.
    fn take_due(&mut self) -> Vec<(u32, Wish)> {
        let queued = self.all.iter_mut().filter(|wish| wish.state == Sending::Queued);
        let attempts = &mut self.attempts;
        let posted = queued.map(|wish| {
            *attempts += 1;
            wish.state = Sending::Posted(*attempts);
            (*attempts, wish.clone())
        });
        posted.collect()
    }

    fn posted(&self, attempt: u32) -> Option<usize> {
        self.all.iter().position(|wish| wish.state == Sending::Posted(attempt))
    }

    /// The server has taken the wish that was `sent`.
    fn confirm(&mut self, attempt: u32, sent: &Wish) {
        let Some(at) = self.posted(attempt) else { return };
        self.confirmed.retain(|(name, _)| *name != sent.name);
        self.confirmed.push((sent.name.clone(), sent.at));
        if self.all[at].on == sent.on {
            self.all.remove(at);
        } else {
            (self.all[at].state, self.all[at].failures) = (Sending::Queued, 0);
        }
    }

    /// An attempt was answered with an error. `random` is any evenly drawn number.
    fn refused(&mut self, attempt: u32, sent: &Wish, error: &AppError, random: u32) -> Next {
        let Some(at) = self.posted(attempt) else { return Next::GoOn };
        let wish = &mut self.all[at];
        let waits = match error.code {
            Code::Network | Code::TooFast | Code::Busy | Code::StorageFull => true,
            Code::Internal => wish.failures < TRIES,
            _ => false,
        };
        if waits {
            let asked = u64::from(error.retry_after.unwrap_or(0)) * 1_000;
            let wait = asked + backoff::delay(wish.failures, random);
            wish.failures += 1;
            wish.state = Sending::Waiting(attempt);
            return Next::Wait(wait);
        }
        if wish.on != sent.on {
            (wish.state, wish.failures) = (Sending::Queued, 0);
            return Next::GoOn;
        }
        self.all.remove(at);
        Next::Report
    }

    /// The wait that [`Next::Wait`] asked for is over.
    fn resume(&mut self, attempt: u32) {
        for wish in &mut self.all {
            if wish.state == Sending::Waiting(attempt) {
                wish.state = Sending::Queued;
            }
        }
    }

    /// The network or the stream is back: what waits goes now. What is under way stays alone.
    fn hurry(&mut self) {
        for wish in &mut self.all {
            if let Sending::Waiting(_) = wish.state {
                (wish.state, wish.failures) = (Sending::Queued, 0);
            }
        }
    }

    /// Forgets everything. What is under way counts no more.
    pub fn clear(&mut self) {
        self.all.clear();
        self.confirmed.clear();
    }

    /// Returns the wishes as they are stored.
    pub fn stored(&self) -> Vec<String> {
        self.all.iter().filter_map(|wish| serde_json::to_string(wish).ok()).collect()
    }
}

impl Pending {
    /// Returns what the switch called `name` is wished to be; tracks it.
    pub fn wished(self, name: &str) -> Option<bool> {
        self.wishes.read(|wishes| wishes.all.iter().find(|wish| wish.name == name).map(|wish| wish.on)).flatten()
    }

    /// Takes a wish and sends it as soon as that can be done. After the session's end nothing can be changed any more.
    pub fn wish(self, page: Page, wish: Wish) {
        if page.is_ended() {
            return;
        }
        self.change_wishes(|wishes| wishes.make(wish, page.clock()));
        self.save();
        self.send_wishes(page);
    }

    /// Takes over another page's wishes, as they are stored. One that cannot be read is left out.
    pub(super) fn adopt_wishes(self, wishes: &[String]) {
        let wishes: Vec<Wish> = wishes.iter().filter_map(|wish| wire::read(wish)).collect();
        if !wishes.is_empty() {
            self.change_wishes(|all| wishes.into_iter().for_each(|wish| all.adopt(wish)));
        }
    }

    /// Forgets all wishes: another page has taken them over, or another store has other messages and rooms under their numbers.
    pub fn forget_wishes(self) {
        self.change_wishes(Wishes::clear);
    }

    fn change_wishes<T>(self, work: impl FnOnce(&mut Wishes) -> T) -> Option<T> {
        let result = self.wishes.with(work);
        self.wishes.changed();
        result
    }

    /// Lets wishes that wait go at once: the network or the stream is back.
    pub fn hurry_wishes(self, page: Page) {
        self.wishes.with(Wishes::hurry);
        self.send_wishes(page);
    }

    fn send_wishes(self, page: Page) {
        if let Some(active) = self.with(|inner| inner.active).flatten() {
            (active.send_wishes)(self, page);
        }
    }

    /// As [`Self::send_wishes`], once that may be done.
    pub(super) fn send_wishes_now(self, page: Page) {
        if page.is_ended() {
            return;
        }
        for (attempt, wish) in self.wishes.with(Wishes::take_due).unwrap_or_default() {
            spawn_local(self.send_wish(page, attempt, wish));
        }
    }

    async fn send_wish(self, page: Page, attempt: u32, wish: Wish) {
        match call::post_fields(wish.path.clone(), wish.fields.clone()).await {
            Ok(text) => {
                // First the new state, then the wish goes: the switch never shows the old one in between.
                if let Some(event) = Event::read_kind(wish.kind, &text) {
                    page.application(|application| application.event(event));
                }
                self.change_wishes(|wishes| wishes.confirm(attempt, &wish));
            }
            Err(error) if page.ends(&error) => return,
            Err(error) => match self.change_wishes(|wishes| wishes.refused(attempt, &wish, &error, platform::random())) {
                Some(Next::Wait(wait)) => {
                    platform::sleep(wait).await;
                    self.wishes.with(|wishes| wishes.resume(attempt));
                }
                Some(Next::Report) => page.report(error),
                _ => {}
            },
        }
        self.save();
        self.send_wishes(page);
    }
}

#[cfg(test)]
mod tests;
