//! The generated files in the repository are what `cargo xtask generate` makes.

use std::{collections::BTreeSet, fs, path::Path};

const COMMAND: &str = "run `cargo xtask generate` and commit what it changes";

#[test]
fn man_pages_and_completions_are_those_of_the_tools() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let generated = xtask::all().unwrap();
    for file in &generated {
        let committed = fs::read(root.join(&file.path)).unwrap_or_default();
        assert!(committed == file.content, "{} is out of date: {COMMAND}", file.path.display());
    }
    let expected: BTreeSet<_> = generated.iter().map(|file| root.join(&file.path)).collect();
    for directory in ["man", "completions"] {
        for entry in fs::read_dir(root.join(directory)).unwrap() {
            let path = entry.unwrap().path();
            assert!(expected.contains(&path), "{} belongs to no tool: {COMMAND}", path.display());
        }
    }
}

#[test]
fn every_tool_has_its_program_and_every_program_its_tool() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin");
    let programs: BTreeSet<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let tools: BTreeSet<_> = snmpkit::tool::ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(programs, tools);
}

#[test]
fn every_man_page_has_the_short_spellings() {
    for file in xtask::all().unwrap().iter().filter(|file| file.path.starts_with("man")) {
        let page = String::from_utf8(file.content.clone()).unwrap();
        // Those two have grammars of their own.
        if ["snmpagent.1", "snmptranslate.1"].iter().any(|page| file.path.ends_with(page)) {
            continue;
        }
        for option in "hHVvcrtsTluaAxXeEnZ3OmMPILdDYCj".chars() {
            assert!(page.contains(&format!("\\fB\\-{option}\\fR")), "-{option} in {}", file.path.display());
        }
        for letter in "0abeEfFnpqQsStTuUvxX".chars() {
            assert!(
                ["\\", " "].iter().any(|next| page.contains(&format!("\n.TP 6\n\\fB{letter}{next}"))),
                "-O{letter}"
            );
        }
    }
}

#[test]
fn every_man_page_has_the_usual_sections_in_the_usual_order() {
    for file in xtask::all().unwrap().iter().filter(|file| file.path.starts_with("man")) {
        let page = String::from_utf8(file.content.clone()).unwrap();
        let place = |section: &&str| {
            let heading = format!("\n.SH {section}\n");
            assert_eq!(page.matches(&heading).count(), 1, "{section} in {}", file.path.display());
            page.find(&heading).unwrap()
        };
        let sections = [
            "NAME",
            "SYNOPSIS",
            "DESCRIPTION",
            "ARGUMENTS",
            "OPTIONS",
            "EXIT STATUS",
            "ENVIRONMENT",
            "FILES",
            "EXAMPLES",
            "SEE ALSO",
        ];
        let places: Vec<_> = sections.iter().map(place).collect();
        assert!(places.is_sorted(), "{}: {places:?}", file.path.display());
        assert!(page.matches("\n.RS").count() == page.matches("\n.RE").count(), "{}", file.path.display());
    }
}
