//! What a type says of itself that shows people by name.

use super::ids::UserId;

/// Something that a page shows. The page brings the names of its people along.
pub trait NamesPeople {
    /// Returns the people that are shown by name; one may be there twice.
    fn people(&self) -> Vec<UserId>;
}
