//! snmp2's client of `SNMPv3` asks our agent, with every pair of protocols that it has.

use std::time::Duration;

use snmp2::{
    Oid as PeerOid, SyncSession, Value as PeerValue,
    v3::{Auth, AuthProtocol as PeerAuth, Cipher, KeyExtension, Security},
};
use snmpkit::crypto::{AuthProtocol, PrivProtocol};
use tempfile::TempDir;

use super::common::{AUTH_PASS, Agent, PRIV_PASS, pairs, user_name, users_file, write_users};

const fn auth_of(auth: AuthProtocol) -> PeerAuth {
    match auth {
        AuthProtocol::Md5 => PeerAuth::Md5,
        AuthProtocol::Sha1 => PeerAuth::Sha1,
        AuthProtocol::Sha224 => PeerAuth::Sha224,
        AuthProtocol::Sha256 => PeerAuth::Sha256,
        AuthProtocol::Sha384 => PeerAuth::Sha384,
        AuthProtocol::Sha512 => PeerAuth::Sha512,
    }
}

/// Its cipher and key extension; `None` for what it does not have.
const fn cipher_of(privacy: PrivProtocol) -> Option<(Cipher, KeyExtension)> {
    Some(match privacy {
        PrivProtocol::Des => (Cipher::Des, KeyExtension::Blumenthal),
        PrivProtocol::TripleDes => return None,
        PrivProtocol::Aes128 => (Cipher::Aes128, KeyExtension::Blumenthal),
        PrivProtocol::Aes192 => (Cipher::Aes192, KeyExtension::Blumenthal),
        PrivProtocol::Aes256 => (Cipher::Aes256, KeyExtension::Blumenthal),
        PrivProtocol::Aes192Cisco => (Cipher::Aes192, KeyExtension::Reeder),
        PrivProtocol::Aes256Cisco => (Cipher::Aes256, KeyExtension::Reeder),
    })
}

fn security(name: &str, auth: AuthProtocol, privacy: Option<PrivProtocol>, pass: &str) -> Security {
    let security = Security::new(name.as_bytes(), pass.as_bytes()).with_auth_protocol(auth_of(auth));
    match privacy.and_then(cipher_of) {
        None => security.with_auth(Auth::AuthNoPriv),
        Some((cipher, extension)) => security
            .with_auth(Auth::AuthPriv { cipher, privacy_password: PRIV_PASS.as_bytes().to_vec() })
            .with_key_extension_method(extension),
    }
}

const SYS_NAME: [u64; 9] = [1, 3, 6, 1, 2, 1, 1, 5, 0];

#[test]
fn it_reads_and_writes_with_every_pair_that_it_has() {
    let home = TempDir::new().unwrap();
    let theirs = PrivProtocol::ALL.into_iter().filter(|privacy| cipher_of(*privacy).is_some()).map(Some);
    let privacies: Vec<_> = [None].into_iter().chain(theirs).collect();
    let pairs = pairs(&privacies);
    let users = write_users(home.path(), &users_file(&pairs));
    let agent = Agent::start(&["demo", "--users", &users], home.path());
    let name = PeerOid::from(&SYS_NAME).unwrap();
    for (auth, privacy) in pairs {
        let about = user_name(auth, privacy);
        let security = security(&about, auth, privacy, AUTH_PASS);
        let time_out = Some(Duration::from_secs(2));
        let mut session = SyncSession::new_v3(agent.host_and_port(), time_out, 7, security).unwrap();
        session.init().unwrap_or_else(|error| panic!("{about}: {error:?}"));
        let value = PeerValue::OctetString(about.as_bytes());
        let set = session.set(&[(&name, value)]).unwrap_or_else(|error| panic!("{about}: {error:?}"));
        assert_eq!(set.error_status, 0, "{about}");
        let mut answer = session.get(&name).unwrap_or_else(|error| panic!("{about}: {error:?}"));
        let (found, value) = answer.varbinds.next().unwrap();
        assert_eq!(found, name, "{about}");
        assert!(
            matches!(value, PeerValue::OctetString(octets) if octets == about.as_bytes()),
            "{about}: {value:?}"
        );
    }
}

#[test]
fn it_gets_nothing_with_a_wrong_passphrase() {
    let home = TempDir::new().unwrap();
    let pairs = [(AuthProtocol::Sha256, Some(PrivProtocol::Aes128))];
    let users = write_users(home.path(), &users_file(&pairs));
    let agent = Agent::start(&["demo", "--users", &users], home.path());
    let [(auth, privacy)] = pairs;
    let wrong = security(&user_name(auth, privacy), auth, privacy, "another-passphrase");
    let time_out = Some(Duration::from_millis(500));
    let mut session = SyncSession::new_v3(agent.host_and_port(), time_out, 7, wrong).unwrap();
    let got = session.init().and_then(|()| session.get(&PeerOid::from(&SYS_NAME).unwrap()).map(drop));
    assert!(got.is_err(), "{got:?}");
}
