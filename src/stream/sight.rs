//! Sight: what a person may see at large, which their newest state says, and since when.

use crate::{
    features::people::model::{Role, User},
    model::ids::{Seq, UserId},
};
use rustc_hash::FxHashMap;

/// What counts of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    /// False once the person has left: there is nothing for their streams.
    pub active: bool,
    pub guest: bool,
    /// The number of the change with which it became so. A stream that goes on from below it has missed what the person could
    /// not see then.
    pub since: Seq,
}

impl Default for Sight {
    fn default() -> Self {
        Self { active: true, guest: false, since: Seq(0) }
    }
}

/// The sights of all people; those of whom nothing special is known are left out.
#[derive(Debug, Default)]
pub struct Sights(FxHashMap<UserId, Sight>);

impl Sights {
    pub fn of(&self, user: UserId) -> Sight {
        self.0.get(&user).copied().unwrap_or_default()
    }

    /// Notes sights as they were stored.
    pub fn extend(&mut self, sights: Vec<(UserId, Sight)>) {
        self.0.extend(sights);
    }

    /// Notes the newest state of a person. Returns whether their streams have to end, since they see otherwise from now on.
    pub fn set(&mut self, user: &User) -> bool {
        let before = self.of(user.id);
        let (active, guest) = (user.active, user.role == Role::Guest);
        let changed = (active, guest) != (before.active, before.guest);
        if changed {
            // Somebody who has left sees nothing: it counts from the return.
            let since = if active { user.seq } else { before.since };
            self.0.insert(user.id, Sight { active, guest, since });
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sight_changes_with_leaving_returning_and_with_being_a_guest() {
        let mut sights = Sights::default();
        let user = |seq, active, role| User { seq: Seq(seq), id: UserId(3), active, role, ..User::default() };
        assert!(!sights.set(&user(1, true, Role::Member)) && !sights.set(&user(2, true, Role::Owner)));
        assert!(sights.set(&user(3, false, Role::Member)) && !sights.set(&user(4, false, Role::Member)));
        assert_eq!(sights.of(UserId(3)), Sight { active: false, guest: false, since: Seq(0) });
        assert!(sights.set(&user(5, true, Role::Member)));
        assert_eq!(sights.of(UserId(3)).since, Seq(5));
        assert!(!sights.set(&user(6, true, Role::Member)) && sights.set(&user(7, true, Role::Guest)));
        assert!(sights.set(&user(8, true, Role::Member)));
        assert_eq!(sights.of(UserId(3)).since, Seq(8));
        assert_eq!(sights.of(UserId(4)), Sight::default());
    }
}
