#!/usr/bin/env python3
"""Asks net-snmp's tools what they make of typed values, DISPLAY-HINTs and indexes, and writes down what they say.

The script writes a MIB module of its own with objects of every type, hint and index, lets snmpget and snmpset of
net-snmp 5.9 read it, and plays the agent (see net_snmp_text.py, whose machinery it uses).

    python3 tests/tools/net_snmp_hints.py      writes tests/golden/net_snmp_hints_{values,index,input}.txt

Text is on one line, escaped as net_snmp_text.py does; '-' stands for "none". The lines of the files:

    options <TAB> word <TAB> word ...                           a command line; they are counted from 0
    object <TAB> type <TAB> hint <TAB> units <TAB> label=1,..   what the cases below are values of
    case   <TAB> kind <TAB> value                               what the agent answers; octets in hexadecimal
    says   <TAB> text <TAB> 0-3,7                               what snmpget prints of it with these options

    index  <TAB> component <TAB> component ...                  each: name type implied hint inet sizes label=1,..
    arcs   <TAB> column|row <TAB> 3.102.111.111                 an instance of a column, or of a column that is none
    says   as above, from the end of the column's (or the row's) name on
    reads  <TAB> check|free|raw <TAB> text <TAB> ok|no <TAB> arcs or detail    what snmptranslate makes of it

    set    <TAB> check|free|raw <TAB> type <TAB> text <TAB> ok|no <TAB> kind or message <TAB> value
           what snmpset sends of an object line's object: free is with -Ir, raw with -Ih
"""

import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile

import net_snmp_text as base
from net_snmp_text import escape, ranges

MODULE = "HINTS-MIB"
ROOT = "1.3.6.1.4.1.99999"
GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden")

# The types as the golden files name them, and as a module spells them.
SPELLED = {
    "Integer": "INTEGER", "Integer32": "Integer32", "Unsigned32": "Unsigned32", "Gauge32": "Gauge32",
    "Counter32": "Counter32", "Counter64": "Counter64", "TimeTicks": "TimeTicks", "IpAddress": "IpAddress",
    "OctetString": "OCTET STRING", "ObjectIdentifier": "OBJECT IDENTIFIER", "Opaque": "Opaque", "Bits": "BITS",
    "NetworkAddress": "NetworkAddress", "NsapAddress": "NsapAddress", "UInteger32": "UInteger32", "Null": "NULL",
}


class Syntax:
    """A type with all that a module can say of it."""

    def __init__(self, kind, hint=None, units=None, enums=(), sizes=(), tc=None):
        self.kind, self.hint, self.units, self.enums, self.sizes, self.tc = kind, hint, units, enums, sizes, tc

    def labels(self):
        return ",".join("%s=%d" % pair for pair in self.enums) or "-"

    def limits(self):
        return ",".join("%d..%d" % pair for pair in self.sizes) or "-"

    def spelled(self):
        text = SPELLED[self.kind]
        if self.enums:
            return text + " { " + ", ".join("%s(%d)" % pair for pair in self.enums) + " }"
        if self.sizes:
            inner = " | ".join("%d..%d" % pair if pair[0] != pair[1] else "%d" % pair[0] for pair in self.sizes)
            return text + (" (SIZE (%s))" if self.kind in ("OctetString", "Opaque") else " (%s)") % inner
        return text


