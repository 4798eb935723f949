//! F16: asked to end under load, again and again.

use crate::world::{People, World};
use std::thread::sleep;

/// So many ends in order, each with a start after it.
pub fn ends(world: &mut World, times: u64) {
    for _ in 0..times {
        sleep(world.dice.millis(50, 500));
        world.server.terminate();
        world.server.restart();
    }
}

#[test]
fn f16_ten_ends_under_load_lose_no_post_and_cut_no_stream() {
    let mut world = World::start("f16", &People::default(), |setup| setup);
    ends(&mut world, 10);
    let report = world.finish().must_be_good();
    // Streams say goodbye; a broken one would have to come back without knowing when.
    assert!(report.byes >= 10 && report.cut == 0, "{report}");
}
