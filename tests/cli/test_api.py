# SPDX-License-Identifier: BSD-2-Clause
"""janus.qemu.boot, as other tests use it."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest
from command import ROOT

from janus import archive, machine, qemu
from janus.archive import Archive, Entry
from janus.errors import SetupError
from janus.manifest import Program


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    path = tmp_path / "archive"
    path.write_bytes(Archive((Entry("file", b"x"),), (Program("n", "file"),)).pack())
    return path


def test_result_of_a_verdict(kernel: Path, packed: Path) -> None:
    result = qemu.boot(kernel, archive=packed, append="show exit=1")
    assert result.console == "stand-in guest\nprogram n file\njanus: exit 1\n"
    assert (result.code, result.timed_out, result.backtrace) == (1, False, "")


def test_result_of_a_time_limit(kernel: Path) -> None:
    result = qemu.boot(kernel, append="hang", timeout=2)
    assert (result.code, result.timed_out) == (None, True)
    assert "kernel: spin+" in result.backtrace
    assert 2 <= result.seconds < 30
    assert result.command in str(result)


def test_the_printed_command_boots_the_same_again(
    kernel: Path, packed: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    result = qemu.boot(
        kernel,
        archive=packed,
        append="say it's two words",
        memory=32,
        processors=2,
        cpu="-la57",
        icount=True,
        options=("-name", "a name"),
        timeout=30,
    )
    said = capfd.readouterr().out
    assert said == f"replay: {result.command}\n"
    words = shlex.split(result.command)
    again = subprocess.run(words, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert (again.returncode, again.stdout) == (0, result.console)


def test_input_of_many_pieces_arrives_whole(kernel: Path) -> None:
    typed = b"".join(b"%d " % number for number in range(4000)) + b"q"
    result = qemu.boot(kernel, append="echo", typed=typed)
    assert result.console == f"stand-in guest\n{typed.decode()}\njanus: exit 0\n"


def test_nothing_but_the_cpu_that_is_asked_for(kernel: Path) -> None:
    with pytest.raises(SetupError, match="nosuch"):
        qemu.boot(kernel, cpu="+nosuch")


def test_plugins_are_loaded(kernel: Path) -> None:
    with pytest.raises(SetupError, match="nosuch.so"):
        qemu.boot(kernel, plugins=("nosuch.so",))


def test_programs_of_an_archive_are_found(kernel: Path, built: Path, tmp_path: Path) -> None:
    path = tmp_path / "archive"
    path.write_bytes(archive.pack([archive.host_file(built / "program", "bin/p"), Entry("text", b"no program")]))
    assert list(archive.extract_programs(path, tmp_path)) == ["bin/p"]


def test_the_machine_is_told_with_results() -> None:
    told = machine.describe()
    assert told["version"].startswith("QEMU emulator version")
    assert told["cpu"] == machine.definition()["qemu"]["cpu"]


def test_the_standard_machine_masks_fast_string_copies() -> None:
    features = machine.definition()["qemu"]["cpu"].split(",")
    assert {"-erms", "-fsrm", "+smep", "+smap"} <= set(features)


@pytest.mark.parametrize(
    ("status", "code"), [(33, 0), (35, 1), (37, 2), (39, 3), (0, None), (1, None), (31, None), (34, None)]
)
def test_verdict_of_an_exit_status(status: int, code: int | None) -> None:
    assert machine.verdict(status) == code
