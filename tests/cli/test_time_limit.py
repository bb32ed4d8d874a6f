# SPDX-License-Identifier: BSD-2-Clause
"""Guests that do not end by themselves: time limit, reset, Ctrl-C, and the end of the command itself."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import ROOT, janus


def functions(report: str) -> list[str]:
    """The functions of a backtrace, with their program, from the innermost on."""
    return re.findall(r"^  [0-9a-f]{16}  (\w+: \w+)\+0x", report, re.MULTILINE)


@pytest.mark.parametrize("emulator", ["", "--bochs"])
def test_hang_in_the_kernel(kernel: Path, emulator: str) -> None:
    options = [emulator] if emulator else []
    result = janus("run", *options, "--kernel", kernel, "--append=hang", "--timeout", 10 if emulator else 2)
    assert result.returncode == 124
    assert re.search(r"^  .*\brip\b *[=:]", result.stderr, re.IGNORECASE | re.MULTILINE)
    calls = ["kernel: spin", "kernel: hang", "kernel: obey", "kernel: guest_main", "kernel: long_mode"]
    assert functions(result.stderr) == calls
    assert re.search(r"spin at tests/cli/guest/guest\.c:\d+$", result.stderr, re.MULTILINE)
    assert re.search(r"^janus: time limit, after \d+ s$", result.stderr, re.MULTILINE)


@pytest.mark.parametrize(("running", "beside"), [("program", "other"), ("other", "program")])
def test_hang_in_a_program(kernel: Path, built: Path, running: str, beside: str) -> None:
    """Both programs are linked at one address; the code in memory tells which it is."""
    files = ["--with", f"{built}/{beside}:beside", "--with", f"{built}/{running}:program"]
    result = janus("run", "--kernel", kernel, "--append=user", "--timeout", 2, *files)
    assert result.returncode == 124
    calls = {"program": ["program: turn", "program: work", "program: _start"], "other": ["program: _start"]}
    assert functions(result.stderr) == calls[running]
    assert f"_start at tests/cli/guest/{running}.c" in result.stderr


@pytest.mark.parametrize("emulator", ["", "--bochs"])
def test_triple_fault(kernel: Path, emulator: str) -> None:
    options = [emulator] if emulator else []
    result = janus("run", *options, "--kernel", kernel, "--append=fault")
    assert result.returncode == 1
    assert "the guest reset or switched off the machine without a verdict" in result.stderr
    assert functions(result.stderr)[0] == "kernel: fault_thrice"


@pytest.fixture
def on_terminal(kernel: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A run of a guest that echoes, on a terminal of its own, once it has begun; with the terminal's other end."""
    master, slave = pty.openpty()
    argv = [ROOT / "janus", "run", "--kernel", kernel, "--append=echo exit=1"]
    # Whoever started the tests may have them ignore the signals of a terminal.
    alone = ["env", "--default-signal", "setsid", "--ctty"]
    process = subprocess.Popen([*alone, *argv], cwd=ROOT, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    read_until(master, b"stand-in guest")
    yield process, master
    process.kill()
    process.wait()
    os.close(master)


def read_until(terminal: int, wanted: bytes) -> bytes:
    said = b""
    deadline = time.monotonic() + 60
    while wanted not in said:
        assert select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))[0], said
        said += os.read(terminal, 4096)
    return said


def emulators(kernel: Path) -> list[int]:
    """The running processes that have this kernel on their command line as QEMU writes it."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"qemu-system-x86_64") and str(kernel).encode() in words:
            found.append(int(path.parent.name))
    return found


def gone(kernel: Path) -> bool:
    deadline = time.monotonic() + 30
    while emulators(kernel) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not emulators(kernel)


def test_keys_go_through_one_by_one(on_terminal: tuple[subprocess.Popen[bytes], int]) -> None:
    process, terminal = on_terminal
    os.write(terminal, b"k")
    read_until(terminal, b"k")
    os.write(terminal, b"q")
    read_until(terminal, b"the program reported failure")
    assert process.wait(30) == 1


def test_ctrl_c_ends_the_run(on_terminal: tuple[subprocess.Popen[bytes], int], kernel: Path) -> None:
    process, terminal = on_terminal
    assert not termios.tcgetattr(terminal)[3] & termios.ECHO
    os.write(terminal, b"\x03")
    read_until(terminal, b"ended by Ctrl-C")
    assert process.wait(30) == 130
    assert termios.tcgetattr(terminal)[3] & termios.ECHO
    assert gone(kernel)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_emulator_outlives_the_command(kernel: Path, number: signal.Signals) -> None:
    argv = [ROOT / "janus", "run", "--kernel", kernel, "--append=hang", "--timeout=0"]
    with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        assert process.stdout
        read_until(process.stdout.fileno(), b"stand-in guest")
        assert emulators(kernel)
        process.send_signal(number)
        assert process.wait(30) == (-number if number == signal.SIGKILL else 128 + number)
    assert gone(kernel)
