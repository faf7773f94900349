//! How fast names are: opening the built-in image and finding things in it, checking an image from a file, the modules
//! of many vendors (made up here) compiled, cached and opened, and, with `SNMPKIT_MIB_DIRS=DIR:DIR`, compiling all
//! modules of these directories. `cargo bench --bench mib`; `-- vendors` for the vendors alone.

#![allow(clippy::unwrap_used, missing_docs, clippy::print_stdout, reason = "a measurement for people")]
#![allow(
    clippy::disallowed_methods,
    reason = "the environment says where the module files are, and time is measured"
)]

use std::{
    env,
    fmt::Write as _,
    fs,
    hint::black_box,
    path::{Path, PathBuf},
    time::{Instant, SystemTime},
};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use snmpkit::mib::{
    compile::{self, Directories, Prose},
    image::{self, Image},
    library::{Asked, Library, Request, Watch},
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

/// Modules of made-up vendors: as many as a large collection has.
const VENDOR_MODULES: usize = 4_600;

/// Modules of one vendor, which share a module of types and one of roots.
const PER_VENDOR: usize = 40;

/// Writes the modules of vendors into a directory; one in forty has a fault.
fn write_vendors(directory: &Path) {
    for n in 0..VENDOR_MODULES {
        let (vendor, member) = (n / PER_VENDOR, n % PER_VENDOR);
        let text = match member {
            0 => roots(vendor),
            1 => types(vendor),
            _ => objects(vendor, member),
        };
        fs::write(directory.join(format!("V{vendor}-M{member}-MIB.my")), text).unwrap();
    }
}

const PROSE: &str = "What an agent reports here is counted since it was started, and says nothing of the time before.
        Management stations that poll it should watch for discontinuities, which the column of that name tells of, and
        should take a value of zero for one that is not known where the hardware does not count.";

fn roots(vendor: usize) -> String {
    let mut text = format!(
        "V{vendor}-M0-MIB DEFINITIONS ::= BEGIN\nIMPORTS MODULE-IDENTITY, enterprises FROM SNMPv2-SMI;\n\
         v{vendor} MODULE-IDENTITY LAST-UPDATED \"202001010000Z\" ORGANIZATION \"Vendor {vendor}\" CONTACT-INFO \"-\"\n\
         DESCRIPTION \"{PROSE}\" ::= {{ enterprises {} }}\n",
        60_000 + vendor
    );
    for n in 2..PER_VENDOR {
        writeln!(text, "v{vendor}m{n} OBJECT IDENTIFIER ::= {{ v{vendor} {n} }}").unwrap();
    }
    text + "END\n"
}

fn types(vendor: usize) -> String {
    let mut text = format!(
        "V{vendor}-M1-MIB DEFINITIONS ::= BEGIN\nIMPORTS TEXTUAL-CONVENTION, DisplayString FROM SNMPv2-TC;\n"
    );
    for n in 0..20 {
        let (hint, syntax) = match n % 3 {
            0 => (
                "",
                "INTEGER { unknown(0), up(1), down(2), testing(3), dormant(4), notPresent(5) }".to_owned(),
            ),
            1 => (" DISPLAY-HINT \"1x:\"", format!("OCTET STRING (SIZE (0..{}))", n + 8)),
            _ => (" DISPLAY-HINT \"255a\"", "OCTET STRING (SIZE (0..255))".to_owned()),
        };
        writeln!(
            text,
            "V{vendor}Type{n} ::= TEXTUAL-CONVENTION{hint} STATUS current DESCRIPTION \"{PROSE}\" SYNTAX {syntax}"
        )
        .unwrap();
    }
    text + "END\n"
}

fn objects(vendor: usize, member: usize) -> String {
    let root = format!("v{vendor}m{member}");
    let types: Vec<String> = (0..20).map(|n| format!("V{vendor}Type{n}")).collect();
    let mut text = format!(
        "V{vendor}-M{member}-MIB DEFINITIONS ::= BEGIN\nIMPORTS OBJECT-TYPE, NOTIFICATION-TYPE, Integer32, Counter32, Gauge32\n\
         FROM SNMPv2-SMI ifIndex FROM IF-MIB {root} FROM V{vendor}-M0-MIB\n{} FROM V{vendor}-M1-MIB;\n",
        types.join(", ")
    );
    for table in 1..=4 {
        let (name, row) = (format!("{root}t{table}"), format!("V{vendor}M{member}T{table}Entry"));
        let columns: Vec<String> = (1..=12).map(|n| format!("{name}c{n} Integer32")).collect();
        write!(
            text,
            "{name} OBJECT-TYPE SYNTAX SEQUENCE OF {row} MAX-ACCESS not-accessible STATUS current DESCRIPTION \"{PROSE}\"\n\
             ::= {{ {root} {table} }}\n\
             {name}e OBJECT-TYPE SYNTAX {row} MAX-ACCESS not-accessible STATUS current DESCRIPTION \"{PROSE}\"\n\
             INDEX {{ ifIndex, {name}c1 }} ::= {{ {name} 1 }}\n{row} ::= SEQUENCE {{ {} }}\n",
            columns.join(", ")
        )
        .unwrap();
        for column in 1..=12 {
            let syntax = match column % 4 {
                0 => types[(column + table) % types.len()].clone(),
                1 => "Integer32 (1..65535)".to_owned(),
                2 => "Counter32".to_owned(),
                _ => format!("INTEGER {{ none(0), {name}One(1), {name}Two(2) }}"),
            };
            let parent = if member == 7 && column == 12 { "nobody".to_owned() } else { format!("{name}e") };
            writeln!(
                text,
                "{name}c{column} OBJECT-TYPE SYNTAX {syntax} MAX-ACCESS read-only STATUS current DESCRIPTION \"{PROSE}\"\n\
                 ::= {{ {parent} {column} }}"
            )
            .unwrap();
        }
    }
    writeln!(
        text,
        "{root}n NOTIFICATION-TYPE OBJECTS {{ {root}t1c2 }} STATUS current DESCRIPTION \"{PROSE}\" ::= {{ {root} 0 1 }}\nEND"
    )
    .unwrap();
    text
}

/// The most memory that the process has had, as the system says it.
fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("unknown").trim().to_owned()
}

