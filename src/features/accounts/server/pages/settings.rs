//! The page of one's own settings: name and colour, account, sessions, and leaving for good; for owners the workspace too.

use super::{
    device::device,
    fields::{entry_choice, handle_field, new_password},
};
use crate::{
    features::{
        accounts::{
            self,
            api::{ChangePassword, Claim, EndOthers, EndSession},
            model::{RecoverySeen, SessionInfo},
            page_words::{WORDS, Words},
            server::session,
            store,
        },
        people::{
            api::{Deactivate, UpdateProfile},
            model::{HUES, MAX_NAME, Role, User},
            state::letter,
        },
        workspace::{
            api::{NO_UPDATE, UpdateWorkspace},
            model::{MAX_NAME as MAX_WORKSPACE, WorkspaceState},
            store as workspace,
        },
    },
    i18n::Lang,
    model::{
        argument::{Argument, OptionalText},
        error::AppResult,
        ids::UserId,
        initial_data::Zone,
        route::Route,
    },
    request::{
        caller::Caller,
        endpoint::Need,
        plain::{Answer, Field, PlainPage, PlainRequest, Shown, TEXT, Typed, plain_form},
        zone::zone,
    },
    ui::{
        avatar,
        time::{day, day_label, time_of_day},
    },
};
use leptos::prelude::*;
use server_fn::ServerFn;

pub const SETTINGS: PlainPage = PlainPage {
    is_at: |route| route == Route::Settings,
    need: Need::Session,
    shows_refusals: true,
    show: |request| Box::pin(page(request)),
};

/// Milliseconds for which a recovery link is told of: 30 days.
const SHOWN_FOR: u64 = 30 * 24 * 3_600_000;

/// What the page is made from.
struct Own {
    me: User,
    email: Option<String>,
    sessions: Vec<SessionInfo>,
    /// The newest recovery link.
    recovery: Option<RecoverySeen>,
    workspace: WorkspaceState,
}

/// Answers with one's own settings, and with what was refused of one of their forms.
async fn page(request: PlainRequest) -> AppResult<Answer> {
    let session = request.session()?;
    let (me, email) = store::own(&request.services.db, session.user).await?;
    let sessions = session::list(&request.services, &session).await?;
    let (user, now) = (session.user, request.services.now());
    let read = request.services.db.read(move |read| Ok((workspace::state(read)?, store::newest_recovery(read, user, now)?)));
    let (workspace, recovery) = read.await?;
    let recovery = recovery.filter(|recovery| now.saturating_sub(recovery.created) < SHOWN_FOR);
    Ok(Answer::Page(shown(&request, Own { me, email, sessions, recovery, workspace })))
}

fn shown(request: &PlainRequest, own: Own) -> Shown {
    let caller = &request.caller;
    let words = caller.reader.lang.of(&WORDS);
    let is_owner = own.me.role == Role::Owner;
    let invites = (is_owner || own.me.role == Role::Admin).then(|| {
        view! {
            <section aria-labelledby="invitations">
                <h2 id="invitations">{words.invitations}</h2>
                <p><a class="button" href=Route::Invites.to_string()>{words.invite_people}</a></p>
            </section>
            <section aria-labelledby="people">
                <h2 id="people">{words.people}</h2>
                <p><a class="button" href=Route::AdminPeople.to_string()>{words.manage_people}</a></p>
            </section>
        }
    });
    let typed = |path| request.typed(path);
    let now = request.services.now();
    let times = own.sessions.iter().map(|session| session.seen).chain(own.recovery.iter().map(|recovery| recovery.created));
    let zone = zone(caller.zone.as_deref(), times.min().unwrap_or(now), now);
    let recovery = own.recovery.map(|recovery| {
        let when = when(recovery.created, caller.reader.lang, (&zone, now));
        let became = if recovery.good { words.recovery_good } else { words.recovery_ended };
        let about = [(words.recovery_by)(&recovery.by), (words.recovery_when)(&when), became.to_owned()];
        view! { <p class="recovery">{about.join(" ")}</p> }.into_any()
    });
    let account = match &own.me.handle {
        Some(handle) => {
            let email = own.email.as_deref();
            with_account(words, caller, handle, email, recovery, &typed(ChangePassword::PATH)).into_any()
        }
        None => without_account(words, caller, &typed(Claim::PATH)).into_any(),
    };
    let content = view! {
            {profile(words, caller, &own.me, &typed(UpdateProfile::PATH))}
            {account}
            {sessions(words, caller.reader.lang, caller, own.sessions, (&zone, now), &typed(EndSession::PATH))}
            {invites}
            {is_owner.then(|| of_workspace(words, caller, &own.workspace, &typed(UpdateWorkspace::PATH)))}
            {leaving(words, caller, own.me.id, &typed(Deactivate::PATH))}
    };
    Shown::parts(words.settings, Route::Home, content.into_any()).with_class("settings")
}

