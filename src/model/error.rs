//! AppError: the one error that crosses the wire. A code for the program, never internals; its words are in `i18n/`.

use super::ids::RoomId;
use serde::{Deserialize, Serialize};
use server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};

/// What went wrong, as programs read it (`"error"` on the wire).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// 400: a field is missing, malformed or not allowed; `field` and `reason` say which and why.
    BadInput,
    /// 401: no session, or it has ended.
    NotEntered,
    /// 401: there is no such account, or the password is wrong.
    WrongLogin,
    /// 403: nobody comes in this way now.
    EntryClosed,
    /// 403: not yours to do.
    Forbidden,
    /// 403: a request from another site.
    CrossSite,
    /// 404: not there, or not for you to see.
    NotFound,
    /// 405
    MethodNotAllowed,
    /// 409: the same key came with another text or room.
    KeyUsed,
    /// 409: there is room for no more of them.
    Full,
    /// 409: the room is archived.
    Archived,
    /// 409: somebody else has this name, or one that looks like it.
    NameTaken,
    /// 409: somebody else has this handle, or one that looks like it.
    HandleTaken,
    /// 409: the workspace would have no owner.
    LastOwner,
    /// 410: it was there and is no more, such as a deleted message.
    Gone,
    /// 413
    TooLarge,
    /// 415
    ContentType,
    /// 422: the password is easy to guess; `reason` says why.
    WeakPassword,
    /// 429, with Retry-After.
    TooFast,
    /// 500
    Internal,
    /// 503, with Retry-After.
    Busy,
    /// 507, with Retry-After: the disk is full.
    StorageFull,
    /// Made by the client alone: no answer came, so the outcome is not known.
    Network,
}

/// Why a field was refused (`"reason"` on the wire, with `bad_input` and `weak_password` only).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Missing,
    Malformed,
    Empty,
    TooLong,
    /// A character that is not allowed there: NUL in a text; control, bidi or zero-width characters in a name.
    Character,
    /// Of a password, as are those that follow.
    TooShort,
    /// One of the most common ones.
    Common,
    /// The name or handle of its person, and little else.
    LikeName,
}

/// An error for the caller: `{"error":"bad_input","message":"…","field":"text","reason":"empty"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppError {
    #[serde(rename = "error")]
    pub code: Code,
    /// Words for a person, in the request's language. Filled where the answer is written (`AppError::spoken`).
    #[serde(default)]
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Seconds to wait before another try; the `Retry-After` header carries the same number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// The room that has the name already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomId>,
    /// The refused name is a room's, so its words and its limit are other ones. Not on the wire: who asked knows.
    #[serde(skip)]
    pub of_room: bool,
}

/// Short for results that end at the caller.
pub type AppResult<T> = Result<T, AppError>;

impl AppError {
    pub const fn new(code: Code) -> Self {
        Self { code, message: String::new(), field: None, reason: None, retry_after: None, room: None, of_room: false }
    }

    /// `field` was refused because of `reason`.
    pub fn bad_input(field: &str, reason: Reason) -> Self {
        Self { field: Some(field.to_owned()), reason: Some(reason), ..Self::new(Code::BadInput) }
    }

    /// The same, of the name of a room.
    pub fn of_room(self) -> Self {
        Self { of_room: true, ..self }
    }

    /// The service cannot take it now; try again in `seconds`.
    pub fn retry(code: Code, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(code) }
    }

    /// HTTP status of the answer.
    pub const fn status(&self) -> u16 {
        match self.code {
            Code::BadInput => 400,
            Code::NotEntered | Code::WrongLogin => 401,
            Code::Forbidden | Code::CrossSite | Code::EntryClosed => 403,
            Code::NotFound => 404,
            Code::MethodNotAllowed => 405,
            Code::KeyUsed | Code::NameTaken | Code::Full | Code::Archived | Code::HandleTaken | Code::LastOwner => 409,
            Code::Gone => 410,
            Code::TooLarge => 413,
            Code::ContentType => 415,
            Code::WeakPassword => 422,
            Code::TooFast => 429,
            Code::Internal | Code::Network => 500,
            Code::Busy => 503,
            Code::StorageFull => 507,
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        use ServerFnErrorErr as E;
        match error {
            // On the client "deserialization" means an answer that cannot be read: the outcome is not known.
            E::Args(_) | E::MissingArg(_) => Self::new(Code::BadInput),
            E::Request(_) | E::Deserialization(_) => Self::new(Code::Network),
            _ => Self::new(Code::Internal),
        }
    }
}
