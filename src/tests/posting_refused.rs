//! Bad input: the right status, code, field and reason; the server lives; nothing is written.

use super::{app::TestApp, store_fixture::fresh_key};
use crate::{
    features::messages::model::Message,
    model::error::{Code, Reason},
};

#[tokio::test]
async fn what_cannot_be_sent_is_named() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let foreign = mei.create_room("Quiet").await.to_string();
    let before = app.rows().await;
    let key = "00112233445566778899aabbccddeeff";
    let long = "x".repeat(8_001);
    type Case<'a> = (&'a [(&'a str, &'a str)], Code, Option<&'a str>, Option<Reason>);
    let cases: [Case<'_>; 17] = [
        (&[("room", "1"), ("key", key), ("text", "")], Code::BadInput, Some("text"), Some(Reason::Empty)),
        (&[("room", "1"), ("key", key)], Code::BadInput, Some("text"), Some(Reason::Empty)),
        (&[("room", "1"), ("key", key), ("text", " \r\n\t\u{3000}\u{a0} ")], Code::BadInput, Some("text"), Some(Reason::Empty)),
        (&[("room", "1"), ("key", key), ("text", &long)], Code::BadInput, Some("text"), Some(Reason::TooLong)),
        (&[("room", "1"), ("key", key), ("text", "a\0b")], Code::BadInput, Some("text"), Some(Reason::Character)),
        (&[("room", "1"), ("text", "t")], Code::BadInput, Some("key"), Some(Reason::Missing)),
        (&[("room", "1"), ("key", "abc"), ("text", "t")], Code::BadInput, Some("key"), Some(Reason::Malformed)),
        (
            &[("room", "1"), ("key", "g0112233445566778899aabbccddeeff"), ("text", "t")],
            Code::BadInput,
            Some("key"),
            Some(Reason::Malformed),
        ),
        (&[("key", key), ("text", "t")], Code::BadInput, Some("room"), Some(Reason::Missing)),
        (&[("room", "one"), ("key", key), ("text", "t")], Code::BadInput, Some("room"), Some(Reason::Malformed)),
        (&[("room", "-1"), ("key", key), ("text", "t")], Code::BadInput, Some("room"), Some(Reason::Malformed)),
        (&[("room", "18446744073709551616"), ("key", key), ("text", "t")], Code::BadInput, Some("room"), Some(Reason::Malformed)),
        (&[("room", "1' OR '1'='1"), ("key", key), ("text", "t")], Code::BadInput, Some("room"), Some(Reason::Malformed)),
        (&[("room", "77"), ("key", key), ("text", "t")], Code::NotFound, None, None),
        (&[("room", &foreign), ("key", key), ("text", "t")], Code::NotFound, None, None),
        (&[("room", "1"), ("room", "2"), ("key", key), ("text", "t")], Code::BadInput, None, None),
        (&[], Code::BadInput, Some("room"), Some(Reason::Missing)),
    ];
    for (fields, code, field, reason) in cases {
        let error = lin.post("/api/messages/send", fields).await.error();
        assert_eq!((error.code, error.field.as_deref(), error.reason), (code, field, reason), "{fields:.80?}");
    }
    assert_eq!(app.rows().await, before);
    assert_eq!(lin.post("/api/messages/page", &[("room", &foreign)]).await.code(), Code::NotFound);
}

#[tokio::test]
async fn the_length_is_counted_in_characters_once_tidied() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let lines = format!("  \r\n{}x\r\n", "\r\n".repeat(7_999));
    for (text, kept) in [
        ("x".repeat(8_000), 8_000),
        ("😀".repeat(8_000), 8_000),
        ("字".repeat(8_000), 8_000),
        (format!("a{}b", "\r\n".repeat(7_998)), 8_000),
        (lines, 1),
    ] {
        let sent = lin.send(1, &text).await;
        assert_eq!(sent.text.chars().count(), kept);
        assert!(!sent.text.contains('\r'));
    }
    for text in ["x".repeat(8_001), "😀".repeat(8_001), format!("a{}b", "\r\n".repeat(7_999))] {
        assert_eq!(lin.try_send(1, &fresh_key().to_string(), &text).await.error().reason, Some(Reason::TooLong));
    }
}