fn profile(words: &'static Words, caller: &Caller, me: &User, typed: &Typed) -> impl IntoView + use<> {
    let label = caller.reader.lang.of(&accounts::WORDS).your_name;
    let name = Field { id: "name", name: "name", label, autocomplete: "nickname", first: &me.name, max: MAX_NAME, ..TEXT };
    let letter = letter(me);
    let hues = (0..HUES).map(|hue| {
        let class = format!("avatar {}", avatar::hue_class(hue));
        view! {
            <label class="hue">
                <input type="radio" name="hue" value=hue.to_string() checked=hue == me.hue aria-label=(hue + 1).to_string() />
                <span class=class aria-hidden="true" data-letter=letter.clone()></span>
            </label>
        }
    });
    let hues: Vec<_> = hues.collect();
    let call = UpdateProfile { name: OptionalText::MISSING, hue: Argument::MISSING };
    view! {
        <section aria-labelledby="profile">
            <h2 id="profile">{words.profile}</h2>
            {plain_form(&call, caller, Some(Route::Settings), view! {
                {name.view(typed)}
                <fieldset class="hues">
                    <legend>{words.colour}</legend>
                    {hues}
                </fieldset>
                {typed.elsewhere(&["name"])}
                <button class="button primary">{words.save}</button>
            })}
        </section>
    }
}

fn without_account(words: &'static Words, caller: &Caller, typed: &Typed) -> impl IntoView + use<> {
    let handle = handle_field(words);
    let password = new_password("password", words.password, words);
    let call = Claim { handle: String::new(), password: String::new(), email: String::new() };
    let email = Field {
        id: "email",
        name: "email",
        label: words.email,
        help: words.email_help,
        kind: "email",
        autocomplete: "email",
        max: 254,
        required: false,
        ..TEXT
    };
    view! {
        <section aria-labelledby="account">
            <h2 id="account">{words.make_account}</h2>
            <p class="about">{words.make_account_about}</p>
            {plain_form(&call, caller, Some(Route::Settings), view! {
                {handle.view(typed)}
                {password.view(typed)}
                {email.view(typed)}
                {typed.elsewhere(&["handle", "password", "email"])}
                <button class="button primary">{words.make}</button>
            })}
        </section>
    }
}

