//! In the browser: no sentences about accounts. Their forms are answered by pages of the server.

use crate::model::{error::AppError, lang::Lang};

pub(super) fn words(_: &AppError, _: Lang) -> Option<&'static str> {
    None
}