#[tokio::test]
async fn broken_utf8_is_refused_and_a_typed_replacement_character_is_not() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let before = app.rows().await;
    let key = fresh_key();
    for (body, field) in [
        (format!("room=1&key={key}&text=%ff%fe"), "text"),
        (format!("room=1&key={key}&text=%e4%bd"), "text"),
        (format!("room=1&key={key}&text=%ed%a0%80"), "text"),
        (format!("room=%80&key={key}&text=t"), "room"),
    ] {
        let error = lin.post_raw("/api/messages/send", &body).await.error();
        assert_eq!(
            (error.code, error.field.as_deref(), error.reason),
            (Code::BadInput, Some(field), Some(Reason::Malformed)),
            "{body}"
        );
    }
    assert_eq!(app.rows().await, before);
    assert_eq!(lin.send(1, "typed \u{fffd}").await.text, "typed \u{fffd}");
    let sent: Message = lin.post_raw("/api/messages/send", &format!("room=1&key={key}&text=a+b%2Bc%25zz%")).await.ok();
    assert_eq!(sent.text, "a b+c%zz%", "a lone per cent sign is itself");
}

#[tokio::test]
async fn a_form_of_a_strange_shape_is_bad_input_and_not_a_fault() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let before = app.rows().await;
    for body in [
        "room[a]=1".to_owned(),
        "room[]=1&room[]=2".to_owned(),
        format!("{}=1", "room[".repeat(4_000)),
        format!("room{}=1", "[a]".repeat(9_000)),
        "&&&&===&".repeat(3_000),
        "=".to_owned(),
        "%".repeat(20_000),
        "\u{0}\u{1}".to_owned(),
        "a=1&".repeat(15_000),
    ] {
        let answer = lin.post_raw("/api/messages/send", &body).await;
        assert_eq!(answer.code(), Code::BadInput, "{body:.60}");
    }
    assert_eq!(app.rows().await, before);
}

#[tokio::test]
async fn deep_and_hostile_markup_is_a_message_like_any_other() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let mut stream = lin.stream().await;
    for text in [
        ">".repeat(8_000),
        "> ".repeat(3_999) + "x",
        "[".repeat(8_000),
        "![".repeat(4_000),
        "*a ".repeat(2_600) + "x",
        "`".repeat(7_999) + "x",
        "- ".repeat(3_999) + "x",
        "[a](".repeat(2_000),
        "~~*__".repeat(1_600),
        "<".repeat(8_000),
        "\u{202e}\u{200d}\u{301}".repeat(2_600) + "x",
    ] {
        let sent = lin.send(1, &text).await;
        assert_eq!(sent.text, text.trim());
        assert!(!sent.body.is_empty());
        assert_eq!(stream.text().await, text.trim());
    }
    assert_eq!(lin.get("/rooms/1").await.status, 200);
}

#[tokio::test]
async fn errors_are_said_in_the_readers_language_and_tell_no_internals() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let send = |lang: &'static str, body: &'static str| {
        let request = lin.request(reqwest::Method::POST, "/api/messages/send").header("accept-language", lang);
        super::answer::Answer::of(super::app::json(super::app::form(request, body)))
    };
    for (lang, words) in
        [("zh-CN,zh;q=0.9,en;q=0.8", "请先输入消息。"), ("en", "Write a message first."), ("fr", "Write a message first.")]
    {
        let body = "room=1&key=00112233445566778899aabbccddeeff&text=";
        assert_eq!(send(lang, body).await.error().message, words, "{lang}");
    }
    for body in ["room=1%27;--&key=x&text=y", "room=1&room=2", "room[x]=1", "room=%ff"] {
        let answer = send("en", body).await;
        let message = answer.error().message;
        assert_eq!(message, "Something was wrong with this request. Reload and try again.");
        for internal in ["SQL", "sqlite", "serde", "panicked", ".rs", "Parts", "utf-8", "deserial"] {
            assert!(!answer.body.contains(internal), "{}", answer.body);
        }
    }
}
