# SPDX-License-Identifier: BSD-2-Clause
"""Guests under Bochs."""

from __future__ import annotations

from collections.abc import Callable

from janus.errors import SetupError
from janus.machine import Boot
from janus.result import Result


def run(what: Boot, screen: Callable[[bytes], None], timeout: float | None) -> Result:
    raise SetupError("no run under Bochs yet")
