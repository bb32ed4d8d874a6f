# SPDX-License-Identifier: BSD-2-Clause
"""The command with the kernels of this tree, as built for the tests."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from command import janus

from janus import build

BUILT = build.included("debug")

# Never ends, some calls deep.
SPINNING = """
static volatile int on = 1;
static void __attribute__((noinline)) inner(void) { while (on) continue; }
static void __attribute__((noinline)) outer(void) { inner(); on = 2; }
void _start(void) { outer(); on = 3; }
"""


@pytest.mark.parametrize("personality", BUILT)
def test_default_archive(personality: str) -> None:
    result = janus("run", personality)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.endswith("\njanus: exit 0\n")


@pytest.mark.parametrize("personality", sorted({"l4", "exo", "probe"} & set(BUILT)))
def test_arguments_reach_the_first_program(personality: str) -> None:
    """It is hello, which says them; what l4 boots takes them as a line for its prompt, whose echo does."""
    words = ["one", "two words", "a=b"]
    if personality == "l4":
        assert "one two words a=b" in janus("run", "l4", "--", "echo", *words).stdout.splitlines()
    else:
        assert '"one", "two words", "a=b"' in janus("run", personality, "--", *words).stdout


def test_backtrace_of_a_program_that_hangs(tmp_path: Path) -> None:
    source, program = tmp_path / "spinning.c", tmp_path / "spinning"
    source.write_text(SPINNING)
    options = ["-g", "-O2", "-ffreestanding", "-fno-pic", "-nostdlib", "-static", "-no-pie"]
    subprocess.run(["gcc", *options, source, "-o", program], check=True)
    result = janus("run", "probe", "--with", f"{program}:bin/hello", "--timeout", 3)
    assert result.returncode == 124
    calls = [line.split()[2].partition("+")[0] for line in result.stderr.splitlines() if "  bin/hello: " in line]
    assert calls == ["inner", "outer", "_start"]


def test_debugger_knows_kernel_and_program() -> None:
    asked = ["hbreak kmain", "continue", "backtrace 1", "hbreak main", "continue", "backtrace 1"]
    result = janus("gdb", "probe", "--", "-batch", *(word for command in asked for word in ("-ex", command)))
    assert result.returncode == 0
    assert "#0  kmain () at " in result.stdout
    assert "#0  main (argc=1" in result.stdout


def test_a_boot_that_is_refused() -> None:
    result = janus("run", "--kernel", build.kernel("probe", "debug"))
    assert result.returncode == 1
    assert "janus: cannot boot: " in result.stdout
    assert result.stderr == "janus: the kernel refused to boot\n"
