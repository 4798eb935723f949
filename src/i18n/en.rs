//! English.

use super::strings::{Date, Errors, Strings, isolated};

pub const EN: Strings = Strings {
    product: "Rill",
    about: "A quiet place to talk that runs on your own server.",
    skip_to_box: "Skip to message box",
    skip_to_page: "Skip to the page",
    loading: "Loading…",
    cancel: "Cancel",

    enter_title: "Come in",
    your_name: "Your name",
    name_help: "This is how others will see you.",
    enter: "Enter",
    leave: "Leave",
    draft: "draft",

    rooms: "Rooms",
    new_room: "New room",
    room_name: "Room name",
    create: "Create",
    rename: "Rename",
    save: "Save",
    back_to_rooms: "Back to rooms",
    pick_room: "Pick a room",
    pick_room_help: "Everything said in it since the beginning is there.",
    not_joined: |room| format!("You are not in {}", isolated(room)),
    not_joined_help: "Join to read what was said and to answer.",
    join: "Join",
    missing: "Nothing here",
    missing_help: "This room does not exist, or is not yours to see.",
    to_rooms: "See the rooms",

    messages_in: |room| format!("Messages in {}", isolated(room)),
    beginning: |room| format!("The beginning of {}", isolated(room)),
    beginning_help: "Nothing has been said yet. Say the first word.",
    older: "Older messages",
    new_messages: |n| match n {
        1 => "1 new message".to_owned(),
        _ => format!("{n} new messages"),
    },
    jump_to_latest: "Jump to latest",
    sending: "Sending",
    not_sent: "Not sent",
    not_sent_too_fast: "Not sent: too fast",
    retry: "Retry",
    delete: "Delete",
    delete_message: "Delete message",
    delete_question: "Delete message?",

    message_room: |room| format!("Message {}", isolated(room)),
    send: "Send",
    keys_hint: "Enter sends, Shift+Enter breaks the line",
    characters_left: |n| match n {
        1 => "1 character left".to_owned(),
        _ => format!("{n} characters left"),
    },
    characters_over: |n| match n {
        1 => "1 character too many".to_owned(),
        _ => format!("{n} characters too many"),
    },

    reconnecting: "Reconnecting…",
    back_online: "Back online",
    session_ended: "Your session has ended.",
    enter_again: "Enter again",
    no_live: "Live updates are off. Reload to see what is new.",
    update_ready: "A new version is ready.",
    reload: "Reload",
    close: "Close",

    your_menu: |name| format!("{}: theme, language, leave", isolated(name)),
    theme: "Theme",
    theme_system: "System",
    theme_light: "Light",
    theme_dark: "Dark",
    language: "Language",

    today: "Today",
    yesterday: "Yesterday",
    weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    date,

    refused_title: "That did not work",
    refused_kept: "Nothing is lost: what you wrote is below.",
    your_message: "Your message",
    send_again: "Try again",
    go_back: "Go back",

    errors: Errors {
        text_empty: "The message is empty. Write something first.",
        text_too_long: "The message is too long: at most 8,000 characters.",
        text_character: "The message has a character that cannot be sent.",
        name_empty: "The name is empty.",
        name_too_long: "The name is too long.",
        name_character: "The name has a character that cannot be shown.",
        bad_input: "The request was not understood.",
        not_entered: "You are not signed in. Enter with a name first.",
        forbidden: "That is not yours to do.",
        cross_site: "The request came from another site and was refused.",
        not_found: "It is not there, or not yours to see.",
        method_not_allowed: "This address does not take that kind of request.",
        key_used: "This form was already used for another message. Send it once more.",
        name_taken: "Somebody else has this name, or one that looks like it. Choose another.",
        too_large: "That is too large to send.",
        content_type: "The request has a form that is not understood here.",
        too_fast: "That was too fast. Wait a moment and try again.",
        internal: "Something broke on the server. It was written down; try again.",
        busy: "The server is busy. Try again in a moment.",
        storage_full: "The server's disk is full. Nothing can be saved until there is room.",
        network: "No answer came. Check the connection and try again.",
    },
};

fn date(date: &Date) -> String {
    let weekday = EN.weekdays[usize::from(date.weekday % 7)];
    let month = EN.months[usize::from((date.month + 11) % 12)];
    match date.with_year {
        true => format!("{weekday}, {} {month} {}", date.day, date.year),
        false => format!("{weekday}, {} {month}", date.day),
    }
}
