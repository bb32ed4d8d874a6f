# SPDX-License-Identifier: BSD-2-Clause
"""./janus run"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from typing import Any

from janus import errors, options, output, packages, qemu, terminal
from janus.result import TIME_LIMIT, Result

DESCRIPTION = f"""\
Boots a personality with its boot archive, as personalities/P/default.boot
describes it, or any kernel and archive. The terminal is the guest's serial
port; Ctrl-C ends the run.

What follows `--` replaces the arguments of the manifest's first program. A path
there, as in `./janus run l4 -- /bin/busybox sh`, is a Linux program: the archive is
then personalities/P/unix.boot's, with this machine's busybox; `--with` adds others,
`--boot` takes another.
Its terminal has all keys, Ctrl-C too: Ctrl-] ends the run.
The command's exit code is the program's.

A run has no time limit on a terminal, and {TIME_LIMIT:g} seconds elsewhere. One that
exceeds its limit is ended, and prints the guest's registers and a backtrace
with the names of kernel and user functions; so does one that resets the
machine, as a triple fault does."""

FIRMWARE = {"bios": "on BIOS firmware", "uefi": "on UEFI firmware", "bochs": "under Bochs"}


def add_parser(subparsers: Any) -> None:
    usage = "./janus run [options] [P] [-- ARG...]"
    parser = options.command(subparsers, "run", "boot a kernel in an emulator", DESCRIPTION, usage=usage)
    options.add_what(parser)
    firmware = parser.add_mutually_exclusive_group()
    for name, text in FIRMWARE.items():
        firmware.add_argument(
            f"--{name}", dest="firmware", action="store_const", const=name, help=f"boot from an ISO, {text}"
        )
    options.add_machine(parser)
    parser.add_argument("--timeout", type=options.seconds, metavar="S", help="time limit in seconds; 0: none")
    parser.set_defaults(takes_rest=True)


def run(args: argparse.Namespace) -> int:
    packages.require("run", *(("iso", args.firmware) if args.firmware else ()))
    limit = args.timeout
    if limit is None and not sys.stdin.isatty():
        limit = TIME_LIMIT
    linux = bool(args.rest) and args.rest[0].startswith("/")
    with options.boot(args, args.firmware) as what, terminal.opened(linux) as serial:
        what = dataclasses.replace(what, at_terminal=linux and sys.stdin.isatty())
        result = qemu.run(what, serial, limit or None)
    return _exit_code(result)


def _exit_code(result: Result) -> int:
    if result.code == 0:
        return errors.OK
    if result.status is not None:
        return result.status
    if result.backtrace:
        output.note(f"\n{result.backtrace}")
    output.error(result.ending)
    return errors.TIME_LIMIT if result.timed_out else errors.FAILED
