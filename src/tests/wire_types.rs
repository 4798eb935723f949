//! Every type that the browser reads comes back through its reader, and every call's arguments are flat.

use super::made_up::made_up;
use crate::{
    features::{
        accounts::api::{
            ChangePassword, Claim, EndOthers, EndSession, Enter, Leave, ListSessions, MakeRecovery, Recover, SetUp, SignIn,
            SignUp, WhoAmI,
        },
        invites::api::{AcceptInvite, CreateInvite, ListInvites, RevokeInvite, SeeInvite},
        messages::api::{DeleteMessage, MessagePage, SendMessage},
        people::api::{Activate, Ban, Deactivate, GiveRole, ListDirectory, ListPeople, UpdateProfile},
        pins::api::{ListPinExcerpts, ListPins, SetPin},
        preferences::api::SetPreferences,
        rooms::api::{
            AddMembers, ArchiveRoom, BrowseRooms, CreateRoom, GiveRoomRole, JoinRoom, LeaveRoom, ListMembers, ListRooms,
            OpenDirect, RemoveMember, RenameRoom, UpdateRoom,
        },
        sample::api::Echo,
        server::FEATURES,
        subscriptions::api::{ReadAll, ReadRoom, Subscribe},
        switcher::api::FindRooms,
        workspace::api::{FetchWorkspace, UpdateWorkspace},
    },
    model::{
        error::AppError,
        fields::try_fields,
        initial_data::Boot,
        things::{self, Event, Hello, Reset, TypeCheck},
        wire,
    },
};
use serde::{Serialize, de::DeserializeOwned};
use server_fn::ServerFn;
use std::{any::type_name, collections::BTreeSet};

/// A text that is a sender's key too, and has what JSON escapes.
const TEXTS: [&str; 2] = ["00112233445566778899aabbccddeeff", "a \"b\" \\ \n 中文 😀"];
/// More variants than any enum of the wire has.
const VARIANTS: usize = 24;

fn comes_back<T: Serialize + DeserializeOwned>() {
    let mut made = 0;
    for text in TEXTS {
        for variant in 0..VARIANTS {
            // Not every text is a key, so not every value can be made.
            let Ok(value) = made_up::<T>(text, variant) else { continue };
            made += 1;
            let json = serde_json::to_string(&value).unwrap();
            let read: Option<T> = wire::read(&json);
            let again = read.map(|value| serde_json::to_string(&value).unwrap());
            assert_eq!(again.as_deref(), Some(json.as_str()), "{}", type_name::<T>());
        }
    }
    assert!(made >= VARIANTS, "no values of {}", type_name::<T>());
}

/// Checks the answer and the arguments of the calls that are listed, and gives their paths.
macro_rules! calls {
    ($($call:ident),* $(,)?) => {{
        $(
            comes_back::<<$call as ServerFn>::Output>();
            let arguments: $call = made_up("3", 0).unwrap();
            assert!(try_fields(&arguments).is_ok(), "{} has arguments that are not flat", stringify!($call));
        )*
        BTreeSet::from([$($call::PATH),*])
    }};
}

#[test]
fn calls_have_answers_that_the_browser_reads_and_arguments_that_it_writes() {
    let checked = calls![
        Enter,
        WhoAmI,
        Leave,
        SetUp,
        SignIn,
        SignUp,
        Claim,
        ChangePassword,
        ListSessions,
        EndSession,
        EndOthers,
        SendMessage,
        DeleteMessage,
        MessagePage,
        CreateRoom,
        OpenDirect,
        FindRooms,
        JoinRoom,
        LeaveRoom,
        AddMembers,
        RemoveMember,
        GiveRoomRole,
        UpdateRoom,
        ArchiveRoom,
        BrowseRooms,
        ListMembers,
        RenameRoom,
        ListRooms,
        ListPeople,
        UpdateProfile,
        Deactivate,
        Activate,
        Ban,
        MakeRecovery,
        Recover,
        GiveRole,
        ListDirectory,
        SetPreferences,
        SetPin,
        ListPins,
        ListPinExcerpts,
        ReadRoom,
        ReadAll,
        Subscribe,
        CreateInvite,
        ListInvites,
        RevokeInvite,
        SeeInvite,
        AcceptInvite,
        FetchWorkspace,
        UpdateWorkspace,
        Echo,
    ];
    let rows: BTreeSet<_> = FEATURES.iter().flat_map(|feature| feature.endpoints).map(|row| row.path).collect();
    assert_eq!(checked, rows, "every call of a row has to be listed here");
}

#[test]
fn things_come_back_as_events() {
    struct Check;
    impl TypeCheck for Check {
        fn check<T: Serialize + DeserializeOwned>(&mut self, event: fn(T) -> Event) {
            comes_back::<T>();
            for variant in 0..VARIANTS {
                let thing = made_up::<T>(TEXTS[0], variant).unwrap();
                let json = serde_json::to_string(&event(thing)).unwrap();
                let again = Event::read(&json).map(|event| serde_json::to_string(&event).unwrap());
                assert_eq!(again.as_deref(), Some(json.as_str()));
            }
        }
    }
    things::check_types(&mut Check);
}

#[test]
fn everything_else_that_the_browser_reads_comes_back() {
    comes_back::<Boot>();
    comes_back::<AppError>();
    comes_back::<Hello>();
    comes_back::<Reset>();
}
