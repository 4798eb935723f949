//! Parses the output of `strace -f -yy` and checks each acknowledgement in it.

use std::collections::HashMap;

/// A system call. `begin` and `end` are lines, with calls of other threads between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    name: String,
    /// The descriptor with its target: `17<TCP:[…]>`, `9</data/rill.db-wal>`.
    on: String,
    text: String,
    begin: usize,
    end: usize,
}

/// Returns all calls; those interrupted by another thread are joined.
pub fn calls(trace: &str) -> Vec<Call> {
    let mut begun: HashMap<&str, Call> = HashMap::new();
    let mut all = Vec::new();
    for (at, line) in trace.lines().enumerate() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        if let Some(resumed) = rest.strip_prefix("<... ") {
            let Some(mut call) = begun.remove(thread) else { continue };
            call.text.push_str(resumed.split_once("resumed>").map_or("", |(_, text)| text));
            call.end = at;
            all.push(call);
            continue;
        }
        let Some((name, text)) = rest.split_once('(') else { continue };
        // The descriptor ends at the first `>` after its name; the name of a socket contains one more, inside brackets.
        let on = text.split_once('>').map_or(text, |(_, _)| &text[..descriptor(text)]);
        let call = Call { name: name.to_owned(), on: on.to_owned(), text: text.to_owned(), begin: at, end: at };
        if rest.ends_with("<unfinished ...>") {
            begun.insert(thread, call);
        } else {
            all.push(call);
        }
    }
    all.sort_by_key(|call| call.begin);
    all
}

/// Returns the end of a descriptor such as `17<TCP:[127.0.0.1:1->127.0.0.1:2]>`.
fn descriptor(text: &str) -> usize {
    let close = if text.contains("]>") && text.find('[') < text.find(',') { "]>" } else { ">" };
    text.find(close).map_or(text.len(), |at| at + close.len())
}

/// A post that was answered with 200.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledged {
    /// Lines of the request and of the answer.
    pub asked: usize,
    pub answered: usize,
    /// Whether the log was written and then synced between them.
    pub synced: bool,
}

/// Returns every acknowledged `send`.
pub fn acknowledgements(calls: &[Call]) -> Vec<Acknowledged> {
    let is = |call: &Call, names: &[&str]| names.contains(&call.name.as_str());
    let log = |call: &&Call| call.on.contains("rill.db-wal");
    let requests = calls
        .iter()
        .filter(|call| is(call, &["read", "readv", "recvfrom", "recvmsg"]) && call.text.contains("\"POST /api/messages/send "));
    let acknowledged = requests.filter_map(|request| {
        let answer = calls.iter().find(|call| {
            call.begin > request.end && call.on == request.on && is(call, &["write", "writev", "sendto", "sendmsg"])
        })?;
        let within = |call: &&Call| call.begin > request.end && call.end < answer.begin;
        let writes = || calls.iter().filter(log).filter(within).filter(|call| call.name == "pwrite64");
        let mut syncs = calls.iter().filter(log).filter(within).filter(|call| is(call, &["fdatasync", "fsync"]));
        let synced = syncs.any(|sync| writes().any(|write| write.end < sync.begin));
        let ok = answer.text.contains("HTTP/1.1 200");
        ok.then_some(Acknowledged { asked: request.end, answered: answer.begin, synced })
    });
    acknowledged.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOCKET: &str = "17<TCP:[127.0.0.1:1->127.0.0.1:2]>";

    fn checked(lines: &[&str]) -> Vec<bool> {
        let trace = lines.join("\n").replace("SOCKET", SOCKET).replace("LOG", "9</data/rill.db-wal>");
        acknowledgements(&calls(&trace)).into_iter().map(|acknowledged| acknowledged.synced).collect()
    }

    const READ: &str = r#"12 recvfrom(SOCKET, "POST /api/messages/send HTTP/1.1\r\n", 8192, 0, NULL, NULL) = 300"#;
    const WRITE: &str = r#"13 pwrite64(LOG, "\0\1", 4096, 32) = 4096"#;
    const SYNC: &str = "13 fdatasync(LOG) = 0";
    const ANSWER: &str = r#"12 writev(SOCKET, [{iov_base="HTTP/1.1 200 OK\r\n", iov_len=9}], 1) = 9"#;

    #[test]
    fn acknowledgement_is_synced_when_a_sync_lies_between_request_and_answer() {
        assert_eq!(checked(&[READ, WRITE, SYNC, ANSWER]), [true]);
        let apart = [
            r#"12 recvfrom(SOCKET,  <unfinished ...>"#,
            r#"12 <... recvfrom resumed>"POST /api/messages/send HTTP/1.1", 8192, 0, NULL, NULL) = 300"#,
            WRITE,
            "13 fdatasync(LOG <unfinished ...>",
            "14 write(2</log>, \"x\", 1) = 1",
            "13 <... fdatasync resumed>) = 0",
            ANSWER,
        ];
        assert_eq!(checked(&apart), [true]);
    }

    #[test]
    fn acknowledgement_is_not_synced_when_the_answer_precedes_the_end_of_the_sync() {
        assert_eq!(checked(&[READ, WRITE, ANSWER, SYNC]), [false]);
        assert_eq!(checked(&[SYNC, READ, WRITE, ANSWER]), [false], "an earlier sync does not count");
        assert_eq!(checked(&[WRITE, READ, SYNC, ANSWER]), [false], "nor does a sync of an earlier write");
        assert_eq!(checked(&[READ, SYNC, WRITE, ANSWER]), [false]);
        let late = [READ, WRITE, "13 fdatasync(LOG <unfinished ...>", ANSWER, "13 <... fdatasync resumed>) = 0"];
        assert_eq!(checked(&late), [false]);
        let elsewhere = [READ, WRITE, "13 fdatasync(8</data/rill.db>) = 0", ANSWER];
        assert_eq!(checked(&elsewhere), [false]);
    }

    #[test]
    fn acknowledgements_leave_out_refusals_and_other_requests() {
        assert!(checked(&[READ, &ANSWER.replace("200 OK", "503 No")]).is_empty());
        assert!(checked(&[&READ.replace("messages/send", "auth/enter"), ANSWER]).is_empty());
    }
}
