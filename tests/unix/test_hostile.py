#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A library OS that lies, dies or stalls at each operation on what is shared (trust/hostile.c): another domain and a native environment beside it do not notice."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from janus import archive, build

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LIMIT = 500  # seconds
HOSTILE = "program hostile bin/unix-hostile /operations memory=40M kmem=1000 slices=3 main=yes restart=100 archive=yes deaths=dying"
SPECIFICATION = """
file bin/init @build@/libos/init/init
file bin/unix @build@/libos/unix/unix
file bin/unix-hostile @build@/tests/unix/trust/unix-hostile
file bin/beside @build@/tests/unix/trust/beside
file bin/sh /bin/busybox
file bin/seq /bin/busybox
file bin/md5sum /bin/busybox
file operations {folder}/operations
file figures {folder}/figures
program init bin/init
program unix bin/unix /figures {rounds} memory=40M kmem=1000 main={main} archive=yes
program beside bin/beside {rounds} memory=1M main={main}
"""


def console(folder: Path, rounds: int, last: str) -> str:
    """A boot of a domain and a native environment, with LAST as the last line of the manifest.  Without rounds these go on until that ends."""
    for name in ("operations", "figures"):
        subprocess.run(["musl-gcc", "-static", "-O1", "-Wall", "-Wextra", "-D_GNU_SOURCE", HERE / f"trust/{name}.c", "-o", folder / name], check=True)
    (folder / "boot").write_text(SPECIFICATION.format(folder=folder, rounds=rounds, main="yes" if rounds else "no") + last + "\n")
    (folder / "archive").write_bytes(archive.from_specification(folder / "boot", build.folder("debug")).pack())
    words = [ROOT / "janus", "run", "exo", "--archive", folder / "archive", "--memory=256", "--append=exo.slice=200", f"--timeout={LIMIT}"]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def others(text: str) -> set[str]:
    """What the domain and the native environment said, each once."""
    return {line for line in text.splitlines() if not re.match("janus: |hostile: |init: |unix: |figures: fork |(lie|die|exit|stall) ", line) and line}


def forks(text: str) -> set[int]:
    """What a fork cost there: it differs with which environment is taken for it, and what that has kept bound."""
    return {int(figure) for figure in re.findall(r"^figures: fork (\d+)$", text, re.MULTILINE)}


@pytest.mark.timeout(2 * LIMIT)
def test_a_hostile_library(tmp_path: Path) -> None:
    alone, beside = console(tmp_path, 2, ""), console(tmp_path, 0, HOSTILE)
    assert len(others(alone)) == 5, alone
    assert others(beside) == others(alone), beside
    assert max(forks(alone) | forks(beside)) < 1.1 * min(forks(alone)), beside
    assert "\nhostile: all 84\n" in beside and "\njanus: exit 0\n" in beside, beside
    rounds = re.split(r"^hostile: (?=lie|die|exit|stall)", beside, flags=re.MULTILINE)[1:]
    assert len(rounds) == 84, beside
    for said in rounds:
        goes_on = "hostile: others go on" in said
        names_somebody = re.search(r"^unix: environment \d+ (was stopped|is gone|: )|^unix: had the last turn: ", said, re.MULTILINE)
        assert goes_on or names_somebody, said
        assert goes_on or not said.startswith("die"), said


@pytest.mark.timeout(120)
def test_two_domains() -> None:
    words = [ROOT / "janus", "run", "exo", "--boot=unix-domains", "--memory=256", "--", "/bin/busybox", "echo", "other"]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "\nother\n" in done.stdout and "\ntwo\n" in done.stdout, done.stdout


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("words", "message"),
    (
        (["--boot=unix"], "unix: no program: ./janus run exo -- /path [arguments]"),
        (["--boot=unix", "--append=exo.caps=slot", "--", "/bin/busybox"], "unix: capabilities are in slots, which programs cannot share"),
    ),
)
def test_what_is_said_before_there_is_a_domain(words: list[str], message: str) -> None:
    done = subprocess.run([ROOT / "janus", "run", "exo", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert f"\n{message}" in done.stdout, done.stdout
