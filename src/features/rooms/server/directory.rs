//! The page of the people to whom one may write: one of them with one press, or several who are chosen one after the other. Plain
//! HTML, which needs no script.

use super::person::line;
use crate::{
    features::{
        people::model::User,
        rooms::{self, api::OpenDirect, model::MAX_OTHERS, panel_words, store},
    },
    model::{
        argument::Argument,
        error::AppResult,
        ids::{List, UserId},
        route::Route,
    },
    request::{
        caller::Caller,
        endpoint::Need,
        plain::{Answer, PlainPage, PlainRequest, Shown, address, find_form, plain_form},
    },
};
use leptos::prelude::*;

pub const DIRECTORY: PlainPage = PlainPage {
    is_at: |route| route == Route::Directory,
    need: Need::Session,
    shows_refusals: false,
    show: |request| Box::pin(page(request)),
};

/// People who are listed, at most; others are found by their names.
const LISTED: usize = 50;

/// Answers with the page. In its address, `find` is looked for in names, and `with` has the people who are chosen.
async fn page(request: PlainRequest) -> AppResult<Answer> {
    let (me, find) = (request.session()?.user, request.query("find").to_owned());
    let with: List<UserId> = request.query("with").parse().unwrap_or(List(Vec::new()));
    let with: Vec<UserId> = with.0.into_iter().take(MAX_OTHERS).collect();
    let looked_for = find.clone();
    let read = request.services.db.read(move |read| store::to_write_to(read, me, &looked_for, &with, LISTED));
    let (found, chosen) = read.await?;
    Ok(Answer::Page(shown(&request.caller, &find, &found, &chosen)))
}

/// The part of the page's address that has the people who are chosen.
fn chosen_in(with: &[UserId]) -> [(&'static str, String); 1] {
    [("with", List(with.to_vec()).to_string())]
}

fn shown(caller: &Caller, find: &str, found: &[User], chosen: &[User]) -> Shown {
    let words = caller.reader.lang.of(&panel_words::WORDS);
    let names = caller.reader.lang.of(&rooms::WORDS);
    let with: Vec<UserId> = chosen.iter().map(|user| user.id).collect();
    let nobody = found.is_empty().then(|| view! { <p class="more">{words.nobody_found}</p> });
    let list: Vec<_> = found.iter().map(|user| row(caller, user, &with)).collect();
    let notes = (with.is_empty() && find.is_empty()).then(|| {
        let button = view! { <button class="button">{names.notes}</button> };
        plain_form(&OpenDirect { users: Argument::MISSING }, caller, None, button)
    });
    let content = view! {
        {choice(caller, chosen, &with)}
        <section class="panel-part">
            {find_form(Route::Directory, (words.find_person, words.find), find, &chosen_in(&with))}
            <ul role="list">{list}</ul>
            {nobody}
            {notes}
        </section>
    };
    Shown::parts(names.new_message, Route::Rooms, content.into_any())
}

/// The people who are chosen, and the button that opens their room.
fn choice(caller: &Caller, chosen: &[User], with: &[UserId]) -> Option<impl IntoView + use<>> {
    let words = caller.reader.lang.of(&panel_words::WORDS);
    let row = |user: &User| {
        let others: Vec<UserId> = with.iter().copied().filter(|id| *id != user.id).collect();
        let label = (words.drop_person)(&user.name);
        view! {
            <li>
                {line(user)}
                <a class="button" href=address(Route::Directory, &chosen_in(&others)) aria-label=label>{words.drop}</a>
            </li>
        }
    };
    (!chosen.is_empty()).then(|| {
        let button = view! { <button class="button primary">{words.open_conversation}</button> };
        view! {
            <section class="panel-part">
                <ul role="list">{chosen.iter().map(row).collect::<Vec<_>>()}</ul>
                {plain_form(&OpenDirect { users: List(with.to_vec()).into() }, caller, None, button)}
            </section>
        }
    })
}

/// A person who can be written to, or chosen beside others.
fn row(caller: &Caller, user: &User, with: &[UserId]) -> impl IntoView + use<> {
    let words = caller.reader.lang.of(&panel_words::WORDS);
    let write = with.is_empty().then(|| {
        let button = view! { <button class="button" aria-label=(words.message_person)(&user.name)>{words.message}</button> };
        plain_form(&OpenDirect { users: List(vec![user.id]).into() }, caller, None, button)
    });
    let more: Vec<UserId> = with.iter().copied().chain([user.id]).collect();
    let choose = (more.len() <= MAX_OTHERS).then(|| {
        let label = (words.choose_person)(&user.name);
        view! { <a class="button" href=address(Route::Directory, &chosen_in(&more)) aria-label=label>{words.choose}</a> }
    });
    view! { <li>{line(user)} <span class="acts">{choose} {write}</span></li> }
}
