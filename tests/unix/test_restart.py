# SPDX-License-Identifier: BSD-2-Clause
"""The Unix server of l4 dies: its programs end with a line that names them, it begins anew, and nothing is lost by that."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from janus import archive, build

sys.path.insert(0, str(Path(__file__).resolve().parent))

import run  # noqa: E402

LIMIT = 100  # seconds
LIVES = 16  # the root task's limit: one is the test's own

pytestmark = pytest.mark.skipif("l4" not in build.included("debug"), reason="l4 is not built")

UNDEFINED = b"\x0f\x0b"
SERVER = run.ROOT / "build/debug/servers/server-unix"


def boot(folder: Path, content: archive.Archive, *words: str) -> tuple[int, str]:
    """The exit code of a boot with this archive, and its console."""
    packed = folder / "archive"
    packed.write_bytes(content.pack())
    words = ("run", "l4", "--archive", str(packed), f"--append={' '.join(content.append)}", f"--timeout={LIMIT}", *words)
    done = subprocess.run([run.ROOT / "janus", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False)
    return done.returncode, done.stdout + done.stderr


def content_with(unix: dict[str, str | None], *args: str) -> archive.Archive:
    """What is booted otherwise, with these settings of the server and these arguments."""
    content = archive.from_specification(run.ROOT / "personalities/l4/unix.boot", build.build("debug", including="l4"))
    settings = {key: value for key, value in {**content.programs[-1].settings, **unix}.items() if value is not None}
    return replace(content, programs=(*content.programs[:-1], replace(content.programs[-1], args=args, settings=settings)))


def without(function: str) -> archive.Entry:
    """The server, in which this function is an instruction that does not exist."""
    symbols = subprocess.run(["nm", SERVER], check=True, capture_output=True, text=True).stdout
    headers = subprocess.run(["readelf", "-lW", SERVER], check=True, capture_output=True, text=True).stdout
    address = int(re.search(rf"^(\w+) T {function}$", symbols, re.MULTILINE)[1], 16)
    for offset, start, size in re.findall(r"^  LOAD +(0x\w+) (0x\w+) 0x\w+ (0x\w+)", headers, re.MULTILINE):
        at = address - int(start, 16)
        if 0 <= at < int(size, 16):
            data = bytearray(SERVER.read_bytes())
            data[int(offset, 16) + at : int(offset, 16) + at + 2] = UNDEFINED
            return archive.Entry("bin/unix", bytes(data), executable=True)
    raise AssertionError(function)


FATAL = "echo begins; sleep 9 & hostname fatal; echo is not reached"
DIED = r"^unix: the server died, of exception 6 at 0x7\w+; with it ended 2 busybox, 3 exe, 4 hostname$"


def test_a_fault_of_its_own_with_restarts(tmp_path: Path) -> None:
    """The same command dies each time: as often as the root task starts it."""
    code, console = boot(tmp_path, content_with({}, "/bin/busybox", "sh", "-c", FATAL).with_files([without("unix_sethostname")]))
    assert code == 1
    assert len(re.findall(DIED, console, re.MULTILINE)) == console.count("\nbegins\n") == LIVES
    assert console.count("\nroot: unix cannot be started again: ERR_LIMIT\n") == 1
    assert "is not reached" not in console


def test_a_fault_of_its_own_without(tmp_path: Path) -> None:
    """restart=never: the run ends, with failure."""
    content = content_with({"restart": "never"}, "/bin/busybox", "sh", "-c", FATAL).with_files([without("unix_sethostname")])
    code, console = boot(tmp_path, content)
    assert code == 1
    assert len(re.findall(DIED, console, re.MULTILINE)) == console.count("\nbegins\n") == 1


def see(guest: subprocess.Popen[bytes], mark: bytes) -> bytes:
    shown = b""
    while mark not in shown:
        more = os.read(guest.stdout.fileno(), 4096)
        assert more, shown
        shown += more
    return shown


def test_the_console_lives(tmp_path: Path) -> None:
    """A shell dies with the server; the next one reads what is typed then, and its end is the run's."""
    packed = tmp_path / "archive"
    content = content_with({}, "/bin/busybox", "sh").with_files([without("unix_sethostname")])
    packed.write_bytes(content.pack())
    words = [run.ROOT / "janus", "run", "l4", f"--archive={packed}", f"--append={' '.join(content.append)}", f"--timeout={LIMIT}"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as guest:
        see(guest, b"# ")
        guest.stdin.write(b"hostname fatal\n")
        see(guest, b"; with it ended 2 busybox, 3 hostname\n")
        see(guest, b"# ")
        guest.stdin.write(b"echo it li''ves; exit 5\n")
        see(guest, b"\nit lives")
        guest.communicate()
    assert guest.returncode == 5


@pytest.mark.timeout(LIMIT + 60)
def test_killed_again_and_again(tmp_path: Path) -> None:
    """At any moment, with many who wait, in the midst of fork and execve.  Each life begins with the same memory, and the last leaves all of it."""
    run.compile_program(run.HERE / "restart/life.c", tmp_path / "life")
    content = content_with({"main": None}, "/life")
    killer = archive.host_file(build.folder("debug") / "tests/kernel/servers/servers-killer", "bin/killer")
    program = replace(content.programs[-1], name="killer", path="bin/killer", args=(), settings={"uses": "root,sigma0", "priority": "150", "main": "yes"})
    content = replace(content.with_files([killer]), programs=(*content.programs, program))
    code, console = boot(tmp_path, content, "--with", f"{tmp_path}/life:life")
    assert code == 0 and "\nnot ok" not in console, console
    lives = console.split("a life: MemFree:")[1:]
    assert len(lives) == LIVES - 1
    begins = {"".join(re.findall(r"^(?:a life:| ).*\n", "a life: MemFree:" + life, re.MULTILINE)) for life in lives}
    assert len(begins) == 1, begins
    deaths = re.findall(r"^unix: the server died, killed; with it ended (.*)$", console, re.MULTILINE)
    assert len(deaths) == len(lives)
    assert all(re.match(r"2 life, 3 life, .*, and \d+ more$", names) for names in deaths), deaths
    assert "\nroot: unix cannot be started again: ERR_LIMIT\n" in console
