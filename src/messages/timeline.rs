//! Pages, live events and pending sends merged.
