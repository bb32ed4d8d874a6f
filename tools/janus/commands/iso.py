# SPDX-License-Identifier: BSD-2-Clause
"""./janus iso"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from janus import iso, options, output, packages
from janus.errors import UsageError
from janus.paths import BUILD, shown

DESCRIPTION = """\
Writes an ISO image that GRUB boots on BIOS and UEFI machines, from a CD or a
stick, with the kernel's console on the first serial port.

What follows `--` replaces the arguments of the manifest's first program."""


def add_parser(subparsers: Any) -> None:
    usage = "./janus iso [options] [P] [-- ARG...]"
    parser = options.command(subparsers, "iso", "write a bootable ISO image", DESCRIPTION, usage=usage)
    options.add_what(parser)
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="the image (otherwise build/janus-P.iso)")
    parser.set_defaults(takes_rest=True)


def run(args: argparse.Namespace) -> int:
    packages.require("iso")
    if args.output and not args.output.parent.is_dir():
        raise UsageError(f"there is no folder {shown(args.output.parent)} to write {args.output.name} into")
    with options.boot(args) as what:
        image = args.output or BUILD / f"janus-{args.personality or what.kernel.stem}.iso"
        iso.write(image, what.kernel, what.archive, what.append)
    output.note(f"wrote {shown(image)}")
    return 0
