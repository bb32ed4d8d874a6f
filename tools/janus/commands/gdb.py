# SPDX-License-Identifier: BSD-2-Clause
"""./janus gdb"""

from __future__ import annotations

import argparse
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from janus import archive, errors, machine, options, packages, process, symbols
from janus.errors import SetupError
from janus.machine import Boot

DESCRIPTION = """\
Boots as `run` does, but stops at the kernel's entry and attaches gdb, which
knows the symbols of the kernel and of the archive's programs. The two speak
over a socket with a name of its own, so several can run at once. The guest's
serial output appears between gdb's lines; quitting gdb ends the guest.

What follows `--` goes to gdb, such as: -- -ex 'hbreak main' -ex continue"""


def add_parser(subparsers: Any) -> None:
    usage = "./janus gdb [options] [P] [-- ARG...]"
    parser = options.command(subparsers, "gdb", "boot a kernel under the debugger", DESCRIPTION, usage=usage)
    options.add_what(parser)
    options.add_machine(parser)
    parser.set_defaults(takes_rest=True)


def run(args: argparse.Namespace) -> int:
    packages.require("run", "gdb")
    debugger_arguments, args.rest = args.rest, []
    with options.boot(args) as what, tempfile.TemporaryDirectory(prefix="janus-") as folder:
        stub = Path(folder, "gdb")
        debugger = [*_debugger(what, stub, Path(folder)), *debugger_arguments]
        emulator = process.start(_emulator(what, stub), stdin=subprocess.DEVNULL)
        try:
            return _debug(emulator, stub, debugger)
        finally:
            process.end(emulator)


def _emulator(what: Boot, stub: Path) -> list[str]:
    listener = f"socket,id=gdb,path={stub},server=on,wait=off"
    return [*machine.argv(what), "-S", "-chardev", listener, "-gdb", "chardev:gdb", "-serial", "stdio"]


def _debugger(what: Boot, stub: Path, folder: Path) -> list[str]:
    programs = archive.extract_programs(what.archive, folder) if what.archive else {}
    entry = symbols.pvh_entry(what.kernel)
    return [
        *("gdb", "-quiet", str(what.kernel), "-ex", "set confirm off", "-ex", "set pagination off"),
        *(word for program in programs.values() for word in ("-ex", f"add-symbol-file {program}")),
        *("-ex", f"target remote {stub}"),
        # The firmware loads the kernel, so a breakpoint in memory would be overwritten.
        *("-ex", f"thbreak *{entry:#x}", "-ex", "continue"),
    ]


def _debug(emulator: subprocess.Popen[bytes], stub: Path, argv: list[str]) -> int:
    deadline = time.monotonic() + 10
    while not stub.exists():
        if emulator.poll() is not None or time.monotonic() > deadline:
            raise SetupError("QEMU did not start; its words are above")
        time.sleep(0.02)
    # Ctrl-C is for gdb; a handler, unlike ignoring, is not inherited by it.
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        return errors.FAILED if subprocess.call(argv) else errors.OK
    finally:
        signal.signal(signal.SIGINT, before)
