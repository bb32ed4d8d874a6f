# SPDX-License-Identifier: BSD-2-Clause
"""Where the instructions of an operation are: the plugin's trace, function by function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from janus.figures.counts import Counts
from janus.symbols import Symbols

_UPPER_HALF = 1 << 63

Number = int | float


@dataclass(frozen=True)
class Part:
    """What one function has of an operation; what was inlined into it included."""

    instructions: Number
    level: str  # "user" or "kernel"
    function: str
    file: str


@dataclass(frozen=True)
class Images:
    kernel: Symbols
    program: Symbols

    def functions(self, addresses: Collection[int]) -> dict[int, tuple[str, str, str]]:
        """Level, function and source file of each. A function is one whatever files its lines are from: its file is that in which it begins."""
        upper = [address for address in addresses if address & _UPPER_HALF]
        lower = [address for address in addresses if not address & _UPPER_HALF]
        return {**_functions("kernel", self.kernel, upper), **_functions("user", self.program, lower)}

    def entered(self, addresses: Iterable[int]) -> int | None:
        """The first that is the beginning of a user's function."""
        return next((at for at in addresses if not at & _UPPER_HALF and _named(self.program, at)[1] == at), None)


def _named(symbols: Symbols, address: int) -> tuple[str, int]:
    """The function that an address is in, and where that begins; what is in none is one by itself."""
    name, _, offset = (symbols.function(address) or f"{address:#x}+0x0").rpartition("+")
    return name, address - int(offset, 16)


def _functions(level: str, symbols: Symbols, addresses: list[int]) -> dict[int, tuple[str, str, str]]:
    names = {address: _named(symbols, address) for address in addresses}
    lines = symbols.lines({begin for _, begin in names.values()})
    files = {begin: places[-1].rpartition(" at ")[2].rpartition(":")[0] if places else "" for begin, places in lines.items()}
    return {address: (level, name, files[begin]) for address, (name, begin) in names.items()}


def parts(line: dict[str, Any], counted: Counts, images: Images) -> Iterator[Part]:
    """Of the marked batch less the marked single operation, as the figures are.

    A sample waits in user code for what it measures, so that of its own instructions only the number is known.
    """
    if not counted.trace:
        return
    functions: Counter[tuple[str, str, str]] = Counter()
    executed = _executed(line, counted)
    names = images.functions(executed)
    for address, times in executed.items():
        functions[names[address]] += times
    if line["kind"] == "sample":
        functions["user", "sample", ""] = line["marked"] - functions.total()
    else:
        row = images.entered(executed)  # by the harness: it has the turns of the empty loop
        if row is not None:
            functions[names[row]] -= line["loop"]
    operations = line["batch"] * line["units"]
    for (level, function, file), times in functions.items():
        if times:
            yield Part(number(Fraction(times, operations)), level, function, file)


def _executed(line: dict[str, Any], counted: Counts) -> dict[int, int]:
    """How often each address was executed, in the order in which a single operation comes to them."""
    single = counted.trace[1]
    if line["kind"] == "sample":
        return {address: executed for address, executed in single.items() if address & _UPPER_HALF}
    batch = counted.trace[2]
    return {address: batch[address] - single[address] for address in {**single, **batch}}


def number(value: Fraction) -> Number:
    """A whole number where it is one, else three places."""
    return value.numerator if value.denominator == 1 else round(float(value), 3)
