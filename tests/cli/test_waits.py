# SPDX-License-Identifier: BSD-2-Clause
"""Nothing is waited for without end: each wait has a limit, and its error names what was waited for."""

from __future__ import annotations

import fcntl
import multiprocessing
import subprocess
from pathlib import Path

import pytest

from janus import build, packages, process
from janus.errors import JanusError, SetupError
from janus.figures import linux, measure, musl, rows

NOBODY = [word for scheme in ("http", "https") for word in ("-o", f"Acquire::{scheme}::Proxy=http://127.0.0.1:1")]


def test_a_program_that_does_not_end_is_ended_and_named() -> None:
    with pytest.raises(SetupError, match="^waited 0.1 seconds in vain for the end of: sleep 60$"):
        process.run(["sleep", "60"], 0.1)


def test_a_program_has_no_keyboard() -> None:
    assert process.run(["cat"], 10).stdout == ""


def says(script: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE)


def test_lines_come_whole() -> None:
    with says("printf 'a b\\nc'; sleep 0.2; printf 'd\\ne'") as program:
        assert list(process.lines(program, "it", 10)) == ["a b\n", "cd\n", "e"]
    assert program.returncode == 0


def test_a_program_that_falls_silent_is_ended_and_named() -> None:
    with says("echo word; exec sleep 60") as program, pytest.raises(JanusError, match="^waited 0.3 seconds in vain for a word of it$"):
        list(process.lines(program, "it", 0.3))


def test_a_program_that_closes_its_output_and_stays_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "GOING", 0.1)
    with says("exec sleep 60 >&-") as program, pytest.raises(JanusError, match="in vain for the end of it, which has closed its output"):
        list(process.lines(program, "it", 10))


def test_another_build_is_waited_for_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(build, "OTHERS", 0.0)
    with (tmp_path / "lock").open("w") as lock, pytest.raises(JanusError, match="in vain for another command that builds in"):
        fcntl.flock(lock, fcntl.LOCK_EX)
        build.make(tmp_path)
    assert capsys.readouterr().err.startswith("waiting for another command that builds in")


def test_a_worker_that_says_nothing_is_named() -> None:
    class Silent:
        def next(self, limit: float) -> None:
            raise multiprocessing.TimeoutError

    with pytest.raises(JanusError, match="^null-call-full on l4: waited 300 seconds in vain"):
        measure._next(Silent(), (rows.find("null-call-full"), "l4"), 300)


@pytest.mark.parametrize("what", ["Linux's kernel", "musl"])
def test_a_network_that_is_out_gets_one_line(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "PATIENCE", [*packages.PATIENCE, *NOBODY, "-o", "Acquire::Retries=0"])
    monkeypatch.setattr(linux, "FOLDER", tmp_path)
    with pytest.raises(SetupError) as caught:
        linux.stock() if what != "musl" else musl._source(tmp_path)
    assert str(caught.value).startswith(f"cannot fetch {what}: apt-get: E: Failed to fetch ")
    assert "\n" not in str(caught.value)
