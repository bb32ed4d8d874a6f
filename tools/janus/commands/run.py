# SPDX-License-Identifier: BSD-2-Clause
"""./janus run"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from janus import errors, options, output, packages, qemu, terminal
from janus.result import TIME_LIMIT, Result

DESCRIPTION = f"""\
Boots a personality with its boot archive, as personalities/P/default.boot
describes it, or any kernel and archive. The terminal is the guest's serial
port; Ctrl-C ends the run.

What follows `--` replaces the arguments of the manifest's first program.

A run has no time limit on a terminal, and {TIME_LIMIT:g} seconds elsewhere. One that
exceeds its limit is ended, and prints the guest's registers and a backtrace
with the names of kernel and user functions; so does one that resets the
machine, as a triple fault does."""


def add_parser(subparsers: Any) -> None:
    parser = options.command(
        subparsers, "run", "boot a kernel in an emulator", DESCRIPTION,
        usage="./janus run [options] [P] [-- ARG...]",
    )  # fmt: skip
    options.add_what(parser)
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--bios", dest="firmware", action="store_const", const="bios", help="boot from an ISO, on BIOS firmware")
    ways.add_argument("--uefi", dest="firmware", action="store_const", const="uefi", help="boot from an ISO, on UEFI firmware")
    ways.add_argument("--bochs", dest="firmware", action="store_const", const="bochs", help="boot from an ISO, under Bochs")
    options.add_machine(parser)
    parser.add_argument("--timeout", type=float, metavar="S", help="time limit in seconds; 0: none")
    parser.set_defaults(takes_rest=True)


def run(args: argparse.Namespace) -> int:
    packages.require("run", *{"bios": ["iso"], "uefi": ["iso", "uefi"], "bochs": ["iso", "bochs"]}.get(args.firmware, []))
    limit = args.timeout
    if limit is None and not sys.stdin.isatty():
        limit = TIME_LIMIT
    with options.boot(args, args.firmware) as what, terminal.opened() as serial:
        result = qemu.run(what, serial, limit or None)
    return _exit_code(result)


def _exit_code(result: Result) -> int:
    if result.code == 0:
        return errors.OK
    if result.backtrace:
        output.note(f"\n{result.backtrace}")
    output.error(result.ending)
    return errors.TIME_LIMIT if result.timed_out else errors.FAILED
