//! The document around a page that needs no script, and its answer.

use super::markers;
use crate::request::caller::Reader;
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use leptos::prelude::*;

/// The document around a page that needs no script.
pub fn document(reader: Reader, css: &str, title: &str, page: impl IntoView) -> String {
    let document = view! {
        <!DOCTYPE html>
        <html lang=reader.lang.tag() data-theme=reader.theme.as_str()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width,initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title translate="no">{title.to_owned()}</title>
                <link rel="stylesheet" href=css.to_owned() />
                <link rel="icon" href="/icon.svg" type="image/svg+xml" />
            </head>
            <body>{page}</body>
        </html>
    };
    markers::as_comments(&document.to_html())
}

/// Answers a page that needs no script.
pub fn html(page: String) -> Response {
    let mut response = Response::new(Body::from(page));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}