class Module:
    """Collects definitions."""

    def __init__(self):
        self.lines = ["%s DEFINITIONS ::= BEGIN" % MODULE,
                      "root OBJECT IDENTIFIER ::= { iso org(3) dod(6) internet(1) private(4) enterprises(1) 99999 }"]
        self.count = 0
        self.conventions = set()

    def name_of(self, syntax):
        """The type's text in an OBJECT-TYPE, with a textual convention of its own when there is a hint."""
        if syntax.hint is None and syntax.tc is None:
            return syntax.spelled()
        name = syntax.tc or "Tc%d" % self.count
        if name not in self.conventions:
            self.conventions.add(name)
            hint = 'DISPLAY-HINT "%s"' % syntax.hint if syntax.hint is not None else ""
            self.lines.append('%s ::= TEXTUAL-CONVENTION %s STATUS current DESCRIPTION "" SYNTAX %s' % (
                name, hint, syntax.spelled()))
        return name

    def object(self, name, syntax, place):
        self.count += 1
        type_name = self.name_of(syntax)
        units = 'UNITS "%s"' % syntax.units if syntax.units is not None else ""
        self.lines.append('%s OBJECT-TYPE SYNTAX %s %s MAX-ACCESS read-write STATUS current DESCRIPTION "" ::= { %s }'
                          % (name, type_name, units, place))

    def scalar(self, syntax):
        """Adds an object and gives its number below the root."""
        number = self.count + 1
        self.object("o%d" % number, syntax, "root %d" % number)
        return number

    def table(self, components):
        self.count += 1
        number = self.count
        t = "t%d" % number
        self.lines.append('%sTable OBJECT-TYPE SYNTAX SEQUENCE OF T%dEntry MAX-ACCESS not-accessible STATUS current '
                          'DESCRIPTION "" ::= { root %d }' % (t, number, number))
        index = ", ".join(("IMPLIED " if implied else "") + "%s%s" % (t, "abcdefg"[at])
                          for at, (_, implied, _) in enumerate(components))
        self.lines.append('%sEntry OBJECT-TYPE SYNTAX T%dEntry MAX-ACCESS not-accessible STATUS current '
                          'DESCRIPTION "" INDEX { %s } ::= { %sTable 1 }' % (t, number, index, t))
        for at, (syntax, _, place) in enumerate(components):
            self.object("%s%s" % (t, "abcdefg"[at]), syntax, "%sEntry %d" % (t, place))
        self.lines.append('%sv OBJECT-TYPE SYNTAX INTEGER MAX-ACCESS read-write STATUS current DESCRIPTION "" '
                          '::= { %sEntry 90 }' % (t, t))
        return number

    def write(self, directory):
        with open(os.path.join(directory, MODULE + ".txt"), "w", encoding="ascii") as out:
            print("\n".join([*self.lines, "END"]), file=out)


def run(directory, command):
    environment = {"PATH": os.environ["PATH"], "SNMPCONFPATH": "/nonexistent", "LC_ALL": "C", "TZ": "UTC",
                   "HOME": "/nonexistent", "MIBDIRS": directory, "MIBS": "ALL"}
    return subprocess.run(command, capture_output=True, env=environment, check=False)


def ask(agent, directory, words, cases):
    """What snmpget prints of each (name, kind, value), in order."""
    def asker(agent, arguments):
        return run(directory, ["snmpget", "-v2c", "-c", "public", "-r0", "-t5", *arguments, agent.address, "1.3.6.1"])
    saved, base.run = base.run, asker
    try:
        return base.ask(agent, words, cases)
    finally:
        base.run = saved


# ---- values ---------------------------------------------------------------------------------------------------------

