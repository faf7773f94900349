#!/usr/bin/env python3
"""Asks net-snmp's library how it reads names and snmpset's values, as its snmpget and snmpset ask it.

The library takes a second or two to read all modules, and so it reads them once for many questions. A JSON array of
jobs comes on standard input, {"letters": "-I's letters", "items": [[name], [name, type, value], ...]}; an array of
arrays of answers goes to standard output, {"ok": text} or {"error": text}. A name's text is its identifier; that of an
assignment is the encoded variable binding, in hexadecimal.
"""

import ctypes
import json
import os
import sys

SET = 0xA3
ARCS = 128

answers_to = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]
library = ctypes.CDLL("libnetsnmp.so.40")
library.snmp_api_errstring.restype = ctypes.c_char_p
library.snmp_parse_oid.restype = ctypes.c_void_p
library.snmp_pdu_create.restype = ctypes.c_void_p
library.snmp_free_pdu.argtypes = [ctypes.c_void_p]
library.snmp_add_var.argtypes = [
    ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char, ctypes.c_char_p,
]
library.snmp_pdu_realloc_rbuild.argtypes = [ctypes.c_void_p] * 4
errno = ctypes.c_int.in_dll(library, "snmp_errno")


def refused():
    return {"error": library.snmp_api_errstring(errno.value).decode("utf-8", "replace")}


def bindings(pdu):
    """The encoded content of the list of variable bindings."""
    packet, size, used = ctypes.c_void_p(libc.malloc(4096)), ctypes.c_size_t(4096), ctypes.c_size_t(0)
    done = library.snmp_pdu_realloc_rbuild(
        ctypes.byref(packet), ctypes.byref(size), ctypes.byref(used), pdu
    )
    octets = ctypes.string_at(packet.value + size.value - used.value, used.value)
    libc.free(packet)
    return octets if done else None


def answer(item):
    arcs, count = (ctypes.c_ulong * ARCS)(), ctypes.c_size_t(ARCS)
    name = item[0].encode()
    if not library.snmp_parse_oid(name, arcs, ctypes.byref(count)):
        return refused()
    # What was said of a name that was found in the end would go with the next one.
    library.snmp_api_errstring(0)
    if len(item) == 1:
        return {"ok": ".".join(str(arc) for arc in arcs[: count.value])}
    pdu = library.snmp_pdu_create(SET)
    try:
        if library.snmp_add_var(pdu, arcs, count.value, item[1].encode(), item[2].encode()):
            return refused()
        library.snmp_api_errstring(0)
        octets = bindings(pdu)
        return {"error": "cannot be encoded"} if octets is None else {"ok": octets.hex()}
    finally:
        library.snmp_free_pdu(pdu)


library.init_snmp(b"snmpapp")
done = []
for job in json.load(sys.stdin):
    letters = job["letters"].encode()
    library.snmp_in_toggle_options(letters)
    done.append([answer(item) for item in job["items"]])
    library.snmp_in_toggle_options(letters)
json.dump(done, answers_to)
