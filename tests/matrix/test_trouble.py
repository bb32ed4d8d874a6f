# SPDX-License-Identifier: BSD-2-Clause
"""What ./janus matrix does when the machine, the disk or the folder is not as it should be, and when it is interrupted."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import example
import pytest

from janus import build
from janus.figures import measure
from janus.figures.release import Release
from janus.matrix import cell, systems
from janus.paths import ROOT

SMALL = ["--quick", "--row", "null-call", "--system", "probe", "--system", "l4"]


def matrix(*words: str, tree: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["./janus", "matrix", *words], cwd=tree, env={**os.environ, **environment}, capture_output=True, text=True, timeout=280)


def complaint(result: subprocess.CompletedProcess[str], code: int) -> str:
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
    return result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("QEMU emulator version 6.2.0", "is version 6.2: figures need 7.2 or newer"),
        ("something else", 'is no QEMU: asked for its version it says "something else"'),
    ],
)
def test_another_emulator_is_refused(tmp_path: Path, version: str, said: str) -> None:
    fake = tmp_path / "qemu-system-x86_64"
    fake.write_text(f"#!/bin/sh\necho '{version}'\n")
    fake.chmod(0o755)
    result = matrix(*SMALL, "--folder", str(tmp_path / "m"), PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert said in complaint(result, 3)


def test_a_missing_emulator_is_named(tmp_path: Path) -> None:
    """On a machine without it, and with no way to install it."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for place in ("/bin", "/usr/bin", "/usr/sbin"):
        for program in Path(place).iterdir():
            link = programs / program.name
            if program.name not in ("qemu-system-x86_64", "apt-get") and not link.exists():
                link.symlink_to(program)
    result = matrix(*SMALL, "--folder", str(tmp_path / "m"), PATH=str(programs))
    assert "missing: qemu-system-x86" in complaint(result, 3)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(disk)], capture_output=True, check=False).returncode:
        pytest.skip("nobody may mount here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_no_disk_is_told_before_anything_is_measured(small_disk: Path) -> None:
    assert "disk has 1 MiB of disk free, and a run needs" in complaint(matrix(*SMALL, "--folder", str(small_disk)), 1)
    assert "has 1 MiB of disk free" in complaint(matrix(*SMALL, "--folder", str(small_disk.parent / "m"), TMPDIR=str(small_disk)), 1)


def test_a_disk_that_fills_up_is_told(small_disk: Path) -> None:
    with contextlib.suppress(OSError):
        (small_disk / "filler").write_bytes(bytes(2 << 20))
    words = ["/usr/bin/python3", "-m", "janus.matrix.cell", "--release", str(ROOT / "build/release"), "--system", "l4", "--row", "kernel-bytes"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tools")}
    result = subprocess.run([*words, "--out", str(small_disk / "out.json")], env=environment, capture_output=True, text=True, timeout=60)
    assert result.returncode == 1
    assert result.stderr == f"janus: cannot write {small_disk / 'out.json'}: No space left on device\n"


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot write into" in complaint(matrix(*SMALL, "--folder", str(tmp_path / "file")), 1)


def test_a_guest_that_hangs_is_a_failure_with_its_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "TIME_LIMIT", 0.05)  # in which nothing can end
    release = Release(build.configure("release"))
    systems.make(systems.files(systems.load()["probe"], "null-call-fast", release), release)
    found = cell.measure(systems.load()["probe"], "null-call-fast", release, plain=1, variants=1)
    assert found["status"] == "failed"
    assert found["error"].startswith("null-call-fast: the run gave no figure: time limit")
    assert found["replay"].startswith("./janus run --kernel ")


def test_damaged_figures_are_measured_again(tmp_path: Path) -> None:
    folder = tmp_path / "a folder, with spaces"
    assert matrix(*SMALL, "--folder", str(folder)).returncode == 0
    good = json.loads((folder / "cells" / "l4" / "null-call-fast.json").read_text())
    (folder / "cells" / "l4" / "null-call-fast.json").write_text('{"status": "measu')
    (folder / "cells" / "probe" / "null-call-fast.json").write_text("[]")
    (folder / "plan.json").write_text("no plan")
    (folder / "results.json").write_text("no result")
    result = matrix(*SMALL, "--folder", str(folder))
    assert result.returncode == 0, result.stderr
    assert json.loads((folder / "cells" / "l4" / "null-call-fast.json").read_text()) == good
    assert json.loads((folder / "results.json").read_text())["failures"] == []


def test_a_damaged_result_cannot_be_compared(tmp_path: Path) -> None:
    whole = example.whole()
    paths = [tmp_path / name for name in ("good.json", "damaged.json")]
    paths[0].write_text(json.dumps(whole))
    del whole["rows"][3]["cells"]
    paths[1].write_text(json.dumps(whole))
    result = subprocess.run(["./janus", "compare", *map(str, paths)], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stderr) == (2, f"janus: {paths[1]} is damaged: it is not as its schema has it\n")


def test_a_run_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    words = ["--quick", "--system", "probe", *(word for row in ("null-call", "exception-to-handler", "map-a-page", "cap-lookup") for word in ("--row", row))]
    run = subprocess.Popen(["./janus", "matrix", *words, "--jobs", "1", "--folder", str(tmp_path)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 200
    while len(measured := list(tmp_path.glob("cells/probe/*.json"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    run.send_signal(signal.SIGKILL)
    assert run.wait() == -signal.SIGKILL
    first = min(measured, key=lambda path: path.stat().st_mtime_ns)  # of the other, its job may not have ended
    stamp = first.stat().st_mtime_ns
    result = matrix(*words, "--folder", str(tmp_path))
    assert result.returncode == 0, result.stderr
    assert len(list(tmp_path.glob("cells/probe/*.json"))) == 4
    assert first.stat().st_mtime_ns == stamp


def test_two_runs_at_once_in_one_folder_are_one_too_many(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "another ./janus matrix works in" in complaint(matrix(*SMALL, "--folder", str(tmp_path)), 1)


def test_two_runs_at_once_in_folders_of_their_own(tmp_path: Path) -> None:
    runs = [
        subprocess.Popen(["./janus", "matrix", *SMALL, "--folder", str(tmp_path / name)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for name in ("one", "two")
    ]
    said = [run.communicate(timeout=280)[1] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], said
    one, two = ((tmp_path / name / "cells" / "l4" / "null-call-fast.json").read_text() for name in ("one", "two"))
    assert one == two