HINTS = [
    "1x:", "1x", "1d.1d.1d.1d", "1d.1d.1d.1d/2d", "2d-1d-1d,1d:1d:1d.1d,1a1d:1d", "255a", "255t", "127a", "0a", "0t", "a", "t",
    "x", "d", "o", "1a", "2a", "3a", "5a", "1d", "2d", "3d", "4d", "8d", "9d", "16d", "1d:", "2d:", "1o", "1o:", "2o", "3o ", "1x-",
    "2x:", "2x", "3x", "4x", "4x:4d", "8x", "1x:1x", "1x:1x:1d", "2x:2x:2x:2x:2x:2x:2x:2x", "2x:2x:2x:2x:2x:2x:2x:2x%4d",
    "2x:2x:2x:2x:2x:2x:2x:2x#2d", "[2x:2x]0a", "1d.1d.1d.1d%4d", "*1x:", "*1x:;", "*1x:/1x:", "*1d.", "*2d.", "*1a", "*1a,", "*1d:/*1x.",
    "1d*1x:", "1d:*1x,;1a", "*", "1", "255", "", "1q", "1b", "z", "1x:z", "255a1z", "1d 1d 1d", "1d--", "1d-;1x", "*1d-;", "dx", "xd", "ax",
    "0x", "0d", "0x:", "00001x:", "1d-1", "2d-2", "1x:1d.1o/1a", "1a:1x", "2a:", "255a255a", "1a1d", "4a ", "1d%", "1d%%", "1x\\t", "64x", "20d",
    "1x*", "1d.1d.2x*1d",
]
STRINGS = [
    b"", b"\x00", b"\x01", b"\x0f", b"\x10", b"a", b"ab", b"abc", b"abcd", b"abcde", b"hello world", b"\xff", b"\x80\x01",
    bytes.fromhex("001b213c9df8"), bytes.fromhex("aa01bb"), bytes.fromhex("c0000201"), bytes.fromhex("c0000201007b"),
    bytes.fromhex("c000020100000005"), bytes.fromhex("07e70a1f0c1e2d05"), bytes.fromhex("07e70a1f0c1e2d052b0200"),
    bytes.fromhex("07e70a1f0c1e2d052d0b1e"), bytes.fromhex("20010db8000000000000000000000001"), bytes.fromhex("ffffffffffffffff"),
    bytes.fromhex("8000000000000000"), bytes(range(12)), b"caf\xc3\xa9", b"caf\xe9", b"nul\x00in", b"end\x00", b"q\"uo\\te", b"q\"u\x00\\", b"\x1b[31m",
    b"a\nb\tc", b"\x03abcdef", b"\x02\x01\x02\x03\x04\x05", b"\x00\x01\x02", b"\x01\x05\x02\x06\x07\x01\x08", b"\x10abc", b"  ",
]
NUMBER_HINTS = ["d", "d-0", "d-1", "d-2", "d-3", "d-9", "d-10", "d-12", "d-20", "d-40", "x", "o", "b", "d-", "d2", "d-2x", "d-02", "d- 2", "X", "u", "i"]
INTEGERS = [0, 1, -1, 5, -5, 9, 10, -10, 15, 16, 99, 100, -100, 255, 256, 12345, -12345, 999999999, 2147483647, -2147483648]
UNSIGNED = [0, 1, 5, 10, 16, 99, 100, 255, 12345, 999999999, 2147483647, 2147483648, 4294967295]
LABELS = (("up", 1), ("down", 2), ("testing", 3), ("weird-one", -4), ("twice", 2), ("far", 2147483647))
BITS = (("first", 0), ("second", 1), ("seventh", 7), ("ninth", 9), ("last", 130))
UNSORTED = (("nine", 9), ("zero", 0), ("three", 3), ("two", 2))
BIT_STRINGS = ["", "00", "80", "c0", "8040", "81", "ff", "ffff", "0040", "0000", "f1", "b0", "0" * 32 + "20", "ff" * 17, "80" + "00" * 16, "4180"]
EVERY = [
    ("Integer32", "5"), ("Integer32", "-1"), ("OctetString", "6869"), ("OctetString", "00ff"), ("OctetString", ""), ("Null", ""),
    ("ObjectIdentifier", "1.3.6.1"), ("ObjectIdentifier", "0.0"), ("IpAddress", "192.0.2.1"), ("Counter32", "7"), ("Counter32", "4294967295"),
    ("Gauge32", "8"), ("Gauge32", "4294967295"), ("TimeTicks", "12345678"), ("Opaque", "0102"), ("Opaque", ""), ("Opaque", "9f780440490fdb"),
    ("Opaque", "9f79083ff8000000000000"), ("Opaque", "9f7a01ff"), ("Opaque", "9f7b01ff"), ("Opaque", "9f760107"), ("Counter64", "18446744073709551615"),
    ("Counter64", "9"), ("UInteger32", "3"), ("noSuchObject", ""), ("noSuchInstance", ""), ("endOfMibView", ""),
]
LETTERS = ["", "0", "q", "Q", "a", "x", "T", "e", "U", "t", "0q", "qe", "Qe", "qU", "Qt", "xT", "qx", "Uq", "tU", "eU", "qQ", "Qq", "ax0", "aeqU0tT"]


