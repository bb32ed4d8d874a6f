#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Generates the system-call and trace ABI from its tables.  README.md in this folder names what comes out.

Exit code 1 and one line FILE:LINE: error: ... when a table is wrong.
"""

import argparse
import sys
from pathlib import Path

import emit
import interface
import page
import table


def common_user(options, calls):
    name = source_name(options)
    return {
        "calls.h": emit.numbers(name, calls.calls),
        "stubs.h": emit.stubs(name, calls.calls, ("<stdint.h>", "<janus/calls.h>", "<janus/status.h>")),
    }


def common_kernel(options, calls):
    return {f"{options.table.stem}_handlers.h": emit.handlers(source_name(options), calls.calls, ('"core/types.h"',))}


def trace(options, events):
    name = source_name(options)
    return {
        "trace.h": emit.trace_events(name, events),
        "trace_names.h": emit.trace_names(name, events),
        "trace.md": page.events(name, events),
    }


def user(options, calls):
    name, p = source_name(options), options.personality
    return {
        "calls.h": emit.numbers(name, calls.numbered(), ("<janus/calls.h>",), len(calls.calls)),
        "stubs.h": emit.stubs(name, calls.numbered(), ("<janus/stubs.h>", f"<{p}/calls.h>")),
        "names.h": emit.names(name, calls.calls),
        "rows.h": emit.rows(name, calls.units, calls.calls),
        f"{p}.md": page.calls(p, name, calls),
    }


def kernel(options, calls):
    name, p = source_name(options), options.personality
    return {
        "handlers.h": emit.personality_handlers(name, calls.own(), calls.included),
        "dispatch.c": emit.dispatch(p, name, calls.calls),
    }


def server(options, content):
    name, stem = source_name(options), content.name
    return {
        f"{stem}.h": interface.client(name, content),
        f"{stem}_serve.h": interface.serve_header(name, content),
        f"{stem}_dispatch.c": interface.dispatcher(name, content),
        f"{stem}.md": interface.page(name, content),
    }


OUTPUTS = {
    "common-user": common_user,
    "common-kernel": common_kernel,
    "trace": trace,
    "user": user,
    "kernel": kernel,
    "interface": server,
}


def source_name(options):
    """The table's path as the repository knows it, or as it was given."""
    path, root = options.table.resolve(), Path(__file__).resolve().parents[2]
    return (path.relative_to(root) if path.is_relative_to(root) else options.table).as_posix()


def arguments(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=OUTPUTS, help="which files to write")
    parser.add_argument("table", type=Path, help="the .def table")
    parser.add_argument("--output", type=Path, required=True, help="folder to write to")
    parser.add_argument("--personality", default="", help="its name: for user and kernel")
    parser.add_argument("--include", type=Path, action="append", default=[], help="folder of included tables")
    parser.add_argument("--status", type=Path, help="<janus/status.h>, which has the errors: for all but trace")
    return parser.parse_args(words)


def read(options):
    if options.what == "trace":
        return table.read_events(options.table)
    errors = table.read_errors(options.status)
    if options.what == "interface":
        return interface.read_interface(options.table, errors)
    return table.read_calls(options.table, options.include, errors)


def main(words):
    options = arguments(words)
    try:
        content = read(options)
    except table.TableError as error:
        print(error, file=sys.stderr)
        return 1
    for name, text in OUTPUTS[options.what](options, content).items():
        (options.output / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
