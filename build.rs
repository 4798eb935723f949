//! Makes the server's build notice a new site, since the site is compiled into the release binary.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // In development the site is read from disk, and a rebuild for every new client would be in vain.
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        let _ = std::fs::create_dir_all("target/site");
        println!("cargo:rerun-if-changed=target/site");
    }
}
