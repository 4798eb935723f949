//! Rights in the workspace, as a table.

use super::*;
use Role::{Admin, Guest, Member, Owner};

const ME: UserId = UserId(1);
const OTHER: UserId = UserId(2);

fn may_do(role: Role, action: Action) -> bool {
    may(Person { id: ME, role }, action).is_ok()
}

#[test]
fn workspace_is_changed_by_owners_and_invitations_are_made_by_admins_too() {
    for (role, update, invites) in [(Owner, true, true), (Admin, false, true), (Member, false, false), (Guest, false, false)] {
        assert_eq!(may_do(role, Action::UpdateWorkspace), update, "{role}");
        assert_eq!(may_do(role, Action::OpenRoom), role != Guest, "{role}");
        assert_eq!(may_do(role, Action::ManageInvites), invites, "{role}");
        for of in [Admin, Member, Guest] {
            assert_eq!(may_do(role, Action::Invite(of)), invites, "{role} invites {of}");
        }
        assert!(!may_do(role, Action::Invite(Owner)), "{role} invites an owner");
    }
}

#[test]
fn people_act_on_those_below_them_and_owners_on_owners_too() {
    // Owner, admin, member, guest are acted on.
    let table = [(Owner, [true; 4]), (Admin, [false, false, true, true]), (Member, [false; 4]), (Guest, [false; 4])];
    for (role, allowed) in table {
        for (of, allowed) in Role::ALL.into_iter().zip(allowed) {
            let other = Person { id: OTHER, role: of };
            for action in [Action::Deactivate(other), Action::Activate(other), Action::Recover(other), Action::Ban(other)] {
                assert_eq!(may_do(role, action), allowed, "{role} {action:?}");
            }
        }
        let me = Person { id: ME, role };
        assert!(may_do(role, Action::Deactivate(me)), "everybody may leave for good");
        for action in [Action::Activate(me), Action::Recover(me), Action::Ban(me)] {
            assert!(!may_do(role, action), "{role} {action:?} of oneself");
        }
    }
}

#[test]
fn owners_alone_give_and_take_the_roles_that_lead() {
    for (role, of, to) in Role::ALL
        .into_iter()
        .flat_map(|role| Role::ALL.into_iter().flat_map(move |of| Role::ALL.into_iter().map(move |to| (role, of, to))))
    {
        let leading = leads(of) || leads(to);
        let allowed = role == Owner || (role == Admin && !leading);
        assert_eq!(may_do(role, Action::GiveRole(Person { id: OTHER, role: of }, to)), allowed, "{role}: {of} to {to}");
    }
    assert!(!may_do(Admin, Action::GiveRole(Person { id: ME, role: Admin }, Member)), "nor their own");
    assert!(may_do(Owner, Action::GiveRole(Person { id: ME, role: Owner }, Member)), "an owner may step down");
}
