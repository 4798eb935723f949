//! Lazy functions where all is one program: on the server, and in a browser's program that is built without `--split`.

macro_rules! lazy {
    ($(#[$meta:meta])* $module:ident: $vis:vis fn $name:ident($($arg:ident: $type:ty),* $(,)?) -> $answer:ty $body:block) => {
        $(#[$meta])*
        $vis async fn $name($($arg: $type),*) -> $answer $body
    };
}
pub(crate) use lazy;
