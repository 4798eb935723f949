//! SQL of rights in rooms: a room, and what somebody is in it.

use crate::{
    database::{Read, params},
    model::{
        error::{AppError, AppResult, Code},
        ids::{RoomId, UserId},
    },
};

pub(crate) use crate::request::rights::room::{Action, Standing};

/// Reads a room and what `user` is in it.
///
/// # Errors
/// `not_found` for a room that does not exist, `not_entered` for somebody who has left for good.
pub(crate) fn standing(read: &Read<'_>, room: RoomId, user: UserId) -> AppResult<Standing> {
    const STANDING: &str = "SELECT r.kind, r.posting, r.archived, m.joined, m.role, u.role, u.active,
            CASE WHEN r.kind = 2 AND EXISTS (SELECT 1 FROM members o JOIN users ou ON ou.id = o.user_id
                WHERE o.room_id = r.id AND ou.active = 0) THEN 1 ELSE 0 END
        FROM rooms r JOIN users u ON u.id = ?2 LEFT JOIN members m ON m.room_id = r.id AND m.user_id = ?2 WHERE r.id = ?1";
    let found = read.row(STANDING, &params![room, user], |row| {
        let inside = row.get::<Option<bool>>(3)? == Some(true);
        let role = if inside { Some(row.get(4)?) } else { None };
        let (kind, posting, archived, has_left) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(7)?);
        let standing = Standing { room, kind, posting, archived, has_left, role, rank: row.get(5)? };
        Ok((standing, row.get::<bool>(6)?))
    })?;
    match found {
        Some((standing, true)) => Ok(standing),
        // A call that was under way when its person was deactivated.
        Some((_, false)) => Err(AppError::new(Code::NotEntered)),
        None => Err(AppError::new(Code::NotFound)),
    }
}

/// Reads a room and checks what `user` wants to do in it.
///
/// # Errors
/// Those of [`Standing::may`].
pub(crate) fn require(read: &Read<'_>, room: RoomId, user: UserId, action: Action) -> AppResult<Standing> {
    let standing = standing(read, room, user)?;
    standing.may(action)?;
    Ok(standing)
}