def value_objects():
    """Objects and the values that the agent gives them."""
    for hint in HINTS:
        yield Syntax("OctetString", hint), [("OctetString", octets.hex()) for octets in STRINGS]
    long_ = [("OctetString", octets.hex()) for octets in (b"x" * 255, b"y" * 256, b"z" * 600, bytes(range(256)), b"w" * 5000)]
    for hint in ("255a", "1x:", "1d.", "255t", "1a:", "63a", "1x", "1o"):
        yield Syntax("OctetString", hint), long_
    for hint in NUMBER_HINTS:
        for kind in ("Integer", "Integer32"):
            yield Syntax(kind, hint), [("Integer32", str(number)) for number in INTEGERS]
        for kind, sent in (("Unsigned32", "Gauge32"), ("Gauge32", "Gauge32"), ("Counter32", "Counter32"), ("TimeTicks", "TimeTicks"),
                           ("UInteger32", "UInteger32"), ("Counter64", "Counter64")):
            yield Syntax(kind, hint), [(sent, str(number)) for number in UNSIGNED]
    for hint, units in ((None, None), (None, "octets"), ("255a", "octets"), ("1x:", "of air"), ("d-2", "volts"), ("1q", "lost"), ("", ""), (None, "")):
        for kind in SPELLED:
            # A hint for octets on a number is no printf conversion to net-snmp; what it prints is chance.
            if hint in ("255a", "1x:", "1q", "") and kind in ("Integer", "Integer32", "Unsigned32", "Gauge32", "UInteger32"):
                continue
            yield Syntax(kind, hint, units, BITS if kind == "Bits" else ()), EVERY
    for units in (None, "doors"):
        for hint in (None, "d-1", "x"):
            for kind, sent in (("Integer", "Integer32"), ("Integer32", "Integer32"), ("Unsigned32", "Gauge32"), ("UInteger32", "UInteger32")):
                yield Syntax(kind, hint, units, LABELS), [(sent, str(n)) for n in (0, 1, 2, 3, 4, 2147483647)] + [("Integer32", "-4"), ("OctetString", "31")]
        for labels in (BITS, UNSORTED, ()):
            yield Syntax("Bits", None, units, labels), [("OctetString", octets) for octets in BIT_STRINGS]


def values(directory, agent, out):
    module = Module()
    table = []
    for syntax, cases in value_objects():
        number = module.scalar(syntax)
        table.append((number, syntax, cases))
    module.write(directory)
    runs = [["-Ovn" + letters] for letters in LETTERS] + [["-Ovn", "-Ih"], ["-Ovnq", "-Ih"], ["-OvnQ", "--noDisplayHint=1"]]
    flat = [("%s.%d.0" % (ROOT, number), *case) for number, _, cases in table for case in cases]
    said = [{} for _ in flat]
    for number, words in enumerate(runs):
        for texts, text in zip(said, ask(agent, directory, words, flat)):
            texts.setdefault(text, []).append(number)
        print("options", *words, sep="\t", file=out)
    texts = iter(said)
    for _, syntax, cases in table:
        print("object", syntax.kind, "-" if syntax.hint is None else "=" + syntax.hint,
              "-" if syntax.units is None else "=" + syntax.units, syntax.labels(), sep="\t", file=out)
        for case in cases:
            print("case", *case, sep="\t", file=out)
            for text, numbers in next(texts).items():
                print("says", escape(text[:-1]), ranges(numbers), sep="\t", file=out)
    return len(flat)


# ---- indexes --------------------------------------------------------------------------------------------------------

INT, TEXT = Syntax("Integer32"), Syntax("OctetString", sizes=((0, 64),))
BARE, FIXED = Syntax("OctetString"), Syntax("OctetString", sizes=((4, 4),))
MAC, NAME = Syntax("OctetString", "1x:", sizes=((6, 6),)), Syntax("OctetString", "255a", sizes=((0, 32),))
HEXED = Syntax("OctetString", "1x:", sizes=((0, 32),))
OID, STATUS = Syntax("ObjectIdentifier"), Syntax("Integer", enums=LABELS)
INET_TYPE = Syntax("Integer", tc="InetAddressType", enums=(("unknown", 0), ("ipv4", 1), ("ipv6", 2), ("ipv4z", 3), ("ipv6z", 4), ("dns", 16)))
INET = Syntax("OctetString", tc="InetAddress", sizes=((0, 255),))


