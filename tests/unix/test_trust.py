#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What programs of a domain on exo can do to each other and to what they share: the programs in trust/."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from janus import archive, build

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
INCLUDES = ("lib/unix/include", "personalities/exo/uapi", "core/uapi", "arch/x86/uapi")
PLACED = {"unix": "libos/unix/include", "unix-protected": "libos/unix/protected/include"}  # by what is booted
LIMIT = 60  # seconds


def console(
    folder: Path, name: str, settings: dict[str, str], append: str = "", args: tuple[str, ...] = (), limit: int = LIMIT, boot: str = "unix"
) -> str:
    """A boot in which trust/NAME.c is the first process, the first line of the manifest having these settings."""
    source, program, packed = HERE / f"trust/{name}.c", folder / name, folder / "archive"
    generated = (build.folder("debug") / path / "uapi" for path in ("personalities/exo", "core"))
    words = ["musl-gcc", "-static", "-O1", "-Wall", "-Wextra", "-Wno-unused-parameter", "-D_GNU_SOURCE"]
    words += [f"-I{path}" for path in (ROOT / PLACED[boot], *(ROOT / path for path in INCLUDES), *generated)]
    subprocess.run([*words, source, "-o", program], check=True)
    content = archive.from_specification(ROOT / f"personalities/exo/{boot}.boot", build.folder("debug"))
    first = replace(content.programs[0], settings=content.programs[0].settings | settings)
    packed.write_bytes(replace(content, programs=(first, *content.programs[1:])).pack())
    words = [ROOT / "janus", "run", "exo", "--archive", packed, "--append", f"console=user {append}", "--with", f"{program}:{name}"]
    words += [f"--timeout={limit}", "--", f"/{name}", *args]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.mark.timeout(LIMIT + 60)
@pytest.mark.parametrize("slice_us", (1000, 1300))
def test_stopped_in_the_middle(tmp_path: Path, slice_us: int) -> None:
    """Most of them while they have the lock; each of the others does what it did, and no page and no process is lost."""
    text = console(tmp_path, "deaths", {"deaths": "victim"}, f"exo.slice={slice_us}")
    assert "\nok: 100 died\n" in text, text
    stopped = [line for line in text.splitlines() if " was stopped at 0x6" in line]
    locked = {line for line in stopped if line.endswith(", with the lock")}
    assert len(locked) >= 30, text  # places, each once


@pytest.mark.timeout(LIMIT + 60)
def test_killed_without_its_library(tmp_path: Path) -> None:
    text = console(tmp_path, "stubborn", {})
    assert "\nok: signal 9\n" in text, text


@pytest.mark.timeout(LIMIT + 60)
@pytest.mark.parametrize("what", ("domain", "arena"))
def test_the_kernel_does_not_notice(tmp_path: Path, what: str) -> None:
    """Programs of a domain trust each other: this one ends it, or nothing goes on in it.  The kernel checks itself meanwhile."""
    text = console(tmp_path, "scribble", {}, args=(what,), limit=10)
    assert "\nscribbles\n" in text, text
    assert "panic" not in text, text
    assert "unix: " in text or "arch_idle" in text or "bin/unix" in text, text


@pytest.mark.timeout(LIMIT + 60)
@pytest.mark.parametrize(("boot", "changed", "afterwards"), (("unix", "yes", "opened"), ("unix-protected", "no", "Permission denied")))
def test_whether_a_uid_protects(tmp_path: Path, boot: str, changed: str, afterwards: str) -> None:
    """Where programs trust each other it is a convention, which this one does not keep."""
    text = console(tmp_path, "uid", {}, boot=boot)
    assert f"\nas a user: Permission denied\nchanged: {changed}\nafterwards: {afterwards}\n" in text, text


# How a program ends that goes against the server with all that its environment has; empty: that depends on which of its calls did what.
ATTACKS = {
    **dict.fromkeys(("write_arena", "read_arena", "write_domain", "write_library"), "signal 11"),
    **dict.fromkeys(("fill_door", "be_busy", "ask_for_nothing", "yield_again_and_again"), "killed, 9"),
    **dict.fromkeys(("lose_areas", "lose_door", "leave", "end", "wait_for_ever"), "signal 9"),
    "call_anything": "",
}


@pytest.mark.timeout(LIMIT + 60)
def test_the_protected_server_does_not_mind(tmp_path: Path) -> None:
    """Whatever one program does, the others go on, and it can be ended."""
    text = console(tmp_path, "attacks", {}, "exo.slice=1000", boot="unix-protected")
    for attack, end in ATTACKS.items():
        assert re.search(rf"^{attack}: {end or '.*'}, others go on$", text, re.MULTILINE), text
    assert "\ndone\n" in text, text
