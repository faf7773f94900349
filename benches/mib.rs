//! How fast names are: opening the built-in image and finding things in it, checking an image from a file, and, with
//! `SNMPKIT_MIB_DIRS=DIR:DIR`, compiling all modules of these directories. `cargo bench --bench mib`.

#![allow(clippy::unwrap_used, missing_docs, reason = "a measurement for people")]
#![allow(clippy::disallowed_methods, reason = "the environment says where the module files are")]

use std::{env, hint::black_box, path::PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use snmpkit::mib::{
    compile::{self, Directories, Prose},
    image::{self, Image},
};

const CORE: &[u8] = include_bytes!("../src/mib/core.img");

const IF_DESCR: [u32; 11] = [1, 3, 6, 1, 2, 1, 2, 2, 1, 2, 7];

fn reading(c: &mut Criterion) {
    let image = image::core();
    c.bench_function("open, trusted", |b| b.iter(|| Image::open_trusted(black_box(CORE)).unwrap()));
    c.bench_function("OID of a name", |b| {
        b.iter(|| image.definitions(black_box("ifDescr")).next().unwrap().oid());
    });
    c.bench_function("node of an OID", |b| b.iter(|| image.find(black_box(&IF_DESCR))));
    c.bench_function("text of an OID's name", |b| {
        let mut text = String::new();
        b.iter(|| {
            use std::fmt::Write as _;
            text.clear();
            let (node, _) = image.find(black_box(&IF_DESCR));
            write!(text, "{}", node.definition().unwrap().qualified_name()).unwrap();
            text.len()
        });
    });
    c.bench_function("label of ifType 135", |b| {
        let syntax = image.definition("IF-MIB", "ifType").unwrap().syntax().unwrap();
        b.iter(|| syntax.label(black_box(135)).unwrap());
    });
    c.bench_function("open, name to OID, OID to name", |b| {
        b.iter(|| {
            let image = Image::open_trusted(black_box(CORE)).unwrap();
            let oid = image.definitions("ifDescr").next().unwrap().oid();
            let (node, _) = image.find(&oid);
            node.definition().unwrap().name().len()
        });
    });
    let mut group = c.benchmark_group("from a file");
    group.throughput(Throughput::Bytes(CORE.len() as u64));
    group.bench_function("open with checksum", |b| b.iter(|| Image::open(black_box(CORE)).unwrap()));
    group.finish();
}

fn compiling(c: &mut Criterion) {
    let Some(directories) = env::var_os("SNMPKIT_MIB_DIRS") else { return };
    let directories: Vec<PathBuf> = env::split_paths(&directories).collect();
    let mut group = c.benchmark_group("compile");
    group.sample_size(10);
    group.bench_function("everything", |b| {
        b.iter(|| {
            let source = Directories::new(directories.clone());
            let modules = source.modules().unwrap();
            let compiled = compile::compile(&source, &modules, Prose::Keep).unwrap();
            image::write(&compiled.model).unwrap().len()
        });
    });
    group.bench_function("IF-MIB", |b| {
        b.iter(|| {
            let source = Directories::new(directories.clone());
            let compiled = compile::compile(&source, &["IF-MIB".to_owned()], Prose::Keep).unwrap();
            image::write(&compiled.model).unwrap().len()
        });
    });
    group.finish();
}

criterion_group!(benches, reading, compiling);
criterion_main!(benches);
