//! A form of a page that needs no script: its hidden fields and where it leads back to.

use crate::{
    model::{fields::fields, route::Route},
    request::caller::Caller,
};
use leptos::prelude::*;
use serde::Serialize;
use server_fn::ServerFn;

/// A form that posts to the server function of `call`, around `children`. The arguments that `call` holds are hidden fields, the
/// empty ones are left to the children. It says for which session it speaks, and with `back` where it leads.
pub fn plain_form<F: ServerFn + Serialize, C: IntoView + 'static>(
    call: &F,
    caller: &Caller,
    back: Option<Route>,
    children: C,
) -> impl IntoView + use<F, C> {
    let session = caller.session.as_ref().map(|session| ("session", session.tag.to_string()));
    let back = back.map(|back| ("back", back.to_string()));
    let hidden: Vec<_> = fields(call)
        .into_iter()
        .chain(session)
        .chain(back)
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect();
    view! {
        <form method="post" action=F::PATH>
            {hidden}
            {children}
        </form>
    }
}
