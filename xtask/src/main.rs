//! Writes the generated files of the repository.
//!
//! `cargo xtask generate` makes man pages and completions; `cargo xtask core-mib DIR…` makes the image of the standard
//! MIB modules from directories of module files.

use std::{env, fs, io::Write as _, path::Path};

use anyhow::{Context as _, Result, bail};

fn main() -> Result<()> {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["generate"] => generate(),
        ["core-mib", directories @ ..] => core_mib(directories),
        _ => bail!("usage: cargo xtask generate | core-mib DIR..."),
    }
}

fn root() -> Result<&'static Path> {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no parent directory")
}

fn core_mib(directories: &[&str]) -> Result<()> {
    let core = xtask::core_mib::core_mib(directories.iter().map(Into::into).collect())?;
    let files =
        [(xtask::core_mib::IMAGE, core.octets), (xtask::core_mib::LISTING, core.listing.into_bytes())];
    for (path, octets) in files {
        let path = root()?.join(path);
        fs::write(&path, octets).with_context(|| format!("cannot write {}", path.display()))?;
    }
    std::io::stderr().write_all(core.summary.as_bytes())?;
    Ok(())
}

fn generate() -> Result<()> {
    let root = root()?;
    for directory in ["man", "completions"] {
        let directory = root.join(directory);
        // What no tool makes any more must not stay behind.
        if directory.exists() {
            fs::remove_dir_all(&directory)
                .with_context(|| format!("cannot empty {}", directory.display()))?;
        }
        fs::create_dir_all(&directory).with_context(|| format!("cannot make {}", directory.display()))?;
    }
    for file in xtask::all()? {
        let path = root.join(&file.path);
        fs::write(&path, file.content).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