fn vendors(c: &mut Criterion) {
    let root = tempfile::tempdir().unwrap();
    let (modules, cache) = (root.path().join("modules"), root.path().join("cache"));
    fs::create_dir(&modules).unwrap();
    write_vendors(&modules);
    let request = |asked, now| Request {
        asked,
        directories: vec![modules.clone()],
        files: Vec::new(),
        cache: Some(cache.clone()),
        now,
        tells: None,
    };
    let start = Instant::now();
    let library = Library::open(request(Asked::Everything, SystemTime::now()), Watch::default());
    println!(
        "{} modules compiled in {:.1} s, {} octets, at most {} of memory",
        library.view().modules().count(),
        start.elapsed().as_secs_f64(),
        library.view().image().octets(),
        peak()
    );
    // The directory is older from now on than the clock's grain.
    let old = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_600_000_000);
    fs::File::open(&modules).unwrap().set_modified(old).unwrap();
    let open = |asked: &Asked, now| {
        let library = Library::open(request(asked.clone(), now), Watch::default());
        library.view().named("v7m7t1c2").count()
    };
    let later = SystemTime::now() + std::time::Duration::from_secs(3_600);
    let start = Instant::now();
    assert_eq!(open(&Asked::Everything, later), 1);
    println!("all files looked at in {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    let mut group = c.benchmark_group("vendors");
    for (name, asked) in [
        ("cached, all", Asked::Everything),
        ("cached, one module", Asked::Only(vec!["V7-M7-MIB".to_owned()])),
        ("cached, one besides", Asked::Besides(vec!["V7-M7-MIB".to_owned()])),
    ] {
        open(&asked, SystemTime::now());
        group.bench_function(name, |b| b.iter(|| open(&asked, later)));
    }
    group.finish();
}

criterion_group!(benches, reading, vendors, compiling);
criterion_main!(benches);
