# SPDX-License-Identifier: BSD-2-Clause
"""What is needed from Debian (packages.toml), and installing what is missing.

A probe decides whether a package is there, so a machine that has the same
programs from elsewhere is left alone.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from janus import output
from janus.errors import SetupError


@dataclass(frozen=True)
class Package:
    name: str
    probe: str
    why: str
    purposes: frozenset[str]

    def present(self) -> bool:
        if self.probe.startswith("module:"):
            return importlib.util.find_spec(self.probe.removeprefix("module:")) is not None
        return shutil.which(self.probe) is not None or Path(self.probe).is_file()


def known() -> list[Package]:
    rows = tomllib.loads(Path(__file__).with_name("packages.toml").read_text())["package"]
    return [Package(row["name"], row["probe"], row["why"], frozenset(row["for"])) for row in rows]


def require(*purposes: str) -> None:
    """Install what these purposes, and the command itself, need and this machine lacks."""
    wanted = {"tool", *purposes}
    install([package for package in known() if package.purposes & wanted and not package.present()])


def install(missing: list[Package]) -> None:
    if not missing:
        return
    for package in missing:
        output.note(f"installing {package.name}: {package.why}")
    names = [package.name for package in missing]
    if not shutil.which("apt-get"):
        raise SetupError(f"missing: {', '.join(names)}; there is no apt-get here, so install them by hand")
    arguments = ["install", "--yes", "--no-install-recommends", *names]
    failure = _apt_get(arguments)
    if failure:  # the package lists may be absent or old
        failure = _apt_get(["update"]) or _apt_get(arguments)
    if failure:
        raise SetupError(f"could not install {', '.join(names)}: {failure}")
    importlib.invalidate_caches()
    absent = [package.name for package in missing if not package.present()]
    if absent:
        raise SetupError(f"{', '.join(absent)}: installed, but what it should provide is not there")


def _apt_get(arguments: list[str]) -> str:
    """Run apt-get; returns what went wrong, in a line, or nothing."""
    command = [*_as_root(arguments), "apt-get", *arguments]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    result = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode == 0:
        return ""
    said = result.stdout.strip().splitlines() or ["apt-get said nothing"]
    errors = [line for line in said if line.startswith("E:")]
    return (errors or said)[0]


def _as_root(arguments: list[str]) -> list[str]:
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        raise SetupError(f"run this as root: apt-get {' '.join(arguments)}")
    return ["sudo"] if sys.stdin.isatty() else ["sudo", "--non-interactive"]
