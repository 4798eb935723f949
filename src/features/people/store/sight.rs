//! SQL of sight: which people somebody may see. Members see everybody; a guest sees themselves, and who is or was in a room that
//! the guest is in.

use super::rows::active;
use crate::{
    database::Read,
    features::people::model::Role,
    model::{
        error::{AppError, AppResult, Code},
        ids::UserId,
    },
};
use std::collections::BTreeSet;

/// A condition: `?1` may see the person `u`. Role 4 is a guest.
macro_rules! sees_person {
    () => {
        "(EXISTS (SELECT 1 FROM users s WHERE s.id = ?1 AND s.role <> 4) OR u.id = ?1
            OR EXISTS (SELECT 1 FROM members m JOIN members o ON o.room_id = m.room_id
                WHERE m.user_id = ?1 AND m.joined = 1 AND o.user_id = u.id))"
    };
}
pub(super) use sees_person;

/// Those of `others` whom `user` may see. It does not tell whether there are such people.
///
/// # Errors
/// `not_entered` where `user` has left.
pub(crate) fn seen(read: &Read<'_>, user: UserId, others: &[UserId]) -> AppResult<BTreeSet<UserId>> {
    const SEEN: &str = "SELECT DISTINCT o.user_id FROM members m JOIN members o ON o.room_id = m.room_id
        WHERE (m.user_id, o.user_id) IN (?*) AND m.joined = 1";
    if others.iter().all(|other| *other == user) || active(read, user)?.role != Role::Guest {
        return Ok(others.iter().copied().collect());
    }
    let pairs: Vec<_> = others.iter().map(|other| (user.0, other.0)).collect();
    let mut seen: BTreeSet<UserId> = read.rows_in_pairs(SEEN, &pairs, |row| row.get(0))?.into_iter().collect();
    seen.extend(others.iter().filter(|other| **other == user));
    Ok(seen)
}

/// Refuses people whom `user` may not see.
///
/// # Errors
/// `not_found`; `not_entered` where `user` has left.
pub(crate) fn require_seen(read: &Read<'_>, user: UserId, others: &[UserId]) -> AppResult<()> {
    let seen = seen(read, user, others)?;
    if others.iter().all(|other| seen.contains(other)) { Ok(()) } else { Err(AppError::new(Code::NotFound)) }
}
