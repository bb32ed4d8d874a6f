#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""One row of the kernel tests: boot a kernel with a program, and say as TAP what was seen.

The guest's own TAP lines (tests/kernel/tap.h) are passed on; the run adds what only the host sees: the exit code,
patterns that must and must not appear on the console, and that every announced test was reported.

With the counting plugin the machine is booted twice: console and instruction totals must be the same, and the kernel's
longest stretch with interrupts off within its bound.  The boot archive is kept, so that the replay command printed with a
failure works afterwards.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

from janus import qemu  # noqa: E402
from janus.archive import Entry, host_file, pack  # noqa: E402
from janus.result import PANIC, Result  # noqa: E402

IRQ_OFF_BOUND = 20_000  # instructions

RESULT = re.compile(r"^(not )?ok\b[ \d]*-? ?(.*)$")
PLAN = re.compile(r"^1\.\.(\d+)$")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kernel", type=Path, required=True)
    parser.add_argument("--archive", type=Path, help="where the boot archive is written")
    parser.add_argument("--program", type=Path, help="bin/test of the archive and, without --manifest, its first program")
    parser.add_argument("--plugin", type=Path, help="the counting plugin: boot twice and compare")
    parser.add_argument("--file", action="append", default=[], metavar="AS=PATH", help="a file of the archive")
    parser.add_argument("--manifest", action="append", default=[], metavar="LINE", help="a line of the manifest")
    parser.add_argument("--manifest-file", type=Path, metavar="FILE", help="the whole manifest")
    parser.add_argument("--truncate", type=int, metavar="BYTES", help="cut the archive to this length")
    parser.add_argument("--cut", type=int, default=0, metavar="BYTES", help="cut as much off the archive's end")
    parser.add_argument("--garbage", action="store_true", help="bytes that are no archive")
    parser.add_argument("--no-archive", action="store_true")
    parser.add_argument("--append", default="", help="the kernel's command line")
    parser.add_argument("--preempt", type=int, metavar="STEPS", help="each long operation is preempted after so many steps")
    parser.add_argument("--memory", type=int, help="MiB")
    parser.add_argument("--processors", type=int)
    parser.add_argument("--cpu", default="", help="changes to the standard machine's CPU, such as -nx")
    parser.add_argument("--firmware", choices=["bios", "uefi", "bochs"])
    parser.add_argument("--option", action="append", default=[], help="a further argument of QEMU")
    parser.add_argument("--type", default="", help="typed on the serial line")
    parser.add_argument("--exit", type=int, default=0, help="the verdict that is expected")
    parser.add_argument("--must", action="append", default=[], metavar="PATTERN")
    parser.add_argument("--must-not", action="append", default=[], metavar="PATTERN")
    parser.add_argument("--timeout", type=float, default=60)
    return parser.parse_args()


def write_archive(options: argparse.Namespace) -> None:
    entries = [host_file(Path(path), name) for name, _, path in (word.partition("=") for word in options.file)]
    manifest = options.manifest
    if options.program:
        entries.append(host_file(options.program, "bin/test"))
        manifest = manifest or ["program test bin/test"]
    if options.manifest_file:
        manifest = options.manifest_file.read_text().splitlines()
    if manifest:
        entries.append(Entry("manifest", "".join(line + "\n" for line in manifest).encode()))
    options.archive.parent.mkdir(parents=True, exist_ok=True)
    packed = b"janus" * 1000 if options.garbage else pack(entries)
    options.archive.write_bytes(packed[: options.truncate or len(packed) - options.cut])


def boot(options: argparse.Namespace, plugins: tuple[str, ...] = ()) -> Result:
    with contextlib.redirect_stdout(io.StringIO()):
        return qemu.boot(
            options.kernel,
            archive=options.archive,
            append=options.append + (f" preempt={options.preempt}" if options.preempt else ""),
            firmware=options.firmware,
            memory=options.memory,
            processors=options.processors,
            cpu=options.cpu,
            plugins=plugins,
            options=tuple(options.option),
            timeout=options.timeout,
            typed=options.type.encode().decode("unicode_escape").encode(),
        )


def counted_boot(options: argparse.Namespace) -> tuple[Result, str]:
    """A boot with the counting plugin, and what that wrote."""
    with tempfile.NamedTemporaryFile("r") as counts:
        result = boot(options, (f"{options.plugin},out={counts.name},irqoff=on",))
        return result, counts.read()


def guest_results(console: str) -> Iterator[tuple[bool, str]]:
    planned = reported = 0
    for line in console.splitlines():
        if found := RESULT.match(line):
            reported += 1
            yield not found[1], found[2]
        elif found := PLAN.match(line):
            planned += int(found[1])
    if planned or reported:
        yield planned == reported, f"all of the guest's {planned} tests reported ({reported} seen)"


def host_results(options: argparse.Namespace, result: Result) -> Iterator[tuple[bool, str]]:
    yield result.code == options.exit, f"the verdict is {options.exit} ({result.ending})"
    for pattern in options.must:
        yield bool(re.search(pattern, result.console, re.MULTILINE)), f"the console shows /{pattern}/"
    never = options.must_not + ([] if options.exit == PANIC else ["^janus: panic"])
    for pattern in never:
        yield not re.search(pattern, result.console, re.MULTILINE), f"the console does not show /{pattern}/"


def counted_results(options: argparse.Namespace) -> Iterator[tuple[bool, str]]:
    first, counts = counted_boot(options)
    second, counts_again = counted_boot(options)
    yield first.console == second.console, "two boots give the same console"
    yield counts == counts_again, "two boots execute the same number of instructions"
    stretch = re.search(r"^irqoff (\d+) begin (\w+) end (\w+)$", counts, re.MULTILINE)
    if stretch:
        what = f"interrupts are off for at most {IRQ_OFF_BOUND} instructions ({stretch[1]}, from {stretch[2]} to {stretch[3]})"
        yield int(stretch[1]) <= IRQ_OFF_BOUND, what


def main() -> int:
    options = arguments()
    if options.no_archive:
        options.archive = None
    else:
        write_archive(options)
    result = boot(options)
    results = [*guest_results(result.console), *host_results(options, result)]
    if options.plugin:
        results += counted_results(options)
    for number, (passed, what) in enumerate(results, 1):
        print(f"{'ok' if passed else 'not ok'} {number} - {what}")
    print(f"1..{len(results)}")
    if all(passed for passed, _ in results):
        return 0
    for line in str(result).splitlines():
        print(f"# {line}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
