//! How a person is read from their row.

use crate::{
    database::{self, Bind, Cell, Column, Read, Row, params},
    features::people::{
        model::{Role, User},
        names::initial,
    },
    model::{
        error::{AppError, AppResult, Code},
        ids::UserId,
    },
};

/// Roles are the numbers of [`Role::number`].
impl Bind for Role {
    fn bind(&self) -> Cell<'_> {
        Cell::Number(u64::from(self.number()))
    }
}

impl Column for Role {
    fn column(cell: Cell<'_>) -> Option<Self> {
        let number = u8::column(cell)?;
        Self::ALL.into_iter().find(|role| role.number() == number)
    }
}

/// A user from the columns seq, id, name, hue, handle, role, active, hidden, in this order from the first.
pub(crate) fn user_row(row: &Row<'_>) -> database::Result<User> {
    let name: String = row.get(2)?;
    let initial = initial(&name);
    let (seq, id, hue, handle) = (row.get(0)?, row.get(1)?, row.get(3)?, row.get(4)?);
    Ok(User { seq, id, name, hue, initial, handle, role: row.get(5)?, active: row.get(6)?, hidden: row.get(7)? })
}

pub(crate) fn user(read: &Read<'_>, id: UserId) -> database::Result<Option<User>> {
    const USER: &str = "SELECT seq, id, name, hue, handle, role, active, hidden FROM users WHERE id = ?1";
    read.row(USER, &params![id], user_row)
}

/// These people, in no order; ids of nobody are left out.
pub(crate) fn users(read: &Read<'_>, ids: &[u64]) -> database::Result<Vec<User>> {
    const USERS: &str = "SELECT seq, id, name, hue, handle, role, active, hidden FROM users WHERE id IN (?*)";
    read.rows_in(USERS, ids, user_row)
}

/// Returns a person who has not left.
///
/// # Errors
/// `not_entered` otherwise.
pub(crate) fn active(read: &Read<'_>, id: UserId) -> AppResult<User> {
    user(read, id)?.filter(|user| user.active).ok_or(AppError::new(Code::NotEntered))
}
