//! One browser that posts its form twice at once enters once: both posts get the same person and the same session.

use crate::{
    features::people::{model::User, names::CheckedName},
    model::error::AppResult,
    sessions::token::Token,
};
use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// A second post counts as the same one for this long after the first.
const TOGETHER: Duration = Duration::from_secs(10);

/// A person who has just entered, and their session's token.
#[derive(Clone)]
pub struct Entered {
    pub user: User,
    pub token: Arc<Token>,
}

/// The post that came first, for those that come with it.
#[derive(Default)]
struct First {
    /// Locked while the first post is under way, so that the second waits for it.
    done: tokio::sync::Mutex<Option<(String, Entered)>>,
}

/// The browsers that have entered a moment ago, by the mark of their enter page.
#[derive(Default)]
pub struct Entering(Mutex<HashMap<String, (Instant, Arc<First>)>>);

impl Entering {
    /// Enters by `work`, or returns what another post of the same browser and `name` has just got. Without a mark each post
    /// stands for itself.
    ///
    /// # Errors
    /// Those of `work`.
    pub async fn once<F: Future<Output = AppResult<Entered>>>(
        &self,
        mark: Option<&str>,
        name: CheckedName,
        work: impl FnOnce(CheckedName) -> F,
    ) -> AppResult<Entered> {
        let Some(mark) = mark else { return work(name).await };
        let first = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            all.retain(|_, (began, _)| now < *began + TOGETHER);
            all.entry(mark.to_owned()).or_insert_with(|| (now, Arc::default())).1.clone()
        };
        let mut done = first.done.lock().await;
        if let Some((entered_as, entered)) = &*done
            && *entered_as == name.name
        {
            return Ok(entered.clone());
        }
        let as_name = name.name.clone();
        let entered = work(name).await?;
        *done = Some((as_name, entered.clone()));
        Ok(entered)
    }

    /// Forgets a person who leaves: entering after that makes another one.
    pub fn forget(&self, mark: Option<&str>) {
        if let Some(mark) = mark {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(mark);
        }
    }
}
