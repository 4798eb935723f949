//! Wishes: changes that a person has made with one click and the server has not confirmed. A wish is shown at once, waits while
//! there is no connection, outlives the page, and a newer wish of the same name replaces it.

use super::Pending;
use crate::{
    client::{backoff, call, page::Page, platform},
    model::{
        error::{AppError, Code},
        fields::fields,
        things::{Event, Kind},
    },
};
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn;

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
    /// The attempt that is under way or waits for another try; 0: none.
    #[serde(skip)]
    attempt: u32,
    #[serde(skip)]
    failures: u32,
}

impl Wish {
    /// Makes the wish that `call` sets the switch called `name`; a thing of `kind` is answered.
    pub fn of<F: ServerFn + Serialize>(name: String, on: bool, call: &F, kind: Kind) -> Self {
        let fields = fields(call).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { name, on, path: F::PATH.to_owned(), fields, kind, attempt: 0, failures: 0 }
    }
}

impl Pending {
    /// Returns what the switch called `name` is wished to be; tracks it.
    pub fn wished(self, name: &str) -> Option<bool> {
        self.wishes.read(|all| all.iter().find(|wish| wish.name == name).map(|wish| wish.on)).flatten()
    }

    /// Takes a wish and sends it as soon as that can be done.
    pub fn wish(self, page: Page, wish: Wish) {
        self.wishes.with(|all| {
            all.retain(|other| other.name != wish.name);
            all.push(wish);
        });
        self.wishes.changed();
        self.save();
        self.send_wishes(page);
    }

    /// Takes over another page's wishes; a wish of the same name that was made here is newer.
    pub(super) fn adopt_wishes(self, wishes: Vec<Wish>) {
        if wishes.is_empty() {
            return;
        }
        self.wishes.with(|all| {
            for wish in wishes {
                if all.iter().all(|own| own.name != wish.name) {
                    all.push(wish);
                }
            }
        });
        self.wishes.changed();
    }

    /// Lets wishes that wait go at once: the network or the stream is back.
    pub fn hurry_wishes(self, page: Page) {
        self.wishes.with(|all| all.iter_mut().for_each(|wish| (wish.attempt, wish.failures) = (0, 0)));
        self.send_wishes(page);
    }

    fn send_wishes(self, page: Page) {
        if page.is_ended() {
            return;
        }
        let due = self.wishes.with(|all| {
            let idle = all.iter_mut().filter(|wish| wish.attempt == 0);
            let due = idle.map(|wish| {
                wish.attempt = self.next_attempt();
                wish.clone()
            });
            due.collect::<Vec<_>>()
        });
        for wish in due.unwrap_or_default() {
            spawn_local(self.send_wish(page, wish));
        }
    }

    fn next_attempt(self) -> u32 {
        self.with(|inner| {
            inner.attempts += 1;
            inner.attempts
        })
        .unwrap_or(1)
    }

    async fn send_wish(self, page: Page, wish: Wish) {
        let fields: Vec<_> = wish.fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        let answer = call::post_fields(&wish.path, &fields).await;
        let is_current = |own: &&mut Wish| own.name == wish.name && own.attempt == wish.attempt;
        match answer {
            Ok(text) => {
                // First the new state, then the wish goes: the switch never shows the old one in between.
                if let Some(event) = Event::read_kind(wish.kind, &text) {
                    page.application(|application| application.event(event));
                }
                self.drop_wish(&wish);
            }
            Err(AppError { code: Code::Network | Code::TooFast | Code::Busy | Code::StorageFull, retry_after, .. }) => {
                let failures = self.wishes.with(|all| {
                    let own = all.iter_mut().find(is_current)?;
                    own.failures += 1;
                    Some(own.failures)
                });
                let Some(Some(failures)) = failures else { return };
                let asked = u64::from(retry_after.unwrap_or(0)) * 1_000;
                platform::sleep(asked + backoff::delay(failures - 1, platform::random())).await;
                self.wishes.with(|all| {
                    if let Some(own) = all.iter_mut().find(is_current) {
                        own.attempt = 0;
                    }
                });
                self.send_wishes(page);
            }
            Err(error) if page.ends(&error) => {}
            Err(error) => {
                self.drop_wish(&wish);
                page.report(error);
            }
        }
    }

    /// Forgets a wish that has been answered, unless a newer one has replaced it.
    fn drop_wish(self, wish: &Wish) {
        self.wishes.with(|all| all.retain(|own| own.name != wish.name || own.attempt != wish.attempt));
        self.wishes.changed();
        self.save();
    }
}
