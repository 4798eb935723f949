//! A form of a page that needs no script: its hidden fields and where it leads back to.

use crate::model::fields::fields;
use leptos::prelude::*;
use serde::Serialize;
use server_fn::ServerFn;

/// A form that posts to the server function of `call`, around `children`. The arguments that `call` holds are hidden fields, the
/// empty ones are left to the children. `session` is the public tag of the session that the page was made for.
pub fn plain_form<F: ServerFn + Serialize, C: IntoView + 'static>(
    call: &F,
    session: &str,
    back: &str,
    children: C,
) -> impl IntoView + use<F, C> {
    let known = [("session", session.to_owned()), ("back", back.to_owned())];
    let hidden: Vec<_> = fields(call)
        .into_iter()
        .chain(known)
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect();
    view! {
        <form method="post" action=F::PATH>
            {hidden}
            {children}
        </form>
    }
}
