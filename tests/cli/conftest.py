# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of ./janus share: a stand-in guest, and a small tree around it.

None of these tests needs a kernel of this tree: the guest (guest/guest.c) boots as one does and keeps the same
agreement on verdicts.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUEST = Path(__file__).resolve().parent / "guest"

sys.path.insert(0, str(ROOT / "tools"))

COMPILE = [
    *("gcc", "-g", "-O2", "-Wall", "-Wextra", "-ffreestanding", "-fno-pic", "-fno-stack-protector", "-mno-red-zone"),
    *("-mgeneral-regs-only", "-fno-asynchronous-unwind-tables", "-fcf-protection=none"),
]
LINK = ["-nostdlib", "-static", "-no-pie", "-Wl,--build-id=none"]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the guest's kernel and its programs, which are linked at one address."""
    folder = tmp_path_factory.mktemp("guest")
    kernel = [*COMPILE, *LINK, f"-Wl,-T,{GUEST}/guest.ld", f"{GUEST}/start.S", f"{GUEST}/guest.c"]
    subprocess.run([*kernel, "-o", folder / "kernel"], check=True)
    for name in ("program", "other"):
        program = [*COMPILE, *LINK, "-Wl,-Ttext-segment=0x800000", GUEST / f"{name}.c"]
        subprocess.run([*program, "-o", folder / name], check=True)
    return folder


@pytest.fixture(scope="session")
def kernel(built: Path) -> Path:
    return built / "kernel"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree with the command and a Meson project that builds the guest as the personality null."""
    root = tmp_path / "small"
    shutil.copytree(Path(__file__).resolve().parent / "tree", root)
    shutil.copy(ROOT / "janus", root)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "tools" / "janus", root / "tools" / "janus", ignore=ignored)
    shutil.copy(ROOT / "tests" / "pytest.ini", root / "tests")
    shutil.copytree(GUEST, root / "personalities" / "null" / "guest")
    return root
