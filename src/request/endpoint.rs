//! Endpoint: the row of a server function, and the table of all of them. A mistake in the rows stops the start.

use crate::model::route::Route;
use std::collections::HashMap;

/// One server function: who may call it, how often, with how large a body, and where its form leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    /// `F::PATH` of the server function.
    pub path: &'static str,
    pub need: Need,
    pub rate: Rate,
    /// Bytes of the request body, at most.
    pub body_limit: usize,
    pub then: Then,
    pub effect: Effect,
    /// The page that its form stands on, where that is always the same one: a refusal leads back there.
    pub page: Option<Route>,
}

impl Endpoint {
    /// Returns a row of a feature's table.
    pub const fn new(path: &'static str, need: Need, rate: Rate, body_limit: usize, then: Then) -> Self {
        Self { path, need, rate, body_limit, then, effect: Effect::Changes, page: None }
    }

    /// Returns the row of a function whose form stands on `page` alone.
    pub const fn on(self, page: Route) -> Self {
        Self { page: Some(page), ..self }
    }

    /// Returns the row of a function that changes nothing.
    pub const fn reading(self) -> Self {
        Self { effect: Effect::Reads, ..self }
    }

    /// Returns the row of a function that stores something for good.
    pub const fn growing(self) -> Self {
        Self { effect: Effect::Grows, ..self }
    }
}

/// Bytes of a request body where no argument is long.
pub const SMALL_BODY: usize = 64 * 1024;
/// Bytes of a request body that holds a message: 8,000 characters of up to four bytes, each byte written as `%xx`.
pub const MESSAGE_BODY: usize = 128 * 1024;

/// What a caller needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: everyone who reaches the server may call it.
    Nothing,
    /// A live session.
    Session,
}

/// What a call does to the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: the log has a line of it only when it fails or is slow.
    Reads,
    Changes,
    /// It takes room for good: refused when the disk is nearly full.
    Grows,
}

/// Which rate counts a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    Unlimited,
    /// Changes by one person, and from one address: `posts_per_second`, `post_burst`, `posts_per_second_per_address`.
    Posting,
    /// Rooms that one person opens.
    Opening,
    /// Entering from one address: `enters_per_minute`.
    Entering,
}

/// Where a plain form leads once its call is done, unless the form names another page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    To(Route),
    /// To the room whose id the answer has in this field.
    ToRoom(&'static str),
    /// To the page that shows, this once, the answer's `token`.
    ShowOnce(Route),
}

/// The rows of all server functions, by path.
#[derive(Debug)]
pub struct Endpoints(HashMap<&'static str, &'static Endpoint>);

impl Endpoints {
    /// Collects the rows of features, each with its name, for all server functions that are compiled in.
    ///
    /// # Errors
    /// One sentence: a server function without a row, a row without a function, a row that cannot hold.
    pub fn new(rows: impl Iterator<Item = (&'static str, &'static [Endpoint])>) -> Result<Self, String> {
        Self::of(rows, server_fn::axum::server_fn_paths().map(|(path, _)| path))
    }

    fn of(
        rows: impl Iterator<Item = (&'static str, &'static [Endpoint])>,
        functions: impl Iterator<Item = &'static str>,
    ) -> Result<Self, String> {
        let mut table = HashMap::new();
        for (feature, rows) in rows {
            for row in rows {
                let path = row.path;
                if row.need == Need::Nothing && matches!(row.rate, Rate::Posting | Rate::Opening) {
                    return Err(format!("{path} of {feature} counts by person, but needs no session"));
                }
                if table.insert(path, row).is_some() {
                    return Err(format!("{path} of {feature} has two rows"));
                }
            }
        }
        let functions: Vec<_> = functions.collect();
        if let Some(path) = functions.iter().find(|path| !table.contains_key(*path)) {
            return Err(format!("the server function {path} has no row: add it to the endpoints of its feature's FEATURE"));
        }
        if let Some(path) = table.keys().find(|path| !functions.contains(path)) {
            return Err(format!("there is no server function {path}, but a row"));
        }
        Ok(Self(table))
    }

    /// Returns the row of the server function at `path`.
    pub fn get(&self, path: &str) -> Option<&'static Endpoint> {
        self.0.get(path).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn row(path: &'static str, need: Need, rate: Rate) -> Endpoint {
        Endpoint::new(path, need, rate, SMALL_BODY, Then::To(Route::Home))
    }

    const GOOD: Endpoint = row("/api/a/b", Need::Session, Rate::Posting);
    const BAD: Endpoint = row("/api/a/c", Need::Nothing, Rate::Posting);

    fn refused(rows: &'static [Endpoint], functions: &[&'static str]) -> String {
        Endpoints::of([("a", rows)].into_iter(), functions.iter().copied()).err().unwrap_or_default()
    }

    #[test]
    fn endpoints_take_rows_that_fit_the_server_functions() {
        assert_eq!(refused(&[GOOD], &["/api/a/b"]), "");
    }

    #[test]
    fn endpoints_refuse_a_server_function_without_a_row() {
        let sentence = refused(&[GOOD], &["/api/a/b", "/api/a/forgotten"]);
        assert!(sentence.contains("/api/a/forgotten has no row"), "{sentence}");
    }

    #[test]
    fn endpoints_refuse_rows_that_cannot_hold() {
        assert!(refused(&[GOOD], &[]).contains("no server function /api/a/b"));
        assert!(refused(&[GOOD, GOOD], &["/api/a/b"]).contains("two rows"));
        assert!(refused(&[BAD], &["/api/a/c"]).contains("counts by person"));
    }
}
