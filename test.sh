#!/usr/bin/env bash
# Runs every check of the project: ./test.sh
#
# Installs what is missing where it may (root, or sudo without a password): Debian's snmpd and snmp, which the
# interop tests compare with; jq, which an example of the README uses; and a linker for Rust. MIB module files, which
# the compiler of names is compared over, come from the Python package index into target/. An snmpd that this
# script installs is neither started nor enabled; an snmpd that was there before is left as it is. The tests start
# their own on free ports of the loopback interface, with their own configuration.
#
# CI=true makes a missing peer a failure. Elsewhere the tests that need it are skipped and say so.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
exec </dev/null

readonly PEER_PROGRAMS=(snmpd snmpget snmpgetnext snmpset snmpwalk snmpbulkget snmpbulkwalk)
readonly PEER_PACKAGES=(snmpd snmp)
readonly POLICY=/usr/sbin/policy-rc.d

PATH="$PATH:/usr/sbin:/sbin"
if ! command -v cargo >/dev/null && [[ -x "${CARGO_HOME:-${HOME:-/root}/.cargo}/bin/cargo" ]]; then
    PATH="${CARGO_HOME:-${HOME:-/root}/.cargo}/bin:$PATH"
fi
export PATH

policy_is_ours=no
step_name=start
step_started=$SECONDS

step() {
    step_name=$1
    step_started=$SECONDS
    printf '\n==> %s\n' "$step_name"
}

done_with_step() {
    printf '    %s: %d s\n' "$step_name" "$((SECONDS - step_started))"
}

fail() {
    printf 'test.sh: %s\n' "$*" >&2
    exit 1
}

at_exit() {
    local status=$?
    if [[ $policy_is_ours == yes ]]; then
        as_root rm -f "$POLICY"
    fi
    if ((status != 0)); then
        printf '\n==> FAILED in step "%s" (status %d, after %d s)\n' "$step_name" "$status" "$SECONDS" >&2
    fi
    exit "$status"
}
trap at_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

in_ci() {
    [[ ${CI:-} == true ]]
}

may_install() {
    command -v apt-get >/dev/null && { ((EUID == 0)) || sudo -n true 2>/dev/null; }
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    else
        sudo -n "$@"
    fi
}

missing_programs() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || printf '%s\n' "$program"
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
    local log
    log=$(mktemp)
    if ! { "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "$@"; } >"$log" 2>&1; then
        tail -n 25 "$log" >&2
    fi
    rm -f "$log"
    if [[ $policy_is_ours == yes ]]; then
        as_root rm -f "$POLICY"
        policy_is_ours=no
    fi
    # The package enables its service for the next boot; nobody asked this script for that.
    if [[ $had_snmpd == no ]] && command -v snmpd >/dev/null && command -v systemctl >/dev/null; then
        as_root systemctl --no-reload disable snmpd.service >/dev/null 2>&1 || true
    fi
}

# need KIND PACKAGE... -- PROGRAM...: sees to it that the programs are there, by installing the packages.
need() {
    local kind=$1 packages=()
    shift
    while [[ $1 != -- ]]; do
        packages+=("$1")
        shift
    done
    shift
    local missing
    missing=$(missing_programs "$@")
    [[ -n $missing ]] || return 0
    missing=${missing//$'\n'/ }
    if may_install; then
        printf '    installing %s (missing: %s)\n' "${packages[*]}" "$missing"
        install_packages "${packages[@]}"
        [[ -n $(missing_programs "$@") ]] || return 0
        printf '    still missing after the attempt to install: %s\n' "$missing"
    fi
    printf '    missing: %s; to install: sudo apt-get install %s\n' "$missing" "${packages[*]}"
    if [[ $kind == required ]]; then
        fail "cannot go on without $missing"
    elif in_ci; then
        fail "CI=true, and a peer to compare with is missing: $missing"
    fi
    printf '    the tests that need %s will be skipped\n' "$missing"
}

# Fetches the module files that docs/mib-image.md names, once, and tells the tests where they are.
need_module_files() {
    local package=pysnmp-pysmi version=6.0.1
    local directory=${CARGO_TARGET_DIR:-target}/module-files/$package-$version
    if [[ ! -d $directory/pysmi/mibs/asn1 ]]; then
        if ! python3 -m pip --version >/dev/null 2>&1; then
            need peer python3 python3-pip -- python3 pip3
        fi
        local scratch
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
        return 0
    fi
    if in_ci; then
        fail "CI=true, and the module files to compare over cannot be fetched: $package $version"
    fi
    printf '    no module files (%s %s): the comparison over them will be skipped\n' "$package" "$version"
}

need_rust() {
    command -v cargo >/dev/null || fail "no cargo: install Rust, see https://www.rust-lang.org/tools/install"
    local component
    for component in fmt:rustfmt clippy:clippy; do
        if ! cargo "${component%%:*}" --version >/dev/null 2>&1; then
            command -v rustup >/dev/null || fail "no cargo ${component%%:*}: install the component ${component##*:}"
            rustup component add "${component##*:}"
        fi
    done
    cargo --version | sed 's/^/    /'
}

step "what the checks need"
need required gcc libc6-dev -- cc
need_rust
need peer "${PEER_PACKAGES[@]}" -- "${PEER_PROGRAMS[@]}"
need peer jq -- jq
need_module_files
if [[ ! -e /proc/net/if_inet6 ]] || ! grep -q ' lo$' /proc/net/if_inet6; then
    printf '    no IPv6 on the loopback interface: the tests over udp6 and tcp6 will be skipped\n'
fi
done_with_step

step "cargo fmt"
cargo fmt --all --check
done_with_step

step "cargo clippy"
cargo clippy --locked --workspace --all-targets -- -D warnings
done_with_step

step "cargo test"
# A test runs the examples. With --examples, cargo test would build them as tests, under other names.
cargo build --locked --examples
cargo test --locked --workspace --lib --bins --tests
done_with_step

step "cargo test --doc"
cargo test --locked --workspace --doc
done_with_step

step "cargo doc"
RUSTDOCFLAGS="${RUSTDOCFLAGS:-} -Dwarnings" cargo doc --locked --no-deps --workspace
done_with_step

step_name=end
printf '\n==> all checks passed in %d s\n' "$SECONDS"
