//! ConnectionStatus: what a person is told of the connection. It moves with what happens, and on from there when its time has
//! passed.

/// States of the status line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionStatus {
    Online,
    /// For less than five seconds: shows nothing.
    Interrupted,
    Reconnecting,
    /// Online again, said for two seconds.
    Back,
    /// The session has ended: asks to enter again.
    Ended,
}

impl ConnectionStatus {
    /// The stream broke off. An ended session stays ended.
    pub fn down(self) -> Self {
        match self {
            Self::Online | Self::Back => Self::Interrupted,
            other => other,
        }
    }

    /// The connection is known to be lost, however it was noticed: nothing has to be waited for.
    pub fn lost(self) -> Self {
        self.down().elapsed()
    }

    /// The stream says hello, or anything else.
    pub fn up(self) -> Self {
        match self {
            Self::Interrupted => Self::Online,
            Self::Reconnecting => Self::Back,
            other => other,
        }
    }

    /// The time that this state stands for has passed.
    pub fn elapsed(self) -> Self {
        match self {
            Self::Interrupted => Self::Reconnecting,
            Self::Back => Self::Online,
            other => other,
        }
    }

    /// Returns the milliseconds until [`Self::elapsed`] is due, if ever.
    pub fn lasts(self) -> Option<u32> {
        match self {
            Self::Interrupted => Some(5_000),
            Self::Back => Some(2_000),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ConnectionStatus::*;

    #[test]
    fn status_stays_silent_when_the_interruption_is_short() {
        assert_eq!(Online.down().up(), Online);
        assert_eq!((Online.down(), Online.down().lasts()), (Interrupted, Some(5_000)));
        let long = Online.down().elapsed();
        assert_eq!((long, long.down(), long.lasts()), (Reconnecting, Reconnecting, None));
        assert_eq!((long.up(), long.up().lasts(), long.up().elapsed()), (Back, Some(2_000), Online));
        assert_eq!(Back.down(), Interrupted);
        assert_eq!([Online.lost(), Interrupted.lost(), Reconnecting.lost(), Back.lost()], [Reconnecting; 4]);
        assert_eq!([Ended.down(), Ended.up(), Ended.elapsed(), Ended.lost()], [Ended; 4], "only entering again helps");
    }
}
