//! Lists the migrations, tells whether the browser's program is split into modules, and rebuilds the server when the site
//! changes, because the release binary embeds the site.

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    // `cargo leptos … --split` compiles with the relocations that dividing needs; without them lazy functions are ordinary ones.
    println!("cargo:rustc-check-cfg=cfg(split)");
    println!("cargo:rerun-if-env-changed=CARGO_ENCODED_RUSTFLAGS");
    if env::var("CARGO_ENCODED_RUSTFLAGS").is_ok_and(|flags| flags.contains("--emit-relocs")) {
        println!("cargo:rustc-cfg=split");
    }
    list_migrations(Path::new("migrations/sqlite"))?;
    // In development the site is read from disk, so a rebuild for every new client would be useless.
    if env::var("PROFILE").as_deref() == Ok("release") {
        fs::create_dir_all("target/site")?;
        println!("cargo:rerun-if-changed=target/site");
    }
    Ok(())
}

/// Writes the files of `folder` as an array of their texts, so that a new file is all that a new migration needs. They are
/// numbered from 0001 on.
fn list_migrations(folder: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().into_string().map_err(|name| format!("{name:?} is no name of a migration"))?);
    }
    names.sort();
    let mut list = String::from("[\n");
    for (at, name) in names.iter().enumerate() {
        if !name.starts_with(&format!("{:04}_", at + 1)) || !name.ends_with(".sql") {
            return Err(format!("{} is no migration number {:04}", folder.join(name).display(), at + 1).into());
        }
        list.push_str(&format!("    include_str!({:?}),\n", fs::canonicalize(folder.join(name))?));
    }
    list.push(']');
    fs::write(Path::new(&env::var("OUT_DIR")?).join("migrations.rs"), list)?;
    Ok(())
}
