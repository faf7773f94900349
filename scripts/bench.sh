#!/usr/bin/env bash
# Measures everything that docs/performance.md speaks of, beside net-snmp and braa: scripts/bench.sh [--quick]
#
# Installs the peers from Debian where they are missing and it may (root, or sudo without a password): snmp, snmpd and
# braa. An snmpd that this script installs is neither started nor enabled; one that was there before is left as it
# is. The benches start their own on free ports of the loopback interface. MIB module files, which net-snmp needs where
# names are measured, come from the Python package index into target/. Without a peer, what needs it is left out.
#
# It prints what the benches print, and at the end one table of ratios, which is Markdown, and the machine it was
# measured on. No number makes it fail: it measures. --quick makes fewer runs, and leaves the large tables out.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null

readonly PEER_PROGRAMS=(snmpd snmpget snmpbulkwalk snmptable snmptranslate braa)
readonly PEER_PACKAGES=(snmpd snmp braa)
readonly POLICY=/usr/sbin/policy-rc.d

PATH="$PATH:/usr/sbin:/sbin"
if ! command -v cargo >/dev/null && [[ -x "${CARGO_HOME:-${HOME:-/root}/.cargo}/bin/cargo" ]]; then
    PATH="${CARGO_HOME:-${HOME:-/root}/.cargo}/bin:$PATH"
fi
export PATH

quick=no
policy_is_ours=no
log=

say() {
    printf '%s\n' "$*"
}

fail() {
    printf 'bench.sh: %s\n' "$*" >&2
    exit 1
}

usage() {
    say "usage: scripts/bench.sh [--quick]"
    say "measures snmpkit beside net-snmp and braa, and prints a table of ratios"
}

at_exit() {
    local status=$?
    if [[ $policy_is_ours == yes ]]; then
        as_root rm -f "$POLICY"
    fi
    [[ -z $log ]] || rm -f "$log"
    exit "$status"
}
trap at_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

as_root() {
    if ((EUID == 0)); then
        "$@"
    else
        sudo -n "$@"
    fi
}

may_install() {
    command -v apt-get >/dev/null && { ((EUID == 0)) || sudo -n true 2>/dev/null; }
}

missing_programs() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || printf '%s ' "$program"
    done
}

# Installs packages without starting any service that they bring: invoke-rc.d and deb-systemd-invoke ask
# policy-rc.d first, and 101 forbids the action. A policy that is already there stays in force.
install_packages() {
    local had_snmpd=no
    if command -v snmpd >/dev/null; then
        had_snmpd=yes
    fi
    if [[ ! -e $POLICY ]]; then
        policy_is_ours=yes
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$POLICY" >/dev/null
        as_root chmod 755 "$POLICY"
    fi
    local apt=(as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120)
    local output
    if ! output=$({ "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "$@"; } 2>&1); then
        tail -n 25 <<<"$output" >&2
    fi
    if [[ $policy_is_ours == yes ]]; then
        as_root rm -f "$POLICY"
        policy_is_ours=no
    fi
    # The package enables its service for the next boot; nobody asked this script for that.
    if [[ $had_snmpd == no ]] && command -v snmpd >/dev/null && command -v systemctl >/dev/null; then
        as_root systemctl --no-reload disable snmpd.service >/dev/null 2>&1 || true
    fi
}

need_peers() {
    local missing
    missing=$(missing_programs "${PEER_PROGRAMS[@]}")
    [[ -n $missing ]] || return 0
    if may_install; then
        say "installing ${PEER_PACKAGES[*]} (missing: ${missing% })"
        install_packages "${PEER_PACKAGES[@]}"
        missing=$(missing_programs "${PEER_PROGRAMS[@]}")
        [[ -n $missing ]] || return 0
    fi
    say "missing: ${missing% }; to install: sudo apt-get install ${PEER_PACKAGES[*]}"
    say "what needs them is left out"
}

# Tells the benches where the module files that docs/mib-image.md names are; fetches them once, like test.sh.
need_module_files() {
    [[ -z ${SNMPKIT_MIB_DIRS:-} ]] || return 0
    local package=pysnmp-pysmi version=6.0.1 scratch
    local directory=${CARGO_TARGET_DIR:-target}/module-files/$package-$version
    if [[ ! -d $directory/pysmi/mibs/asn1 ]] && python3 -m pip --version >/dev/null 2>&1; then
        scratch=$(mktemp -d)
        if python3 -m pip download -q --no-deps -d "$scratch" "$package==$version" >"$scratch/log" 2>&1; then
            mkdir -p "$directory"
            python3 -m zipfile -e "$scratch"/*.whl "$directory"
        else
            tail -n 5 "$scratch/log" >&2
        fi
        rm -rf "$scratch"
    fi
    if [[ -d $directory/pysmi/mibs/asn1 ]]; then
        SNMPKIT_MIB_DIRS=$(cd "$directory" && pwd)/pysmi/mibs/asn1:/usr/share/snmp/mibs
        export SNMPKIT_MIB_DIRS
    else
        say "no module files ($package $version): what net-snmp needs them for is left out"
    fi
}

# bench NAME [ARGUMENT]...: what it prints goes to the log as well. A bench that cannot measure, or whose own limit is
# not met, says so itself; the others go on.
bench() {
    local name=$1
    shift
    printf '\n==> %s\n' "$name"
    if ! cargo bench --quiet --locked --bench "$name" -- "$@" 2>&1 | tee -a "$log"; then
        say "bench $name: not everything was measured, or not everything was within its limits"
    fi
}

machine() {
    local system=unknown processor memory
    if [[ -r /etc/os-release ]]; then
        # shellcheck source=/dev/null
        system=$(. /etc/os-release && printf '%s' "$PRETTY_NAME")
    fi
    processor=$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)
    memory=$(awk '/^MemTotal:/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)
    say "Machine: $(nproc) cores (${processor:-of a kind that is not told}), $memory, $system, Linux $(uname -r)."
    say "Load average at the start: $load; at the end: $(cut -d' ' -f1-3 /proc/loadavg)."
    say "Peers: $(peer_versions)."
}

peer_versions() {
    if command -v dpkg-query >/dev/null; then
        # shellcheck disable=SC2016
        dpkg-query -W -f '${Package} ${Version}, ' "${PEER_PACKAGES[@]}" 2>/dev/null | sed 's/, $//' || true
    else
        printf 'of unknown versions'
    fi
}

table() {
    printf '| what: ours / the other | ours | the other | min | median | max | runs |\n'
    printf '|---|---:|---:|---:|---:|---:|---:|\n'
    sed -n 's/^= //p' "$log" | sed -E 's/ +\|/ |/g; s/\| +/| /g'
}

for argument in "$@"; do
    case $argument in
        --quick) quick=yes ;;
        -h | --help)
            usage
            exit 0
            ;;
        *)
            usage >&2
            fail "what is $argument?"
            ;;
    esac
done
command -v cargo >/dev/null || fail "no cargo: install Rust, see https://www.rust-lang.org/tools/install"

need_peers
need_module_files
log=$(mktemp)

printf '\n==> building\n'
# With a bench, cargo builds the programs.
cargo bench --locked --no-run --bench startup --bench security --bench walk --bench table --bench fleet \
    --bench codec --bench output
load=$(cut -d' ' -f1-3 /proc/loadavg)

if [[ $quick == yes ]]; then
    bench startup 20
    bench security 20
    bench walk 1
    bench fleet 1000
else
    bench startup
    bench security
    bench walk
    bench table
    bench fleet
    bench codec
    bench output
fi

printf '\n==> ratios: how many times as much the other took as ours\n\n'
table
printf '\n'
machine
