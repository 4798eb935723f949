//! The matrix of rights (threat S12): every call, by every kind of person, on every kind of object, over HTTP. A call without a
//! row in the table fails the test.

mod table;
mod world;

use crate::features::server::FEATURES;
use std::{collections::BTreeSet, fmt::Write as _};
use table::TABLE;
use world::World;

/// Those who ask, in the order of the table's columns, and what docs/permissions.md says of them.
pub const ACTORS: [(&str, &str); 10] = [
    ("nobody", "without a session"),
    ("outsider", "signed in, in General alone"),
    ("former", "was in the rooms and has left them"),
    ("named", "without an account; in the rooms"),
    ("guest", "by an invitation to the rooms, without an account; not in General"),
    ("member", "in the rooms"),
    ("runs", "in the rooms, as their admin"),
    ("admin", "of the workspace; in the rooms"),
    ("owner", "of the workspace; in the rooms"),
    ("left", "deactivated"),
];

/// A row of the table.
struct Row {
    call: &'static str,
    object: &'static str,
    statuses: Vec<u16>,
}

fn rows() -> impl Iterator<Item = Row> {
    TABLE.lines().filter(|line| !line.is_empty()).map(|line| {
        let mut words = line.split_whitespace();
        let (call, object) = (words.next().unwrap(), words.next().unwrap());
        let statuses: Vec<u16> = words.map(|status| status.parse().unwrap()).collect();
        assert_eq!(statuses.len(), ACTORS.len(), "{line}");
        Row { call, object, statuses }
    })
}

/// The table as docs/permissions.md shows it.
pub fn page() -> String {
    let mut text = String::from("\n| call | on | ");
    text.push_str(&ACTORS.map(|(name, _)| name).join(" | "));
    writeln!(text, " |\n|---|---|{}", "---|".repeat(ACTORS.len())).unwrap();
    for Row { call, object, statuses } in rows() {
        let statuses: Vec<_> = statuses.iter().map(u16::to_string).collect();
        writeln!(text, "| `{call}` | {} | {} |", object.replace('-', " ").trim(), statuses.join(" | ")).unwrap();
    }
    text.push('\n');
    for (name, about) in ACTORS {
        writeln!(text, "- *{name}*: {about}").unwrap();
    }
    text
}

#[test]
fn matrix_has_a_row_for_every_call() {
    let calls: BTreeSet<String> = rows().map(|row| format!("/api/{}", row.call)).collect();
    let features = FEATURES.iter().filter(|feature| feature.name != "sample");
    let known: BTreeSet<String> = features.flat_map(|feature| feature.endpoints).map(|row| row.path.to_owned()).collect();
    let (missing, unknown): (Vec<_>, Vec<_>) = (known.difference(&calls).collect(), calls.difference(&known).collect());
    assert!(missing.is_empty(), "calls without a row in src/tests/matrix/table.rs: {missing:?}");
    assert!(unknown.is_empty(), "rows of no call: {unknown:?}");
}

#[tokio::test]
async fn every_call_answers_every_person_as_the_matrix_says() {
    let world = World::new().await;
    let mut wrong = Vec::new();
    for Row { call, object, statuses } in rows() {
        for ((actor, _), expected) in ACTORS.into_iter().zip(statuses) {
            let answer = world.ask(actor, call, object).await;
            if answer.status != expected {
                wrong.push(format!("{actor}: {call} {object}: {} instead of {expected}: {}", answer.status, answer.body));
            }
            world.restore(call, object).await;
        }
    }
    assert!(wrong.is_empty(), "{} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