fn with_account(
    words: &'static Words,
    caller: &Caller,
    handle: &str,
    email: Option<&str>,
    recovery: Option<AnyView>,
    typed: &Typed,
) -> impl IntoView + use<> {
    let old =
        Field { id: "old", name: "old", label: words.old_password, kind: "password", autocomplete: "current-password", ..TEXT };
    let new = new_password("new", words.new_password, words);
    let email = email.map(|email| {
        view! {
            <dt>{words.email}</dt>
            <dd>
                <bdi translate="no">{email.to_owned()}</bdi>
            </dd>
        }
    });
    view! {
        <section aria-labelledby="account">
            <h2 id="account">{words.account}</h2>
            <dl>
                <dt>{words.handle}</dt>
                <dd>
                    <bdi translate="no">{handle.to_owned()}</bdi>
                </dd>
                {email}
            </dl>
            {recovery}
            <h3>{words.change_password}</h3>
            {plain_form(&ChangePassword { old: String::new(), new: String::new() }, caller, Some(Route::Settings), view! {
                // Password managers look for the name beside a new password.
                <input type="text" value=handle.to_owned() autocomplete="username" readonly hidden />
                {old.view(typed)}
                {new.view(typed)}
                {typed.elsewhere(&["old", "new"])}
                <p class="help">{words.change_help}</p>
                <button class="button">{words.change}</button>
            })}
        </section>
    }
}

/// A day and a time.
fn when(at: u64, lang: Lang, (zone, now): (&Zone, u64)) -> String {
    let offset = zone.offset(at);
    let label = day_label(day(at, offset), day(now, zone.offset(now)), lang);
    format!("{label} {}", time_of_day(at, offset))
}

fn sessions(
    words: &'static Words,
    lang: Lang,
    caller: &Caller,
    all: Vec<SessionInfo>,
    (zone, now): (&Zone, u64),
    typed: &Typed,
) -> impl IntoView + use<> {
    let others = all.len() > 1;
    let row = |session: SessionInfo| {
        let device = device(&session.agent, words);
        let seen = when(session.seen, lang, (zone, now));
        let end = (!session.current).then(|| {
            let label = (words.end_of)(&device);
            view! {
                {plain_form(&EndSession { tag: session.tag.clone() }, caller, Some(Route::Settings), view! {
                    <button class="button" aria-label=label>{words.end}</button>
                })}
            }
        });
        let own = session.current.then(|| view! { <small class="this">{words.this_session}</small> });
        view! {
            <li>
                <p>
                    <bdi translate="no">{device}</bdi>
                    {own}
                    <small>{(words.last_seen)(&seen)}</small>
                </p>
                {end}
            </li>
        }
    };
    let rows: Vec<_> = all.into_iter().map(row).collect();
    let end_others = others.then(|| {
        view! {
            {plain_form(&EndOthers {}, caller, Some(Route::Settings), view! {
                <button class="button">{words.end_others}</button>
            })}
        }
    });
    view! {
        <section aria-labelledby="sessions">
            <h2 id="sessions">{words.sessions}</h2>
            {typed.elsewhere(&[])}
            <ul role="list">{rows}</ul>
            {end_others}
        </section>
    }
}

fn of_workspace(words: &'static Words, caller: &Caller, workspace: &WorkspaceState, typed: &Typed) -> impl IntoView + use<> {
    let name = Field {
        id: "workspace-name",
        name: "name",
        label: words.workspace_name,
        first: &workspace.name,
        max: MAX_WORKSPACE,
        ..TEXT
    };
    view! {
        <section aria-labelledby="workspace">
            <h2 id="workspace">{words.workspace}</h2>
            {plain_form(&NO_UPDATE, caller, Some(Route::Settings), view! {
                {name.view(typed)}
                <h3 id="entry">{words.who_comes_in}</h3>
                {entry_choice(words, workspace.entry)}
                {typed.elsewhere(&["name"])}
                <button class="button">{words.save}</button>
            })}
        </section>
    }
}

fn leaving(words: &'static Words, caller: &Caller, me: UserId, typed: &Typed) -> impl IntoView + use<> {
    let refused = typed.error().is_some();
    view! {
        <section>
            <details open=refused>
                <summary>{words.leave_for_good}</summary>
                <p>{words.leave_for_good_about}</p>
                {typed.elsewhere(&[])}
                {plain_form(&Deactivate { user: me.into() }, caller, None, view! {
                    <button class="button danger">{words.leave}</button>
                })}
            </details>
        </section>
    }
}
