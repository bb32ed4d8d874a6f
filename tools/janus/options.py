# SPDX-License-Identifier: BSD-2-Clause
"""Options that several commands share, and what they amount to."""

from __future__ import annotations

import argparse
import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from janus import archive, build, machine, symbols
from janus.archive import Archive
from janus.errors import UsageError
from janus.machine import Boot
from janus.paths import ROOT, shown


def command(subparsers: Any, name: str, summary: str, description: str = "", **options: Any) -> argparse.ArgumentParser:
    """The parser of one command; `summary` is its line in the list of commands."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        name,
        help=summary,
        description=description or f"{summary[0].upper()}{summary[1:]}.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        **options,
    )
    return parser


def add_kind(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument(
        "--debug", dest="kind", action="store_const", const="debug", default="debug",
        help="build/debug, with kernel self-checks (the default)",
    )  # fmt: skip
    kinds.add_argument(
        "--release", dest="kind", action="store_const", const="release", help="build/release, as figures are taken from"
    )


def add_what(parser: argparse.ArgumentParser) -> None:
    """What is booted: a personality with its programs, or files at hand."""
    parser.add_argument("personality", nargs="?", metavar="P", help="the personality, which is built first")
    add_kind(parser)
    parser.add_argument("--kernel", type=Path, metavar="FILE", help="boot this kernel; without P, nothing is built")
    parser.add_argument("--archive", type=Path, metavar="FILE", help="boot with this archive, not with P's default")
    parser.add_argument(
        "--with", dest="files", action="append", default=[], metavar="PATH[:AS]",
        help="add a file, or all below a folder, to the archive, under another name if AS is given; repeatable",
    )  # fmt: skip
    parser.add_argument("--boot", metavar="NAME", help="what personalities/P/NAME.boot describes, not P's default")
    parser.add_argument("--append", default="", metavar="LINE", help="the kernel's command line")
    parser.set_defaults(smp=None, memory=None, cpu="", icount=None, kvm=False, qemu=[])


def add_machine(parser: argparse.ArgumentParser) -> None:
    """How the machine differs from the standard one."""
    standard = machine.definition()["qemu"]
    parser.add_argument("--smp", type=number, metavar="N", help=f"processors (standard: {standard['processors']})")
    parser.add_argument("--memory", type=number, metavar="MIB", help=f"memory (standard: {standard['memory']})")
    parser.add_argument("--cpu", default="", metavar="FLAGS", help="more CPU features, such as --cpu=-nx")
    parser.add_argument(
        "--icount", action=argparse.BooleanOptionalAction, default=None,
        help="one tick is one instruction (standard, except after UEFI firmware, which waits by the clock)",
    )  # fmt: skip
    parser.add_argument("--kvm", action="store_true", help="on this machine's own processor: fast, and nothing is counted")
    parser.add_argument(
        "--qemu", action="append", default=[], metavar="ARG", help="one more argument of QEMU; repeatable"
    )


def number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f'"{text}" is not a positive number')
    return int(text)


def seconds(text: str) -> float:
    return not_negative(text, f'"{text}" is not a number of seconds')


def not_negative(text: str, otherwise: str) -> float:
    """A finite number; `otherwise` is said of what is none."""
    with contextlib.suppress(ValueError):
        if 0 <= (value := float(text)) < float("inf"):
            return value
    raise argparse.ArgumentTypeError(otherwise)


@contextlib.contextmanager
def boot(args: argparse.Namespace, firmware: str | None = None) -> Iterator[Boot]:
    """The boot that the options describe, whose archive lives as long as this context."""
    folder = _build(args)
    kernel = args.kernel or build.kernel(args.personality, args.kind)
    if not kernel.is_file():
        raise UsageError(f"there is no kernel {shown(kernel)}")
    _check_memory(kernel, args.memory)
    with tempfile.TemporaryDirectory(prefix="janus-") as temporary:
        path, append = args.archive, args.append
        content = _archive(args, folder)
        if content:
            path = Path(temporary, "archive.cpio")
            path.write_bytes(content.pack())
            append = " ".join((*content.append, *append.split()))
        yield Boot(kernel, path, append, firmware, args.memory, args.smp, args.cpu, args.icount, args.kvm, tuple(args.qemu))


def _check_memory(kernel: Path, memory: int | None) -> None:
    """No loader says so when it cannot place the kernel: it stops without a word. With more than that, the kernel speaks for itself."""
    if memory and memory << 20 < symbols.load_end(kernel):
        standard = machine.definition()["qemu"]["memory"]
        raise UsageError(f"{memory} MiB cannot hold {shown(kernel)}: give --memory 16 or more (standard: {standard})")


def _build(args: argparse.Namespace) -> Path:
    """Build the personality, where one is named; returns the build folder."""
    if args.personality:
        build.check_names([args.personality])
        return build.build(args.kind, including=args.personality)
    if not args.kernel:
        raise UsageError(f"name a personality ({', '.join(build.personalities())}) or give --kernel FILE")
    return build.folder(args.kind)


def specification(personality: str, rest: list[str], name: str | None = None) -> Path:
    """What is booted: the one of that name; else, with a path as the first argument, a Linux program, where the personality serves those."""
    folder = ROOT / "personalities" / personality
    if name:
        if not (folder / f"{name}.boot").is_file():
            raise UsageError(f'--boot {name}: {personality} has {", ".join(sorted(path.stem for path in folder.glob("*.boot")))}')
        return folder / f"{name}.boot"
    unix = folder / "unix.boot"
    return unix if rest and rest[0].startswith("/") and unix.is_file() else folder / "default.boot"


def _archive(args: argparse.Namespace, folder: Path) -> Archive | None:
    """The archive to write; None where the one at hand, or none, is to be used as it is."""
    if args.archive and not args.archive.is_file():
        raise UsageError(f"there is no archive {shown(args.archive)}")
    if args.boot and (args.archive or not args.personality):
        raise UsageError("--boot goes with a personality, and not with --archive")
    if not (args.files or args.rest) and (args.archive or not args.personality):
        return None
    if args.archive:
        content = archive.from_file(args.archive)
    elif args.personality:
        content = archive.from_specification(specification(args.personality, args.rest, args.boot), folder)
    else:
        content = Archive((), ())
    for request in args.files:
        content = content.with_files(archive.host_files(request))
    return content.with_arguments(args.rest) if args.rest else content
