//! Erasing a deleted text: SQLite can overwrite a row where it stands.

use super::connection::Connection;
use crate::{
    database::{Result, params},
    model::ids::MessageId,
};

/// Overwrites a message's text and digest in place; see the migration that makes `texts`.
pub(crate) fn text(conn: &Connection, id: MessageId) -> Result<()> {
    // The same length as before, so that SQLite writes over the row and does not move it.
    const ERASE: &str = "UPDATE texts SET digest = zeroblob(32), text = zeroblob(octet_length(text)) WHERE message_id = ?1";
    conn.execute(ERASE, &params![id]).map(drop)
}