def tables():
    """Index components as (syntax, implied, place of the column); and what stands in their place."""
    def of(*syntaxes, implied=False):
        return [(syntax, implied and at == len(syntaxes) - 1, at + 1) for at, syntax in enumerate(syntaxes)]

    numbers = ["", "0", "1", "42", "4294967295", "2147483648", "1.2", "1.2.3.4.5"]
    strings = ["0", "1", "3.102.111.111", "3.102.111", "3.102.111.111.7", "4.0.1.2.255", "2.300.97", "2.254.97", "3.97.34.98", "3.97.92.98", "1.32", "5.104.101.108.108.111",
               "102.111.111", "6.0.27.33.60.157.248", "0.27.33.60.157.248", "192.0.2.1", "192.0.2.1.9", "4294967295.1", "0.5", "1.0", "4.97.98.99.100"]
    yield of(INT), numbers
    for kind in ("Integer", "Unsigned32", "Gauge32", "UInteger32"):
        yield of(Syntax(kind)), numbers[:4]
    yield of(Syntax("Integer32", sizes=((1, 10), (20, 20)))), ["1", "42"]
    yield of(Syntax("Unsigned32", sizes=((1, 10),))), ["1", "42"]
    yield of(Syntax("Integer32", "d-2")), ["1", "12345"]
    for kind in ("Counter32", "Counter64", "Bits", "Opaque", "NsapAddress"):
        yield of(Syntax(kind, enums=BITS if kind == "Bits" else ())), ["1", "1.128", "0", "1.2.3"]
    yield of(Syntax("TimeTicks")), ["0", "1", "12345678", "4294967295", "8640000.3"]
    yield of(Syntax("IpAddress")), ["192.0.2.1", "1.2.3", "300.1.1.1", "0.0.0.0.7", "255.255.255.255", "1"]
    yield of(Syntax("NetworkAddress")), ["1.192.0.2.1", "2.1.2.3.4", "1.1.2.3", "1", "1.10.0.0.1.5"]
    yield of(STATUS), ["1", "2", "3", "9", "4294967292", "2147483647", "1.1"]
    for syntax in (TEXT, BARE, FIXED, MAC, NAME, HEXED, Syntax("OctetString", "1q"), Syntax("OctetString", sizes=((4, 4), (8, 8))),
                   Syntax("OctetString", "1d-1d"), Syntax("OctetString", sizes=((0, 0),))):
        yield of(syntax), strings
        yield of(syntax, implied=True), strings
        yield of(syntax, INT), strings + ["3.102.111.111.7.8", "192.0.2.1.7.8"]
    yield of(INT, TEXT), ["1", "1.0", "1.3.102.111.111", "1.2.102.111.9"]
    yield of(INT, TEXT, implied=True), ["1", "1.102.111.111", "1.46.46"]
    yield of(OID), ["3.2.5.4", "2.2.5", "1.2", "5.2.5", "3.2.5.4.7", "3.2.999.1"]
    yield of(OID, implied=True), ["2.5.4", "2", "2.999.1"]
    yield of(OID, INT), ["3.2.5.4.7", "3.2.5.4", "1.2.9"]
    yield of(Syntax("IpAddress"), INT, Syntax("IpAddress"), INT), ["192.0.2.1.80.198.51.100.7.443", "192.0.2.1.80.198.51.100", "1.2.3.4"]
    inet = ["1.4.192.0.2.1", "2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1", "3.8.192.0.2.1.0.0.0.5", "4.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.2", "16.3.102.111.111",
            "1.3.1.2.3", "1.4.1.2.3.300", "0.0", "0.4.97.98.99.100", "2.4.97.98.99.100", "9.4.97.98.99.100", "3.8.1.2.3.4.255.255.255.255", "1.5.97.98.99.100.101", "1.4.1.2.3"]
    yield [(INET_TYPE, False, 1), (INET, False, 2)], inet
    yield [(INET_TYPE, False, 2), (INET, False, 1)], inet
    yield [(INET_TYPE, False, 1), (INET, True, 2)], inet
    yield [(INET_TYPE, False, 1), (INET, False, 2), (INT, False, 3)], [text + ".7" for text in inet]
    yield [(INET, False, 1), (INET_TYPE, False, 2)], ["4.192.0.2.1.1", "3.102.111.111.16"]
    yield [(INET_TYPE, False, 1), (INT, False, 2), (INET, False, 3)], ["1.1.4.192.0.2.1", "1.7.4.192.0.2.1"]
    yield [(INT, False, 1), (INET, False, 2)], ["1.4.192.0.2.1"]


