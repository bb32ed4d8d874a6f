# SPDX-License-Identifier: BSD-2-Clause
"""What comes at the worst instruction: gdb stops the kernel there, and makes it come."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from janus.archive import Entry, host_file, pack  # noqa: E402

BUILD = ROOT / "build" / "debug"
KERNEL = BUILD / "personalities/janus-probe"


@pytest.fixture
def debug(tmp_path: Path):
    """Run gdb commands on a boot of the program NAME; returns what gdb and the guest printed."""

    def session(name: str, *commands: str) -> str:
        program = host_file(BUILD / "tests/kernel/probe" / name, "bin/test")
        archive = tmp_path / "boot.cpio"
        archive.write_bytes(pack([program, Entry("manifest", b"program test bin/test\n")]))
        words = [word for command in commands for word in ("-ex", command)]
        done = subprocess.run(
            [ROOT / "janus", "gdb", "--kernel", KERNEL, "--archive", archive, "--", "-batch", "-nx", *words],
            capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL,
        )
        return done.stdout + done.stderr

    return session


def nmi_at(place: str) -> list[str]:
    """Come to PLACE for the second time, let an NMI come just there, and run on to the end."""
    return [
        f"hbreak {place}", "continue", "continue", "delete", "monitor nmi",
        "hbreak arch_exit", "continue", "printf \"nmis %u\\n\", boot_cpu.arch.nmis", "delete", "continue",
    ]


@pytest.mark.parametrize("place", ["syscall_entry", "*syscall_entry+3", "syscall_exit_sysret", "exit_iret_instruction", "trap_entry"])
def test_nmi_around_swapgs(debug, place: str) -> None:
    """The user's GS base is loaded, and looks like a kernel's: the NMI's handler must not believe it."""
    said = debug("probe-gs_base", *nmi_at(place))
    assert "nmis 1" in said, said
    assert "janus: exit 0" in said, said


def test_flags_at_entry(debug) -> None:
    """DF, AC and NT that user level has set are clear in the kernel."""
    said = debug(
        "probe-gs_base", "hbreak personality_syscall", "continue",
        'printf "flags %#lx of %#lx\\n", $eflags & 0x44400, boot_cpu.current->regs.rflags & 0x44400', "delete", "continue",
    )
    assert "flags 0 of 0x4" in said, said
    assert "janus: exit 0" in said, said


def test_faulting_iretq(debug) -> None:
    """A frame that iretq refuses ends the thread, not the kernel."""
    said = debug(
        "probe-gs_base", "hbreak exit_iret", "continue",
        "set ((struct thread *)$rdi)->regs.rip = 0x800000000000", "delete", "continue",
    )
    assert "exception 13" in said, said
    assert "janus: exit 1" in said, said


IN_THE_KERNEL = ["hbreak personality_syscall", "continue", "delete"]


def check_panic(said: str, cause: str, *functions: str) -> None:
    """A panic says its cause, the thread, the registers and who called whom, and ends the machine."""
    assert f"janus: panic: {cause}" in said, said
    assert 'thread 1 "test" of space "test"' in said, said
    assert "janus: exit 2" in said, said
    trace = said.partition("janus: backtrace:")[2]
    for function in functions:
        assert f" {function}+0x" in trace, said


def test_panic_at_a_wild_jump(debug) -> None:
    said = debug("probe-gs_base", *IN_THE_KERNEL, "set $pc = 0x10", "continue")
    check_panic(said, "unexpected exception 14 in the kernel", "syscall_full_saved")
    assert "fault address 0x0000000000000010" in said, said


def test_panic_at_a_stack_overflow(debug) -> None:
    """The page below the kernel's stack is not mapped; the double fault has a stack of its own."""
    said = debug("probe-gs_base", *IN_THE_KERNEL, "set $sp = boot_cpu.stack - 0x4000", "continue")
    check_panic(said, "double fault", "personality_syscall")


def test_panic_at_a_machine_check(debug) -> None:
    said = debug("probe-gs_base", *IN_THE_KERNEL, "monitor mce 0 0 0xb200000000000000 0 0 0", "continue")
    check_panic(said, "machine check", "personality_syscall")


def test_the_entry_has_its_name() -> None:
    """text_start is at the same address: debuggers take the symbol that has a size."""
    done = subprocess.run(
        ["gdb", "-batch", "-nx", "-ex", "x/i syscall_entry", KERNEL], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
    )
    assert "<syscall_entry>:\tswapgs" in done.stdout
