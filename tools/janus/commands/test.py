# SPDX-License-Identifier: BSD-2-Clause
"""./janus test"""

from __future__ import annotations

import argparse
from typing import Any

from janus import build, errors, options, packages, testing
from janus.errors import UsageError

DESCRIPTION = """\
Builds build/debug, with kernel self-checks, and runs its tests (those of
`meson test`) and the Python tests below tests/. A NAME is that of a test, of
its suite or folder, or a pattern of them (`*`, `?`); without one, all run.
A failing test is shown with its output and a command that runs it again. The
last line is `N passed, N failed`, with `, N skipped` where some were."""


def add_parser(subparsers: Any) -> None:
    parser = options.command(subparsers, "test", "build and run the tests", DESCRIPTION)
    parser.add_argument("name", nargs="*", metavar="NAME", help="only these tests")
    parser.add_argument("--all", action="store_true", help="the slow ones too, which otherwise run only by their names")
    parser.add_argument("--list", action="store_true", help="print the names instead of running")


def run(args: argparse.Namespace) -> int:
    packages.require("build", "run", "iso", "uefi", "bochs", "gdb", "test")
    folder = build.build("debug")
    tests = testing.selected(testing.known(folder), args.name, args.all)
    if not tests:
        raise UsageError("no tests are to be run" if not args.name else f"no test is called {' or '.join(args.name)}")
    if args.list:
        print("\n".join(f"{test.group}: {test.name}" for test in tests))
        return errors.OK
    results = testing.run(tests, folder)
    testing.show(results)
    return errors.FAILED if any(result.outcome == "failed" for result in results) else errors.OK
