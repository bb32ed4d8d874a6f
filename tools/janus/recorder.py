# SPDX-License-Identifier: BSD-2-Clause
"""A pytest plugin: tells ./janus test, as lines of JSON, which tests there are and how each went."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

CHANNEL = "JANUS_RECORDER"  # the variable with the number of the descriptor to write to


def _tell(**what: Any) -> None:
    os.write(int(os.environ[CHANNEL]), json.dumps(what).encode() + b"\n")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: runs only with --all, or by its name")


def pytest_collection_finish(session: pytest.Session) -> None:
    for item in session.items:
        _tell(test=item.nodeid, slow=item.get_closest_marker("slow") is not None)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """A file that cannot be read counts as a failed test."""
    if report.failed:
        _tell(test=report.nodeid, slow=False)
        _tell(test=report.nodeid, outcome="failed", seconds=0.0, said=report.longreprtext)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Set-up and end of a test are reported apart; they count only where they are not passed."""
    if report.when == "call" or report.outcome != "passed":
        said = "\n".join(filter(None, (report.longreprtext, report.capstdout, report.capstderr)))
        _tell(test=report.nodeid, outcome=report.outcome, seconds=report.duration, said=said)
