#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Copies a static C library without the members that make system calls.

A program that needs one of those then fails to link, with the function's name, instead of calling the wrong kernel.
"""

import re
import subprocess
import sys
from pathlib import Path

MEMBER = re.compile(r"^(\S+):\s+file format ")
SYSTEM_CALL = re.compile(r"\t(syscall|sysenter|int +\$0x80)\b")


def impure_members(library):
    """The members whose code has a system-call instruction."""
    listing = subprocess.run(["objdump", "-d", library], check=True, capture_output=True, text=True).stdout
    member, found = "", set()
    for line in listing.splitlines():
        if start := MEMBER.match(line):
            member = start[1]
        elif SYSTEM_CALL.search(line):
            found.add(member)
    return sorted(found)


def main(library, output):
    impure = impure_members(library)
    if not impure:
        sys.exit(f"{library}: no member makes a system call: is that a C library?")
    Path(output).write_bytes(Path(library).read_bytes())
    while impure:  # of members with the same name, ar deletes the first
        subprocess.run(["ar", "d", output, *impure], check=True)
        impure = impure_members(output)


if __name__ == "__main__":
    main(*sys.argv[1:])
