# SPDX-License-Identifier: BSD-2-Clause
"""./janus run: verdicts, archives, firmware, and what it says of what it cannot do."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import ROOT, janus, one_line

PERSONALITIES = ", ".join(sorted(path.parent.name for path in ROOT.glob("personalities/*/meson.build")))


def test_success_and_console(kernel: Path) -> None:
    result = janus("run", "--kernel", kernel, "--append", "say exit=0 and more words")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "stand-in guest\nexit=0 and more words\njanus: exit 0\n"


@pytest.mark.parametrize(
    ("verdict", "meaning"),
    [(1, "the program reported failure"), (2, "the kernel panicked"), (3, "the kernel refused to boot")],
)
def test_verdicts(kernel: Path, verdict: int, meaning: str) -> None:
    result = janus("run", "--kernel", kernel, "--append", f"exit={verdict}")
    assert result.returncode == 1
    assert one_line(result) == meaning


def test_typed_input_reaches_the_guest(kernel: Path) -> None:
    result = janus("run", "--kernel", kernel, "--append", "echo", typed="typed line\nq")
    assert result.returncode == 0
    assert "typed line\nq\n" in result.stdout


def test_two_boots_are_equal(kernel: Path) -> None:
    first, second = (janus("run", "--kernel", kernel, "--append", "ticks") for _ in range(2))
    assert " ticks\n" in first.stdout
    assert first.stdout == second.stdout


def test_time_without_icount_is_not_counted_in_instructions(kernel: Path) -> None:
    counted = janus("run", "--icount", "--kernel", kernel, "--append", "ticks")
    free = janus("run", "--no-icount", "--kernel", kernel, "--append", "ticks")
    assert counted.stdout != free.stdout


def test_files_and_arguments_go_into_the_archive(kernel: Path, built: Path, tree: Path) -> None:
    (tree / "more").mkdir()
    (tree / "more" / "file").write_text("more")
    result = janus("run", "null", "--append=show", "--with", "more:etc", "--", "three", "four words", "a=b", tree=tree)
    assert result.returncode == 0
    assert 'program first program three "four words" "a=b" key=value\nprogram second program\n' in result.stdout


def test_another_archive_of_a_personality(kernel: Path, built: Path, tree: Path) -> None:
    folder = tree / "personalities" / "null"
    (folder / "other.boot").write_text((folder / "default.boot").read_text().replace("program second", "program third"))
    result = janus("run", "null", "--append=show", "--boot=other", tree=tree)
    assert result.returncode == 0
    assert "program third program\n" in result.stdout
    result = janus("run", "null", "--boot=nosuch", tree=tree)
    assert result.returncode == 2
    assert one_line(result) == "--boot nosuch: null has default, other"


@pytest.mark.parametrize("firmware", ["--bios", "--uefi", "--bochs"])
def test_firmware(kernel: Path, tree: Path, firmware: str) -> None:
    result = janus("run", "null", firmware, "--append=show exit=1 say the line", "--", "argument", tree=tree)
    assert result.returncode == 1
    assert one_line(result) == "the program reported failure"
    assert "stand-in guest\nthe line\nprogram first program argument key=value\n" in result.stdout.replace("\r", "")


def test_processors_and_memory(kernel: Path) -> None:
    result = janus("run", "--kernel", kernel, "--smp", 2, "--memory", 16, "--cpu=-la57", "--qemu=-name", "--qemu=small")
    assert result.returncode == 0


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["run"], f"name a personality ({PERSONALITIES}) or give --kernel FILE"),
        (["run", "nosuch"], f'there is no personality "nosuch": choose from {PERSONALITIES}'),
        (["run", "--kernel", "nosuch"], "there is no kernel nosuch"),
        (["run", "--kernel", "LICENSE", "--archive", "nosuch"], "there is no archive nosuch"),
        (["run", "--kernel", "LICENSE", "--with", "nosuch"], "--with nosuch: there is no file nosuch"),
        (["run", "--kernel", "LICENSE", "--boot", "default"], "--boot goes with a personality, and not with --archive"),
        (["run", "--kernel", "LICENSE", "--", "x"], "the manifest has no program to give arguments to"),
        (["gdb", "--kernel", "LICENSE"], "LICENSE is not an ELF file: Magic number does not match"),
        (
            ["run", "--kernel", "LICENSE", "--bochs", "--smp", "2"],
            "--smp, --cpu, --icount and --qemu are for QEMU: Bochs has one processor of one model",
        ),
        (["run", "--kernel", "LICENSE", "--memory", "1"], "LICENSE is not an ELF file: Magic number does not match"),
        (["iso"], f"name a personality ({PERSONALITIES}) or give --kernel FILE"),
        (["build", "nosuch"], f'there is no personality "nosuch": choose from {PERSONALITIES}'),
    ],
)
def test_wrong_names(args: list[str], said: str) -> None:
    result = janus(*args)
    assert result.returncode == 2
    assert one_line(result) == said


def test_memory_that_holds_no_kernel(kernel: Path) -> None:
    result = janus("run", "--kernel", kernel, "--memory", 1)
    assert result.returncode == 2
    assert one_line(result).startswith("1 MiB cannot hold ")
    assert one_line(result).endswith(": give --memory 16 or more (standard: 128)")


def test_argument_that_no_manifest_holds(tree: Path) -> None:
    result = janus("run", "null", "--", 'd"e', tree=tree)
    assert result.returncode == 2
    assert one_line(result) == "a manifest cannot hold a double quote or a line break: 'd\"e'"


@pytest.mark.parametrize(
    "line", ["", "nosuch", "run --smp 0", "run --memory much", "run --timeout=-1", "run --bios --uefi", "clean -- x"]
)
def test_wrong_command_lines(line: str) -> None:
    result = janus(*line.split())
    assert result.returncode == 2
    assert one_line(result).endswith("--help lists what there is")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--cpu=-nosuch"], "qemu-system-x86_64: Property 'max-x86_64-cpu.nosuch' not found"),
        (["--qemu=-nosuch"], "qemu-system-x86_64: -nosuch: invalid option"),
    ],
)
def test_qemu_cannot_start(kernel: Path, args: list[str], said: str) -> None:
    result = janus("run", "--kernel", kernel, *args)
    assert result.returncode == 3
    assert one_line(result) == said


def test_not_a_kernel(built: Path) -> None:
    result = janus("run", "--kernel", built / "program")
    assert result.returncode == 3
    assert "PVH" in one_line(result)


def test_damaged_archive_is_named(kernel: Path, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.write_bytes(b"070701")
    result = janus("run", "--kernel", kernel, "--archive", archive, "--", "argument")
    assert result.returncode == 1
    assert one_line(result) == "the boot archive is damaged at byte 0"
