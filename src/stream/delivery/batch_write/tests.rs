//! Many sockets in one call: each gets its own, whatever the others do; the same without a ring.

use super::*;
use std::{
    io::Read,
    mem::ManuallyDrop,
    net::{Ipv4Addr, TcpListener},
    os::fd::{FromRawFd, OwnedFd},
};

/// Both ends of so many connections; ours do not wait.
fn pairs(count: usize) -> Vec<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let pair = |_| {
        let theirs = TcpStream::connect(address).unwrap();
        let (ours, _) = listener.accept().unwrap();
        ours.set_nonblocking(true).unwrap();
        (ours, theirs)
    };
    (0..count).map(pair).collect()
}

fn batches() -> Vec<(&'static str, Batch)> {
    let with = Batch::new();
    match with.ring {
        Some(_) => vec![("with a ring", with), ("without", Batch::default())],
        None => {
            eprintln!("this system gives no io_uring: only the way without it is tried");
            vec![("without", Batch::default())]
        }
    }
}

fn write(batch: &mut Batch, pairs: &[(TcpStream, TcpStream)], words: &[Bytes]) -> Vec<Written> {
    let writes: Vec<_> = pairs.iter().zip(words).map(|((ours, _), words)| (ours, words)).collect();
    batch.write(&writes).to_vec()
}

#[test]
fn each_gets_its_own_in_order() {
    for (how, mut batch) in batches() {
        // More than one call's, and at the end fewer than are worth one.
        for count in [0, 1, FEW - 1, FEW, ENTRIES as usize, 3 * ENTRIES as usize + 1] {
            let pairs = pairs(count);
            for round in 0..3 {
                let words: Vec<Bytes> = (0..count).map(|n| format!("{round} of {n}\n").repeat(n + 1).into()).collect();
                let written = write(&mut batch, &pairs, &words);
                let whole: Vec<_> = words.iter().map(|words| Written::Bytes(words.len())).collect();
                assert_eq!(written, whole, "{how}, {count}");
                for ((_, theirs), words) in pairs.iter().zip(&words) {
                    let mut read = vec![0; words.len()];
                    (&*theirs).read_exact(&mut read).unwrap();
                    assert_eq!(read, **words, "{how}, {count}");
                }
            }
        }
    }
}

#[test]
fn one_that_takes_nothing_and_one_that_has_gone_hold_up_nobody() {
    for (how, mut batch) in batches() {
        let mut pairs = pairs(8);
        let full = vec![b'x'; 64 * 1024];
        while (&pairs[2].0).write(&full).is_ok() {}
        // With something unread it is reset: what is written to it fails.
        (&pairs[5].1).write_all(b"?").unwrap();
        (&pairs[5].0).write_all(b"!").unwrap();
        let gone = std::mem::replace(&mut pairs[5].1, TcpStream::connect(("127.0.0.1", listening())).unwrap());
        drop(gone);
        let words: Vec<Bytes> = (0..8).map(|n| format!("for {n}").into()).collect();
        for _ in 0..3 {
            let written = write(&mut batch, &pairs, &words);
            assert_eq!(written[2], Written::Bytes(0), "{how}: nobody waits for it");
            for n in [0, 1, 3, 4, 6, 7] {
                assert_eq!(written[n], Written::Bytes(5), "{how}");
            }
        }
        assert_eq!(write(&mut batch, &pairs, &words)[5], Written::Bytes(0), "{how}");
        let mut read = [0; 20];
        (&pairs[7].1).read_exact(&mut read).unwrap();
        assert_eq!(&read, b"for 7for 7for 7for 7", "{how}");
    }
}

#[test]
fn a_part_is_written_where_there_is_room_for_a_part() {
    for (how, mut batch) in batches() {
        let pairs = pairs(FEW);
        let long = Bytes::from(vec![b'x'; 64 << 20]);
        let words = [Bytes::from_static(b"short"), long.clone(), Bytes::from_static(b"short")];
        let written = write(&mut batch, &pairs, &words);
        assert_eq!((written[0], written[2]), (Written::Bytes(5), Written::Bytes(5)), "{how}");
        let Written::Bytes(part) = written[1] else { panic!("{how}") };
        assert!((1..long.len()).contains(&part), "{how}: {part}");
    }
}

#[test]
fn a_ring_that_fails_is_done_without_and_nothing_is_written_twice() {
    let mut batch = Batch::new();
    let Some(ring) = &batch.ring else { return eprintln!("this system gives no io_uring: nothing to try") };
    // In the place of its descriptor there is another file from now on: the kernel refuses every call.
    let mut place = ManuallyDrop::new(unsafe { OwnedFd::from_raw_fd(ring.as_raw_fd()) });
    rustix::io::dup2(std::fs::File::open("/dev/null").unwrap(), &mut place).unwrap();
    let pairs = pairs(40);
    let words: Vec<Bytes> = (0..40).map(|n| format!("for {n:02}").into()).collect();
    for _ in 0..2 {
        assert_eq!(write(&mut batch, &pairs, &words), vec![Written::Bytes(6); 40]);
        assert!(batch.ring.is_none());
    }
    for ((ours, theirs), words) in pairs.iter().zip(&words) {
        ours.shutdown(std::net::Shutdown::Write).unwrap();
        let mut read = Vec::new();
        (&*theirs).read_to_end(&mut read).unwrap();
        assert_eq!(read, [&words[..], &words[..]].concat());
    }
}

/// A port where somebody listens, for good.
fn listening() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::mem::forget(listener);
    port
}
