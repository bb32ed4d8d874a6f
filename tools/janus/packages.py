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

from janus import output, process
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

# A mirror that does not answer, and another program that installs, are waited for, but not for ever; nothing is asked.
PATIENCE = ["-o", "Acquire::http::Timeout=30", "-o", "Acquire::https::Timeout=30", "-o", "Acquire::Retries=3"]
PATIENCE += ["-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Options::=--force-confold"]
LIMIT = 1800.0  # seconds in which what is missing is fetched and installed


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
    command = [*_as_root(arguments), "apt-get", *arguments, *PATIENCE]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    result = process.run(command, LIMIT, env=environment, stderr=subprocess.STDOUT)
    if result.returncode == 0:
        return ""
    return reason(result.stdout, "apt-get")


def reason(said: str, program: str) -> str:
    """Why it failed, in a line: apt's first error, else the last line of all."""
    lines = said.strip().splitlines() or [f"{program} said nothing"]
    errors = [line for line in lines if line.startswith("E:")]
    return (errors or lines[-1:])[0]


def _as_root(arguments: list[str]) -> list[str]:
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        raise SetupError(f"run this as root: apt-get {' '.join(arguments)}")
    return ["sudo"] if sys.stdin.isatty() else ["sudo", "--non-interactive"]