INDEX_LETTERS = ["s", "sX", "sb", "sE", "sXE", "sq", "sXq", "sXQ", "sXt", "sXb", "sn", "snX", "sXqt", "sX0", "se", "sa", "sx", "sXqE"]

# Where one spelling serves every table.
TYPED = [
    "", "1", "42", "11", "0x10", "010", "-1", "1x", "foo", "up", "down", "weird-one", "far", "1.2.3", "4294967295", "4294967296", "2147483648", '"foo"', "'foo'", '"fo', "'", '"',
    "\"\"", "''", "'abcd'", "\"abcd\"", '"a.b"', "'a.b.'", '"foo".7', "'abcd'.7", '"foo"7', '"fo\\"o"', '"fo\\\\o"', "3.102.111.111", "3.102.111.111.7", "2.102.111.111", "4.102.111",
    "192.0.2.1", "192.0.2", "192.0.2.300", "192.0.2.1.5", "1.192.0.2.1", "2.7.7", "6.0.27.33.60.157.248", '"0:1b:21:3c:9d:f8"', "'0:1b:21:3c:9d:f8'", '"00:1b"', '"zz"',
    '"' + "a" * 33 + '"', '"' + "a" * 70 + '"', '"' + "a" * 130 + '"', "1.", "1..2", ".1", "1.foo", "1.\"foo\"", "1.'foo'", "up.5", "ipv4.4.192.0.2.1", 'ipv4."192.0.2.1"', 'ipv4."abcd".7',
    "3.2.5.4", "2.5.4", "[1]", '["foo"]', "130." + ".".join("7" for _ in range(130)), "5", "20", "3.300.1.1", "1 ", " 1", "+1", '"foo" ', "1.2.3.4.80.198.51.100.7.443", "0", "0.7",
    "7-8", '"7-8"', '"260-1"',
]


def place(number):
    return "%s.%d.1" % (ROOT, number)


def translate(directory, number, mode, text):
    flag = {"check": [], "free": ["-Ir"], "raw": ["-Ih"]}[mode]
    name = "%s::t%dv" % (MODULE, number)
    result = run(directory, ["snmptranslate", "-On", *flag, "%s.%s" % (name, text)])
    if result.returncode == 0:
        oid = result.stdout.decode("ascii").strip()
        prefix = ".%s.90" % place(number)
        assert oid == prefix or oid.startswith(prefix + "."), (text, oid)
        return "ok", oid[len(prefix) + 1:]
    lines = result.stderr.decode("latin-1")
    found = re.search(r": Unknown Object Identifier(?: \((.*)\))?\s*\Z", lines, re.DOTALL)
    # A crash has no text: what ours does instead is not net-snmp's business.
    return ("no", escape((found[1] or "").encode("latin-1"))) if found else ("crash", str(result.returncode))


def components_of(number, components):
    for at, (syntax, implied, _) in enumerate(components):
        # What counts is the sibling that the module defines right before.
        inet = syntax is INET and at > 0 and components[at - 1][0] is INET_TYPE
        yield "t%d%s %s %s %s %s %s %s" % (
            number, "abcdefg"[at], syntax.kind, "implied" if implied else "plain",
            "-" if syntax.hint is None else "=" + syntax.hint, "inet" if inet else "plain", syntax.limits(), syntax.labels())


