# SPDX-License-Identifier: BSD-2-Clause
"""The other ways to build: each compiles without a warning and passes kernel tests of its own build."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CACHED = ["ccache"] if shutil.which("ccache") else []  # as Meson has it for the compiler that it finds by itself
VARIANTS = {
    "isolated": ({}, ["-Dpti=true", "-Dtrace=true", "-Dchecks=true", "-Dunit_tests=disabled"]),
    "clang": ({"CC": " ".join([*CACHED, "clang"])}, ["-Dchecks=true"]),
}
TESTS = ("direct-", "probe-", "l4-", "exo-", "refused-no-")


def rows_of(folder: Path) -> list[str]:
    rows = json.loads((folder / "meson-info/intro-tests.json").read_text())
    return [row["name"] for row in rows if row["name"].startswith(TESTS)]


def run(*words: str | Path, **environment: str) -> str:
    done = subprocess.run(
        words, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return done.stdout


@pytest.mark.timeout(900)  # each test that it runs has a limit of its own
@pytest.mark.parametrize("name", VARIANTS)
def test_variant(name: str) -> None:
    environment, options = VARIANTS[name]
    folder = ROOT / "build" / name
    if not folder.exists():
        run("meson", "setup", folder, "--werror", *options, **environment)
    run("meson", "compile", "-C", folder)
    run("meson", "test", "-C", folder, "--no-rebuild", "--print-errorlogs", *rows_of(folder))
