# SPDX-License-Identifier: BSD-2-Clause
"""./janus build"""

from __future__ import annotations

import argparse
from typing import Any

from janus import build, options, output
from janus.paths import shown

DESCRIPTION = """\
Builds kernels and user programs: in build/debug with kernel self-checks, for
running and testing, or in build/release without, for figures. The other
commands do this themselves for what they need."""


def add_parser(subparsers: Any) -> None:
    parser = options.command(subparsers, "build", "build kernels and user programs", DESCRIPTION)
    parser.add_argument(
        "personality", nargs="*", metavar="P",
        help="only these, from now on; all where none is named (null and probe are always built)",
    )  # fmt: skip
    options.add_kind(parser)


def run(args: argparse.Namespace) -> int:
    build.check_names(args.personality)
    path = build.build(args.kind, only=args.personality or build.personalities())
    output.note(f"{shown(path)} is up to date")
    return 0
