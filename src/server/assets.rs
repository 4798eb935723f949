//! The site inside the binary: WASM, JS, CSS, icons, with their precompressed forms. In development it is read from disk.

use axum::{
    extract::{Path, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};
use std::sync::Arc;

#[derive(RustEmbed)]
#[folder = "target/site"]
#[allow_missing = true]
struct Site;

/// Paths of the three files a page needs, with their hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    pub js: String,
    pub wasm: String,
    pub css: String,
    /// Names the client code: the hash in its name. Another one than the page's means an update is ready.
    pub build: Arc<str>,
}

impl Manifest {
    /// Finds the files in the site.
    pub fn find() -> Self {
        let (js, wasm, css) = (newest(".js"), newest(".wasm"), newest(".css"));
        let build = js.trim_start_matches("/pkg/rill").trim_matches('.').trim_end_matches("js").trim_matches('.');
        let build = if build.is_empty() { "dev" } else { build }.into();
        Self { js, wasm, css, build }
    }
}

/// Returns the path of the style sheet that is there now. In development it is built again while the server runs.
pub fn style_sheet() -> String {
    newest(".css")
}

/// Returns the path of the file with this extension; of the newest where a watch has left older ones beside it.
fn newest(extension: &str) -> String {
    let mut files: Vec<(u64, String)> = Site::iter()
        .filter(|path| path.starts_with("pkg/rill") && path.ends_with(extension))
        .map(|path| (Site::get(&path).and_then(|file| file.metadata.last_modified()).unwrap_or(0), path.into_owned()))
        .collect();
    files.sort();
    files.pop().map(|(_, path)| format!("/{path}")).unwrap_or_default()
}

/// `GET /pkg/{file}`: kept for a year where the name has a hash. While it watches, cargo-leptos writes names without one.
pub async fn package(file: Result<Path<String>, PathRejection>, headers: HeaderMap) -> Response {
    // A name that is no UTF-8 is no file of ours.
    let Ok(Path(file)) = file else { return StatusCode::NOT_FOUND.into_response() };
    serve(&format!("pkg/{file}"), &headers, kept(&file))
}

fn kept(file: &str) -> &'static str {
    let has_hash = file.matches('.').count() > 1;
    if has_hash { "public, max-age=31536000, immutable" } else { "no-cache" }
}

/// An icon or the web manifest: small, and the same for a day.
pub async fn public(path: &'static str, headers: HeaderMap) -> Response {
    serve(path, &headers, "public, max-age=86400")
}

fn serve(path: &str, headers: &HeaderMap, cache: &'static str) -> Response {
    let Some(kind) = content_type(path) else { return StatusCode::NOT_FOUND.into_response() };
    let Some((file, encoding)) = pick(path, headers) else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = file.data.into_owned().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The smallest form the browser takes.
fn pick(path: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    // One coding at most: `layers::check_request` has chosen.
    let takes = |name: &str| headers.get(header::ACCEPT_ENCODING).is_some_and(|coding| coding == name);
    for (name, suffix) in [("br", ".br"), ("gzip", ".gz")] {
        if takes(name)
            && let Some(file) = Site::get(&format!("{path}{suffix}"))
        {
            return Some((file, Some(name)));
        }
    }
    Site::get(path).map(|file| (file, None))
}

fn content_type(path: &str) -> Option<&'static str> {
    Some(match path.rsplit_once('.')?.1 {
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webmanifest" => "application/manifest+json",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::kept;

    #[test]
    fn only_names_with_a_hash_are_kept() {
        assert!(kept("rill.ROAbzzfed3EyNQ8QkkKUMA.css").ends_with("immutable"));
        for name in ["rill.css", "rill.js", "rill.wasm"] {
            assert_eq!(kept(name), "no-cache");
        }
    }
}
