//! In the browser: none of these sentences. Their forms are answered by pages of the server.

use crate::model::{error::AppError, lang::Lang};

pub(super) fn words(_: &AppError, _: Lang) -> Option<&'static str> {
    None
}
