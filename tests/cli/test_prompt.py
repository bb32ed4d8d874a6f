# SPDX-License-Identifier: BSD-2-Clause
"""What `./janus run l4` boots: servers, a program that says hello, and a prompt at the console."""

from __future__ import annotations

import os
import pty
import subprocess
import time

import pytest
from command import ROOT, janus

from janus import build

pytestmark = pytest.mark.skipif("l4" not in build.included("debug"), reason="l4 is not built")


def said(typed: str) -> list[str]:
    result = janus("run", "l4", typed=typed)
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    return lines[lines.index('hello from user level: "hello"') + 1 :]


def test_the_end_of_input_ends_it() -> None:
    greeting, prompt, end = said("")
    assert greeting.endswith("help says what can be typed")
    assert (prompt, end) == ("> ", "janus: exit 0")


def test_lines_are_obeyed() -> None:
    lines = said("ecoh\b\bho one  two\rnonsense\n\nhelp\ntime\n")
    assert lines[1].endswith("ho one  two") and lines[2] == "one  two"
    assert lines[4] == "nonsense is no command: help lists them"
    names = [line.split("\t")[0] for line in lines if "\t" in line]
    assert names == ["help", "time", "echo", "exit"]
    assert any(line.startswith("00:00:0") and " UTC, up 0." in line for line in lines)


def test_exit_gives_the_verdict() -> None:
    assert janus("run", "l4", typed="exit\nnever").returncode == 0
    assert janus("run", "l4", typed="exit 1\n").returncode == 1


def test_a_line_as_arguments() -> None:
    result = janus("run", "l4", "--", "echo", "one", "two")
    assert "one two" in result.stdout.splitlines() and result.returncode == 0


def test_a_terminal() -> None:
    """Keys are shown as they are typed, and Ctrl-D ends it."""
    keyboard, screen = pty.openpty()
    with subprocess.Popen(["./janus", "run", "l4"], cwd=ROOT, stdin=screen, stdout=subprocess.PIPE) as process:
        assert process.stdout
        shown = b""
        while not shown.endswith(b"> "):
            shown += os.read(process.stdout.fileno(), 4096)
        os.write(keyboard, b"echo yes")
        while not shown.endswith(b"echo yes"):
            shown += os.read(process.stdout.fileno(), 4096)
        time.sleep(0.1)
        assert process.poll() is None
        os.write(keyboard, b"\n\x04")
        rest = process.stdout.read()
    assert rest.splitlines()[1:2] == [b"yes"] and process.returncode == 0
    os.close(keyboard)
    os.close(screen)
