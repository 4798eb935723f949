//! Form: a plain form that calls a server function, for use before or without the script.

use super::{page::Page, shared::Shared};
use crate::model::{
    fields::{Fields, fields},
    initial_data::RefusedForm,
    route::Route,
};
use leptos::prelude::*;
use serde::Serialize;
use server_fn::ServerFn;

/// The form that was refused before or without the script, until the view of that form takes it; by context.
#[derive(Clone, Copy)]
pub struct Refused(Shared<Option<RefusedForm>>);

impl Refused {
    pub fn new(form: Option<RefusedForm>) -> Self {
        Self(Shared::new(form))
    }

    /// Takes what was refused of the form to the server function at `path`.
    pub fn take(path: &str) -> Option<RefusedForm> {
        use_context::<Self>()?.0.with(|kept| kept.take_if(|form| form.path == path)).flatten()
    }
}

/// Returns the form that a button outside of it names: the one called `id` as long as the page may be used without the script,
/// else none. When a form goes, or one button of many, the browser looks for the form of every button that names one.
pub fn named_form(page: Page, id: &'static str) -> &'static str {
    if page.is_live() { "" } else { id }
}

/// A form that posts to the server function of `call`. The arguments that `call` holds are hidden fields; the empty ones are
/// left to the fields among the children. `back` is where the server leads to afterwards; without it the function's own choice.
/// Other attributes and handlers are passed on: `attr:class="…"`, `on:submit=…`.
///
/// Every form says the public tag of the page's session: when the cookie has become another person's in the meantime, the form
/// is refused instead of being taken for that person's.
#[component]
pub fn Form<F, C>(call: F, #[prop(optional, into)] back: Option<Signal<Route>>, children: TypedChildren<C>) -> impl IntoView
where
    F: ServerFn + Serialize,
    C: IntoView + 'static,
{
    let hidden = hidden_fields(fields(&call), back);
    let children = children.into_inner();
    view! {
        <form method="post" action=F::PATH>
            {hidden}
            {children()}
        </form>
    }
}

/// The fields nobody types into.
fn hidden_fields(fixed: Fields, back: Option<Signal<Route>>) -> impl IntoView + use<> {
    let session = use_context::<Page>().map(|page| ("session", page.session()));
    let fixed = fixed.into_iter().chain(session).map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    let back = back.map(|back| view! { <input type="hidden" name="back" value=move || back.get().to_string() /> });
    (fixed.collect::<Vec<_>>(), back)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        client::page::tests::page,
        features::messages::api::{DeleteMessage, SendMessage},
        model::ids::{ClientKey, MessageId, RoomId},
        tests::html::field,
    };

    fn html(view: impl FnOnce() -> AnyView) -> String {
        let (owner, page) = page();
        owner.with(|| {
            provide_context(page);
            view().to_html()
        })
    }

    #[test]
    fn form_holds_its_arguments_the_session_and_the_way_back() {
        let html = html(|| {
            let call = SendMessage { room: RoomId(3).into(), key: ClientKey([0xab; 16]).into(), text: String::new() };
            view! { <Form call back=Route::Room(RoomId(3)) attr:class="compose"><button>"Send"</button></Form> }.into_any()
        });
        let of = |name| field(&html, "/api/messages/send", name);
        assert_eq!(of("room").as_deref(), Some("3"), "{html}");
        assert_eq!(of("key"), Some("ab".repeat(16)));
        assert_eq!(of("text"), None, "it is typed");
        assert_eq!(of("session").as_deref(), Some("5d1c"));
        assert_eq!(of("back").as_deref(), Some("/rooms/3"));
        assert!(html.contains("class=\"compose\"") && html.contains("<button>Send</button>"), "{html}");
    }

    #[test]
    fn form_has_no_way_back_when_none_is_given() {
        let html = html(|| {
            let call = DeleteMessage { message: MessageId(5).into() };
            view! { <Form call><button>"Delete"</button></Form> }.into_any()
        });
        assert_eq!(field(&html, "/api/messages/delete", "back"), None, "{html}");
        assert_eq!(field(&html, "/api/messages/delete", "message").as_deref(), Some("5"));
    }
}
