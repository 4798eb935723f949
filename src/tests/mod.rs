//! Tests of the whole server: TestApp with verbs, one file per behaviour.

mod answer;
pub mod app;
pub mod html;
pub mod law;
mod log;
mod made_up;
mod person;
mod sse;
pub mod store_fixture;

mod apply_law;
mod beside;
mod cached_pages;
mod cross_site;
mod escaping;
mod forms;
mod forms_refused;
mod headers;
mod logs;
mod own_things;
mod pages;
mod parked;
mod permissions;
mod ping;
mod posting;
mod posting_limits;
mod posting_refused;
mod process;
mod sessions;
mod stream_end;
mod stream_hello;
mod stream_lag;
mod stream_reset;
mod stream_resume;
mod stream_rights;
mod stream_socket;
mod wire_types;
