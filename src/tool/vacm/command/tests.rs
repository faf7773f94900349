use super::*;

fn words(line: &str) -> Vec<OsString> {
    line.split(' ')
        .filter(|word| !word.is_empty())
        .map(|word| OsString::from(word.replace('_', "")))
        .collect()
}

/// The plan of a line of words; `_` is an empty one. A subtree must be numeric.
fn plan(line: &str, view: ViewType) -> Result<Plan, Mistake> {
    let words = words(line);
    let command = Command::parse(&words)?;
    let subtree = command.subtree().map(|text| text.to_str().unwrap().parse().unwrap());
    command.plan(subtree.as_ref(), view)
}

/// `OID=VALUE` for each binding: numbers as they are, strings in hexadecimal behind an `x`.
fn shown(line: &str) -> (String, &'static str) {
    let plan = plan(line, ViewType::Included).unwrap();
    let binding = |binding: &VarBind| match &binding.value {
        Value::Integer32(number) => format!("{}={number}", binding.name),
        Value::OctetString(octets) => {
            let digits = octets.iter().fold(String::new(), |digits, octet| format!("{digits}{octet:02x}"));
            format!("{}=x{digits}", binding.name)
        }
        other => panic!("{other:?}"),
    };
    (plan.bindings.iter().map(binding).collect::<Vec<_>>().join(" "), plan.done)
}

#[test]
fn every_command_becomes_the_bindings_that_net_snmp_sends() {
    for (line, bindings, done) in [
        (
            "createSec2Group 3 bob g1",
            "1.3.6.1.6.3.16.1.2.1.5.3.3.98.111.98=4 1.3.6.1.6.3.16.1.2.1.3.3.3.98.111.98=x6731",
            "Sec2group successfully created.",
        ),
        ("deleteSec2Group 2 b", "1.3.6.1.6.3.16.1.2.1.5.2.1.98=6", "Sec2group successfully deleted."),
        (
            "createAccess g 3 1 2 r w n",
            "1.3.6.1.6.3.16.1.4.1.9.1.103.0.3.1=4 1.3.6.1.6.3.16.1.4.1.4.1.103.0.3.1=2 \
             1.3.6.1.6.3.16.1.4.1.5.1.103.0.3.1=x72 1.3.6.1.6.3.16.1.4.1.6.1.103.0.3.1=x77 \
             1.3.6.1.6.3.16.1.4.1.7.1.103.0.3.1=x6e",
            "Access successfully created.",
        ),
        (
            "createAccess g c 3 1 2 r w _",
            "1.3.6.1.6.3.16.1.4.1.9.1.103.1.99.3.1=4 1.3.6.1.6.3.16.1.4.1.4.1.103.1.99.3.1=2 \
             1.3.6.1.6.3.16.1.4.1.5.1.103.1.99.3.1=x72 1.3.6.1.6.3.16.1.4.1.6.1.103.1.99.3.1=x77 \
             1.3.6.1.6.3.16.1.4.1.7.1.103.1.99.3.1=x",
            "Access successfully created.",
        ),
        ("deleteAccess g 3 1", "1.3.6.1.6.3.16.1.4.1.9.1.103.0.3.1=6", "Access successfully deleted."),
        ("deleteAccess g c 3 1", "1.3.6.1.6.3.16.1.4.1.9.1.103.1.99.3.1=6", "Access successfully deleted."),
        ("deleteAccess g 3 1 x y", "1.3.6.1.6.3.16.1.4.1.9.1.103.0.3.1=6", "Access successfully deleted."),
        (
            "createView v 1.3.6",
            "1.3.6.1.6.3.16.1.5.2.1.6.1.118.3.1.3.6=4 1.3.6.1.6.3.16.1.5.2.1.3.1.118.3.1.3.6=xffffff \
             1.3.6.1.6.3.16.1.5.2.1.4.1.118.3.1.3.6=1",
            "View successfully created.",
        ),
        (
            "createView v 1.3.6 ff.a:0x1",
            "1.3.6.1.6.3.16.1.5.2.1.6.1.118.3.1.3.6=4 1.3.6.1.6.3.16.1.5.2.1.3.1.118.3.1.3.6=xff0a01 \
             1.3.6.1.6.3.16.1.5.2.1.4.1.118.3.1.3.6=1",
            "View successfully created.",
        ),
        ("deleteView v 1.3.6", "1.3.6.1.6.3.16.1.5.2.1.6.1.118.3.1.3.6=6", "View successfully deleted."),
        (
            "createAuth g 3 1 log 1 v",
            "1.3.6.1.4.1.8072.1.9.1.1.5.1.103.0.3.1.3.108.111.103=4 \
             1.3.6.1.4.1.8072.1.9.1.1.2.1.103.0.3.1.3.108.111.103=1 \
             1.3.6.1.4.1.8072.1.9.1.1.3.1.103.0.3.1.3.108.111.103=x76",
            "AuthAccess successfully created.",
        ),
        (
            "createAuth g c 3 1 l 1 v",
            "1.3.6.1.4.1.8072.1.9.1.1.5.1.103.1.99.3.1.1.108=4 1.3.6.1.4.1.8072.1.9.1.1.2.1.103.1.99.3.1.1.108=1 \
             1.3.6.1.4.1.8072.1.9.1.1.3.1.103.1.99.3.1.1.108=x76",
            "AuthAccess successfully created.",
        ),
        (
            "deleteAuth g 3 1 log",
            "1.3.6.1.4.1.8072.1.9.1.1.5.1.103.0.3.1.3.108.111.103=6",
            "AuthAccess successfully deleted.",
        ),
        (
            "deleteAuth g c 3 1 l",
            "1.3.6.1.4.1.8072.1.9.1.1.5.1.103.1.99.3.1.1.108=6",
            "AuthAccess successfully deleted.",
        ),
    ] {
        assert_eq!(shown(line), (bindings.to_owned(), done), "{line}");
    }
}

