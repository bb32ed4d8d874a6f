# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of this folder compile for themselves: they need no build folder."""

from __future__ import annotations

import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PLUGIN = ROOT / "tools" / "qemu-plugin"
HARNESS = ROOT / "bench" / "harness"
MARKER = ROOT / "core" / "uapi"

STRICT = ["-std=gnu17", "-O2", "-Wall", "-Wextra", "-Werror", "-Wno-cast-function-type"]


def run(*argv: object) -> None:
    subprocess.run([str(word) for word in argv], check=True, timeout=60)


def plugin(to: Path) -> Path:
    run("gcc", *STRICT, "-fvisibility=hidden", "-fPIC", "-shared", "-I", MARKER, *sorted(PLUGIN.glob("*.c")), "-o", to)
    return to


def mock_qemu(to: Path, version: int) -> Path:
    later = [HERE / f"mock_qemu_v{first}.c" for first in (2, 5) if version >= first]
    run("gcc", *STRICT, "-rdynamic", "-I", PLUGIN, HERE / "mock_qemu.c", *later, "-o", to)
    return to


def bare_kernel(folder: Path) -> Path:
    kernel = folder / "bare_kernel"
    run("gcc", "-c", "-I", MARKER, HERE / "bare_kernel.S", "-o", folder / "bare_kernel.o")
    run("ld", "-T", HERE / "bare_kernel.ld", "-z", "noexecstack", folder / "bare_kernel.o", "-o", kernel)
    return kernel


def measure_library(to: Path) -> Path:
    sources = [HARNESS / "measure.c", HERE / "fake" / "clock.c"]
    run("gcc", *STRICT, "-fPIC", "-shared", "-I", HERE / "fake", "-I", HARNESS, "-I", MARKER, *sources, "-o", to)
    return to


def symbol(elf: Path, name: str) -> int:
    listing = subprocess.run(["nm", str(elf)], capture_output=True, text=True, check=True).stdout
    (address,) = (row.split()[0] for row in listing.splitlines() if row.split()[-1] == name)
    return int(address, 16)
