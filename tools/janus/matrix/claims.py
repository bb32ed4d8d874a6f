# SPDX-License-Identifier: BSD-2-Clause
"""Claims of the literature that a run of the matrix can test, each with a verdict computed from its figures."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from janus.matrix.results import Result, brief, medians

HOLDS, FAILS, OPEN = "holds", "does not hold", "not measured"


class Missing(Exception):
    """A figure that a claim needs is not in this run."""


class Figures:
    def __init__(self, whole: Result) -> None:
        self._medians = medians(whole)
        self._own = {(row["name"], system): cell["figures"].get("own", 0) for row in whole["rows"] for system, cell in row["cells"].items() if cell["status"] == "measured"}
        self._peers = {(row["name"], peer["system"]): peer["figure"] for row in whole["rows"] for peer in row["peers"]}

    def __call__(self, row: str, system: str) -> float:
        if (row, system) not in self._medians:
            raise Missing(f"this run has no {row} on {system}")
        return self._medians[row, system]

    def with_own(self, row: str, system: str) -> float:
        """Of a whole program: what is done for it, and what it does itself."""
        return self(row, system) + self._own[row, system]

    def peers(self, row: str) -> dict[str, float]:
        return {system: figure for (name, system), figure in self._peers.items() if name == row}


Verdict = tuple[bool, str]


@dataclass(frozen=True)
class Claim:
    text: str
    source: str
    rows: tuple[str, ...]
    test: str  # what decides, in words
    judge: Callable[[Figures], Verdict]


def judge(whole: Result) -> list[dict[str, Any]]:
    figures = Figures(whole)
    found = []
    for claim in CLAIMS:
        try:
            holds, because = claim.judge(figures)
            verdict = HOLDS if holds else FAILS
        except Missing as missing:
            verdict, because = OPEN, str(missing)
        found.append({"text": claim.text, "source": claim.source, "rows": list(claim.rows), "test": claim.test, "verdict": verdict, "because": because})
    return found


def _implementation(f: Figures) -> Verdict:
    ours = {"l4": f("protected-call", "l4"), **f.peers("protected-call")}
    least, most = min(ours, key=ours.__getitem__), max(ours, key=ours.__getitem__)
    times = ours[most] / ours[least]
    return times >= 2, f"the same operation of the same structure takes {brief(ours[least])} instructions on {least} and {brief(ours[most])} on {most}: {times:.1f} times"


def _monolithic_call(f: Figures) -> Verdict:
    ipc, pipe = f("protected-call", "l4"), f("protected-call", "linux")
    return pipe / ipc >= 10, f"a call to another space is {brief(ipc)} on l4; Linux's nearest, a byte through two pipes, {brief(pipe)}: {pipe / ipc:.0f} times"


def _exceptions(f: Figures) -> Verdict:
    exo, linux = f("exception-to-handler", "exo"), f("exception-to-handler", "linux")
    return linux / exo >= 10, f"{brief(exo)} on exo, {brief(linux)} on Linux: {linux / exo:.0f} times"


def _transfer(f: Figures) -> Verdict:
    exo, l4 = f("protected-call", "exo"), f("protected-call", "l4")
    return l4 / exo >= 7, f"{brief(exo)} on exo, {brief(l4)} on l4, which does more: {l4 / exo:.1f} times"


def _words(f: Figures) -> Verdict:
    none, four = f("protected-call", "l4"), f("protected-call-4-words", "l4")
    return four == none, f"{brief(none)} without words, {brief(four)} with four"


def _lookup(f: Figures) -> Verdict:
    lookup, call = f("cap-lookup", "probe") - f("null-call-full", "probe"), f("protected-call", "l4")
    return 2 * lookup <= call / 5, f"a call that looks a capability up takes {brief(lookup)} more than one that does nothing; two of them are {2 * lookup / call:.0%} of a round trip of {brief(call)}"


def _prot100(f: Figures) -> Verdict:
    exo, linux = f("protect-hundred", "exo"), f("protect-hundred", "linux")
    return exo > linux, f"{brief(exo)} on exo, where the pages are one entry of a call, {brief(linux)} on Linux"


def _binding(f: Figures) -> Verdict:
    sealed, slot = f("page-fault", "exo"), f("page-fault", "exo-slot")
    return sealed - slot <= sealed / 4, f"a fault that binds a page takes {brief(sealed)} with a sealed token and {brief(slot)} with a slot of a table: the check adds {brief(sealed - slot)}"


def _isolation(f: Figures) -> Verdict:
    off, shipped = f("null-call", "linux"), f("null-call", "linux-shipped")
    if off == shipped:
        try:
            shipped = f("null-call", "linux-pti")
        except Missing as missing:
            raise Missing(f"Linux's null call is {brief(off)} with and without: the emulated processor reports that it needs no protection; {missing}") from None
    return shipped / off >= 1.2, f"Linux's null call is {brief(off)} without and {brief(shipped)} with them; an instruction count does not see the cost of what they flush"


WHOLE = ("whole-bash", "whole-gzip", "whole-lua", "whole-sqlite", "whole-tree")


def _times(f: Figures, system: str) -> dict[str, float]:
    """How many times Linux's instructions each whole program takes on a system, its own included."""
    return {row: f.with_own(row, system) / f.with_own(row, "linux") for row in WHOLE}


def _together(times: dict[str, float]) -> tuple[float, str]:
    """Their geometric mean, and how it is said."""
    mean = math.prod(times.values()) ** (1 / len(times))
    each = ", ".join(f"{row.removeprefix('whole-')} {ratio:.2f}" for row, ratio in times.items())
    return mean, f"{each} times Linux's, the geometric mean {mean:.2f}"


