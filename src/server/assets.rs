//! The site inside the binary: WASM, JS, CSS, icons, with their precompressed forms. In development it is read from disk.

use axum::{
    extract::{Path, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, sync::Arc};

#[derive(RustEmbed)]
#[folder = "target/site"]
#[allow_missing = true]
struct Site;

/// The build of the client code while cargo-leptos watches: the code changes, its address does not.
const DEVELOPMENT: &str = "dev";

/// Paths of the files a page needs, with their hashes. Scripts and modules name each other, and cargo-leptos writes these names
/// into them after it has taken their hashes. So they stand in a folder that is named by what all of them hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    pub js: String,
    pub wasm: String,
    pub css: String,
    /// The script that loads further modules; empty where the program is not split.
    pub loader: String,
    /// The modules that every page but the enter page loads second; none where the program is not split.
    pub live: Vec<String>,
    /// Names the client code. Another one than the page's means an update is ready.
    pub build: Arc<str>,
}

impl Manifest {
    /// Finds the files in the site.
    pub fn find() -> Self {
        let build: Arc<str> = build().into();
        let of_build = |start, end| {
            let path = newest(start, end);
            if &*build == DEVELOPMENT { path } else { path.replacen("/pkg/", &format!("/pkg/{build}/"), 1) }
        };
        Self {
            js: of_build("rill", ".js"),
            wasm: of_build("rill", ".wasm"),
            css: style_sheet(),
            loader: of_build("__wasm_split", ".js"),
            live: parts("live").iter().map(|name| of_build(name, ".wasm")).collect(),
            build: build.clone(),
        }
    }
}

/// Returns the names, without their ends, of the files that make up a module of the split program: itself, and what it shares
/// with another one.
fn parts(module: &str) -> Vec<String> {
    let list = newest("__wasm_split_manifest", ".json");
    let list = Site::get(list.trim_start_matches('/')).map(|file| file.data).unwrap_or_default();
    // The build has written it; without it the program is not split, or is another build's.
    let mut modules: HashMap<String, Vec<String>> = serde_json::from_slice(&list).unwrap_or_default();
    modules.remove(module).unwrap_or_default()
}

/// Returns a digest of all scripts and modules.
fn build() -> String {
    if newest("rill", ".js").matches('.').count() < 2 {
        return DEVELOPMENT.to_owned();
    }
    let code = |path: &str| path.starts_with("pkg/") && (path.ends_with(".js") || path.ends_with(".wasm"));
    let mut paths: Vec<_> = Site::iter().filter(|path| code(path)).collect();
    paths.sort();
    let mut digest = Sha256::new();
    for file in paths.iter().filter_map(|path| Site::get(path)) {
        digest.update(file.metadata.sha256_hash());
    }
    digest.finalize()[..12].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the path of the style sheet that is there now. In development it is built again while the server runs.
pub fn style_sheet() -> String {
    newest("rill", ".css")
}

/// Returns the path of the file whose name starts and ends so; of the newest where a watch has left older ones beside it.
fn newest(start: &str, end: &str) -> String {
    let is_meant = |path: &str| path.strip_prefix("pkg/").is_some_and(|name| name.starts_with(start) && name.ends_with(end));
    let mut files: Vec<(u64, String)> = Site::iter()
        .filter(|path| is_meant(path))
        .map(|path| (Site::get(&path).and_then(|file| file.metadata.last_modified()).unwrap_or(0), path.into_owned()))
        .collect();
    files.sort();
    files.pop().map(|(_, path)| format!("/{path}")).unwrap_or_default()
}

/// `GET /pkg/{file}`: a style sheet whose name has a hash is kept for a year. While it watches, cargo-leptos writes names without
/// one.
pub async fn package(file: Result<Path<String>, PathRejection>, headers: HeaderMap) -> Response {
    // A name that is no UTF-8 is no file of ours.
    let Ok(Path(file)) = file else { return StatusCode::NOT_FOUND.into_response() };
    serve(&format!("pkg/{file}"), &headers, kept(&file))
}

/// `GET /pkg/{build}/{file}`: scripts and modules of `ours`, kept for a year. Those of another build are not here.
pub async fn code(ours: Arc<str>, path: Result<Path<(String, String)>, PathRejection>, headers: HeaderMap) -> Response {
    match path {
        Ok(Path((build, file))) if build == *ours => serve(&format!("pkg/{file}"), &headers, IMMUTABLE),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

const IMMUTABLE: &str = "public, max-age=31536000, immutable";

fn kept(file: &str) -> &'static str {
    let has_hash = file.ends_with(".css") && file.matches('.').count() > 1;
    if has_hash { IMMUTABLE } else { "no-cache" }
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
    fn only_style_sheets_with_a_hash_are_kept_by_their_names() {
        assert!(kept("rill.ROAbzzfed3EyNQ8QkkKUMA.css").ends_with("immutable"));
        // Scripts and modules name others, so that their own hashes do not say what they hold.
        for name in
            ["rill.css", "rill.js", "rill.wasm", "rill.ROAbzzfed3EyNQ8QkkKUMA.js", "split_live.ROAbzzfed3EyNQ8QkkKUMA.wasm"]
        {
            assert_eq!(kept(name), "no-cache");
        }
    }
}
