#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Programs that no kernel may load: bad_elf.py KIND OUTPUT."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

PAGE = 0x1000
READ, WRITE, EXECUTE = 4, 2, 1
STATIC, DYNAMIC = 2, 3

Segment = tuple[int, int, int]  # flags, address, bytes


def elf(segments: list[Segment], entry: int = 0x400000, kind: int = STATIC) -> bytes:
    """An ELF64 for x86-64; every segment has the file's first page as its contents."""
    header = struct.pack(
        "<16sHHIQQQIHHHHHH", b"\x7fELF\x02\x01\x01", kind, 62, 1, entry, 64, 0, 0, 64, 56, len(segments), 0, 0, 0
    )
    table = b"".join(
        struct.pack("<IIQQQQQQ", 1, flags, 0, address, address, PAGE, size, PAGE) for flags, address, size in segments
    )
    return (header + table).ljust(PAGE, b"\x90")


KINDS = {
    "not-elf": b"#!/bin/sh\nexit 0\n",
    "truncated": elf([(READ | EXECUTE, 0x400000, PAGE)])[:100],
    "overlapping": elf([(READ | EXECUTE, 0x400000, 2 * PAGE), (READ | WRITE, 0x401000, PAGE)]),
    "kernel-range": elf([(READ | EXECUTE, 0xFFFFFFFF80200000, PAGE)], entry=0xFFFFFFFF80200000),
    "last-page": elf([(READ | EXECUTE, 0x7FFFFFFFF000, PAGE)], entry=0x7FFFFFFFF000),
    "writable-code": elf([(READ | WRITE | EXECUTE, 0x400000, PAGE)]),
    "no-segments": elf([]),
    "entry-outside": elf([(READ | EXECUTE, 0x400000, PAGE)], entry=0x500000),
    "dynamic": elf([(READ | EXECUTE, 0, PAGE)], kind=DYNAMIC),
}

if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(KINDS[sys.argv[1]])
