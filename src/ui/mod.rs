//! Parts of views that know no feature.

pub mod avatar;
pub mod icon;
pub(crate) mod keyboard;
pub mod keyed;
pub(crate) mod later;
pub mod menu;
pub mod reactive;
pub(crate) mod resize;
pub mod stable;
pub mod time;

#[cfg(test)]
mod tokens;
