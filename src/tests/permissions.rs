//! The callers of every endpoint: docs/permissions.md is the table of rows, and every row does what it says.

use super::{
    answer::Answer,
    app::{TestApp, form, json},
};
use crate::{
    features::server::FEATURES,
    model::error::Code,
    request::endpoint::{Endpoint, Need, Rate, Then},
};
use reqwest::Method;
use std::{fmt::Write as _, path::Path};

fn rows() -> impl Iterator<Item = &'static Endpoint> {
    FEATURES.iter().filter(|feature| feature.name != "sample").flat_map(|feature| feature.endpoints)
}

const INTRODUCTION: &str = "\
# Permissions

What each endpoint needs, how often it may be called, with how large a body, and where its plain form leads afterwards unless the
form names another page in `back`. `UPDATE_DOCS=1 cargo test --features ssr --lib permissions` writes this page from the rows in
`src/features/*/server.rs`, and that test fails when the two differ. Below it stands the matrix of rights,
which `src/tests/matrix.rs` asks a server for, cell by cell.

| endpoint | needs | rate | body | then |
|---|---|---|---|---|
";

const MATRIX: &str = "
## Who may what

The status of each call, with fields that are right, by who asks and on what. The rules behind it are in
`src/request/rights.rs` and `src/request/rights/room.rs`: people act on those below them (owner, admin, member), owners on
owners too; what somebody may not know of is 404, what they may not do 403, what cannot be done now 409 or 410. Rooms are open
where the table does not say otherwise.
";

/// The page as it has to be.
fn page() -> String {
    let mut text = String::from(INTRODUCTION);
    for row in rows() {
        let needs = match row.need {
            Need::Nothing => "nothing",
            Need::Session => "a session",
        };
        let rate = match row.rate {
            Rate::Unlimited => "unlimited",
            Rate::Posting => "`posts_per_second` a person",
            Rate::Opening => "30 rooms a person, then one a minute",
            Rate::Entering => "`enters_per_minute` an address",
        };
        let then = match row.then {
            Then::To(route) | Then::ShowOnce(route) => format!("`{route}`"),
            Then::ToRoom(_) => "the room".to_owned(),
        };
        let kilobytes = row.body_limit / 1_024;
        writeln!(text, "| `POST {}` | {needs} | {rate} | {kilobytes} KiB | {then} |", row.path).unwrap();
    }
    text.push_str(MATRIX);
    text.push_str(&super::matrix::page());
    text
}

#[test]
fn permissions_page_is_the_table_of_rows() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/permissions.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page(), "docs/permissions.md differs from the rows; UPDATE_DOCS=1 with this test writes it");
}

#[tokio::test]
async fn every_row_needs_and_limits_what_it_says() {
    let app = TestApp::start().await;
    for (number, row) in rows().enumerate() {
        let path = row.path;
        let without = app.post(path, &[]).await;
        let refused = without.status != 200 && without.code() == Code::NotEntered;
        assert_eq!(refused, row.need == Need::Session, "{path} without a session: {}", without.body);
        // A session of its own, since two of the calls end it.
        let lin = app.enter(&format!("Lin {number}")).await;
        let body = format!("x={}", "y".repeat(row.body_limit));
        let large = Answer::of(json(form(lin.request(Method::POST, path), &body))).await;
        assert_eq!(large.code(), Code::TooLarge, "{path}");
        let fits = Answer::of(json(form(lin.request(Method::POST, path), &body[2..]))).await;
        assert!(fits.status == 200 || fits.code() != Code::TooLarge, "{path}: {}", fits.body);
        assert_eq!(lin.get(path).await.status, 405, "{path}");
    }
}
