# SPDX-License-Identifier: BSD-2-Clause
"""./janus setup"""

from __future__ import annotations

import argparse
from typing import Any

from janus import options, output, packages


DESCRIPTION = """\
Installs from Debian, with apt-get and where needed sudo, what any command needs
and this machine lacks, and says what and why. The other commands do this on
demand for what they need."""


def add_parser(subparsers: Any) -> None:
    options.command(subparsers, "setup", "install what is missing on this machine", DESCRIPTION)


def run(args: argparse.Namespace) -> int:
    missing = [package for package in packages.known() if not package.present()]
    packages.install(missing)
    output.note("everything that is needed is installed")
    return 0
