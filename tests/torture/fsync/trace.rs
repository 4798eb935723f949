//! Reads what `strace -f -yy` writes, and judges each acknowledgement in it.

use std::collections::HashMap;

/// A system call. `begin` and `end` are lines: another thread's may lie between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    name: String,
    /// The descriptor with what it stands for: `17<TCP:[…]>`, `9</data/rill.db-wal>`.
    on: String,
    text: String,
    begin: usize,
    end: usize,
}

/// All calls, those that another thread interrupted put together again.
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
        // A socket's name holds a bracket and a comma holds none: the descriptor ends with the first of these outside of `<…>`.
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

/// Where `17<TCP:[127.0.0.1:1->127.0.0.1:2]>` ends.
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
    /// Between them the log was written to, and after that synced.
    pub synced: bool,
}

/// Every `send` that was acknowledged.
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

    fn judged(lines: &[&str]) -> Vec<bool> {
        let trace = lines.join("\n").replace("SOCKET", SOCKET).replace("LOG", "9</data/rill.db-wal>");
        acknowledgements(&calls(&trace)).into_iter().map(|acknowledged| acknowledged.synced).collect()
    }

    const READ: &str = r#"12 recvfrom(SOCKET, "POST /api/messages/send HTTP/1.1\r\n", 8192, 0, NULL, NULL) = 300"#;
    const WRITE: &str = r#"13 pwrite64(LOG, "\0\1", 4096, 32) = 4096"#;
    const SYNC: &str = "13 fdatasync(LOG) = 0";
    const ANSWER: &str = r#"12 writev(SOCKET, [{iov_base="HTTP/1.1 200 OK\r\n", iov_len=9}], 1) = 9"#;

    #[test]
    fn a_sync_between_request_and_answer_is_found() {
        assert_eq!(judged(&[READ, WRITE, SYNC, ANSWER]), [true]);
        let apart = [
            r#"12 recvfrom(SOCKET,  <unfinished ...>"#,
            r#"12 <... recvfrom resumed>"POST /api/messages/send HTTP/1.1", 8192, 0, NULL, NULL) = 300"#,
            WRITE,
            "13 fdatasync(LOG <unfinished ...>",
            "14 write(2</log>, \"x\", 1) = 1",
            "13 <... fdatasync resumed>) = 0",
            ANSWER,
        ];
        assert_eq!(judged(&apart), [true]);
    }

    #[test]
    fn an_answer_before_the_sync_has_ended_is_found() {
        assert_eq!(judged(&[READ, WRITE, ANSWER, SYNC]), [false]);
        assert_eq!(judged(&[SYNC, READ, WRITE, ANSWER]), [false], "a sync of before says nothing");
        assert_eq!(judged(&[WRITE, READ, SYNC, ANSWER]), [false], "nor does one of what was written before");
        assert_eq!(judged(&[READ, SYNC, WRITE, ANSWER]), [false]);
        let late = [READ, WRITE, "13 fdatasync(LOG <unfinished ...>", ANSWER, "13 <... fdatasync resumed>) = 0"];
        assert_eq!(judged(&late), [false]);
        let elsewhere = [READ, WRITE, "13 fdatasync(8</data/rill.db>) = 0", ANSWER];
        assert_eq!(judged(&elsewhere), [false]);
    }

    #[test]
    fn refusals_and_other_requests_are_no_acknowledgements() {
        assert!(judged(&[READ, &ANSWER.replace("200 OK", "503 No")]).is_empty());
        assert!(judged(&[&READ.replace("messages/send", "auth/enter"), ANSWER]).is_empty());
    }
}
