#!/usr/bin/env python3
"""Asks net-snmp's own snmpget how it prints values, and writes down what it says.

A small agent on a loopback port answers one request with a whole list of variable bindings, whatever was asked;
snmpget prints them with one set of options after the other. Each binding is followed by a marker binding, so
that values of several lines can be told apart.

    python3 tests/tools/net_snmp_text.py                 writes tests/golden/net_snmp_text.txt
    python3 tests/tools/net_snmp_text.py --full -o FILE  writes the whole product of the letters (large)

Needs net-snmp's snmpget 5.9 in the PATH; nothing but Python's standard library otherwise. The lines of the file:

    reason <TAB> error-status <TAB> text
    error <TAB> error-status <TAB> error-index <TAB> options <TAB> first line <TAB> text      of snmpget and snmpgetnext
    options <TAB> word <TAB> word ...                 a command line; they are counted from 0
    case   <TAB> name <TAB> type <TAB> value          what the agent answers; octets in hexadecimal
    says   <TAB> text <TAB> 0-3,7                     what snmpget prints of the case above with these options
"""

import argparse
import itertools
import os
import re
import socket
import struct
import subprocess
import sys
import threading

MARKER = bytes([9, 87, 65, 43])
MARKER_LINE = re.compile(rb"^[^\n]*9\.87\.65\.43\n", re.MULTILINE)

TAGS = {
    "Integer32": 0x02,
    "OctetString": 0x04,
    "Null": 0x05,
    "ObjectIdentifier": 0x06,
    "IpAddress": 0x40,
    "Counter32": 0x41,
    "Gauge32": 0x42,
    "TimeTicks": 0x43,
    "Opaque": 0x44,
    "Counter64": 0x46,
    "UInteger32": 0x47,
    "noSuchObject": 0x80,
    "noSuchInstance": 0x81,
    "endOfMibView": 0x82,
}


def length(n):
    if n < 0x80:
        return bytes([n])
    octets = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def tlv(tag, content):
    return bytes([tag]) + length(len(content)) + content


def integer(number):
    size = 1
    while not -(1 << (8 * size - 1)) <= number < 1 << (8 * size - 1):
        size += 1
    return number.to_bytes(size, "big", signed=True)


def arcs_of(text):
    return [int(arc) for arc in text.split(".")] if text else []


def oid(arcs):
    if not arcs:
        return b""
    numbers = [arcs[0] * 40 + arcs[1]] + list(arcs[2:])
    out = b""
    for number in numbers:
        octets = [number & 0x7F]
        number >>= 7
        while number:
            octets.append(0x80 | number & 0x7F)
            number >>= 7
        out += bytes(reversed(octets))
    return out


def content(kind, value):
    """The content octets of a case as the golden file writes it."""
    if kind in ("Integer32", "Counter32", "Gauge32", "TimeTicks", "Counter64", "UInteger32"):
        return integer(int(value))
    if kind in ("OctetString", "Opaque"):
        return bytes.fromhex(value)
    if kind == "ObjectIdentifier":
        return oid(arcs_of(value))
    if kind == "IpAddress":
        return bytes(int(part) for part in value.split("."))
    return b""


def binding(name, kind, value):
    return tlv(0x30, tlv(0x06, oid(arcs_of(name))) + tlv(TAGS[kind], content(kind, value)))


def read_tlv(octets, at):
    tag, size = octets[at], octets[at + 1]
    at += 2
    if size & 0x80:
        count = size & 0x7F
        size = int.from_bytes(octets[at:at + count], "big")
        at += count
    return tag, octets[at:at + size], at + size


