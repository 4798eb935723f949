//! The page about a room: who is in it, and what its members and admins do with it. Plain HTML, which needs no script.

use super::person::line;
use crate::{
    features::{
        people::{
            model::{Role, User},
            store as people,
        },
        rooms::{
            self,
            api::{AddMembers, ArchiveRoom, GiveRoomRole, LeaveRoom, RemoveMember, UpdateRoom},
            model::{MAX_COUNT, MAX_NAME, MAX_TOPIC, MemberRole, Posting, Room, RoomKind},
            names::called,
            store::{self, Action},
        },
    },
    model::{
        argument::{Argument, OptionalText},
        error::{AppError, AppResult, Code},
        ids::{List, RoomId, UserId},
        route::Route,
    },
    request::{
        caller::Caller,
        endpoint::Need,
        plain::{Answer, PlainPage, PlainRequest, Shown, find_form, plain_form},
    },
};
use leptos::prelude::*;
use std::collections::BTreeSet;

pub const PANEL: PlainPage = PlainPage {
    is_at: |route| matches!(route, Route::People(_)),
    need: Need::Session,
    shows_refusals: false,
    show: |request| Box::pin(page(request)),
};

/// People offered to be added, at most.
const OFFERED: usize = 20;

/// What the page is made from.
struct Panel {
    room: Room,
    people: Vec<User>,
    /// How many are in the room, up to one more than [`MAX_COUNT`].
    count: u32,
    admins: BTreeSet<UserId>,
    /// People who are not in it, whose name has what was looked for.
    others: Vec<User>,
    /// What the reader may do.
    may: Vec<Action>,
    me: UserId,
    find: String,
}

/// Answers with the page about a room; without it where the reader is not in the room, whose own page says that. In its address,
/// `find` is looked for in the names of people who can be added.
async fn page(request: PlainRequest) -> AppResult<Answer> {
    let Route::People(room) = request.route else { return Err(AppError::new(Code::NotFound)) };
    match read(&request, room).await {
        Ok(panel) => Ok(Answer::Page(shown(&request.caller, panel))),
        Err(error) if error.code == Code::NotFound => Ok(Answer::To(Route::Room(room))),
        Err(error) => Err(error),
    }
}

async fn read(request: &PlainRequest, room: RoomId) -> AppResult<Panel> {
    let (me, find) = (request.session()?.user, request.query("find").to_owned());
    let panel = request.services.db.read(move |read| {
        let standing = store::require(read, room, me, Action::Read)?;
        let actions = [Action::Add, Action::Update, Action::GiveRole, Action::Remove, Action::Archive, Action::Leave];
        let may: Vec<Action> = actions.into_iter().filter(|action| standing.may(*action).is_ok()).collect();
        let Some(found) = store::room(read, room)? else { return Err(AppError::new(Code::NotFound)) };
        let mut others = if may.contains(&Action::Add) { people::outside(read, me, room, &find, OFFERED)? } else { Vec::new() };
        // Guests are added by the room's admins alone.
        others.retain(|user| user.role != Role::Guest || standing.is_admin());
        let people = match found.kind {
            // Including those who have left for good.
            RoomKind::Direct => people::users(read, &found.people.iter().map(|user| user.0).collect::<Vec<_>>())?,
            _ => people::members(read, room, MAX_COUNT)?,
        };
        let count = store::count_members(read, room)?;
        let admins = store::admins(read, room)?.into_iter().collect();
        Ok(Panel { room: found, people, count, admins, others, may, me, find })
    });
    panel.await
}

impl Panel {
    fn may(&self, action: Action) -> bool {
        self.may.contains(&action)
    }

    /// The address of the page.
    fn here(&self) -> Option<Route> {
        Some(Route::People(self.room.id))
    }
}

fn shown(caller: &Caller, mut panel: Panel) -> Shown {
    let (words, rooms_words) = (caller.reader.lang.of(&rooms::panel_words::WORDS), caller.reader.lang.of(&rooms::WORDS));
    let name = called(caller.reader.lang, &panel.room, panel.me, &panel.people);
    let heading = (words.people_in)(&name);
    let (more, count) = match panel.count {
        n if n > MAX_COUNT => (Some(words.more_people), rooms_words.many_people.to_owned()),
        n => (None, (rooms_words.people)(n)),
    };
    let me = panel.me;
    panel.people.sort_by_key(|user| (user.id != me, !panel.admins.contains(&user.id), user.name.to_lowercase(), user.id));
    let list: Vec<_> = panel.people.iter().map(|user| member(caller, &panel, user)).collect();
    let sign = panel.room.sign();
    let topic = (!panel.room.topic.is_empty()).then(|| view! { <p class="topic" dir="auto">{panel.room.topic.clone()}</p> });
    let archived = panel.room.archived.then(|| view! { <p class="topic">{rooms_words.archived}</p> });
    let content = view! {
            {archived}
            {topic}
            <ul role="list">{list}</ul>
            {more.map(|more| view! { <p class="more">{more}</p> })}
            {add(caller, &panel)}
            {settings(caller, &panel)}
            {ends(caller, &panel)}
    };
    let page = Shown::parts(heading, Route::Room(panel.room.id), content.into_any());
    page.with_head(sign, count)
}

