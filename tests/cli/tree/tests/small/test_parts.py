# SPDX-License-Identifier: BSD-2-Clause
"""Tests that go in each way."""

import pytest


@pytest.mark.parametrize("number", [1, 2])
def test_number(number):
    print("said before")
    assert number == 1


def test_left_out():
    pytest.skip("not here")


@pytest.fixture
def broken():
    raise RuntimeError("no set-up")


def test_needs_broken(broken):
    pass


@pytest.mark.slow
def test_slow():
    raise AssertionError
