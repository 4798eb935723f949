//! The part of a page that shows a new link, this once: to be copied, with a QR code. It needs no script; with one it copies.

use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write as _;

/// Copies the link, also where a page has no clipboard of its own: over plain HTTP.
pub const COPY_LINK: &str = "\
    const link=document.getElementById('link'),copy=document.getElementById('copy');copy.hidden=false;\
    copy.onclick=async()=>{link.select();try{await navigator.clipboard.writeText(link.value)}catch{document.execCommand('copy')}\
    copy.textContent=copy.dataset.done};link.onfocus=()=>link.select()";

/// What the part says.
pub struct LinkWords {
    pub title: String,
    pub help: &'static str,
    pub link: &'static str,
    pub copy: &'static str,
    pub copied: &'static str,
    pub qr: &'static str,
}

/// Shows a link; [`COPY_LINK`] is the script of its page.
pub fn secret_link(link: &str, words: LinkWords) -> impl IntoView + use<> {
    let value = link.to_owned();
    view! {
        <section class="panel-part made">
            <h2>{words.title}</h2>
            <p class="more">{words.help}</p>
            <div class="field-row">
                <input id="link" aria-label=words.link readonly value=value dir="ltr" />
                <button id="copy" class="button primary" type="button" hidden data-done=words.copied>{words.copy}</button>
            </div>
            {qr(link, words.qr)}
        </section>
    }
}

/// Draws a link as a QR code; nothing where it is too long for one.
fn qr(link: &str, label: &'static str) -> Option<impl IntoView + use<>> {
    let code = QrCode::encode_text(link, QrCodeEcc::Medium).ok()?;
    let (size, mut path) = (code.size(), String::new());
    for y in 0..size {
        for x in 0..size {
            if code.get_module(x, y) {
                // Writing to a String cannot fail.
                let _ = write!(path, "M{x} {y}h1v1h-1z");
            }
        }
    }
    let view_box = format!("-4 -4 {0} {0}", size + 8);
    Some(view! {
        <svg class="qr" role="img" aria-label=label viewBox=view_box>
            <path d=path />
        </svg>
    })
}