def indexes(directory, agent, pool, out):
    module = Module()
    table = [(module.table(components), components, instances) for components, instances in tables()]
    module.write(directory)
    runs = [["-O" + letters] for letters in INDEX_LETTERS]
    flat, kinds = [], []
    for number, _, instances in table:
        for arcs in instances:
            tail = "." + arcs if arcs else ""
            for kind, column in (("column", 90), ("row", 77)):
                flat.append(("%s.%d%s" % (place(number), column, tail), "Integer32", "5"))
                kinds.append((number, kind))
    said = [{} for _ in flat]
    for run_number, words in enumerate(runs):
        for texts, text, (number, kind), case in zip(said, ask(agent, directory, words, flat), kinds, flat):
            # What follows the value's type and number is the same for all.
            name = re.sub(rb" (= )?(INTEGER: )?5\n\Z", b"", text)
            known = b"t%dv" % number if kind == "column" else b"t%dEntry" % number
            if "n" in words[0]:
                known = b"." + place(number).encode() + (b".90" if kind == "column" else b"")
            assert name.startswith(known), (words, name, known, case)
            texts.setdefault(name[len(known):], []).append(run_number)
        print("options", *words, sep="\t", file=out)
    spoken = [(number, mode, text) for number, _, _ in table for text in TYPED for mode in ("check", "free", "raw")]
    answers = dict(zip(spoken, pool.map(lambda job: translate(directory, *job), spoken)))
    texts = iter(said)
    for number, components, instances in table:
        print("index", *components_of(number, components), sep="\t", file=out)
        for arcs in instances:
            for kind in ("column", "row"):
                print("arcs", kind, arcs, sep="\t", file=out)
                for text, numbers in next(texts).items():
                    print("says", escape(text), ranges(numbers), sep="\t", file=out)
        for text in TYPED:
            modes = {}
            for mode in ("check", "free", "raw"):
                modes.setdefault(answers[number, mode, text], []).append(mode)
            for (verdict, what), names in modes.items():
                print("reads", ",".join(names), escape(text.encode()), verdict, what, sep="\t", file=out)
    return len(flat), len(spoken)


# ---- input ----------------------------------------------------------------------------------------------------------

SIZED = ((0, 6),)
INPUT_OBJECTS = [
    *(Syntax(kind, enums=BITS if kind == "Bits" else ()) for kind in SPELLED if kind != "Null"),
    Syntax("Bits"),
    Syntax("Integer", enums=LABELS), Syntax("Integer32", "d-2"), Syntax("Integer32", sizes=((-5, 10), (20, 20))), Syntax("Integer32", "x", sizes=((0, 255),)),
    Syntax("Unsigned32", sizes=((1, 10),)), Syntax("Gauge32", "d-1"), Syntax("OctetString", sizes=SIZED), Syntax("OctetString", sizes=((2, 2), (4, 8))),
]
INPUT_HINTS = ["1x:", "1x", "255a", "255t", "2d-1d-1d,1d:1d:1d.1d,1a1d:1d", "1d.1d.1d.1d", "1d.", "2d", "2x:", "4d", "8d", "3o", "1a:1d", "2a-2a", "*1x:/1x:", "*1d.", "*1x:;1a", "1d;1d", "3a", "1d1x",
               "1z", "1d:1z", "*2a,", "1x:1d/"]
WORDS = ["", "0", "1", "5", "-1", "-5", "10", "11", "255", "256", "300", "4294967295", "4294967296", "2147483647", "abc", "ab", "up", "down", "weird-one", "weird", "1.5", "0x1f", "zz",
         "0:1b:21:3c:9d:f8", "00:1b", "ff:zz", "a:b:c:d:e:f:0:1", "1.2.3.4", "1.2.3", "256.1.1.1", "2023-10-31,12:30:45.5,+2:0", "2023-10-31,12:30:45.5", "2023-10", "hello world", "0,1,9", "first,second",
         "first second 9", "ninth,nope", "17", "aabb-cc", "12-34", "1:2/3", "1:2:3/4:5", "1.2.3.", "1;2", "a1", "7777", " 5", "5 ", "+5", "x", "1,2", "abcdefg", "abcdefghi", "0x0102", "01 02", "1.3.6.1", "iso.3", "9999999999999999999"]


def value_text(tag, content):
    kinds = {number: kind for kind, number in base.TAGS.items()}
    kind = kinds[tag]
    if kind in ("OctetString", "Opaque"):
        return kind, content.hex()
    if kind == "ObjectIdentifier":
        return kind, content.hex()
    if kind == "IpAddress":
        return kind, ".".join(str(octet) for octet in content)
    if kind == "Null":
        return kind, ""
    return kind, str(int.from_bytes(content, "big", signed=kind == "Integer32"))


