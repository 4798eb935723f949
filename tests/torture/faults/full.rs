//! F4: the disk is full for a while. The data directory is a small tmpfs in a mount namespace of the server, so that nothing
//! stays mounted.

use crate::{
    http::{ANSWER_TIMEOUT, Answer, Client},
    leaver::is_live,
    options::skip,
    reader::OpenStream,
    scenario::{People, Scenario, enter},
    server::Setup,
};
use std::{
    fs::{self, File},
    io::Write,
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// Mounts a tmpfs over the first argument and executes the rest.
const MOUNT: &str = r#"mkdir -p "$0" && mount -t tmpfs -o size=12m,mode=700 rill "$0" && exec "$@""#;

/// Returns the command before the program when the system allows it: as root, or in a user namespace.
fn mount_command(dir: &str) -> Option<Vec<String>> {
    let ways: [&[&str]; 2] = [&["unshare", "--mount"], &["unshare", "--user", "--map-root-user", "--mount"]];
    let works = |way: &&[&str]| {
        let mut command = Command::new(way[0]);
        command.args(&way[1..]).args(["sh", "-c", MOUNT, dir, "true"]).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let way = ways.into_iter().find(works)?;
    Some(way.iter().chain(&["sh", "-c", MOUNT, dir]).map(|word| (*word).to_owned()).collect())
}

/// Posts until the answer has this status; panics after two minutes.
fn post_until(scenario: &mut Scenario, status: u16) -> Answer {
    let (mut client, began) = (scenario.client(), Instant::now());
    loop {
        assert!(began.elapsed() < 2 * ANSWER_TIMEOUT, "no answer with {status}; {}", scenario.server.setup.log_tail());
        let answer = scenario.send(&mut client, &"y".repeat(3_000));
        if answer.status == status {
            return answer;
        }
        sleep(Duration::from_millis(10));
    }
}

/// Fills the disk, checks the server, and frees the disk again.
pub fn fill_and_free(scenario: &mut Scenario) {
    let address = scenario.shared.address;
    let turn = scenario.rng.next() % 100_000;
    let (cookie, _) = enter(address, &format!("Guest {turn}")).expect("a guest");
    let mut guest = Client::new(address, &cookie);
    let mut stream = OpenStream::new(guest.listen(None).expect("an answer").0, None);
    let ballast = scenario.server.files().join("ballast");
    let mut file = File::create(&ballast).unwrap();
    while file.write_all(&[0; 4_096]).is_ok() {}
    let refused = post_until(scenario, 507);
    assert!(refused.header("retry-after").is_some(), "{:?}", refused.head);
    // The disk stays full while clients go on trying.
    for _ in 0..20 {
        let page = guest.post("/api/messages/page", &[("room", "1")]).expect("an answer");
        let well = Client::new(address, "").get("/healthz").expect("an answer");
        assert_eq!((page.status, well.status), (200, 200), "reading works: {}", page.body);
        sleep(Duration::from_millis(50));
    }
    let left = guest.post("/api/auth/leave", &[]).expect("an answer");
    assert_eq!(left.status, 200, "{}", left.body);
    assert!(!is_live(&mut guest), "leaving works with a full disk");
    // Where the database did not take it, the reserved file did: `src/tests/sessions.rs` starts from there.
    let ended = fs::read(scenario.server.files().join("rill.ended")).unwrap();
    assert_eq!(ended.len(), 32 * 1024);
    scenario.wait_until("the stream of the ended session ends", {
        let stream = std::cell::RefCell::new(&mut stream);
        move |_| stream.borrow_mut().next().is_none()
    });
    drop(file);
    fs::remove_file(ballast).unwrap();
    assert_eq!(post_until(scenario, 200).status, 200);
    scenario.wait_for_messages(20);
    assert!(!is_live(&mut guest), "the session stays ended when there is space again");
}

#[test]
fn f4_below_the_floor_nothing_grows_and_all_else_works() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let Some(words) = mount_command(data.to_str().unwrap()) else {
        return skip("f4: a small disk needs unshare and mount, as root or in a user namespace");
    };
    let mut setup = Setup::new(dir.path());
    (setup.data, setup.private_mount, setup.wrapper) = (data, true, words);
    let server = setup.start();
    let address = setup.address;
    let mut host = Client::new(address, &enter(address, "Host").expect("somebody enters").0);
    let key = |n: u64| format!("{n:032x}");
    let send = |host: &mut Client, n: u64| {
        let fields = [("room", "1"), ("key", &key(n)), ("text", "said")];
        host.post("/api/messages/send", &fields).expect("an answer")
    };
    let sent = send(&mut host, 1);
    assert_eq!(sent.status, 200, "{}", sent.body);
    let message = sent.json()["id"].to_string();
    // A twentieth of the disk is the floor; a third of that is left, which is enough for SQLite.
    let (ballast, floor) = (server.files().join("ballast"), (12 << 20) / 20);
    let free = rustix::fs::statvfs(server.files()).map(|stat| stat.f_bavail * stat.f_frsize).unwrap();
    fs::write(&ballast, vec![0; (free - floor / 3) as usize]).unwrap();
    let refused = send(&mut host, 2);
    assert_eq!((refused.status, refused.json()["error"].as_str()), (507, Some("storage_full")), "{}", refused.body);
    assert!(refused.header("retry-after").is_some());
    let room = host.post("/api/rooms/create", &[("name", "Plans")]).expect("an answer");
    let person = Client::new(address, "").post("/api/auth/enter", &[("name", "Guest")]).expect("an answer");
    assert_eq!((room.status, person.status), (507, 507), "{} {}", room.body, person.body);
    for (path, fields) in [
        ("/api/messages/page", vec![("room", "1")]),
        ("/api/messages/delete", vec![("message", message.as_str())]),
        ("/api/auth/leave", vec![]),
    ] {
        let answer = host.post(path, &fields).expect("an answer");
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    }
    fs::remove_file(ballast).unwrap();
    let mut guest = Client::new(address, &enter(address, "Guest").expect("there is room again").0);
    assert_eq!(send(&mut guest, 3).status, 200);
}

#[test]
pub fn f4_writes_are_refused_when_the_disk_is_full_and_work_again_without_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let Some(words) = mount_command(data.to_str().unwrap()) else {
        return skip("f4: a small disk needs unshare and mount, as root or in a user namespace");
    };
    let mut scenario = Scenario::start("f4", &People::default(), |mut setup| {
        (setup.data, setup.private_mount, setup.wrapper) = (data, true, words);
        setup
    });
    for _ in 0..3 {
        fill_and_free(&mut scenario);
    }
    let report = scenario.finish().assert_valid();
    assert!(report.full > 0, "{report}");
}