/// A member's line: what they are, and what the reader may do with them.
fn member(caller: &Caller, panel: &Panel, user: &User) -> impl IntoView + use<> {
    let rooms_words = caller.reader.lang.of(&rooms::panel_words::WORDS);
    let (room, id, here) = (panel.room.id, user.id, panel.here());
    let own = (id == panel.me).then(|| view! { <small>{rooms_words.you}</small> });
    let is_admin = panel.admins.contains(&id);
    let admin = is_admin.then(|| view! { <small>{rooms_words.admin}</small> });
    // A room keeps an admin, so the only one cannot give that up.
    let last = is_admin && panel.admins.len() == 1;
    let give_role = (panel.may(Action::GiveRole) && !last).then(|| {
        let (role, label) = match is_admin {
            true => (MemberRole::Member, rooms_words.take_admin),
            false => (MemberRole::Admin, rooms_words.make_admin),
        };
        let call = GiveRoomRole { room: room.into(), user: id.into(), role: role.into() };
        plain_form(&call, caller, here, view! { <button class="button">{label}</button> })
    });
    let remove = (panel.may(Action::Remove) && id != panel.me).then(|| {
        let call = RemoveMember { room: room.into(), user: id.into() };
        plain_form(&call, caller, here, view! { <button class="button">{rooms_words.remove}</button> })
    });
    let acts = (give_role.is_some() || remove.is_some()).then(|| {
        let label = (rooms_words.change_member)(&user.name);
        view! {
            <details class="member-acts" name="member-acts">
                <summary aria-label=label>{"⋯"}</summary>
                <div>{give_role} {remove}</div>
            </details>
        }
    });
    view! { <li>{line(user)} {own} {admin} {acts}</li> }
}

/// The part that adds people.
fn add(caller: &Caller, panel: &Panel) -> Option<impl IntoView + use<>> {
    // Everybody is in General.
    if !panel.may(Action::Add) || panel.room.default {
        return None;
    }
    let words = caller.reader.lang.of(&rooms::panel_words::WORDS);
    let here = panel.here();
    let others: Vec<_> = panel
        .others
        .iter()
        .map(|user| {
            let call = AddMembers { room: panel.room.id.into(), users: List(vec![user.id]).into() };
            let label = (words.add_person)(&user.name);
            let button = view! { <button class="button" aria-label=label>{words.add}</button> };
            view! { <li>{line(user)} {plain_form(&call, caller, here, button)}</li> }
        })
        .collect();
    let nobody = others.is_empty().then(|| view! { <p class="more">{words.nobody_found}</p> });
    Some(view! {
        <section class="panel-part">
            <h2>{caller.reader.lang.of(&rooms::WORDS).add_people}</h2>
            {find_form(Route::People(panel.room.id), (words.find_person, words.find), &panel.find, &[])}
            <ul role="list">{others}</ul>
            {nobody}
        </section>
    })
}

/// The part for a room's admins: name, topic, who posts, who is in it from the start.
fn settings(caller: &Caller, panel: &Panel) -> Option<impl IntoView + use<>> {
    if !panel.may(Action::Update) {
        return None;
    }
    let words = caller.reader.lang.of(&rooms::panel_words::WORDS);
    let names = caller.reader.lang.of(&rooms::WORDS);
    let room = &panel.room;
    let radio = |name: &'static str, value: &'static str, checked: bool, label: &'static str| {
        view! { <label class="choice"><input type="radio" name=name value=value checked=checked /><span>{label}</span></label> }
    };
    let default = (room.kind == RoomKind::Open).then(|| {
        view! {
            <fieldset>
                <legend>{words.who_starts}</legend>
                {radio("default", "false", !room.default, words.who_joins)}
                {radio("default", "true", room.default, words.everyone_new)}
            </fieldset>
        }
    });
    let fields = view! {
        <label for="name">{names.room_name}</label>
        <input id="name" name="name" dir="auto" required maxlength=MAX_NAME autocomplete="off" value=room.name.clone() />
        <label for="topic">{words.topic}</label>
        <input id="topic" name="topic" dir="auto" maxlength=MAX_TOPIC autocomplete="off" value=room.topic.clone() />
        <fieldset>
            <legend>{words.who_posts}</legend>
            {radio("posting", "all", room.posting == Posting::All, words.all_post)}
            {radio("posting", "admins", room.posting == Posting::Admins, words.only_admins_post)}
        </fieldset>
        {default}
        <button class="button primary">{names.save}</button>
    };
    let call = UpdateRoom {
        room: room.id.into(),
        name: OptionalText::MISSING,
        topic: OptionalText::MISSING,
        posting: Argument::MISSING,
        default: Argument::MISSING,
    };
    Some(view! {
        <section class="panel-part">
            <h2>{words.this_room}</h2>
            <p class="more">{if room.kind == RoomKind::Open { words.is_open } else { words.is_private }}</p>
            {plain_form(&call, caller, panel.here(), fields)}
        </section>
    })
}

/// The part that ends things: leaving and archiving.
fn ends(caller: &Caller, panel: &Panel) -> Option<impl IntoView + use<>> {
    let words = caller.reader.lang.of(&rooms::panel_words::WORDS);
    let room = panel.room.id;
    let leave = panel.may(Action::Leave).then(|| {
        let call = LeaveRoom { room: room.into() };
        let help = if panel.room.kind == RoomKind::Open { words.leave_open } else { words.leave_private };
        let button = view! { <p class="more">{help}</p><button class="button">{words.leave}</button> };
        plain_form(&call, caller, Some(Route::Rooms), button)
    });
    let archive = panel.may(Action::Archive).then(|| {
        let (on, label, help) = match panel.room.archived {
            true => (false, words.unarchive, words.unarchive_help),
            false => (true, words.archive, words.archive_help),
        };
        let call = ArchiveRoom { room: room.into(), on: on.into() };
        let button = view! { <p class="more">{help}</p><button class="button">{label}</button> };
        plain_form(&call, caller, panel.here(), button)
    });
    let any = leave.is_some() || archive.is_some();
    any.then(|| view! { <section class="panel-part ends">{leave} {archive}</section> })
}
