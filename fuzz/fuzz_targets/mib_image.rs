//! Compiled MIB images: whatever the octets, they are refused or read to their end, and nothing of it panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use snmpkit::mib::image::{Definition, Image};

fuzz_target!(|octets: &[u8]| {
    let Ok(image) = Image::open_trusted(octets) else {
        assert!(Image::open(octets).is_err(), "what is refused unread is refused read");
        return;
    };
    let mut nodes = 0;
    let mut node = Some(image.root());
    while let Some(known) = node {
        nodes += 1;
        assert!(nodes <= image.node_count(), "no node comes twice");
        let _ = (known.oid(), known.parent(), known.previous_sibling());
        known.definitions().take(16).for_each(read);
        node = known.next();
    }
    for entry in image.entries_from("").take(4_096) {
        let name = entry.name().to_string();
        image.definitions(&name).chain(entry.definitions()).take(16).for_each(read);
    }
    for module in image.modules().take(4_096) {
        let _ = (module.revisions(), module.imports(), module.description(), image.module(module.name()));
    }
    for named in image.types().take(4_096) {
        let _ = (named.name(), named.own_hint(), named.syntax().hint(), named.description());
    }
});

fn read(known: Definition<'_>) {
    let _ = (known.qualified_name().to_string(), known.oid(), known.units(), known.default_value());
    let _ = (known.description(), known.reference(), known.row(), known.augments());
    for item in known.indexes().chain(known.objects()).chain(known.effective_indexes()).take(4_096) {
        let _ = (item.definition(), item.unknown_name());
    }
    if let Some(syntax) = known.syntax() {
        let _ = (syntax.hint(), syntax.label(1), syntax.value("up"), syntax.fixed_size());
        let _ = (syntax.bounds().count(), syntax.types().count());
    }
}
