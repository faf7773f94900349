use std::fs;

use clap::Parser as _;

use super::*;
use crate::tool::agent::Args;

fn args(words: &[&str]) -> Args {
    let all = ["snmpagent", "demo", "--listen", "x"].iter().chain(words);
    Args::try_parse_from(all).unwrap()
}

fn users(words: &[&str]) -> Result<Vec<User>, String> {
    args(words).user.users(&mut Vec::new())
}

fn facts(user: &User) -> (&[u8], SecurityLevel, SecurityLevel, Permission) {
    (user.name(), user.level(), user.least_level(), user.permission())
}

const LEVELS: [SecurityLevel; 3] =
    [SecurityLevel::NoAuthNoPriv, SecurityLevel::AuthNoPriv, SecurityLevel::AuthPriv];

#[test]
fn options_belong_to_the_user_before_them_in_any_order() {
    let [none, auth, sealed] = LEVELS;
    let users = users(&[
        "--user",
        "open",
        "--access",
        "ro",
        "--user",
        "signed",
        "--auth-password",
        "password1",
        "--quirk",
        "v1-only",
        "--auth",
        "sha-256",
        "--user=sealed",
        "--priv",
        "3DES",
        "--priv-password=-password2",
        "--min-level",
        "authNoPriv",
        "--auth",
        "MD5",
        "--auth-password",
        "password1",
    ])
    .unwrap();
    let facts: Vec<_> = users.iter().map(facts).collect();
    assert_eq!(
        facts,
        [
            (&b"open"[..], none, none, Permission::Read),
            (b"signed", auth, auth, Permission::Write),
            (b"sealed", sealed, auth, Permission::Write),
        ]
    );
}

#[test]
fn what_is_wrong_with_a_user_is_told_without_a_secret() {
    for (words, said) in [
        ("--auth SHA", "--auth belongs to a user: write --user NAME before it"),
        (
            "--auth-password s3cretword --user a",
            "--auth-password belongs to a user: write --user NAME before it",
        ),
        ("--user a --auth SHA", "user \"a\": --auth needs --auth-password or --auth-password-file"),
        ("--user a --auth-password s3cretword", "user \"a\": --auth-password needs --auth"),
        (
            "--user a --auth SHA --auth-password s3cretword --priv AES",
            "user \"a\": --priv needs --priv-password or --priv-password-file",
        ),
        (
            "--user a --auth SHA --auth-password s3cretword --priv-password s3cretword",
            "user \"a\": --priv-password needs --priv",
        ),
        (
            "--user a --priv AES --priv-password s3cretword",
            "user \"a\": --priv needs --auth: nothing is encrypted without authentication",
        ),
        (
            "--user a --auth SHA --auth-password s3cret",
            "user \"a\": --auth-password: a passphrase of 6 octets, where SNMPv3 asks for 8 at least",
        ),
        (
            "--user a --auth SHA0 --auth-password s3cretword",
            "user \"a\": --auth is MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512, not \"SHA0\"",
        ),
        (
            "--user a --auth s3cretword",
            "user \"a\": --auth is MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512",
        ),
        (
            "--user a --auth SHA --auth-password s3cretword --priv ROT13",
            "user \"a\": --priv is DES, 3DES, AES, AES-192, AES-256, AES-192-C or AES-256-C, not \"ROT13\"",
        ),
        (
            "--user a --auth NOAUTH",
            "user \"a\": --auth is MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512, not \"NOAUTH\"",
        ),
        ("--user a --auth SHA --user b --auth MD5 --auth SHA", "user \"b\": --auth stands there twice"),
        (
            "--user a --auth-password s3cretword --auth-password-file /dev/null/s3",
            "user \"a\": --auth-password-file: cannot read the passphrase file /dev/null/s3: Not a directory",
        ),
        (
            "--user a --auth-password-file /",
            "user \"a\": --auth-password-file: the passphrase file / is a directory",
        ),
        ("--user a --access write", "user \"a\": --access is ro or rw, not \"write\""),
        (
            "--user a --min-level x",
            "user \"a\": --min-level is noAuthNoPriv, authNoPriv or authPriv, not \"x\"",
        ),
        (
            "--user a --min-level authPriv",
            "user \"a\": --min-level authPriv is above what the user has passphrases for, noAuthNoPriv",
        ),
        ("--user ", "user \"\": a user has a name of 1 to 32 octets"),
        (
            "--user 123456789012345678901234567890123",
            "user \"123456789012345678901234567890123\": a user name of 33 octets, where 32 are the most",
        ),
    ] {
        let words: Vec<&str> = words.split(' ').collect();
        let error = users(&words).unwrap_err();
        assert_eq!(error, said);
        assert!(!format!("{:?}", args(&words)).contains("s3cret"), "{words:?}");
    }
}

#[test]
fn protocols_have_the_words_of_the_other_tools() {
    for protocol in AuthProtocol::ALL {
        assert_eq!(auth_protocol(protocol.name().to_lowercase().as_bytes()), Some(protocol));
    }
    for protocol in PrivProtocol::ALL {
        assert_eq!(priv_protocol(protocol.name().to_lowercase().as_bytes()), Some(protocol));
    }
    assert_eq!((auth_protocol(b""), priv_protocol(b""), priv_protocol(b"NOPRIV")), (None, None, None));
}

#[test]
fn a_passphrase_is_the_first_line_of_its_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("pass");
    let given = ["--user", "a", "--auth", "SHA", "--auth-password-file", path.to_str().unwrap()];
    for (content, expected) in
        [("password 1\r\nmore\n", Ok(())), ("password", Ok(())), ("short\npassword\n", Err(5))]
    {
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let found = users(&given).map(drop);
        let too_short = |octets| {
            format!(
                "user \"a\": --auth-password-file: a passphrase of {octets} octets, where SNMPv3 asks for 8 at least"
            )
        };
        assert_eq!(found, expected.map_err(too_short), "{content:?}");
    }
    fs::write(&path, "\npassword\n").unwrap();
    assert!(users(&given).unwrap_err().contains("is empty"));
    fs::write(&path, "password\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let mut warnings = Vec::new();
    args(&given).user.users(&mut warnings).unwrap();
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].contains("others can read this file") && !warnings[0].contains("password\n"));
}
