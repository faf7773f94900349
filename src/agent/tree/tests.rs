use super::*;
use crate::agent::store::Store;

fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

fn store(names: &[&str]) -> Box<dyn Provider> {
    Box::new(Store::of(names.iter().map(|name| VarBind::new(oid(name), Value::Integer32(1)))).unwrap())
}

fn walk(tree: &Tree) -> Vec<String> {
    let mut names = Vec::new();
    let mut name = Oid::empty();
    while let Some(found) = tree.next(Instant::ZERO, &name) {
        assert!(found.name > name);
        names.push(found.name.to_string());
        name = found.name;
    }
    names
}

#[test]
fn a_walk_goes_through_all_providers_in_order() {
    let mut tree = Tree::new();
    tree.mount(oid("1.3.9"), store(&["1.3.9.1", "1.3.9.2"])).unwrap();
    tree.mount(oid("1.3.6"), store(&["1.3.6.1"])).unwrap();
    tree.mount(oid("1.3.7"), store(&[])).unwrap();
    tree.mount(oid("1.2"), store(&["1.2"])).unwrap();
    assert_eq!(walk(&tree), ["1.2", "1.3.6.1", "1.3.9.1", "1.3.9.2"]);
    assert_eq!(tree.get(Instant::ZERO, &oid("1.3.6.1")), Value::Integer32(1));
    assert_eq!(tree.get(Instant::ZERO, &oid("1.3.8.1")), Value::NoSuchObject);
}

#[test]
fn what_a_provider_has_outside_of_its_root_is_not_seen() {
    let mut tree = Tree::new();
    tree.mount(oid("1.3.6"), store(&["1.3.5.1", "1.3.6.1", "1.3.8.1"])).unwrap();
    tree.mount(oid("1.3.9"), store(&["1.3.9.1"])).unwrap();
    assert_eq!(tree.get(Instant::ZERO, &oid("1.3.5.1")), Value::NoSuchObject);
    assert_eq!(tree.next(Instant::ZERO, &oid("1.3.6.1")).unwrap().name, oid("1.3.9.1"));
}

#[test]
fn subtrees_that_overlap_are_refused() {
    let mut tree = Tree::new();
    tree.mount(oid("1.3.6"), store(&[])).unwrap();
    for root in ["1.3.6", "1.3", "1.3.6.1", "."] {
        let error = tree.mount(oid(root), store(&[])).unwrap_err();
        assert_eq!(error, MountError::Overlap { root: oid(root).into(), other: oid("1.3.6").into() });
    }
    tree.mount(oid("1.3.60"), store(&[])).unwrap();
}
