//! The page about the people of the workspace, for owners and admins: finding somebody, giving roles, deactivating, and the
//! recovery link, which is shown once. Plain HTML, which needs no script.

use crate::{
    features::{
        accounts::{
            api::MakeRecovery,
            people_words::{WORDS, Words},
            store::find_recovery,
        },
        invites::model::DAY,
        people::{
            api::{Activate, Ban, Deactivate, GiveRole},
            model::{Role, User, UserList},
            store as people,
        },
        rooms::server::person::line as person,
    },
    model::{
        argument::{Argument, MAX_LIST},
        error::{AppError, AppResult, Code},
        ids::UserId,
        route::Route,
    },
    request::{
        caller::Caller,
        endpoint::Need,
        plain::{Answer, COPY_LINK, LinkWords, PlainPage, PlainRequest, Shown, address, find_form, plain_form, secret_link},
        rights::{Action, Person, may},
    },
    sessions::token::hash_of,
};
use leptos::prelude::*;

pub const PEOPLE: PlainPage = PlainPage {
    is_at: |route| route == Route::AdminPeople,
    need: Need::Session,
    shows_refusals: true,
    show: |request| Box::pin(page(request)),
};

/// What the page is made from.
struct Listed {
    me: User,
    people: UserList,
    /// Whose the recovery link is that was made a moment ago.
    made_for: Option<User>,
}

/// Answers with the page; without it to those who do not lead. In its address, `find` is looked for in names and handles, and
/// `after` is the person after whom the list goes on.
async fn page(request: PlainRequest) -> AppResult<Answer> {
    let (user, now, find) = (request.session()?.user, request.services.now(), request.query("find").to_owned());
    let after: UserId = request.query("after").parse().unwrap_or_default();
    let made = request.made();
    let token = made.as_deref().and_then(hash_of);
    let read = request.services.db.read(move |read| {
        let me = people::active(read, user)?;
        if !Person::from(&me).is_leading() {
            return Err(AppError::new(Code::NotFound));
        }
        // A link that is good for nothing any more is not shown either.
        let made_for = token.and_then(|token| find_recovery(read, token, now).ok());
        let people = people::look_for(read, user, after, MAX_LIST, &find)?;
        Ok(Listed { me, people, made_for })
    });
    let found = read.await?;
    let link = made.map(|token| format!("{}{}#{token}", request.base, Route::Recover));
    Ok(Answer::Page(shown(&request, found, link)))
}

fn shown(request: &PlainRequest, found: Listed, link: Option<String>) -> Shown {
    let caller = &request.caller;
    let words = caller.reader.lang.of(&WORDS);
    let Listed { me, people, made_for } = found;
    let link = made_for.zip(link).map(|(person, link)| {
        let Words { made_help: help, link: label, copy, copied, qr, .. } = *words;
        let title = (words.made)(&person.name);
        secret_link(&link, LinkWords { title, help, link: label, copy, copied, qr })
    });
    let is_made = link.is_some();
    let refused = request.refusal.as_ref().and_then(|refusal| refusal.row).map(|row| request.typed(row.path));
    let find = request.query("find").to_owned();
    let next = people.next.map(|next| {
        let next = address(Route::AdminPeople, &[("find", find.clone()), ("after", next.to_string())]);
        view! { <p class="more"><a href=next>{words.more}</a></p> }
    });
    let nobody = people.items.is_empty().then(|| view! { <p class="more">{words.nobody}</p> });
    let list: Vec<_> = people.items.iter().map(|user| line(caller, &me, user, request.services.now())).collect();
    let content = view! {
        {link}
        <section class="panel-part">
            {refused.map(|typed| typed.elsewhere(&[]))}
            {find_form(Route::AdminPeople, (words.find, words.find_button), &find, &[])}
            <ul class="managed" role="list">{list}</ul>
            {nobody}
            {next}
        </section>
    };
    let page = Shown::parts(words.title, Route::Settings, content.into_any());
    if is_made { page.with_script(COPY_LINK) } else { page }
}

/// A person's line: who they are, and what the reader may do.
fn line(caller: &Caller, me: &User, user: &User, now: u64) -> impl IntoView + use<> {
    let words = caller.reader.lang.of(&WORDS);
    let (actor, of) = (Person::from(me), Person::from(user));
    let may_do = |action| may(actor, action).is_ok();
    let (here, id) = (Some(Route::AdminPeople), user.id);
    let role = match user.role {
        Role::Owner => Some(words.owner),
        Role::Admin => Some(words.admin),
        Role::Member => None,
        Role::Guest => Some(words.guest),
    };
    let about: Vec<&str> = [
        role,
        user.handle.is_none().then_some(words.no_account),
        (!user.active).then_some(words.inactive),
        (user.id == me.id).then_some(words.you),
    ]
    .into_iter()
    .flatten()
    .collect();
    let about = (!about.is_empty()).then(|| view! { <small>{about.join(" · ")}</small> });
    let roles = [
        (Role::Owner, words.make_owner),
        (Role::Admin, words.make_admin),
        (Role::Member, words.make_member),
        (Role::Guest, words.make_guest),
    ];
    let roles: Vec<_> = roles
        .into_iter()
        .filter(|(role, _)| *role != user.role && may_do(Action::GiveRole(of, *role)))
        .map(|(role, label)| {
            let call = GiveRole { user: id.into(), role: role.into() };
            plain_form(&call, caller, here, view! { <button class="button">{label}</button> })
        })
        .collect();
    let recover = (user.active && user.handle.is_some() && may_do(Action::Recover(of))).then(|| {
        // It leads to its link, so it names no page.
        plain_form(&MakeRecovery { user: id.into() }, caller, None, view! { <button class="button">{words.recover}</button> })
    });
    // Leaving oneself is in Settings.
    let deactivate = (user.active && id != me.id && may_do(Action::Deactivate(of))).then(|| {
        let button = view! { <button class="button danger">{words.deactivate}</button> };
        plain_form(&Deactivate { user: id.into() }, caller, here, button)
    });
    let ban = (user.active && may_do(Action::Ban(of))).then(|| {
        let day = |days: u32| {
            view! { <option value=(now + u64::from(days) * DAY).to_string() selected=days == 7>{(words.days)(days)}</option> }
        };
        let choice = view! {
            <div class="field-row">
                <select name="until" aria-label=words.ban_for>
                    {[1, 7, 30].map(day)}
                    <option value="">{words.for_good}</option>
                </select>
                <button class="button danger">{words.ban}</button>
            </div>
        };
        plain_form(&Ban { user: id.into(), until: Argument::MISSING, hide: Argument::MISSING }, caller, here, choice)
    });
    let activate = (!user.active && may_do(Action::Activate(of))).then(|| {
        plain_form(&Activate { user: id.into() }, caller, here, view! { <button class="button">{words.activate}</button> })
    });
    let some = !roles.is_empty() || recover.is_some() || deactivate.is_some() || ban.is_some() || activate.is_some();
    let acts = some.then(|| {
        view! {
            <details class="member-acts" name="member-acts">
                <summary aria-label=(words.change)(&user.name)>{"⋯"}</summary>
                <div>{roles} {recover} {deactivate} {ban} {activate}</div>
            </details>
        }
    });
    view! { <li>{person(user)} {about} {acts}</li> }
}