def _l4linux(f: Figures) -> Verdict:
    mean, said = _together(_times(f, "l4"))
    return mean <= 1.1, said


def _trampoline(f: Figures) -> Verdict:
    l4, linux = f("unix-getppid", "l4"), f("unix-getppid", "linux")
    return l4 / linux >= 2, f"getppid is {brief(l4)} on l4, {brief(linux)} on Linux: {l4 / linux:.1f} times"


def _exokernel(f: Figures) -> Verdict:
    mean, said = _together(_times(f, "exo"))
    return mean <= 1, said


def _small(f: Figures) -> Verdict:
    l4, linux = f("kernel-bytes", "l4"), f("kernel-bytes", "linux")
    return linux / l4 >= 10, f"{brief(l4)} bytes, Linux {brief(linux)}: {linux / l4:.0f} times"


def _trusted(f: Figures) -> Verdict:
    l4, lean = f("trusted-lines", "l4"), f("trusted-lines", "linux-lean")
    return l4 <= lean / 10, f"{brief(l4)} lines on l4, its Unix server included, {brief(lean)} of the leanest Linux"


def _pipes(f: Figures) -> Verdict:
    exo, linux = f("pipe", "exo"), f("pipe", "linux")
    return linux / exo >= 10, f"{brief(exo)} on exo, {brief(linux)} on Linux: {linux / exo:.0f} times"


def _prot1(f: Figures) -> Verdict:
    ratios = {row: f(row, "linux") / f(row, "exo") for row in ("prot1", "trap", "appel1", "appel2")}
    return min(ratios.values()) >= 5, ", ".join(f"{row} {ratio:.0f}" for row, ratio in ratios.items()) + " times Linux's to exo's"


def _fork(f: Figures) -> Verdict:
    exo, linux = f("unix-fork", "exo"), f("unix-fork", "linux")
    return exo > linux, f"{brief(exo)} on exo, {brief(linux)} on Linux"


CLAIMS = (
    Claim("The cost of a microkernel is in the implementation, not in the approach.", "J. Liedtke, SOSP 1995",
          ("protected-call",), "between the best and the worst microkernel measured, the same call differs by more than twice", _implementation),
    Claim("Calls between address spaces need not be slow.", "J. Liedtke, SOSP 1993",
          ("protected-call",), "a protected call is ten times cheaper than the nearest that a monolithic kernel offers", _monolithic_call),
    Claim("An exokernel's exceptions are an order of magnitude cheaper.", "D. Engler et al., SOSP 1995",
          ("exception-to-handler",), "ten times fewer instructions than Linux", _exceptions),
    Claim("Protected control transfer is almost seven times faster than the best IPC.", "D. Engler et al., SOSP 1995",
          ("protected-call",), "seven times fewer instructions than l4's IPC", _transfer),
    Claim("A message in registers costs the same whatever it says.", "J. Liedtke, SOSP 1993",
          ("protected-call", "protected-call-4-words"), "equal figures without words and with four", _words),
    Claim("Capabilities need not make IPC slow.", "K. Elphinstone, G. Heiser, SOSP 2013",
          ("cap-lookup", "null-call-full", "protected-call"), "the lookups, as the core does them, are at most a fifth of a round trip", _lookup),
    Claim("Where many pages are protected at once, the exokernel loses.", "D. Engler et al., SOSP 1995, prot100",
          ("protect-hundred",), "more instructions than Linux", _prot100),
    Claim("Secure bindings cost little, because they are checked when they are made.", "D. Engler et al., SOSP 1995",
          ("page-fault",), "checking a sealed token adds at most a quarter to the fault that uses it", _binding),
    Claim("Protection against speculation has made kernel entries dear.", "measured since 2018 in many places",
          ("null-call",), "the null call of Linux as shipped takes a fifth more instructions; where it ships without any for this processor, that of Linux isolated", _isolation),
    Claim("Unix on a microkernel is within 5 to 10 % of native.", "H. Härtig et al., SOSP 1997: L4Linux",
          WHOLE, "whole programs, their own instructions included: at most 1.1 times Linux's, the geometric mean of five", _l4linux),
    Claim("A system call of Unix on a microkernel costs more than twice as much.", "H. Härtig et al., SOSP 1997: getpid, 526 cycles to 223",
          ("unix-getppid",), "at least twice Linux's instructions", _trampoline),
    Claim("Unmodified programs run as fast on an exokernel.", "M. F. Kaashoek et al., SOSP 1997",
          WHOLE, "whole programs, their own instructions included: no more than Linux's, the geometric mean of five", _exokernel),
    Claim("User level can do virtual memory cheaply, where a kernel lets it.", "A. Appel, K. Li, ASPLOS 1991; D. Engler et al., SOSP 1995",
          ("prot1", "trap", "appel1", "appel2"), "each at least five times fewer instructions on exo than on Linux", _prot1),
    Claim("A pipe in a library is an order of magnitude cheaper.", "D. Engler et al., SOSP 1995",
          ("pipe",), "ten times fewer instructions than Linux", _pipes),
    Claim("A microkernel is small.", "J. Liedtke, CACM 1996: Toward real microkernels",
          ("kernel-bytes",), "a tenth of Linux's bytes, or less", _small),
    Claim("What a program must trust is smaller by an order of magnitude.", "M. Hohmuth et al., SIGOPS 2004",
          ("trusted-lines",), "a tenth of the lines of the leanest Linux, or less", _trusted),
    Claim("fork is where library operating systems lose.", "M. F. Kaashoek et al., SOSP 1997",
          ("unix-fork",), "more instructions than Linux", _fork),
)  # fmt: skip
