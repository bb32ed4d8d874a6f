# SPDX-License-Identifier: BSD-2-Clause
"""Meson's tests and pytest's as one list: finding, selecting, running and summing up."""

from __future__ import annotations

import fnmatch
import itertools
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from janus import output, process
from janus.errors import JanusError, UsageError
from janus.paths import BUILD, ROOT

SLOW = "slow"  # a suite of Meson's, a marker of pytest's
OUTCOMES = ("passed", "failed", "skipped")
SHOWN = 60  # lines of a failing test's output

_MESON_STEP = re.compile(r"\s*\d+/\d+ (\S.*?)\s{2,}")


@dataclass(frozen=True)
class Test:
    runner: str  # "meson" or "pytest"
    group: str  # the suite, or the folder below tests/
    name: str  # as the runner calls it
    own: frozenset[str]  # what a user may call it
    shared: frozenset[str]  # what a user may call it together with others
    slow: bool

    def called(self, pattern: str, slow: bool) -> bool:
        """Whether the name means this test; a slow one is meant, unless `slow`, by its own names alone."""
        words = self.own if self.slow and not slow else self.own | self.shared
        return pattern in words or any(fnmatch.fnmatchcase(word, pattern) for word in words)


@dataclass(frozen=True)
class Result:
    test: Test
    outcome: str  # "passed", "failed" or "skipped"
    seconds: float
    said: str


Step = Callable[[str], None]  # is told the name of a test that has ended


def known(folder: Path) -> list[Test]:
    """Every test of the tree, as a build folder has it."""
    return [*_meson_tests(folder), *_pytest_tests()]


def selected(tests: list[Test], names: list[str], slow: bool) -> list[Test]:
    """The tests that a user names; without names all, the slow ones on demand."""
    for name in names:
        if not any(test.called(name, slow) for test in tests):
            raise UsageError(f'no test is called "{name}": see `./janus test --list --all`')
    if names:
        return [test for test in tests if any(test.called(name, slow) for name in names)]
    return [test for test in tests if slow or not test.slow]


def run(tests: list[Test], folder: Path) -> list[Result]:
    meson = {test.name: test for test in tests if test.runner == "meson"}
    pytest = {test.name: test for test in tests if test.runner == "pytest"}
    results: list[Result] = []
    done = itertools.count(1)
    with output.progress("testing") as advance:

        def step(name: str) -> None:
            advance(next(done), len(tests), name)

        if meson:
            results += _run_meson(meson, folder, step)
        if pytest:
            results += _run_pytest(pytest, step)
    return results


def _meson_tests(folder: Path) -> Iterator[Test]:
    for row in json.loads((folder / "meson-info" / "intro-tests.json").read_text()):
        suites = [suite.rpartition(":")[2] for suite in row["suite"]]
        group = suites[0] if suites else "meson"
        yield Test("meson", group, row["name"], frozenset({row["name"]}), frozenset(suites), SLOW in suites)


def _run_meson(tests: dict[str, Test], folder: Path, step: Step) -> Iterator[Result]:
    log = folder / "meson-logs" / "testlog.json"
    log.unlink(missing_ok=True)
    argv = process.following(["meson", "test", "-C", str(folder), "--no-rebuild", *tests])
    said = []
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as meson:
        assert meson.stdout
        for line in meson.stdout:
            said.append(line)
            if found := _MESON_STEP.match(line):
                step(found[1])
    if not log.is_file():
        raise JanusError(f"meson test did not run: {''.join(said).strip()}")
    # In the log a test is called "project:suites / name".
    rows = {row["name"].rpartition(" / ")[2]: row for row in map(json.loads, log.read_text().splitlines())}
    for name, test in tests.items():
        yield _meson_result(test, rows.get(name))


def _meson_result(test: Test, row: dict[str, Any] | None) -> Result:
    if row is None:
        return Result(test, "failed", 0.0, "it did not run")
    outcome = {"OK": "passed", "EXPECTEDFAIL": "passed", "SKIP": "skipped"}.get(row["result"], "failed")
    ending = f"[{row['result']}, exit status {row['returncode']}]"
    return Result(test, outcome, row["duration"], f"{row['stdout']}{row.get('stderr', '')}\n{ending}")


def _pytest_tests() -> Iterator[Test]:
    for row in _pytest(["--collect-only"]):
        if "slow" in row:
            path = PurePath(row["test"].partition("::")[0])
            function = row["test"].rpartition("::")[2].partition("[")[0]
            folders = path.relative_to("tests").parent.parts
            own = frozenset({row["test"], function, function.removeprefix("test_")})
            shared = frozenset({str(path), path.stem, path.stem.removeprefix("test_"), *folders})
            yield Test("pytest", folders[0] if folders else "tests", row["test"], own, shared, row["slow"])


def _run_pytest(tests: dict[str, Test], step: Step) -> Iterator[Result]:
    results: dict[str, Result] = {}
    for row in _pytest(list(tests)):
        test = tests.get(row["test"])
        if test and "outcome" in row:
            before = results.get(test.name)
            if before is None or row["outcome"] == "failed":
                results[test.name] = Result(test, row["outcome"], row["seconds"], row["said"])
            if before is None:
                step(test.name)
    for name, test in tests.items():
        yield results.get(name, Result(test, "failed", 0.0, "it did not run"))


def _pytest(arguments: list[str]) -> Iterator[dict[str, Any]]:
    """Run pytest; yields what the plugin janus.recorder tells."""
    reader, writer = os.pipe()
    options = ["-c", "tests/pytest.ini", f"--rootdir={ROOT}", "-o", f"cache_dir={BUILD / 'pytest'}"]
    argv = process.following([sys.executable, "-m", "pytest", *options, *arguments])
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tools"), "JANUS_RECORDER": str(writer)}
    with tempfile.TemporaryFile("w+") as said, open(reader) as told:
        pytest = subprocess.Popen(
            argv, cwd=ROOT, env=environment, pass_fds=[writer], stdout=said, stderr=subprocess.STDOUT
        )
        os.close(writer)
        yield from map(json.loads, told)
        # 0 to 1: tests ran; 2: files could not be read, which the plugin tells; 5: there are no tests.
        if pytest.wait() not in (0, 1, 2, 5):
            said.seek(0)
            raise JanusError(f"pytest did not run: {said.read().strip()}")


def show(results: list[Result]) -> None:
    """Failing tests with what they said, a table of the groups, and the closing line."""
    for result in results:
        if result.outcome == "failed":
            _show_failure(result)
    _show_groups(results)
    counts = Counter(result.outcome for result in results)
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    print(f"{counts['passed']} passed, {counts['failed']} failed{skipped}", flush=True)


def _show_failure(result: Result) -> None:
    lines = result.said.rstrip().splitlines()
    left_out = [f"[{len(lines) - SHOWN} lines before these]"] if len(lines) > SHOWN else []
    print(f"failed: {result.test.group}: {result.test.name}")
    print("\n".join(f"    {line}" for line in [*left_out, *lines[-SHOWN:]]))
    print(f"replay: ./janus test {shlex.quote(result.test.name)}\n", flush=True)


def _show_groups(results: list[Result]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("tests", *(f"{outcome}" for outcome in OUTCOMES), "seconds")
    for group in dict.fromkeys(result.test.group for result in results):
        its_own = [result for result in results if result.test.group == group]
        counts = Counter(result.outcome for result in its_own)
        seconds = sum(result.seconds for result in its_own)
        table.add_row(group, *(str(counts[outcome]) for outcome in OUTCOMES), f"{seconds:.1f}")
    Console().print(table)
