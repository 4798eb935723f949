//! What a type says of itself that the list of things (`things.rs`) names.

use super::ids::Seq;

/// The newest state of one thing.
pub trait Versioned {
    /// The `type` on the wire.
    const NAME: &'static str;

    /// The two numbers that tell the thing from others of its kind; the second is 0 where one number does.
    fn key(&self) -> (u64, u64);

    /// The number of the change that made it what it is.
    fn seq(&self) -> Seq;

    /// Bytes of text in it, where there may be many.
    fn text_bytes(&self) -> usize {
        0
    }
}
