//! What a request got, read whole.

use crate::model::error::{AppError, Code};
use reqwest::{RequestBuilder, header::HeaderMap};
use serde::de::DeserializeOwned;

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// Sends the request and reads everything.
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.expect("a whole answer");
        Self { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// The header's value; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.body))
    }

    /// The body of a 200.
    pub fn ok<T: DeserializeOwned>(&self) -> T {
        assert_eq!(self.status, 200, "{}", self.body);
        self.json()
    }

    /// The error, whose status has to be the answer's.
    pub fn error(&self) -> AppError {
        let error: AppError = self.json();
        assert_eq!(error.status(), self.status, "{}", self.body);
        assert!(!error.message.is_empty(), "an error says something to the person: {}", self.body);
        error
    }

    pub fn code(&self) -> Code {
        self.error().code
    }

    /// The `Set-Cookie` line of `name`.
    pub fn set_cookie(&self, name: &str) -> Option<&str> {
        let lines = self.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap());
        lines.into_iter().find(|line| line.starts_with(&format!("{name}=")))
    }

    /// `name=value` as the browser sends it back.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.set_cookie(name).map(|line| line.split(';').next().unwrap().to_owned())
    }

    /// The `Set-Cookie` line of the session.
    pub fn set_session(&self) -> Option<&str> {
        let mut lines = self.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap());
        lines.find(|line| line.trim_start_matches("__Host-").starts_with("rill_session_"))
    }

    /// The session's cookie as the browser sends it back.
    pub fn session_cookie(&self) -> Option<String> {
        self.set_session().map(|line| line.split(';').next().unwrap().to_owned())
    }

    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        assert_eq!(self.status, 302, "{}", self.body);
        self.header("location")
    }
}
