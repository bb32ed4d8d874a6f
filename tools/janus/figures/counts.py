# SPDX-License-Identifier: BSD-2-Clause
"""What the counting plugin (tools/qemu-plugin) writes, read back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from janus.errors import JanusError
from janus.symbols import pvh_entry


@dataclass(frozen=True)
class Split:
    user: int
    kernel: int
    image: int = 0  # of user: fetched from the program asked for

    def __sub__(self, other: Split) -> Split:
        return Split(self.user - other.user, self.kernel - other.kernel, self.image - other.image)

    @property
    def total(self) -> int:
        return self.user + self.kernel


@dataclass(frozen=True)
class Stretch:
    """Consecutive kernel instructions that no interrupt can break, with the addresses of the first and the last."""

    length: int
    begin: int
    end: int


@dataclass
class Counts:
    phases: dict[int, Split] = field(default_factory=dict)
    firmware: int | None = None
    boot: int | None = None  # None: user code was never reached
    total: Split | None = None
    irqoff: Stretch | None = None
    trace: dict[int, Counter[int]] = field(default_factory=dict)  # by phase: how often each address was executed


def option(plugin: Path, out: Path, kernel: Path | None, *, irqoff: bool = False, trace: bool = False, image: Path | None = None) -> str:
    """The value of QEMU's -plugin that counts into the file `out`; without `kernel`, one begins with its first address in the upper half."""
    words = [_value(plugin), f"out={_value(out)}", *([f"entry={pvh_entry(kernel):#x}"] if kernel else [])]
    words += [f"image={_value(image)}"] if image else []
    words += [f"{name}=on" for name, on in (("irqoff", irqoff), ("trace", trace)) if on]
    return ",".join(words)


def _value(path: Path) -> str:
    return str(path).replace(",", ",,")


def read_path(path: Path, phase: int) -> list[int]:
    """The addresses that a phase executed, in their order; it must have been traced."""
    start = f"insn {phase} "
    with path.open() as lines:
        return [int(line.rpartition(" ")[2], 16) for line in lines if line.startswith(start)]


def read(path: Path) -> Counts:
    counts = Counts()
    for line in path.read_text().splitlines():
        match line.split():
            case ["phase", number, "user", user, "kernel", kernel, *image]:
                counts.phases[int(number)] = Split(int(user), int(kernel), int(image[1]) if image else 0)
            case ["insn", number, address]:
                counts.trace.setdefault(int(number), Counter())[int(address, 16)] += 1
            case ["firmware", number]:
                counts.firmware = int(number)
            case ["boot", number]:
                counts.boot = int(number)
            case ["total", "user", user, "kernel", kernel]:
                counts.total = Split(int(user), int(kernel))
            case ["irqoff", length, "begin", begin, "end", end]:
                counts.irqoff = Stretch(int(length), int(begin, 16), int(end, 16))
            case _:
                raise JanusError(f'the counting plugin wrote a line that is none of its own: "{line}"')
    return counts
