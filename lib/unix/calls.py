#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Generates the Linux system calls that lib/unix serves from its tables: prototypes, and what unix_call finds a call by.

A table (lib/unix/*/calls.def) is plain text; `#` begins a comment line.

    type fd int | a file descriptor                 a type of an argument, and its C type
    read | fd:fd, to:address, count:bytes | Read.   a call: its Linux name, its arguments, one line of meaning
    getpid | | The number. | plain                  one that only looks: it has no arguments, does not wait, and touches neither registers nor signals

A call's body is `int64_t unix_NAME(struct task *t, ...)`; it returns the result or a negative Linux error number.  Numbers are those of
<sys/syscall.h>.  A call that changes all registers (rt_sigreturn, execve) sets t->set itself.

Exit code 1 and one line FILE:LINE: error: ... when a table is wrong.
"""

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path

REGISTERS = ("rdi", "rsi", "rdx", "r10", "r8", "r9")
NAME = re.compile(r"[a-z][a-z0-9_]*")
HEAD = "/* SPDX-License-Identifier: BSD-2-Clause */\n/* Generated from lib/unix's calls.def tables by calls.py: change those. */\n"


class TableError(Exception):
    """What is wrong with a table, with file and line."""


@dataclass(frozen=True)
class Call:
    """A row."""

    name: str
    arguments: tuple  # of (name, type)
    meaning: str
    area: str  # the folder of its table
    plain: bool  # a host may serve it without the caller's registers


def rows(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield f"{path}:{number}: error: ", [cell.strip() for cell in line.split("|")]


def argument(place, text, types):
    name, colon, kind = (part.strip() for part in text.partition(":"))
    if not colon or not NAME.fullmatch(name):
        raise TableError(f"{place}'{text}' is not NAME:TYPE")
    if kind not in types:
        raise TableError(f"{place}type '{kind}' is not declared; there are: {', '.join(types)}")
    return name, kind


def read(paths):
    types, calls = {}, {}
    for path in paths:
        for place, cells in rows(path):
            if cells[0].startswith("type "):
                _, name, *c_type = cells[0].split()
                types[name] = (" ".join(c_type), cells[1])
                continue
            if cells[3:] not in ([], ["plain"]) or len(cells) < 3 or not cells[2] or not NAME.fullmatch(cells[0]):
                raise TableError(f"{place}a row is: name | arguments | meaning, or name | | meaning | plain")
            if cells[0] in calls:
                raise TableError(f"{place}'{cells[0]}' is there twice")
            arguments = tuple(argument(place, text.strip(), types) for text in cells[1].split(",") if text.strip())
            if len(arguments) > len(REGISTERS):
                raise TableError(f"{place}{len(arguments)} arguments; {len(REGISTERS)} registers carry them")
            if arguments and cells[3:]:
                raise TableError(f"{place}a plain call has no arguments")
            calls[cells[0]] = Call(cells[0], arguments, cells[2], path.parent.name, bool(cells[3:]))
    return types, list(calls.values())


def prototype(types, call):
    words = ["struct task *t", *(f"{types[kind][0]} {name}" for name, kind in call.arguments)]
    return f"int64_t unix_{call.name}({', '.join(words)});"


def header(types, calls):
    lines = [HEAD + "#pragma once\n\n#include <stdbool.h>\n#include <stdint.h>\n\nstruct task;\n"]
    for call in calls:
        lines.append(f"/* {call.meaning} */\n{prototype(types, call)}\n")
    lines.append(
        "/* A call by its number. */\nstruct unix_row {\n\tint64_t (*serve)(struct task *t);\n\tconst char *name;\n};\n\n"
        "#define UNIX_CALLS 512\nextern const struct unix_row unix_rows[UNIX_CALLS];\n\n"
        "/* Those that only look: they may be served without t->registers, and outside of unix_call. */\nextern const bool unix_plain[UNIX_CALLS];\n"
    )
    return "\n".join(lines)


def serve(types, call):
    words = ["t", *(f"({types[kind][0]})t->registers.{r}" for (_, kind), r in zip(call.arguments, REGISTERS))]
    return f"static int64_t\nserve_{call.name}(struct task *t)\n{{\n\treturn unix_{call.name}({', '.join(words)});\n}}\n"


def dispatch(types, calls):
    entries = "".join(f'\t[SYS_{call.name}] = {{ serve_{call.name}, "{call.name}" }},\n' for call in calls)
    plain = "".join(f"\t[SYS_{call.name}] = true,\n" for call in calls if call.plain)
    bodies = "\n".join(serve(types, call) for call in calls)
    includes = "#include <sys/syscall.h>\n#include <unix/calls.h>\n#include <unix/process.h>\n"
    return f"{HEAD}{includes}\n{bodies}\nconst struct unix_row unix_rows[UNIX_CALLS] = {{\n{entries}}};\n\nconst bool unix_plain[UNIX_CALLS] = {{\n{plain}}};\n"


def page(types, calls):
    lines = [
        "<!-- Generated from lib/unix's calls.def tables: change those, then `meson compile -C build abi-docs`. -->",
        "# Linux system calls that are served",
        "",
        f"{len(calls)} calls, with Linux's numbers, registers and errors. One that is not here gives `ENOSYS`, and is named once in the log with the",
        "program's name.",
        "",
        "| call | arguments | area | meaning |",
        "|---|---|---|---|",
    ]
    for call in sorted(calls, key=lambda call: call.name):
        words = ", ".join(name for name, _ in call.arguments)
        lines.append(f"| `{call.name}` | {words} | {call.area} | {call.meaning} |")
    return "\n".join(lines) + "\n"


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", type=Path, nargs="+")
    parser.add_argument("--output", type=Path, required=True, help="folder to write to")
    options = parser.parse_args(words)
    try:
        types, calls = read(options.tables)
    except TableError as error:
        print(error, file=sys.stderr)
        return 1
    for name, text in {"calls.h": header, "dispatch.c": dispatch, "unix.md": page}.items():
        (options.output / name).write_text(text(types, calls), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