class Agent:
    """Answers every request with the bindings (and the error) set last."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.socket.getsockname()[1]
        self.bindings = b""
        self.error = (0, 0)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            request, sender = self.socket.recvfrom(65535)
            _, message, _ = read_tlv(request, 0)
            _, version, at = read_tlv(message, 0)
            _, community, at = read_tlv(message, at)
            _, pdu, _ = read_tlv(message, at)
            _, request_id, _ = read_tlv(pdu, 0)
            status, index = self.error
            answer = tlv(0x02, request_id) + tlv(0x02, integer(status)) + tlv(0x02, integer(index))
            answer = tlv(0xA2, answer + tlv(0x30, self.bindings))
            answer = tlv(0x30, tlv(0x02, version) + tlv(0x04, community) + answer)
            self.socket.sendto(answer, sender)


def run(agent, arguments, asked="1.3.6.1.2.1.1.1.0", tool="snmpget", extra=()):
    environment = {
        "PATH": os.environ["PATH"],
        "MIBS": "",
        "SNMPCONFPATH": "/nonexistent",
        "LC_ALL": "C",
        "TZ": "UTC",
    }
    command = [tool, "-v2c", "-c", "public", "-r0", "-t5", "-m", "", *arguments, agent.address, asked, *extra]
    return subprocess.run(command, capture_output=True, env=environment, check=False)


def ask(agent, arguments, cases):
    """What snmpget prints of each case, in order."""
    printed = []
    marker = tlv(0x30, tlv(0x06, oid([1, 3, 9])) + tlv(TAGS["IpAddress"], MARKER))
    batch, size = [], 0
    batches = []
    for case in cases:
        octets = binding(*case) + marker
        if size + len(octets) > 60000:
            batches.append(batch)
            batch, size = [], 0
        batch.append(octets)
        size += len(octets)
    batches.append(batch)
    for batch in batches:
        agent.bindings = b"".join(batch)
        result = run(agent, arguments)
        parts = MARKER_LINE.split(result.stdout)
        if len(parts) != len(batch) + 1 or parts[-1] or result.returncode or result.stderr:
            sys.exit("snmpget %s: %d of %d, status %d, %r %r" % (
                arguments, len(parts) - 1, len(batch), result.returncode, result.stderr, parts[-1]))
        printed += parts[:-1]
    return printed


def escape(octets):
    """One line of ASCII without tabs: backslash, n, t and xHH."""
    out = []
    for octet in octets:
        if octet == 0x5C:
            out.append("\\\\")
        elif octet == 0x0A:
            out.append("\\n")
        elif 0x20 <= octet < 0x7F:
            out.append(chr(octet))
        else:
            out.append("\\x%02x" % octet)
    return "".join(out)


def ranges(numbers):
    """Numbers in order, runs of them as first-last."""
    out = []
    for number in numbers:
        if out and out[-1][1] == number - 1:
            out[-1][1] = number
        else:
            out.append([number, number])
    return ",".join(str(first) if first == last else "%d-%d" % (first, last) for first, last in out)


def opaque_special(tag, octets):
    return (b"\x9f" + bytes([tag]) + length(len(octets)) + octets).hex()


def values():
    """Kinds and values, as the golden file writes them."""
    for number in (0, 1, -1, 42, 127, 128, 255, 256, -128, -129, 2147483647, -2147483648):
        yield "Integer32", str(number)
    for kind in ("Counter32", "Gauge32", "UInteger32"):
        for number in (0, 1, 127, 128, 65535, 2147483647, 2147483648, 4294967295):
            yield kind, str(number)
    for number in (0, 1, 255, 4294967295, 4294967296, 9007199254740993, 9223372036854775807,
                   9223372036854775808, 18446744073709551615, 10**18, 10**19, 1 << 53):
        yield "Counter64", str(number)
    for number in (0, 1, 99, 100, 5999, 6000, 359999, 360000, 8639999, 8640000, 8640001, 17279999, 17280000,
                   86400000, 142716352, 4294967295, 12345678, 863999999):
        yield "TimeTicks", str(number)
    for address in ("0.0.0.0", "127.0.0.1", "255.255.255.255", "10.1.20.3"):
        yield "IpAddress", address
    for name in ("", "0.0", "0.1", "1.0", "1.3", "1.3.6", "1.3.6.1", "1.3.6.1.2.1.1.1.0", "1.3.6.1.4.1.8072.3.2.10",
                 "2.0", "2.5.4.3", "2.39", "2.40.1", "2.999.1", "1.39.4294967295", "0.39.1",
                 "1.3.6.1.4.1.4294967295.0", ".".join(["1", "3"] + ["7"] * 126)):
        yield "ObjectIdentifier", name
    yield "Null", ""
    for kind in ("noSuchObject", "noSuchInstance", "endOfMibView"):
        yield kind, ""
    strings = [b"", b"a", b"hello world", b"0123456789abcdef", b"0123456789abcdefg", b'say "hi"', b"back\\slash",
               b"tab\there", b"line\nbreak", b"cr\r\nlf", b"\n", b" ", b"\x0b\x0c", b"\x00", b"nul at end\x00",
               b"nul\x00inside", b"two nuls\x00\x00", b"\x00\x00", b"\x7f", b"\x1b[31mred\x1b[0m", b"caf\xc3\xa9", b"caf\xe9",
               b"\xff\xfe\xfd", b"\x80", b"\xa0", b"\x07bell", b"'", b"\"", b"\\", b"\"\\\"", b"%s%n%d", b"a" * 200,
               bytes.fromhex("001b213c9df8"), bytes(range(15)), bytes(range(16)), bytes(range(17)), bytes(range(31)),
               bytes(range(32)), bytes(range(33)), bytes(range(48)), bytes(range(256)), bytes(range(128, 256)),
               bytes.fromhex("07e70a1f0c1e2d052b0200"), b"\x01" * 300, b"ab\x00", b"\x00ab", b"\t", b"a\n\n",
               b"\xe2\x82\xac 5", b"0123456789abcde\x00", b"0123456789abcdef\x01", b'abcdefghijklmno"', b"\r"]
    for octets in strings:
        yield "OctetString", octets.hex()
    for number in (0.0, -0.0, 1.0, -1.5, 3.14159274, 1e-7, 1e10, 3.4e38, -3.4e38, 0.1, 123456.789, 1.5e-45,
                   0.5, 2.5, 1e6, 1e5, 1e-4, 1e-5, 0.0000005, 0.0000015,
                   1.5, 0.125, 0.375, 2.675, 1e23, float("inf"), float("-inf"), float("nan"), -float("nan")):
        yield "Opaque", opaque_special(0x78, struct.pack(">f", number))
        yield "Opaque", opaque_special(0x79, struct.pack(">d", number))
    for number in (1.7976931348623157e308, 5e-324, -1e300, 1 / 3):
        yield "Opaque", opaque_special(0x79, struct.pack(">d", number))
    for number in (0, 1, -1, 127, 128, -128, 2147483648, -2147483649, 9223372036854775807, -9223372036854775808):
        yield "Opaque", opaque_special(0x7A, integer(number))
    for number in (0, 1, 127, 128, 255, 4294967296, 9223372036854775807, 9223372036854775808, 18446744073709551615):
        yield "Opaque", opaque_special(0x7B, integer(number))
        yield "Opaque", opaque_special(0x76, integer(number))
    for octets in (b"", b"a", b"hello", b"\x00", bytes(range(16)), bytes(range(17)), bytes(range(40)), b"\x9f", b"\x9f\x78",
                   b"\x04\x03abc", b"\x02\x01\x05", b"text is hex too!", b"text is hex too, longer"):
        yield "Opaque", octets.hex()
    for text in ("9f7a00", "9f7b00", "9f7600", "9f770100", "9f7c0100", "9f7a8101ff", "9f7a820001ff", "9f7a8100", "9e780400000000",
                 "9f740400000000", "9f7b08ffffffffffffffff", "9f7608ffffffffffffffff", "9f7b01ff", "9f760180",
                 "9f7b02ff00", "9f7b05ff00000000", "309f78040000", "9f7a", "9f7f0400000000",
                 "9f7a09007fffffffffffffff", "9f7a0900ffffffffffffffff"):
        yield "Opaque", text


def cases():
    for number, (kind, value) in enumerate(values()):
        yield "1.3.6.1.4.1.99.%d.0" % number, kind, value
    for name in ("", "0.0", "0.1", "1.0", "1.3", "2.5.4.3", "2.39", "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.31.1.1.1.6.3",
                 "1.3.6.1.4294967295", "2.999.1", "0.39.1", "1.39.7", "2.40.1",
                 "1.3.6.1.4.1.8072.1.2.1.1.4.0.6.102.111.111.98.97.114"):
        for kind, value in (("Integer32", "5"), ("OctetString", b"text".hex()), ("OctetString", ""), ("noSuchObject", "")):
            yield name, kind, value
    yield ".".join(["1", "3"] + ["4294967295"] * 126), "Integer32", "5"


FORMS = ["", "n", "f", "s", "S", "u"]
QUICK = ["", "q", "Q"]
STRINGS = ["", "a", "x"]


def combinations():
    """Sets of letters to write down: each letter alone, then those that could meddle with each other."""
    seen = []
    for letter in "0abeEfnqQsStTuUvxX":
        seen.append(letter)
    for form, quick, value in itertools.product(FORMS, QUICK, ["", "v"]):
        seen.append(form + quick + value)
    for strings, quick, text, value in itertools.product(STRINGS, QUICK, ["", "T"], ["", "v"]):
        seen.append(strings + quick + text + value)
    for quick, ticks, value in itertools.product(QUICK, ["", "t"], ["", "v"]):
        seen.append(quick + ticks + value)
    seen += ["qq", "QQ", "qQ", "Qq", "qQv", "Qqv", "qqQ", "QQq", "tt", "vv", "ns", "sn", "ax", "xa", "TT", "nqvtTx", "fQtTa", "eE0bXU", "sqX", "nX", "fX"]
    return list(dict.fromkeys(seen))


def full_combinations():
    for parts in itertools.product(FORMS, QUICK + ["qQ", "qq", "QQ"], STRINGS, ["", "T"], ["", "t"], ["", "v"], ["", "X"], ["", "0beEU"]):
        yield "".join(parts)


def arguments():
    """Command lines with other things than letters."""
    for precision in (".0", ".1", ".2", ".3", "8.3", "-12.1", "+.1", "012.3", "+020.12", ".", "#.0", " .1", "5", "0", "'12.1", "-05.1",
                      "+ 8.1", "-+8.1", "08", "-8", "+8", "200.1", "10000", ".300", "-200", "0200.2"):
        yield ["-Op" + precision]
        yield ["-Oqvp" + precision]
    yield ["-Oqvp", ".2"]
    for octets in ("8", "1", "0", "17", "20", "32", "100", "-1", "99999999999"):
        for letters in ("", "xT", "qx", "vT"):
            yield ["--hexOutputLength=" + octets, "-O" + letters]
    for form in range(-1, 8):
        yield ["--oidOutputFormat=%d" % form]
        yield ["--suffixPrinting=%d" % form, "-Of"]
    for token in ("printNumericEnums", "printNumericOids", "escapeQuotes", "dontBreakdownOids", "quickPrinting",
                  "numericTimeticks", "extendedIndex", "printHexText", "printValueOnly", "dontPrintUnits", "16bitIDs"):
        for on in ("yes", "no"):
            for letters in ("", "qtTvbeEXU", "Qf"):
                yield ["--%s=%s" % (token, on), "-O" + letters]
    yield ["--outputPrecision=.2"]
    yield ["--outputPrecision=.2", "-Op.1"]
    yield ["-Op.1", "--outputPrecision=.2"]
    yield ["--printNumericOids=1", "--suffixPrinting=1"]
    yield ["--suffixPrinting=1", "--printNumericOids=1"]


def reasons(agent):
    """What snmpget prints of each error-status."""
    for status in [*range(1, 21), 100, 255, -1]:
        agent.bindings = binding("1.3.6.1.2.1.1.1.0", "Null", "")
        agent.error = (status, 0)
        found = re.fullmatch(rb"Error in packet\nReason: (.*)\n", run(agent, ["-Cf"]).stderr)
        yield status, found[1].decode("ascii")
    agent.error = (0, 0)


def errors(agent):
    """What snmpget and snmpgetnext print of a refusal, for each way the index can point."""
    agent.bindings = binding("1.3.6.1.2.1.1.1.0", "Null", "")
    for tool, first in (("snmpget", "Error in packet"), ("snmpgetnext", "Error in packet.")):
        for status, index, letters in itertools.product((5, 17), (0, 1, 2), ("S", "n", "f")):
            agent.error = (status, index)
            yield status, index, "-O" + letters, first, escape(run(agent, ["-Cf", "-O" + letters], tool=tool).stderr)
    agent.error = (0, 0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    parser.add_argument("-o", "--out", default=os.path.join(os.path.dirname(__file__), "..", "golden", "net_snmp_text.txt"))
    options = parser.parse_args()
    agent = Agent()
    table = list(cases())
    runs = [["-O" + letters] for letters in (full_combinations() if options.full else combinations())]
    runs += arguments()
    said = [{} for _ in table]
    for number, words in enumerate(runs):
        # A bare "-O" would take the next word.
        for texts, text in zip(said, ask(agent, [word for word in words if word != "-O"], table)):
            texts.setdefault(text, []).append(number)
    with open(options.out, "w", encoding="ascii", newline="\n") as out:
        for status, text in reasons(agent):
            print("reason", status, text, sep="\t", file=out)
        for fields in errors(agent):
            print("error", *fields, sep="\t", file=out)
        for words in runs:
            print("options", *words, sep="\t", file=out)
        for (name, kind, value), texts in zip(table, said):
            print("case", name, kind, value, sep="\t", file=out)
            for text, numbers in texts.items():
                print("says", escape(text), ranges(numbers), sep="\t", file=out)


if __name__ == "__main__":
    main()