def set_once(directory, number, mode, kind, text):
    """One snmpset against an agent of its own, which keeps what it is sent."""
    flag = {"check": [], "free": ["-Ir"], "raw": ["-Ih"]}[mode]
    server = base.socket.socket(base.socket.AF_INET, base.socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    server.settimeout(3)
    address = "127.0.0.1:%d" % server.getsockname()[1]
    environment = {"PATH": os.environ["PATH"], "SNMPCONFPATH": "/nonexistent", "LC_ALL": "C", "HOME": "/nonexistent", "MIBDIRS": directory, "MIBS": "ALL"}
    name = "%s.%d.0" % (ROOT, number)
    # No answer is sent: the request is what counts, and the tool gives up at once.
    command = ["snmpset", "-v2c", "-c", "public", "-r0", "-t0.05", *flag, address, name, kind, text]
    try:
        result = subprocess.run(command, capture_output=True, env=environment, check=False, timeout=5)
    except subprocess.TimeoutExpired:
        server.close()
        return "hang", "", ""
    message = result.stderr.decode("latin-1")
    if "Timeout" not in message:
        server.close()
        if result.returncode < 0:
            return "crash", str(result.returncode), ""
        lines = [line for line in message.split("\n") if line]
        return "no", escape("\n".join(lines).removeprefix(name + ": ").encode("latin-1")), ""
    request = server.recv(65535)
    server.close()
    _, octets, _ = base.read_tlv(request, 0)
    at = 0
    for _ in range(2):
        _, _, at = base.read_tlv(octets, at)
    _, pdu, _ = base.read_tlv(octets, at)
    at = 0
    for _ in range(3):
        _, _, at = base.read_tlv(pdu, at)
    _, bindings, _ = base.read_tlv(pdu, at)
    _, binding, _ = base.read_tlv(bindings, 0)
    _, _, at = base.read_tlv(binding, 0)
    tag, content, _ = base.read_tlv(binding, at)
    return ("ok", *value_text(tag, content))


def inputs(directory, pool, out):
    module = Module()
    table = [(module.scalar(syntax), syntax, "=iusbaoxdt" if syntax.kind in ("Integer", "OctetString", "Bits") else "=is") for syntax in INPUT_OBJECTS]
    table += [(module.scalar(syntax), syntax, "s") for hint in INPUT_HINTS for syntax in (Syntax("OctetString", hint), Syntax("OctetString", hint, sizes=SIZED))]
    module.write(directory)
    jobs = []
    for number, syntax, kinds in table:
        words = WORDS if kinds == "s" or syntax.kind in ("Integer", "Integer32") or syntax.enums else WORDS[::2]
        for kind in kinds:
            for mode in ("check", "free", "raw"):
                if kind == "s" and syntax.hint is None and mode == "raw" or len(kinds) > 3 and mode == "raw":
                    continue
                jobs += [(number, mode, kind, text) for text in words]
    answers = list(pool.map(lambda job: set_once(directory, *job), jobs))
    found = {}
    for (number, mode, kind, text), answer in zip(jobs, answers):
        found.setdefault(number, {}).setdefault((kind, text, answer), []).append(mode)
    for number, syntax, _ in table:
        print("object", syntax.kind, "-" if syntax.hint is None else "=" + syntax.hint, syntax.limits(), syntax.labels(), sep="\t", file=out)
        for (kind, text, answer), modes in found[number].items():
            # Identifiers as values are a matter of names.
            if (kind == "o" or syntax.kind == "ObjectIdentifier" and kind == "=") and not answer[1].startswith("Bad variable"):
                continue
            print("set", ",".join(modes), kind, text, *answer, sep="\t", file=out)
    return len(jobs)


def main():
    agent = base.Agent()
    wanted = sys.argv[1:] or ["values", "index", "input"]
    with concurrent.futures.ThreadPoolExecutor(4) as pool, tempfile.TemporaryDirectory() as top:
        for part in wanted:
            directory = os.path.join(top, part)
            os.mkdir(directory)
            path = os.path.join(GOLDEN, "net_snmp_hints_%s.txt" % part)
            with open(path + ".new", "w", encoding="ascii", newline="\n") as out:
                if part == "values":
                    count = values(directory, agent, out)
                elif part == "index":
                    count = indexes(directory, agent, pool, out)
                else:
                    count = inputs(directory, pool, out)
            os.replace(path + ".new", path)
            print(part, count)


if __name__ == "__main__":
    main()
