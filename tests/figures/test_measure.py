# SPDX-License-Identifier: BSD-2-Clause
"""The guest's part of the harness (bench/harness/measure.c) on the host, with a clock that the tests move."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import compiled
import pytest

READING = 3  # fake/clock.h
WARM_UP = 2 * 1000  # operations
SINGLES = 5

RUN = ctypes.CFUNCTYPE(None, ctypes.c_ulong)
SAMPLE = ctypes.CFUNCTYPE(ctypes.c_int64)


class Benchmark(ctypes.Structure):
    _fields_ = (
        ("setup", ctypes.c_void_p),
        ("teardown", ctypes.c_void_p),
        ("prepare", RUN),
        ("run", RUN),
        ("sample", SAMPLE),
        ("batch", ctypes.c_uint),
        ("repetitions", ctypes.c_uint),
        ("units", ctypes.c_uint),
    )


class Figures(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_uint) for name in ("batch", "repetitions", "units")),
        *((name, ctypes.c_int64) for name in ("counter", "loop", "first", "min", "median", "max", "marked")),
    )


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    return ctypes.CDLL(str(compiled.measure_library(tmp_path_factory.mktemp("measure") / "measure.so")))


@pytest.fixture
def advance(library: ctypes.CDLL) -> Callable[[int], None]:
    now = ctypes.c_int64.in_dll(library, "fake_now")

    def add(ticks: int) -> None:
        now.value += ticks

    return add


def measure(library: ctypes.CDLL, **parts: object) -> Figures:
    figures = Figures()
    library.measure(ctypes.byref(Benchmark(**parts)), ctypes.byref(figures))
    return figures


def test_a_constant_operation_is_exact(library: ctypes.CDLL, advance: Callable[[int], None]) -> None:
    """Whatever a call of the row costs besides its operations cancels."""
    prologue = 17
    figures = measure(library, run=RUN(lambda count: advance(prologue + 45 * count)))
    assert (figures.batch, figures.repetitions, figures.units) == (1000, 21, 1)
    assert figures.counter == READING
    assert (figures.min, figures.median, figures.max) == (45_000, 45_000, 45_000)
    assert figures.first == prologue + 45
    assert figures.marked == 45_000


def test_the_first_operation_is_the_cold_one(library: ctypes.CDLL, advance: Callable[[int], None]) -> None:
    calls: list[int] = []

    def run(count: int) -> None:
        advance(10 * count + (5000 if not calls else 0))
        calls.append(count)

    figures = measure(library, run=RUN(run))
    assert figures.first == 5010
    assert figures.max == 10_000
    assert calls[0] == 1
    assert sum(calls[1:3]) == WARM_UP


def spikes(advance: Callable[[int], None]) -> Iterator[None]:
    """Batches that cost more the later they come, in an order that needs sorting."""
    for extra in (3, 1, 5, 0, 4, 2, 6):
        advance(extra)
        yield
    while True:
        yield


def test_minimum_median_and_maximum_are_over_batches(
    library: ctypes.CDLL, advance: Callable[[int], None]
) -> None:
    extra = spikes(advance)

    def run(count: int) -> None:
        advance(10 * count)
        if count == 101:
            next(extra)

    figures = measure(library, run=RUN(run), batch=100, repetitions=7)
    assert (figures.min, figures.median, figures.max) == (1000, 1003, 1006)


def test_one_dear_single_operation_does_not_spoil_the_batches(
    library: ctypes.CDLL, advance: Callable[[int], None]
) -> None:
    singles = 0

    def run(count: int) -> None:
        nonlocal singles
        singles += count == 1
        advance(10 * count + (900 if count == 1 and singles == 3 else 0))

    assert measure(library, run=RUN(run)).median == 10_000


def test_what_operations_use_up_is_prepared_unmeasured(
    library: ctypes.CDLL, advance: Callable[[int], None]
) -> None:
    stock = 0

    def prepare(count: int) -> None:
        nonlocal stock
        assert stock == 0
        stock += count
        advance(777 * count)

    def run(count: int) -> None:
        nonlocal stock
        stock -= count
        advance(10 * count)

    figures = measure(library, prepare=RUN(prepare), run=RUN(run))
    assert stock == 0
    assert (figures.first, figures.min, figures.max, figures.marked) == (10, 10_000, 10_000, 10_000)


def test_samples_are_taken_as_they_are(library: ctypes.CDLL) -> None:
    taken = iter([900, 7, 7, 30, 10, 20, 25])
    figures = measure(library, sample=SAMPLE(functools.partial(next, taken)), repetitions=3, units=4)
    assert figures.batch == 1
    assert figures.units == 4
    assert figures.first == 900
    assert (figures.min, figures.median, figures.max) == (10, 20, 30)
    assert figures.marked == 25
