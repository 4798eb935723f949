//! Tests of the whole server: TestApp with verbs, one file per behaviour.

mod answer;
mod app;
mod html;
mod person;
mod sse;

mod cross_site;
mod posting;
mod posting_limits;
mod posting_refused;
mod stream_end;
mod stream_hello;
mod stream_reset;
mod stream_resume;
mod stream_rights;
