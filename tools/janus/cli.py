# SPDX-License-Identifier: BSD-2-Clause
"""The command line: finds the commands, runs one, and turns its end into an exit code."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import signal
import sys
from types import ModuleType
from typing import NoReturn

from janus import commands, errors, output

_EXIT_CODES = """\
exit codes:
  0    it worked; of `run`: the guest reported success
  1    the guest failed, panicked or refused to boot; a test or the build failed
  2    the command line is wrong
  3    something is missing on this machine, or the emulator could not start
  124  the run exceeded its time limit
  130  ended by Ctrl-C

`./janus COMMAND --help` explains each command."""


def main(argv: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        return _run(argv)
    except errors.JanusError as error:
        output.error(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        output.error("ended by Ctrl-C")
        return errors.INTERRUPTED
    except PermissionError as error:
        output.error(f"{error.filename}: permission denied; make it yours to write, or work in a copy of the tree")
        return errors.SETUP
    except BrokenPipeError:  # the reader of our output has gone, as in `./janus ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return errors.FAILED


class _Parser(argparse.ArgumentParser):
    """A wrong command line gets one line, as every error does."""

    def error(self, message: str) -> NoReturn:
        raise errors.UsageError(f"{message}; {self.prog} --help lists what there is")


def _run(argv: list[str]) -> int:
    try:
        modules = _commands()
        args = _parse(_parser(modules), argv)
        return int(modules[args.command].run(args))
    finally:
        sys.stdout.flush()


def _parse(parser: argparse.ArgumentParser, argv: list[str]) -> argparse.Namespace:
    """Split off what follows `--`, which is the guest's or another program's, as `rest`."""
    end = argv.index("--") if "--" in argv else len(argv)
    args = parser.parse_args(argv[:end], argparse.Namespace(takes_rest=False))
    args.rest = argv[end + 1 :]
    if args.rest and not args.takes_rest:
        parser.error(f"{args.command} takes nothing after --")
    return args


def _commands() -> dict[str, ModuleType]:
    names = sorted(module.name for module in pkgutil.iter_modules(commands.__path__))
    return {name: importlib.import_module(f"{commands.__name__}.{name}") for name in names}


def _parser(modules: dict[str, ModuleType]) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="./janus",
        description="Builds, runs, tests and measures the kernels of this tree.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in modules.values():
        module.add_parser(subparsers)
    return parser
