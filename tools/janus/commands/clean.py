# SPDX-License-Identifier: BSD-2-Clause
"""./janus clean"""

from __future__ import annotations

import argparse
import shutil
from typing import Any

from janus import options, output
from janus.paths import BUILD, shown


def add_parser(subparsers: Any) -> None:
    options.command(subparsers, "clean", "remove the folder build/ with everything that was built")


def run(args: argparse.Namespace) -> int:
    if BUILD.exists():
        shutil.rmtree(BUILD)
        output.note(f"removed {shown(BUILD)}/")
    else:
        output.note("there is nothing to remove")
    return 0
