//! What is said on a connection for which there is no place: that the server is busy, as a page or as JSON.

use super::refused::escape;
use crate::{
    model::error::{AppError, Code},
    request::{answer::wants_html, caller::language},
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use std::{io, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Seconds after which to try again.
const AGAIN: u32 = 5;
/// Bytes of a request that are looked at.
const LOOK: usize = 4096;

/// Says that there is no place, once the client has begun to ask: an answer to nothing confuses clients. What else it sends is
/// read and thrown away until it has gone: closing over bytes unread resets the connection and takes the answer back.
pub async fn turn_away(mut socket: TcpStream) {
    let saying = async {
        let mut unread = [0; LOOK];
        let read = socket.read(&mut unread).await?;
        socket.write_all(answer(&unread[..read]).as_bytes()).await?;
        socket.shutdown().await?;
        while socket.read(&mut unread).await? > 0 {}
        io::Result::Ok(())
    };
    // A client that does not read has gone, or goes now.
    let _ = tokio::time::timeout(Duration::from_secs(1), saying).await;
}

/// Returns the whole answer to a request that begins so.
fn answer(request: &[u8]) -> String {
    let headers = headers(request);
    let lang = language(&headers);
    let error = AppError::retry(Code::Busy, AGAIN).spoken(lang);
    let (kind, body) = match wants_html(&headers) {
        true => ("text/html; charset=utf-8", page(lang.tag(), &error.message)),
        // A value of these types cannot fail to be written.
        false => ("application/json", serde_json::to_string(&error).unwrap_or_default()),
    };
    format!(
        "HTTP/1.1 503 Service Unavailable\r\nretry-after: {AGAIN}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\
         cache-control: private, no-store\r\nx-content-type-options: nosniff\r\n\
         content-security-policy: default-src 'none'\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// A page without a style sheet: that would need a connection more.
fn page(lang: &str, words: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Rill</title></head><body><p>{}</p></body></html>",
        escape(words)
    )
}

/// The lines of a head, as far as it has come.
fn headers(head: &[u8]) -> HeaderMap {
    let head = String::from_utf8_lossy(head);
    let lines = head.lines().skip(1).take_while(|line| !line.is_empty()).filter_map(|line| line.split_once(':'));
    let header =
        |(name, value): (&str, &str)| Some((name.parse::<HeaderName>().ok()?, HeaderValue::from_str(value.trim()).ok()?));
    lines.filter_map(header).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(request: &str) -> (String, String) {
        let answer = answer(request.as_bytes());
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 503 ") && head.contains("\r\nretry-after: 5\r\n"), "{head}");
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{head}");
        (head.to_owned(), body.to_owned())
    }

    #[test]
    fn programs_are_told_in_json() {
        for request in
            ["GET / HTTP/1.1\r\naccept: */*\r\n\r\n", "GET / HT", "", "\r\n:\r\n", "G\0: \u{1}\r\n\r\naccept: text/html"]
        {
            let (head, body) = parts(request);
            let error: AppError = serde_json::from_str(&body).unwrap();
            assert!(error.code == Code::Busy && !error.message.is_empty() && head.contains("application/json"), "{body}");
        }
    }

    #[test]
    fn people_are_told_on_a_page_in_their_language() {
        let (head, body) = parts("GET / HTTP/1.1\r\nAccept: text/html,*/*\r\nAccept-Language: zh-CN\r\n\r\n");
        assert!(head.contains("text/html") && body.contains("lang=\"zh-CN\"") && body.contains("服务器正忙"), "{body}");
        let (_, body) = parts("GET / HTTP/1.1\r\nAccept: text/html\r\nCookie: a=b; lang=en\r\nAccept-Language: zh\r\n");
        assert!(body.contains("The server is busy."), "{body}");
    }
}
