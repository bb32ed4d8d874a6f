# SPDX-License-Identifier: BSD-2-Clause
"""The counting plugin, on a bare kernel whose instructions are counted by eye, and on QEMUs that are not here."""

from __future__ import annotations

import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

import compiled
import pytest

from janus import machine

KERNEL_BASE = 0xFFFFFFFF80000000
LOOP = b"\xbb\x40\x42\x0f\x00\xff\xcb\x75\xfc"  # of phase 2
SUCCESS = 0x10 << 1 | 1  # QEMU's exit status for the guest's verdict 0


@dataclass
class Run:
    counts: list[str]  # lines of the plugin
    ticks: list[int]  # what the time-stamp counter said of each phase


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("plugin")


@pytest.fixture(scope="module")
def plugin(folder: Path) -> Path:
    return compiled.plugin(folder / "count.so")


@pytest.fixture(scope="module")
def kernel(folder: Path) -> Path:
    return compiled.bare_kernel(folder)


def boot(kernel: Path, plugin: Path, folder: Path, options: str = "") -> Run:
    out, console = folder / "counts", folder / "console"
    argv = [*machine.standard(memory=32, machine="sata=off"), "-kernel", str(kernel)]
    argv += ["-debugcon", f"file:{console}", "-plugin", f"{plugin},out={out}{options}"]
    assert subprocess.run(argv, timeout=60).returncode == SUCCESS
    words = console.read_bytes()
    return Run(out.read_text().splitlines(), [value for (value,) in struct.iter_unpack("<I", words)])


@pytest.fixture(scope="module")
def counted(kernel: Path, plugin: Path, folder: Path) -> Run:
    return boot(kernel, plugin, folder, f",entry={compiled.symbol(kernel, 'start'):#x},irqoff=on")


def split(run: Run, number: int) -> tuple[int, int]:
    (line,) = (line.split() for line in run.counts if line.startswith(f"phase {number} "))
    return int(line[3]), int(line[5])


def test_each_phase_is_counted_to_the_instruction(counted: Run) -> None:
    assert split(counted, 1) == (0, 0)
    assert split(counted, 2) == (2_000_001, 0)
    assert split(counted, 3) == (401, 300)
    assert split(counted, 5) == (1_003, 0)


def test_counts_are_the_ticks_of_the_counter(counted: Run) -> None:
    for number in (1, 2, 3, 5):
        assert sum(split(counted, number)) == counted.ticks[number - 1], number


def test_a_faulting_instruction_counts_when_it_begins(counted: Run) -> None:
    # The store begins and never completes: the plugin counts it, icount does not, and
    # neither counts the instructions behind it before the handler has returned.
    assert split(counted, 4) == (7, 5)
    assert counted.ticks[3] == 11


def test_a_phase_that_never_ends_leaves_a_gap(counted: Run) -> None:
    numbers = [int(line.split()[1]) for line in counted.counts if line.startswith("phase ")]
    assert numbers == [1, 2, 3, 4, 5, 7]


def test_longest_stretch_with_interrupts_off(kernel: Path, counted: Run) -> None:
    begin = KERNEL_BASE + compiled.symbol(kernel, "syscall_entry")
    end = KERNEL_BASE + compiled.symbol(kernel, "stretch_end")
    assert f"irqoff 3001 begin {begin:#x} end {end:#x}" in counted.counts


def test_boot_is_from_the_entry_to_the_first_instruction_in_user_code(counted: Run) -> None:
    # 17 in 32-bit mode, 2 in the identity mapping, 22 in the upper half.
    assert "boot 41" in counted.counts
    (firmware,) = (int(line.split()[1]) for line in counted.counts if line.startswith("firmware "))
    assert firmware > 100_000


def test_without_an_entry_boot_begins_in_the_upper_half(kernel: Path, plugin: Path, folder: Path) -> None:
    assert "boot 22" in boot(kernel, plugin, folder).counts


def test_a_trace_has_each_instruction_of_a_phase(kernel: Path, plugin: Path, folder: Path) -> None:
    traced = boot(kernel, plugin, folder, ",trace=on")
    addresses = [line.split()[2] for line in traced.counts if line.startswith("insn 4 ")]
    store, handler = compiled.symbol(kernel, "store"), KERNEL_BASE + compiled.symbol(kernel, "page_fault")
    assert len(addresses) == sum(split(traced, 4))
    assert f"{store:#x}" in addresses[:4]
    assert addresses[4] == f"{handler:#x}"


def test_what_is_fetched_from_a_program_is_told_apart_by_its_bytes(kernel: Path, plugin: Path, folder: Path) -> None:
    """The user code of the bare kernel is where its file says; a file that differs in one byte of a block has none of it."""

    def fetched(image: Path, number: int) -> int:
        run = boot(kernel, plugin, folder, f",image={image}")
        (line,) = (line.split() for line in run.counts if line.startswith(f"phase {number} "))
        assert line[6] == "image"
        return int(line[7])

    assert fetched(kernel, 2) == 2_000_001
    assert fetched(kernel, 3) == 401
    other = folder / "other"
    code = kernel.read_bytes()
    other.write_bytes(code.replace(LOOP, LOOP[:-1] + b"\xfd", 1))
    assert fetched(other, 2) == 0
    assert fetched(other, 3) == 401


def test_additions_count_as_callbacks_do(kernel: Path, plugin: Path, folder: Path, counted: Run) -> None:
    """Looking for stretches needs callbacks; without, QEMU adds within the translated code."""
    added = boot(kernel, plugin, folder, f",entry={compiled.symbol(kernel, 'start'):#x}")
    assert added.counts == [line for line in counted.counts if not line.startswith("irqoff")]


def test_two_runs_are_equal(kernel: Path, plugin: Path, folder: Path, counted: Run) -> None:
    again = boot(kernel, plugin, folder, f",entry={compiled.symbol(kernel, 'start'):#x},irqoff=on")
    assert again == counted


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ("", "out=FILE: missing"),
        (",out=/nowhere/counts", "/nowhere/counts: cannot be written"),
        (",out=/dev/null,entry=start", "start: entry= takes an address"),
        (",out=/dev/null,irqoff=maybe", "maybe: irqoff= and trace= take on or off"),
        (",out=/dev/null,image=/dev/null", "/dev/null: image= takes a static program"),
        (",out=/dev/null,image=/bin/sh,image=/bin/sh", "image=/bin/sh: the options are"),
        (",out=/dev/null,colour=red", "colour=red: the options are"),
    ],
)
def test_a_wrong_option_is_named(plugin: Path, options: str, complaint: str) -> None:
    result = subprocess.run(
        ["qemu-system-x86_64", "-M", "none", "-plugin", f"{plugin}{options}"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode != 0
    assert complaint in result.stderr


@pytest.mark.parametrize("version", [1, 2, 3, 4, 5, 6, 7])
def test_other_versions_of_the_interface(folder: Path, plugin: Path, version: int) -> None:
    mock = compiled.mock_qemu(folder / f"mock_qemu_{version}", version)
    out = folder / f"counts_{version}"
    subprocess.run([mock, str(version), plugin, f"out={out}", "irqoff=on"], check=True, timeout=60)
    assert out.read_text().splitlines() == [
        "phase 1 user 1 kernel 2",
        "firmware 0",
        "boot 1",
        "total user 3 kernel 2",
        "irqoff 2 begin 0xffffffff80000001 end 0xffffffff80000002",
    ]
