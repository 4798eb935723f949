//! Lazy functions where the browser's program is split into modules: `cargo leptos … --split`.

use crate::model::error::{AppError, Code};
use leptos::wasm_split::SplitLoaderError;

macro_rules! lazy {
    ($(#[$meta:meta])* $module:ident: $vis:vis fn $name:ident($($arg:ident: $type:ty),* $(,)?) -> $answer:ty $body:block) => {
        $(#[$meta])*
        #[::leptos::wasm_split::wasm_split($module, wasm_split_path = ::leptos::wasm_split, fallible)]
        $vis fn $name($($arg: $type),*) -> $answer $body
    };
}
pub(crate) use lazy;

impl From<SplitLoaderError> for AppError {
    fn from(_: SplitLoaderError) -> Self {
        Self::new(Code::Network)
    }
}
