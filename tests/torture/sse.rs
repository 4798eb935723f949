//! Parses the bytes of a stream into events, as the HTML standard does.

/// One event as a browser would dispatch it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frame {
    /// Empty for the default event.
    pub event: String,
    pub id: Option<u64>,
    pub data: String,
    /// Milliseconds.
    pub retry: Option<u64>,
}

/// Parses pieces as they arrive; an event is complete at its empty line.
#[derive(Debug, Default)]
pub struct Parser {
    rest: Vec<u8>,
}

impl Parser {
    pub fn feed(&mut self, piece: &[u8]) -> Vec<Frame> {
        self.rest.extend_from_slice(piece);
        let mut frames = Vec::new();
        let mut begin = 0;
        while let Some(length) = self.rest[begin..].windows(2).position(|two| two == b"\n\n") {
            frames.push(frame(&String::from_utf8_lossy(&self.rest[begin..begin + length])));
            begin += length + 2;
        }
        self.rest.drain(..begin);
        frames
    }
}

fn frame(text: &str) -> Frame {
    let mut frame = Frame::default();
    for line in text.lines() {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "event" => frame.event = value.to_owned(),
            "id" => frame.id = value.parse().ok(),
            "retry" => frame.retry = value.parse().ok(),
            "data" => frame.data.push_str(value),
            _ => {}
        }
    }
    frame
}

#[test]
fn parser_returns_an_event_when_its_empty_line_arrives() {
    let mut parser = Parser::default();
    let bytes = "retry: 1500\nevent: hello\nid: 7\ndata: {\"head\":9}\n\nid: 8\ndata: {}\n\nid: 9\nda";
    let mut frames = Vec::new();
    for byte in bytes.bytes() {
        frames.extend(parser.feed(&[byte]));
    }
    assert_eq!(frames.len(), 2);
    assert_eq!((frames[0].event.as_str(), frames[0].id, frames[0].retry), ("hello", Some(7), Some(1_500)));
    assert_eq!(frames[1], Frame { id: Some(8), data: "{}".to_owned(), ..Frame::default() });
}
