//! `cargo xtask core-mib DIR…`: the image of the standard modules that is part of the program, and its listing.

use std::{fmt::Write as _, path::PathBuf};

use anyhow::{Context as _, Result, ensure};
use snmpkit::mib::{
    compile::{self, Compiled, Directories, Prose, Severity, Source as _},
    image::{self, Image},
};

/// The image, from the root of the repository.
pub const IMAGE: &str = "src/mib/core.img";

/// The listing, from the root of the repository.
pub const LISTING: &str = "docs/mib-modules.md";

/// Modules of the directories that do not belong into the image: of one manufacturer, or no modules that anybody
/// published (translations of SNMPv2 foundation modules into the older language).
const LEFT_OUT: [&str; 5] =
    ["IBM-6611-APPN-MIB", "LLDP-EXT-HM-MIB", "SNMPv2-CONF-v1", "SNMPv2-SMI-v1", "SNMPv2-TC-v1"];

/// What `core-mib` makes.
pub struct Core {
    /// The image.
    pub octets: Vec<u8>,
    /// The listing.
    pub listing: String,
    /// For whoever runs it.
    pub summary: String,
}

/// Compiles the modules of directories.
pub fn core_mib(directories: Vec<PathBuf>) -> Result<Core> {
    ensure!(!directories.is_empty(), "core-mib needs directories of module files; see docs/mib-image.md");
    let source = Directories::new(directories);
    let mut modules = source.modules().context("cannot read the directories of module files")?;
    modules.retain(|module| !LEFT_OUT.contains(&module.as_str()));
    let Compiled { mut model, problems, missing } = compile::compile(&source, &modules, Prose::Drop)?;
    let files: Vec<_> =
        modules.iter().filter_map(|module| source.candidates(module).into_iter().next()).collect();
    let octets: Vec<&[u8]> = files.iter().map(|file| &*file.octets).collect();
    model.stamp[..8].copy_from_slice(&image::fingerprint(&octets).to_le_bytes());
    let octets = image::write(&model)?;
    let image = Image::open(&octets)?;
    let listing = listing(&image);
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let mut summary = format!(
        "{} octets, {} modules, {} nodes, {} definitions; {} problems in the modules, {errors} of them errors\n",
        octets.len(),
        image.modules().len(),
        image.node_count(),
        model.definitions.len(),
        problems.len(),
    );
    for module in missing {
        writeln!(summary, "missing: {module}")?;
    }
    Ok(Core { octets, listing, summary })
}

/// The listing of an image's modules.
pub fn listing(image: &Image<'_>) -> String {
    let mut text = String::from(
        "# Modules of the built-in image\n\n\
         Made by `cargo xtask core-mib`; docs/mib-image.md says how. The date is that of LAST-UPDATED, or of the first\n\
         REVISION; modules without MODULE-IDENTITY have none.\n\n\
         | module | language | date |\n|---|---|---|\n",
    );
    for module in image.modules() {
        let updated = module.last_updated().or_else(|| module.revisions().first().copied());
        let _ = writeln!(
            text,
            "| {} | {} | {} |",
            module.name(),
            module.language(),
            day(updated.unwrap_or_default())
        );
    }
    text
}

/// The day of a date of the SMI (RFC 2578, section 2): `200006140000Z` and `9602282155Z` become `2000-06-14` and
/// `1996-02-28`; `—` for none.
fn day(date: &str) -> String {
    let date = if date.len() == 11 { format!("19{date}") } else { date.to_owned() };
    match (date.get(..4), date.get(4..6), date.get(6..8)) {
        (Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        _ => "—".to_owned(),
    }
}
