//! Two languages, compiled in: a language is a value of `Strings`, so a missing key does not build.

pub mod en;
pub mod strings;
pub mod zh;

use serde::{Deserialize, Serialize};
pub use strings::Strings;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Lang {
    #[default]
    #[serde(rename = "en")]
    En,
    #[serde(rename = "zh-CN")]
    Zh,
}

impl Lang {
    /// The tag of `<html lang>` and of the `lang` cookie.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-CN",
        }
    }

    pub fn parse(tag: &str) -> Option<Self> {
        match tag {
            "en" => Some(Self::En),
            "zh-CN" | "zh" => Some(Self::Zh),
            _ => None,
        }
    }

    pub const fn strings(self) -> &'static Strings {
        match self {
            Self::En => &en::EN,
            Self::Zh => &zh::ZH,
        }
    }
}
