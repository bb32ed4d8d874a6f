# SPDX-License-Identifier: BSD-2-Clause
"""Where the instructions of an operation are: the plugin's trace, function by function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
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
        """Level, function and source file of each."""
        upper = [address for address in addresses if address & _UPPER_HALF]
        lower = [address for address in addresses if not address & _UPPER_HALF]
        return {**_functions("kernel", self.kernel, upper), **_functions("user", self.program, lower)}


def _functions(level: str, symbols: Symbols, addresses: list[int]) -> dict[int, tuple[str, str, str]]:
    found = {}
    for address, places in symbols.lines(addresses).items():
        name = symbols.function(address).partition("+")[0] or f"{address:#x}"
        found[address] = level, name, places[-1].rpartition(" at ")[2].rpartition(":")[0] if places else ""
    return found


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
        _leave_out_the_loop(line, functions)
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


def _leave_out_the_loop(line: dict[str, Any], functions: Counter[tuple[str, str, str]]) -> None:
    """The turns of the empty loop are in the row's own function `run`."""
    for key in functions:
        if key[:2] == ("user", "run"):
            functions[key] -= line["loop"]


def number(value: Fraction) -> Number:
    """A whole number where it is one, else three places."""
    return value.numerator if value.denominator == 1 else round(float(value), 3)
