//! Forms of pages that need no script: those that post to a server function, and those that look for something in a list.

use crate::{
    model::{fields::fields, route::Route},
    request::caller::Caller,
};
use leptos::prelude::*;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
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

/// The form that looks for something in the list of a page at `route`: a field `find` with `label`, and a button. `kept` are the
/// other parts of the address, which stay.
pub fn find_form(
    route: Route,
    (label, button): (&'static str, &'static str),
    find: &str,
    kept: &[(&'static str, String)],
) -> impl IntoView + use<> {
    let kept = kept.iter().filter(|(_, value)| !value.is_empty());
    let kept: Vec<_> = kept.map(|(name, value)| view! { <input type="hidden" name=*name value=value.clone() /> }).collect();
    view! {
        <form method="get" action=route.to_string() role="search">
            {kept}
            <label for="find">{label}</label>
            <div class="field-row">
                <input id="find" name="find" dir="auto" autocomplete="off" value=find.to_owned() />
                <button class="button">{button}</button>
            </div>
        </form>
    }
}

/// What a part of a query may hold as it is: letters, digits, and the commas of a list of ids.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b',');

/// The address of a page with the parts of a query that are not empty.
pub fn address(route: Route, query: &[(&str, String)]) -> String {
    let mut address = route.to_string();
    let mut sign = '?';
    for (name, value) in query.iter().filter(|(_, value)| !value.is_empty()) {
        address.push(sign);
        address.push_str(name);
        address.push('=');
        address.extend(utf8_percent_encode(value, PLAIN));
        sign = '&';
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_has_what_is_asked_for_and_is_read_back() {
        let query = |find: &str, after: &str| [("find", find.to_owned()), ("after", after.to_owned())];
        assert_eq!(address(Route::Browse, &query("", "")), "/browse");
        assert_eq!(address(Route::Browse, &query("", "7")), "/browse?after=7");
        assert_eq!(address(Route::Directory, &[("with", "2,3".to_owned())]), "/people?with=2,3");
        assert_eq!(address(Route::Browse, &query("a&b=茶", "7")), "/browse?find=a%26b%3D%E8%8C%B6&after=7");
    }
}
