//! Parts of views that know no feature.

pub mod avatar;
pub mod icon;
pub(crate) mod keyboard;
pub mod keyed;
pub mod menu;
pub(crate) mod resize;
pub mod time;

#[cfg(test)]
mod tokens;
