//! A body in chunks, taken apart as it comes, without copying.

/// Where in a chunked body the bytes stand.
#[derive(Clone, Copy)]
pub enum Chunks {
    /// In the line with the size; what its digits say so far.
    Size(usize),
    /// Behind the digits, before the end of that line.
    Extension(usize),
    /// So many bytes of the chunk are still to come.
    Data(usize),
    /// Before the end of the line behind a chunk.
    After,
    /// Past the last chunk, or in what is no chunked body.
    Over,
}

impl Chunks {
    /// The next piece of the body in `bytes`, which moves on behind it; none once `bytes` is used up.
    pub fn next<'a>(&mut self, bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
        loop {
            if let Self::Data(left) = *self {
                let (piece, rest) = bytes.split_at(left.min(bytes.len()));
                *bytes = rest;
                *self = if piece.len() == left { Self::After } else { Self::Data(left - piece.len()) };
                return (!piece.is_empty()).then_some(piece);
            }
            let (&byte, rest) = bytes.split_first()?;
            *bytes = rest;
            *self = match (*self, byte) {
                (Self::Size(0) | Self::Extension(0), b'\n') => Self::Over,
                (Self::Size(size) | Self::Extension(size), b'\n') => Self::Data(size),
                (Self::Size(size), digit) => match char::from(digit).to_digit(16) {
                    Some(digit) => Self::Size(size.saturating_mul(16).saturating_add(digit as usize)),
                    None => Self::Extension(size),
                },
                (Self::After, b'\n') => Self::Size(0),
                (state, _) => state,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_come_apart_wherever_the_bytes_are_cut() {
        let wire = b"5\r\nhello\r\n1;x=2\r\n,\r\nc\r\n wide world!\r\n0\r\n\r\n";
        for cut in 0..wire.len() {
            let mut state = Chunks::Size(0);
            let mut body = Vec::new();
            for mut part in [&wire[..cut], &wire[cut..]] {
                while let Some(piece) = state.next(&mut part) {
                    body.extend_from_slice(piece);
                }
            }
            assert_eq!(body, b"hello, wide world!", "cut at {cut}");
            assert!(matches!(state, Chunks::Over));
        }
    }
}
