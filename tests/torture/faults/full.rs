//! F4: the disk is full, for a while. The data directory is a small tmpfs in a mount namespace of the server's own, so that
//! nothing is left mounted whatever happens.

use crate::{
    http::{Answer, Client},
    leaver::lives,
    options::skip,
    reader::Open,
    world::{People, World, enter},
};
use std::{
    fs::{self, File},
    io::Write,
    process::{Command, Stdio},
    thread::sleep,
    time::Duration,
};

/// Mounts a tmpfs over its first argument and becomes the rest.
const MOUNT: &str = r#"mkdir -p "$0" && mount -t tmpfs -o size=12m,mode=700 rill "$0" && exec "$@""#;

/// The words before the program, where the system allows it: as root, or in a user namespace.
fn secluded(dir: &str) -> Option<Vec<String>> {
    let ways: [&[&str]; 2] = [&["unshare", "--mount"], &["unshare", "--user", "--map-root-user", "--mount"]];
    let works = |way: &&[&str]| {
        let mut command = Command::new(way[0]);
        command.args(&way[1..]).args(["sh", "-c", MOUNT, dir, "true"]).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let way = ways.into_iter().find(works)?;
    Some(way.iter().chain(&["sh", "-c", MOUNT, dir]).map(|word| (*word).to_owned()).collect())
}

/// Posts until the answer is this one; every try is noted.
fn post_until(world: &mut World, status: u16) -> Answer {
    let mut client = world.client();
    loop {
        let answer = world.say(&mut client, &"y".repeat(3_000));
        if answer.status == status {
            return answer;
        }
        sleep(Duration::from_millis(10));
    }
}

/// Fills the disk, looks at how the server bears it, and frees it again.
pub fn fill_and_free(world: &mut World) {
    let address = world.shared.address;
    let turn = world.dice.next() % 100_000;
    let (cookie, _) = enter(address, &format!("Guest {turn}")).expect("a guest");
    let mut guest = Client::new(address, &cookie);
    let mut stream = Open::new(guest.listen(None).expect("an answer").0, None);
    let ballast = world.server.files().join("ballast");
    let mut file = File::create(&ballast).unwrap();
    while file.write_all(&[0; 4_096]).is_ok() {}
    let refused = post_until(world, 507);
    assert!(refused.header("retry-after").is_some(), "{:?}", refused.head);
    // Held, while people go on trying.
    for _ in 0..20 {
        let page = guest.post("/api/messages/page", &[("room", "1")]).expect("an answer");
        let well = Client::new(address, "").get("/healthz").expect("an answer");
        assert_eq!((page.status, well.status), (200, 200), "reading goes on: {}", page.body);
        sleep(Duration::from_millis(50));
    }
    let left = guest.post("/api/auth/leave", &[]).expect("an answer");
    assert!(matches!(left.status, 200 | 507), "{}", left.body);
    assert!(!lives(&mut guest), "leaving holds with a full disk");
    world.wait("the stream of who has left ends", {
        let stream = std::cell::RefCell::new(&mut stream);
        move |_| stream.borrow_mut().next().is_none()
    });
    drop(file);
    fs::remove_file(ballast).unwrap();
    assert_eq!(post_until(world, 200).status, 200);
    world.flow(20);
    assert!(!lives(&mut guest), "nor does the session come back with the space");
}

#[test]
pub fn f4_a_full_disk_refuses_writes_and_is_got_over_without_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let Some(words) = secluded(data.to_str().unwrap()) else {
        return skip("f4: a small disk needs unshare and mount, as root or in a user namespace");
    };
    let mut world = World::start("f4", &People::default(), |mut setup| {
        (setup.data, setup.secluded, setup.wrapper) = (data, true, words);
        setup
    });
    for _ in 0..3 {
        fill_and_free(&mut world);
    }
    let report = world.finish().must_be_good();
    assert!(report.full > 0, "{report}");
}
