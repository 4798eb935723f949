//! The page of those who may invite: makes invitations, shows the link of a new one once, and ends those that are good. Plain
//! HTML, which needs no script; with one it copies the link.

use crate::{
    features::{
        invites::{
            api::{CreateInvite, RevokeInvite},
            model::{DAY, DAYS, Invite, MAX_DAYS, MAX_USES},
            store,
            words::{WORDS, Words},
        },
        people::{
            model::{Role, User},
            store as people,
        },
        rooms::{
            model::Room,
            store::{addable, visible},
        },
    },
    model::{
        argument::Argument,
        error::{AppError, AppResult, Code},
        ids::RoomId,
        route::Route,
    },
    request::{
        endpoint::Need,
        plain::{Answer, COPY_LINK, LinkWords, PlainPage, PlainRequest, Shown, plain_form, secret_link},
    },
};
use leptos::prelude::*;

pub const INVITES: PlainPage = PlainPage {
    is_at: |route| route == Route::Invites,
    need: Need::Session,
    shows_refusals: false,
    show: |request| Box::pin(page(request)),
};

/// What the page is made from.
struct Invites {
    items: Vec<Invite>,
    /// The rooms that one may add people to.
    rooms: Vec<Room>,
    /// The people who made the invitations.
    makers: Vec<User>,
}

/// Answers with the page; without it to those who may not invite.
async fn page(request: PlainRequest) -> AppResult<Answer> {
    let (user, now) = (request.session()?.user, request.services.now());
    let read = request.services.db.read(move |read| {
        store::require_inviter(read, user).map_err(|error| match error.code {
            // That there is such a page is no secret, but it is not theirs.
            Code::Forbidden => AppError::new(Code::NotFound),
            _ => error,
        })?;
        let items = store::good(read, now)?;
        let mut rooms = visible(read, user)?;
        let ids: Vec<RoomId> = rooms.iter().map(|room| room.id).collect();
        let addable = addable(read, user, &ids, false)?;
        rooms.retain(|room| addable.contains(&room.id));
        let makers: Vec<u64> = items.iter().map(|invite| invite.by.0).collect();
        let makers = if makers.is_empty() { Vec::new() } else { people::users(read, &makers)? };
        Ok(Invites { items, rooms, makers })
    });
    let invites = read.await?;
    let link = request.made().map(|token| format!("{}{}#{token}", request.base, Route::Join));
    Ok(Answer::Page(shown(&request, &invites, link, now)))
}

fn shown(request: &PlainRequest, invites: &Invites, link: Option<String>, now: u64) -> Shown {
    let caller = &request.caller;
    let words = caller.reader.lang.of(&WORDS);
    let here = Some(Route::Invites);
    let is_made = link.is_some();
    let made = link.map(|link| {
        let Words { made_help: help, link: label, copy, copied, qr, .. } = *words;
        secret_link(&link, LinkWords { title: words.made.to_owned(), help, link: label, copy, copied, qr })
    });
    let rooms: Vec<_> =
        invites.rooms.iter().map(|room| view! { <option value=room.id.to_string()>{room.name.clone()}</option> }).collect();
    // Several rooms are for programs: a form has one field of a name.
    let choose_room = (!rooms.is_empty()).then(|| {
        view! {
            <label for="rooms">{words.room}</label>
            <select id="rooms" name="rooms"><option value="">{words.no_room}</option>{rooms}</select>
        }
    });
    let ends: Vec<_> = [1, DAYS, 30, MAX_DAYS]
        .into_iter()
        .map(|days| {
            view! { <option value=(now + u64::from(days) * DAY).to_string() selected=days == DAYS>{(words.days)(days)}</option> }
        })
        .collect();
    let fields = view! {
        <fieldset>
            <legend>{words.role}</legend>
            <label class="choice">
                <input type="radio" name="role" value="member" checked /><span>{words.member}</span>
            </label>
            <label class="choice">
                <input type="radio" name="role" value="admin" /><span>{words.admin}</span>
            </label>
            <label class="choice">
                <input type="radio" name="role" value="guest" /><span>{words.guest}</span>
            </label>
        </fieldset>
        {choose_room}
        <label for="uses">{words.uses}</label>
        <input id="uses" name="uses" type="number" min="1" max=MAX_USES value="1" required />
        <label for="expires">{words.good_for}</label>
        <select id="expires" name="expires">{ends}</select>
        <button class="button primary">{words.make}</button>
    };
    let call =
        CreateInvite { role: Argument::MISSING, rooms: Argument::MISSING, uses: Argument::MISSING, expires: Argument::MISSING };
    let list: Vec<_> = invites
        .items
        .iter()
        .map(|invite| {
            let by =
                invites.makers.iter().find(|maker| maker.id == invite.by).map(|maker| maker.name.clone()).unwrap_or_default();
            let role = match invite.role {
                Role::Admin | Role::Owner => words.admin,
                Role::Member => words.member,
                Role::Guest => words.guest,
            };
            let days = u32::try_from(invite.expires.saturating_sub(now).div_ceil(DAY)).unwrap_or(u32::MAX);
            let used = [(words.used)(invite.used), (words.of)(invite.uses)].join(" ");
            let about = [role, &*used, &(words.left)(days)].join(" · ");
            let end = RevokeInvite { invite: invite.id.into() };
            let button = view! { <button class="button">{words.end}</button> };
            view! {
                <li>
                    <span class="about"><bdi translate="no">{by}</bdi><small>{about}</small></span>
                    {plain_form(&end, caller, here, button)}
                </li>
            }
        })
        .collect();
    let none = list.is_empty().then(|| view! { <p class="more">{words.none}</p> });
    let content = view! {
            {made}
            <section class="panel-part">
                <h2>{words.new}</h2>
                {plain_form(&call, caller, here, fields)}
            </section>
            <section class="panel-part">
                <h2>{words.good}</h2>
                <ul role="list">{list}</ul>
                {none}
            </section>
    };
    let page = Shown::parts(words.title, Route::Home, content.into_any());
    if is_made { page.with_script(COPY_LINK) } else { page }
}
