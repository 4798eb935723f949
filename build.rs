//! Rebuilds the server when the site changes, because the release binary embeds the site.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // In development the site is read from disk, so a rebuild for every new client would be useless.
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        let _ = std::fs::create_dir_all("target/site");
        println!("cargo:rerun-if-changed=target/site");
    }
}
