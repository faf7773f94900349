//! `cargo xtask generate` writes the generated files of the repository: man pages and completions.

use std::{env, fs, path::Path};

use anyhow::{Context as _, Result, bail};

fn main() -> Result<()> {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["generate"] => generate(),
        _ => bail!("usage: cargo xtask generate"),
    }
}

fn generate() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no parent directory")?;
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
