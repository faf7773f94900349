//! The examples run, and say what their first lines promise.

use std::{
    path::PathBuf,
    process::{Command, Output},
};

/// Cargo builds the examples beside the tests; their directory is not told, but it is always this one.
fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test has a file");
    let target = test.parent().and_then(|deps| deps.parent()).expect("tests lie in target/PROFILE/deps");
    target.join("examples").join(name)
}

fn run(name: &str, arguments: &[&str]) -> (bool, String) {
    let path = example(name);
    let Output { status, stdout, stderr } = Command::new(&path)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}; run `cargo build --examples`", path.display()));
    (status.success(), String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr))
}

#[test]
fn get_shows_what_it_asks_for() {
    let (success, text) = run("get", &["demo::", "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.2.1.0"]);
    assert!(success, "{text}");
    assert_eq!(
        text,
        "1.3.6.1.2.1.1.5.0 = OctetString(\"demo.example.net\")\n1.3.6.1.2.1.2.1.0 = Integer32(7)\n"
    );
}

#[test]
fn walk_counts_what_it_shows() {
    let (success, text) = run("walk", &["demo::", "1.3.6.1.2.1.1.9"]);
    assert!(success, "{text}");
    let shown = text.lines().filter(|line| line.starts_with("1.3.6.1.2.1.1.9.")).count();
    assert!(shown > 3, "{text}");
    assert!(text.ends_with(&format!("\n{shown} variables below 1.3.6.1.2.1.1.9\n")), "{text}");
}

#[test]
fn table_shows_two_tables_beside_one_another() {
    let (success, text) = run("table", &["demo::"]);
    assert!(success, "{text}");
    let rows: Vec<&str> = text.lines().filter(|line| line.contains("Some(Counter64(")).collect();
    assert!(rows.len() > 3 && rows.iter().all(|row| row.contains("[Some(OctetString(")), "{text}");
    assert!(text.lines().last().is_some_and(|last| last.contains(" rows in 1 tries, proven: ")), "{text}");
}

#[test]
fn many_asks_all_and_says_who_does_not_answer() {
    let (success, text) = run("many", &["demo::", "demo::", "junk::"]);
    assert!(success, "{text}");
    assert_eq!(text.matches("demo::: OctetString(\"demo.example.net\") up TimeTicks(").count(), 2, "{text}");
    assert!(text.contains("junk::: unknown transport specifier 'junk'"), "{text}");
}

#[test]
fn agent_serves_itself() {
    let (success, text) = run("agent", &[]);
    assert!(success, "{text}");
    assert!(text.starts_with("the device answers at "), "{text}");
    assert!(text.ends_with("1.3.6.1.2.1.2.1.0 = Integer32(7)\n"), "{text}");
}
