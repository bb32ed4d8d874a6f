# SPDX-License-Identifier: BSD-2-Clause
"""`./janus run l4 -- /bin/busybox sh` on a terminal: a shell as on Linux, with job control, and an editor."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest
from command import ROOT

from janus import build

pytestmark = pytest.mark.skipif("l4" not in build.included("debug"), reason="l4 is not built")

PROMPT = "# "
LIMIT = 60  # seconds for one answer


class Session:
    """A guest whose terminal is ours."""

    def __init__(self, *words: str) -> None:
        self.keyboard, screen = pty.openpty()
        command = ["./janus", "run", "l4", *words]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=screen, stdout=screen, stderr=screen, start_new_session=True)
        os.close(screen)
        self.shown = ""

    def see(self, mark: str) -> str:
        """What is shown up to MARK, without returns and what only moves the cursor."""
        end = time.monotonic() + LIMIT
        while mark not in self.shown:
            left = end - time.monotonic()
            assert left > 0 and select.select([self.keyboard], [], [], left)[0], f"{mark!r} does not come after {self.shown!r}"
            try:
                read = os.read(self.keyboard, 4096)
            except OSError:
                read = b""
            assert read, f"it ended before {mark!r}: {self.shown!r}"
            self.shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.shown + read.decode(errors="replace").replace("\r", ""))
        at = self.shown.index(mark) + len(mark)
        text, self.shown = self.shown[:at], self.shown[at:]
        return text

    def type(self, text: str) -> None:
        os.write(self.keyboard, text.encode())

    def ask(self, line: str) -> list[str]:
        """The lines that a command shows before the next prompt."""
        self.type(line + "\r")
        self.see("\n")
        return self.see(PROMPT).split("\n")[:-1]

    def end(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.keyboard)


@pytest.fixture
def shell() -> Iterator[Session]:
    session = Session("--", "/bin/busybox", "sh")
    session.see(PROMPT)
    yield session
    session.end()


def test_lines_are_edited(shell: Session) -> None:
    shell.type("ecoh\x7f\x7f")
    shell.see("ecoh")
    assert shell.ask("ho one") == ["one"]
    shell.type("\x1b[A")
    shell.see("echo one")
    assert shell.ask(" two") == ["one two"]


READY = 'sh -c "echo ready; exec cat"'  # what is typed before a shell has given up its own mode is not for the program


def test_a_program_is_interrupted(shell: Session) -> None:
    shell.type(f"{READY}\r")
    shell.see("\nready\n")
    shell.type("\x03")
    shell.see(PROMPT)
    assert shell.ask("echo $?") == ["130"]


def test_jobs_stop_and_go_on(shell: Session) -> None:
    shell.type(f"{READY}\r")
    shell.see("\nready\n")
    shell.type("line\r")
    shell.see("line\nline\n")
    shell.type("\x1a")
    assert "Stopped" in shell.see(PROMPT)
    assert shell.ask("jobs") == [f"[1]+  Stopped                    {READY}"]
    shell.type("fg; echo over\r")
    shell.see(f"over\n{READY}\n")
    time.sleep(1)
    shell.type("\x04")
    shell.see("over\n" + "/ " + PROMPT)
    shell.ask("cat &")
    assert "Stopped (tty input)" in shell.ask("sleep 0.1; jobs")[-1]
    shell.ask("kill %1; kill -CONT %1; sleep 0.1")
    assert shell.ask("jobs; echo none") == ["none"]


def test_the_end_of_input_ends_it(shell: Session) -> None:
    shell.type("\x04")
    shell.see("janus: exit 0")
    assert shell.process.wait(LIMIT) == 0


def test_an_editor_saves_a_file(shell: Session) -> None:
    shell.ask("cd /tmp; printf 'one\\ntwo\\n' > text")
    shell.type("vi text\r")
    shell.see("text 1/2")
    shell.type("jonew\x1b")
    shell.see("- text [Modified]")
    shell.type("kdd:wq\r")
    shell.see("'text' 2L")
    shell.see(PROMPT)
    assert shell.ask("cat text") == ["one", "new"]


def arrow_key(shell: Session) -> list[str]:
    """What comes of a key that asks for the line before."""
    shell.ask("echo one")
    for byte in "\x1b[A":
        shell.type(byte)
        time.sleep(0.01)
    return shell.ask("")


def test_a_second_of_idle_time_is_one(shell: Session) -> None:
    """Or the shell would take an arrow key, whose bytes come one by one, for an escape and two letters."""
    assert any(arrow_key(shell) == ["one"] for _ in range(10))  # where others have the processor, a byte may be late
    begun = time.monotonic()
    shell.ask("sleep 2")
    assert 1.5 < time.monotonic() - begun < 20
