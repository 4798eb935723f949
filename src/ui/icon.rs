//! Icons: lines on a grid of 24, drawn inline in the colour of the text. Those of every row come from the style sheet (`.glyph`).

use leptos::prelude::*;

/// An icon of one path.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Icon {
    #[default]
    Hash,
    Lock,
    Plus,
    Search,
    Send,
    Back,
    Down,
    Up,
    Warning,
    Pencil,
    Clock,
    Leave,
    Chevrons,
    Close,
    People,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Hash => "M5 9h14M5 15h14M10 4 8 20M16 4l-2 16",
            Self::Lock => "M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Search => "M10.5 4.5a6 6 0 1 0 0 12 6 6 0 0 0 0-12M15 15l4.5 4.5",
            Self::Send => "M12 19V5M6 11l6-6 6 6",
            Self::Back => "m15 5-7 7 7 7",
            Self::Down => "M12 5v14M6 13l6 6 6-6",
            Self::Up => "M12 19V5M6 11l6-6 6 6",
            Self::Warning => "M12 4 2.8 20h18.4zM12 10v4.5M12 17.4v.1",
            Self::Pencil => "M4.5 19.5 5.6 15 15.8 4.8a1.9 1.9 0 0 1 2.7 0l.7.7a1.9 1.9 0 0 1 0 2.7L9 18.4zM14 6.6l3.4 3.4",
            Self::Clock => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M12 7.5V12l3 2",
            Self::Leave => "M14 4H6.5A1.5 1.5 0 0 0 5 5.5v13A1.5 1.5 0 0 0 6.5 20H14M10.5 12H20M16.5 8.5 20 12l-3.5 3.5",
            Self::Close => "M6.5 6.5l11 11M17.5 6.5l-11 11",
            Self::People => {
                "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M3 19.5a6 6 0 0 1 12 0M15.5 4.9a3.5 3.5 0 0 1 0 6.2\
                 M17.5 14.2a6 6 0 0 1 3.5 5.3"
            }
            Self::Chevrons => "m8 9.5 4-4 4 4M8 14.5l4 4 4-4",
        }
    }
}

/// Shows an icon beside words or in a labelled control, hidden from assistive technology.
pub fn icon(icon: Icon) -> impl IntoView {
    drawn(icon.path())
}

/// An icon of a feature's own, by its path on a grid of 24.
pub fn drawn(path: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=path />
        </svg>
    }
}
