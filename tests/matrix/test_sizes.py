# SPDX-License-Identifier: BSD-2-Clause
"""Sizes, which are counted in files, and Unix rows on systems that will serve them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from janus import archive, build
from janus.figures import rows, unix
from janus.figures.lines import code_lines
from janus.figures.release import Release
from janus.matrix import plan, results, sizes, systems
from janus.paths import ROOT


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", 0),
        ("int a;\n\n\n", 1),
        ("/* one\n * two */\nint a;\t/* three */\n// four\nint b;\n", 2),
        ('char *s = "/* no comment";\nint a; /* "one" */\n', 2),
        ("/* all */ int a; /* of\nthem */ int b;\n", 2),
    ],
)
def test_lines_of_code_are_those_with_code(text: str, lines: int) -> None:
    assert code_lines(text) == lines


@pytest.fixture(scope="module")
def release() -> Release:
    found = Release(build.configure("release"))
    build.make(found.folder, [found.kernel("probe"), found.kernel("l4")])
    return found


def test_a_kernel_is_core_and_what_its_structure_adds(release: Release) -> None:
    probe, l4 = (sizes.measure(systems.load()[name], "kernel-lines", release).median for name in ("probe", "l4"))
    core = sum(code_lines(path.read_text()) for path in (ROOT / "core").glob("*.c"))
    own = sum(code_lines(path.read_text()) for path in (ROOT / "personalities" / "l4").glob("*.c"))
    assert core < probe < l4 < probe + 3 * own


def test_a_kernel_has_the_bytes_of_its_segments(release: Release) -> None:
    found = sizes.measure(systems.load()["l4"], "kernel-bytes", release).median
    assert 100_000 < found < 1_000_000


def line(name: str) -> plan.Line:
    return next(one for one in plan.lines() if one.name == name)


def test_unix_rows_are_measured_where_unix_is_served_and_say_why_elsewhere(release: Release) -> None:
    l4 = systems.load()["l4"]
    there, not_yet = dataclasses.replace(l4, boot="default.boot"), dataclasses.replace(l4, boot="nothing.boot")
    assert line("unix-fork").source(there) == "unix-fork"
    assert line("unix-fork").source(not_yet) is None
    assert "when what personalities/l4/nothing.boot names is built" in line("unix-fork").reason(not_yet)
    assert line("trusted-lines").source(not_yet) is None
    assert line("protected-call").source(not_yet) == "ipc-two-spaces"
    assert line("unix-fork").source(systems.load()["exo-slot"]) is None
    assert line("unix-fork").reason(systems.load()["exo-slot"]).endswith("in the column exo alone")


def test_a_unix_row_on_a_personality_is_its_archive_with_the_program_as_the_argument(tmp_path: Path, release: Release) -> None:
    specification = tmp_path / "small.boot"
    specification.write_text("append a=b\nfile bin/first core/main.c\nprogram first bin/first one two\n")
    build.make(release.folder, [release.unix("unix-shell")])
    subject = unix.subject(rows.find_unix("unix-shell"), specification, release, release.kernel("l4"), "x=y")
    boots = [subject.boot(tmp_path, variant) for variant in (0, 1)]
    assert [boot.append.split() for boot in boots] == [["a=b", "x=y"], ["a=b", "x=y"]]
    assert boots[0].append != boots[1].append
    packed = [archive.from_file(boot.archive) for boot in boots if boot.archive]
    assert packed[0].programs[0].args == ("/bench",)
    assert {entry.name for entry in packed[0].files} == {"bin/first", "bench", "busybox"}
    assert {entry.name for entry in packed[1].files} == {"bin/first", "bench", "busybox", "padding"}


def test_what_a_specification_names_is_built_before() -> None:
    found = archive.sources(ROOT / "personalities" / "l4" / "default.boot", Path("/b"))
    assert Path("/b/servers/server-root") in found and len(found) >= 5


def test_systems_that_protect_against_more_are_compared_among_themselves() -> None:
    known = systems.load()
    fields = [{"l4": 10.0, "linux": 30.0}, {"l4-pti": 40.0, "linux-pti": 80.0}]
    assert {known[name].compared for name in fields[0]} == {"open"}
    assert {known[name].compared for name in (*fields[1], "linux-shipped", "exo-pti")} == {"isolated"}
    found = results._rankings(fields)
    assert found == {"winners": ["l4", "l4-pti"], "losers": ["linux", "linux-pti"], "ratios": {"l4": 1, "linux": 3, "l4-pti": 1, "linux-pti": 2}}


def test_what_another_column_has_is_not_measured_twice() -> None:
    protected = systems.load()["exo-protected"]
    for name in ("null-call", "kernel-lines"):
        assert line(name).source(protected) is None
        assert line(name).reason(protected) == "its kernel is that of the column exo, which has this figure"
    assert line("unix-fork").source(protected) == "unix-fork"
    assert line("trusted-lines").source(protected) == "trusted-lines"
