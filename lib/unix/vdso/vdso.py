#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Builds the vDSO: image.c has its page, image.h says where in it a signal's handler begins and ends.

Exit code 1 and the compiler's message when it cannot be built.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

FLAGS = (
    "-std=gnu17 -Os -fPIC -fno-stack-protector -fno-asynchronous-unwind-tables -fcf-protection=none -ffreestanding -mno-sse -Wall -Wextra -Werror -Wno-missing-prototypes "
    "-shared -nostdlib -Wl,-soname,linux-vdso.so.1 -Wl,--hash-style=both -Wl,--build-id=none -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -Wl,--no-undefined"
).split()
HEAD = "/* SPDX-License-Identifier: BSD-2-Clause */\n/* Made of lib/unix/vdso by vdso.py: change that. */\n"
PLACES = [f"signal_{what}" for what in ("enter", "enter_xsave", "leave", "leave_xsave", "again", "again_xsave", "again_end")]
PAGE = 4096


def build(compiler, script, sources, to):
    subprocess.run([*compiler, *FLAGS, "-Wl,-T," + str(script), *map(str, sources), "-o", str(to)], check=True)


def addresses(nm, image):
    listed = subprocess.run([nm, image], check=True, capture_output=True, text=True).stdout
    symbols = {name: int(address, 16) for address, _, name in (line.split() for line in listed.splitlines())}
    return {name: symbols[name] for name in PLACES}


def loaded(strip, image):
    """What is in memory, without what a program does not look for there: symbols would be others in each build, named after the compiler's passing files."""
    subprocess.run([strip, image], check=True)
    data = image.read_bytes()[:PAGE]
    return data.ljust(PAGE, b"\0")


def header(places):
    lines = "".join(f"#define VDSO_{name.upper()} {address:#x}\n" for name, address in places.items())
    return f"{HEAD}#pragma once\n\n#define VDSO_IMAGE_BYTES {PAGE}\nextern const unsigned char vdso_image[VDSO_IMAGE_BYTES];\n\n{lines}"


def source(data):
    rows = "".join("\t" + " ".join(f"{byte}," for byte in data[at : at + 16]) + "\n" for at in range(0, len(data), 16))
    return f'{HEAD}#include "image.h"\n\nconst unsigned char vdso_image[VDSO_IMAGE_BYTES] = {{\n{rows}}};\n'


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sources", type=Path, nargs="+")
    parser.add_argument("--script", type=Path, required=True)
    parser.add_argument("--compiler", required=True, help="a command line")
    parser.add_argument("--nm", default="nm")
    parser.add_argument("--strip", default="strip")
    parser.add_argument("--output", type=Path, required=True, help="folder to write to")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder) / "vdso.so"
        try:
            build(options.compiler.split(), options.script, options.sources, image)
        except subprocess.CalledProcessError:
            return 1
        (options.output / "image.h").write_text(header(addresses(options.nm, image)), encoding="utf-8")
        (options.output / "image.c").write_text(source(loaded(options.strip, image)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
