//! The page starts: once, in the browser, after hydration. What it does not need in order to draw and to answer keys is in a
//! module of its own (`live.rs`), which loads meanwhile.

use super::{live, workspace::Workspace};
use crate::client::{backoff, call::set_session_tag, connection_status::ConnectionStatus, platform};
use leptos::{prelude::*, task::spawn_local};

/// Starts the page once it is hydrated: effects run in the browser only, and not before.
pub(super) fn start_after_hydration(workspace: Workspace) {
    Effect::new(move |_| {
        workspace.page.start();
        untrack(|| workspace.features.restore());
        set_session_tag(&workspace.page.session());
        spawn_local(go_live(workspace, Owner::current().unwrap_or_default()));
    });
}

/// Loads the second module and runs it, as often as the network asks for.
async fn go_live(workspace: Workspace, owner: Owner) {
    let mut failures = 0;
    while live::connect(workspace, owner.clone()).await.is_err() {
        workspace.page.step_status(ConnectionStatus::lost);
        platform::sleep(backoff::delay(failures, platform::random())).await;
        failures += 1;
    }
}
