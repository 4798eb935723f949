//! Every word the product says, as one type: a language is a constant of it, so a missing key does not compile.

use crate::model::error::{AppError, Code, Reason};

/// The words of one language. Plain text is a `&'static str`; what takes a number or a name is a function, so that each
/// language builds its own sentence and none is glued from parts.
pub struct Strings {
    // The house
    pub product: &'static str,
    /// One sentence: what this is.
    pub about: &'static str,
    pub skip_to_box: &'static str,
    pub skip_to_page: &'static str,
    pub loading: &'static str,
    pub cancel: &'static str,

    // Entering
    pub enter_title: &'static str,
    pub your_name: &'static str,
    /// Under the name field: what the name is for.
    pub name_help: &'static str,
    pub enter: &'static str,
    pub leave: &'static str,
    /// Spoken after the name of a room in which something is typed and not sent.
    pub draft: &'static str,

    // Rooms
    pub rooms: &'static str,
    pub new_room: &'static str,
    pub room_name: &'static str,
    pub create: &'static str,
    pub rename: &'static str,
    pub save: &'static str,
    pub back_to_rooms: &'static str,
    pub pick_room: &'static str,
    pub pick_room_help: &'static str,
    /// Title for a room one is not in, by its name.
    pub not_joined: fn(&str) -> String,
    pub not_joined_help: &'static str,
    pub join: &'static str,
    pub missing: &'static str,
    pub missing_help: &'static str,
    pub to_rooms: &'static str,

    // Messages
    /// Name of the list, by the room's name.
    pub messages_in: fn(&str) -> String,
    /// Above the first message ever, by the room's name.
    pub beginning: fn(&str) -> String,
    /// In a room where nothing has been said.
    pub beginning_help: &'static str,
    pub older: &'static str,
    /// The pill, by how many messages wait below.
    pub new_messages: fn(u32) -> String,
    pub jump_to_latest: &'static str,
    pub sending: &'static str,
    pub not_sent: &'static str,
    /// A message that goes out by itself once there is a network again, or once the server takes it.
    pub waiting_network: &'static str,
    pub waiting_server: &'static str,
    pub retry: &'static str,
    pub delete: &'static str,
    pub delete_message: &'static str,
    pub delete_question: &'static str,

    // Composing
    /// Label and placeholder of the box, by the room's name.
    pub message_room: fn(&str) -> String,
    pub send: &'static str,
    /// Which keys send and break the line.
    pub keys_hint: &'static str,
    /// In place of the keys while there is no connection.
    pub offline_hint: &'static str,
    /// Near the limit: how many characters are left.
    pub characters_left: fn(usize) -> String,
    /// Over the limit: how many characters too many.
    pub characters_over: fn(usize) -> String,

    // The stream
    pub reconnecting: &'static str,
    pub back_online: &'static str,
    pub session_ended: &'static str,
    pub enter_again: &'static str,
    pub no_live: &'static str,
    pub update_ready: &'static str,
    pub reload: &'static str,
    /// Takes a notice away.
    pub close: &'static str,

    // Preferences
    /// Accessible name of the person's menu, by their name.
    pub your_menu: fn(&str) -> String,
    pub theme: &'static str,
    pub theme_system: &'static str,
    pub theme_light: &'static str,
    pub theme_dark: &'static str,
    pub language: &'static str,

    // Times
    pub today: &'static str,
    pub yesterday: &'static str,
    /// Monday first.
    pub weekdays: [&'static str; 7],
    pub months: [&'static str; 12],
    pub date: fn(&Date) -> String,

    // A form that was refused
    pub refused_title: &'static str,
    pub refused_kept: &'static str,
    pub your_message: &'static str,
    pub send_again: &'static str,
    pub go_back: &'static str,

    pub errors: Errors,
}

/// A civil date in parts, for [`Strings::date`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    pub year: i64,
    /// 1–12
    pub month: u8,
    /// 1–31
    pub day: u8,
    /// 0 is Monday.
    pub weekday: u8,
    /// Whether the year is said.
    pub with_year: bool,
}

/// A sentence for each way of being refused.
pub struct Errors {
    pub text_empty: &'static str,
    pub text_too_long: &'static str,
    pub text_character: &'static str,
    pub name_empty: &'static str,
    pub name_too_long: &'static str,
    pub name_character: &'static str,
    pub bad_input: &'static str,
    pub not_entered: &'static str,
    pub forbidden: &'static str,
    pub cross_site: &'static str,
    pub not_found: &'static str,
    pub method_not_allowed: &'static str,
    pub key_used: &'static str,
    pub name_taken: &'static str,
    pub too_large: &'static str,
    pub content_type: &'static str,
    pub too_fast: &'static str,
    pub internal: &'static str,
    pub busy: &'static str,
    pub storage_full: &'static str,
    pub network: &'static str,
}

impl Strings {
    /// The sentence for `error`: what was wrong and, where there is something to do, what to do.
    pub fn error(&self, error: &AppError) -> &'static str {
        let e = &self.errors;
        match error.code {
            Code::BadInput => match (error.field.as_deref(), error.reason) {
                (Some("text"), Some(Reason::Empty | Reason::Missing)) => e.text_empty,
                (Some("text"), Some(Reason::TooLong)) => e.text_too_long,
                (Some("text"), Some(Reason::Character)) => e.text_character,
                (Some("name"), Some(Reason::Empty | Reason::Missing)) => e.name_empty,
                (Some("name"), Some(Reason::TooLong)) => e.name_too_long,
                (Some("name"), Some(Reason::Character)) => e.name_character,
                _ => e.bad_input,
            },
            Code::NotEntered => e.not_entered,
            Code::Forbidden => e.forbidden,
            Code::CrossSite => e.cross_site,
            Code::NotFound => e.not_found,
            Code::MethodNotAllowed => e.method_not_allowed,
            Code::KeyUsed => e.key_used,
            Code::NameTaken => e.name_taken,
            Code::TooLarge => e.too_large,
            Code::ContentType => e.content_type,
            Code::TooFast => e.too_fast,
            Code::Internal => e.internal,
            Code::Busy => e.busy,
            Code::StorageFull => e.storage_full,
            Code::Network => e.network,
        }
    }
}

/// A name inside a sentence, kept from turning the sentence's direction (Unicode isolates, for text that is an attribute
/// and so cannot hold a `<bdi>`).
pub fn isolated(name: &str) -> String {
    format!("\u{2068}{name}\u{2069}")
}