#[test]
fn an_excluded_view_differs_in_its_type_alone() {
    let [included, excluded] =
        [ViewType::Included, ViewType::Excluded].map(|view| plan("createView v 1.3", view).unwrap());
    assert_eq!(included.bindings[..2], excluded.bindings[..2]);
    assert_eq!(included.bindings[2].value, Value::Integer32(1));
    assert_eq!(excluded.bindings[2].value, Value::Integer32(2));
}

#[test]
fn every_mistake_has_net_snmps_words() {
    use Mistake::{Mask, Missing, Wrong};
    let long = format!("createView v 1.3 {}", ["ff"; 35].join("."));
    for (line, mistake) in [
        ("", Missing("Please specify a operation to perform.")),
        ("bogus", Wrong("Unknown command")),
        ("_", Wrong("Unknown command")),
        ("createview v 1.3", Wrong("Unknown command")),
        ("createSec2Group 3 a", Missing("You must specify model, security name and group name")),
        ("createSec2Group 3 a b c", Missing("You must specify model, security name and group name")),
        ("createSec2Group x a b", Wrong("invalid security model")),
        ("createSec2Group 3x a b", Wrong("invalid security model")),
        ("createSec2Group -3 a b", Wrong("invalid security model")),
        ("createSec2Group _ a b", Wrong("invalid security model")),
        ("createSec2Group 99999999999 a b", Wrong("invalid security model")),
        ("deleteSec2Group 3", Missing("You must specify the sec2group to delete")),
        ("deleteSec2Group 3 a b", Missing("You must specify the sec2group to delete")),
        ("deleteSec2Group usm a", Wrong("invalid security model")),
        ("createAccess g 3 1 1 r w", Missing("You must specify the access entry to create")),
        ("createAccess", Missing("You must specify the access entry to create")),
        ("createAccess g x 1 1 r w n", Wrong("invalid security model")),
        ("createAccess g 3 x 1 r w n", Wrong("invalid security level")),
        ("createAccess g 3 1 x r w n", Wrong("invalid contextMatch")),
        ("createAccess g c 3 1 1 r w n extra", Wrong("invalid security model")),
        ("deleteAccess g 3", Missing("You must specify the access entry to delete")),
        ("deleteAccess g c x 1", Wrong("invalid security model")),
        ("deleteAccess g 3 x", Wrong("invalid security level")),
        ("createView v", Missing("You must specify name, subtree and mask")),
        ("createView v 1.3 ff more", Missing("You must specify name, subtree and mask")),
        ("createView v 1.3 ff.zz", Mask("invalid MASK")),
        ("createView v 1.3 100", Mask("invalid MASK")),
        ("createView v 1.3 ffq", Mask("invalid MASK")),
        ("createView v 1.3 0x", Mask("invalid MASK")),
        (&long, Mask("MASK too long")),
        ("deleteView v", Missing("You must specify the view to delete")),
        ("deleteView v 1.3 x", Missing("You must specify the view to delete")),
        ("createAuth g 3 1 log 1", Missing("You must specify the authAccess entry to create")),
        ("createAuth g x 1 log 1 v", Wrong("invalid security model")),
        ("createAuth g 3 x log 1 v", Wrong("invalid security level")),
        ("createAuth g 3 1 log x v", Wrong("invalid contextMatch")),
        ("deleteAuth g 3 1", Missing("You must specify the authAccess entry to delete")),
        ("deleteAuth g x 1 log", Wrong("invalid security model")),
        ("deleteAuth g 3 x log", Wrong("invalid security level")),
    ] {
        assert_eq!(plan(line, ViewType::Included), Err(mistake), "{line}");
    }
}

#[test]
fn a_mask_of_the_greatest_length_and_an_empty_one_are_taken() {
    let mask = |text: &str| read_mask(text.as_bytes());
    assert_eq!(mask(&["0"; 34].join(":")).unwrap(), [0; 34]);
    assert_eq!(mask("").unwrap(), [0; 0]);
    assert_eq!(mask("..::.ff..").unwrap(), [0xff]);
    assert_eq!(mask(" +0Xa").unwrap(), [10]);
}

#[test]
fn a_name_with_too_many_arcs_is_refused() {
    let long = format!("deleteSec2Group 3 {}", "a".repeat(116));
    let at_most = format!("deleteSec2Group 3 {}", "a".repeat(115));
    assert_eq!(plan(&long, ViewType::Included), Err(Mistake::Name(OidError::TooLong { arcs: 129 })));
    assert_eq!(plan(&at_most, ViewType::Included).unwrap().bindings[0].name.arcs().len(), 128);
}

proptest::proptest! {
    #[test]
    fn no_words_panic(words in proptest::collection::vec("[a-zA-Z0-9.:x+ -]{0,12}", 0..10), command in 0..9_usize) {
        let commands = ["createSec2Group", "deleteSec2Group", "createAccess", "deleteAccess", "createView",
            "deleteView", "createAuth", "deleteAuth", "x"];
        let words: Vec<OsString> =
            std::iter::once(commands[command].to_owned()).chain(words).map(OsString::from).collect();
        if let Ok(command) = Command::parse(&words) {
            drop(command.plan(Some(&Oid::from_static(&[1, 3])), ViewType::Included));
        }
    }
}
