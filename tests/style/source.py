# SPDX-License-Identifier: BSD-2-Clause
"""The tree's C and assembler sources, as the style tests see them."""

from __future__ import annotations

import functools
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

KERNEL = ("core", "arch", "personalities")
USER = ("lib", "servers", "libos", "bench", "tests/kernel")

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)
CONDITIONAL = re.compile(r"^\s*#\s*(?:if|ifdef|ifndef|elif)\b(.*)", re.MULTILINE)


@functools.cache
def tracked() -> tuple[str, ...]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return tuple(name for name in listed.stdout.splitlines() if (ROOT / name).is_file())


def sources(*folders: str, endings: tuple[str, ...] = (".c", ".h", ".S")) -> list[str]:
    return [
        name for name in tracked()
        if name.endswith(endings) and (not folders or any(name.startswith(folder + "/") for folder in folders))
    ]


@functools.cache
def text(name: str) -> str:
    return (ROOT / name).read_text(errors="replace")


def includes(name: str) -> list[str]:
    return [found[1] for found in INCLUDE.findall(text(name))]


@dataclass(frozen=True)
class Function:
    file: str
    name: str
    lines: int

    def __str__(self) -> str:
        return f"{self.file}:{self.name}"


@functools.cache
def functions() -> tuple[Function, ...]:
    """Every C function with the lines from its name to its closing brace, from ctags."""
    names = sources(*KERNEL, *USER, endings=(".c", ".h"))
    listed = subprocess.run(
        ["ctags", "-L", "-", "--languages=C", "--langmap=C:.c.h", "--kinds-C=f", "--fields=+ne", "-f", "-"],
        input="\n".join(names), cwd=ROOT, check=True, capture_output=True, text=True,
    )
    return tuple(_function(line) for line in listed.stdout.splitlines() if "\tend:" in line)


def _function(line: str) -> Function:
    name, file, *rest = line.split("\t")
    fields = dict(word.split(":", 1) for word in rest if ":" in word)
    return Function(file, name, int(fields["end"]) - int(fields["line"]) + 1)
