//! Sample rooms and messages in two languages, for `make demo`: written once, into an empty data directory only.

use super::state::Process;
use crate::{
    features::{
        accounts::store::add_person,
        messages::{
            markup,
            model::tidy,
            store::{NewMessage, send},
        },
        people::names,
        rooms::store::{create, join},
    },
    model::{
        error::{AppError, AppResult, Code},
        ids::{ClientKey, GENERAL, RoomId, UserId},
    },
    sessions::{
        store::NewSession,
        token::{Token, random_hex},
    },
};

const PEOPLE: [&str; 4] = ["Ada", "Linus", "林薇", "小乔"];

/// Who (by place in `PEOPLE`) says what.
const GENERAL_TALK: &[(usize, &str)] = &[
    (0, "Morning. This is Rill: one binary, plain HTTP, and every message **streams** to everyone in the room."),
    (0, "Open it in two windows side by side and type in one."),
    (1, "Nice. Does it survive a restart?"),
    (
        0,
        "It does:\n\n- a message is on disk before it is acknowledged\n\
         - a browser that comes back says what it has seen and gets the rest\n\
         - sending twice is sending once",
    ),
    (2, "早上好。中文和 English 混排也要一样好看，比如 `Last-Event-ID` 这样的词。"),
    (3, "> 早上好。中文和 English 混排也要一样好看\n\n看起来不错，标点也没有跑到行首。"),
    (1, "And code?"),
    (0, "```rust\nfn main() {\n    println!(\"a rill is a small stream\");\n}\n```"),
    (1, "*Italic*, ~~struck~~, `code`, and a link: https://www.rust-lang.org/"),
];

const CHINESE_TALK: &[(usize, &str)] = &[
    (2, "这个房间用中文。"),
    (3, "消息支持 **粗体**、~~删除线~~、`代码` 和列表：\n\n1. 先写\n2. 再看\n3. 再改"),
    (2, "没有 JavaScript 也能读、能发。"),
];

const DESIGN_TALK: &[(usize, &str)] = &[
    (1, "Ink on paper: two greys for text, one petrol for what is mine or now, red only when something failed."),
    (0, "And nothing moves when a message arrives."),
];

/// Fills an empty workspace; does nothing in one where something has been said or opened already.
///
/// # Errors
/// Those of the store.
pub async fn fill(app: &Process) -> AppResult<()> {
    let rooms = crate::features::rooms::store::rooms(&app.db).await?;
    if rooms.len() > 1 || rooms.iter().any(|room| room.last > 0) {
        tracing::info!("no sample rooms are made: something has been said or opened here already");
        return Ok(());
    }
    let mut people = Vec::new();
    for name in PEOPLE {
        let name = names::check(name).map_err(|reason| AppError::bad_input("name", reason))?;
        people.push(add_person(&app.db, &app.hooks, name, NewSession::new(Token::new()?.hash(), random_hex(8)?)).await?.id);
    }
    talk(app, &people, GENERAL, GENERAL_TALK).await?;
    for (name, lines) in [("design", DESIGN_TALK), ("公告大厅", CHINESE_TALK)] {
        let room = create(&app.db, &app.hooks, people[0], name.to_owned()).await?.id;
        for user in &people {
            join(&app.db, &app.hooks, *user, room).await?;
        }
        talk(app, &people, room, lines).await?;
    }
    tracing::info!("sample rooms and messages are in place");
    Ok(())
}

async fn talk(app: &Process, people: &[UserId], room: RoomId, lines: &[(usize, &str)]) -> AppResult<()> {
    for (who, text) in lines {
        let mut key = [0; 16];
        getrandom::fill(&mut key).map_err(|_| AppError::new(Code::Internal))?;
        let text = tidy(text);
        let body = markup::parse(&text);
        send(&app.db, &app.hooks, NewMessage { room, author: people[*who], key: ClientKey(key), text, body }).await?;
    }
    Ok(())
}
